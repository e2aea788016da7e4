//! One connection: the handshake, hello, frames both ways until somebody leaves.

use super::protocol::heard;
use super::{Connection, Deafness, Known, Order};
use crate::discord::shared::Shared;
use crate::line::{Answering, Line, Wire};
use crate::socket::{until_left, upgraded};
use axum::serve::Listener;
use futures::{SinkExt, StreamExt};
use serde_json::json;
use std::sync::{Arc, OnceLock};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::Request;
use tokio_tungstenite::tungstenite::http::StatusCode;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

/// Accepts connections for as long as the fake lives.
pub(in crate::discord) async fn accept(shared: Arc<Shared>, mut answering: Answering) {
    loop {
        let (wire, line) = answering.accept().await;
        let serving = shared.clone();
        shared.spawn(async move { serve(serving, wire, line).await });
    }
}

async fn serve(shared: Arc<Shared>, wire: Wire, line: Line) {
    let (gate, path) = (&shared, OnceLock::new());
    let admit = |request: &Request| {
        let _ = path.set(request.uri().path().to_owned());
        admitted(gate, request)
    };
    let Some(mut stream) = upgraded(wire, admit).await else {
        return;
    };
    let to_resume = path.get().is_some_and(|path| path.starts_with("/resume"));
    let (number, orders) = register(&shared, to_resume);
    converse(&shared, number, &mut stream, orders, &line).await;
    left(&shared, number);
    until_left(stream).await;
}

fn admitted(shared: &Shared, request: &Request) -> Result<(), StatusCode> {
    {
        let mut gateway = shared.gateway();
        if gateway.refuse_next > 0 {
            gateway.refuse_next -= 1;
            return Err(StatusCode::SERVICE_UNAVAILABLE);
        }
    }
    let query = request.uri().query().unwrap_or_default();
    let has = |name: &str, value: &str| {
        url::form_urlencoded::parse(query.as_bytes()).any(|pair| pair == (name.into(), value.into()))
    };
    if !has("v", "10") {
        shared.complain(format!("gateway: ?v=10 is missing in {query:?}"));
    }
    if query.contains("compress=") || query.contains("encoding=etf") {
        shared.complain(format!(
            "gateway: this fake speaks plain JSON only, not {query:?}"
        ));
    }
    Ok(())
}

fn register(shared: &Shared, to_resume: bool) -> (usize, UnboundedReceiver<Order>) {
    let (sender, orders) = unbounded_channel();
    let mut gateway = shared.gateway();
    let number = gateway.list.len() + 1;
    let interval = u64::try_from(gateway.beat.as_millis()).unwrap_or(u64::MAX);
    let hello = json!({ "op": 10, "t": null, "s": null,
        "d": { "heartbeat_interval": interval, "_trace": ["[\"gateway-prd-fake\",{\"micros\":0.0}]"] } });
    let _ = sender.send(Order::Send(hello.to_string()));
    gateway.list.push(Known {
        shown: Connection {
            number,
            open: true,
            came_to_resume_url: to_resume,
            ..Connection::default()
        },
        orders: sender,
    });
    drop(gateway);
    shared.changed();
    (number, orders)
}

/// Frames both ways. Returns when the connection is over.
async fn converse(
    shared: &Arc<Shared>,
    number: usize,
    stream: &mut WebSocketStream<Wire>,
    mut orders: UnboundedReceiver<Order>,
    line: &Line,
) {
    loop {
        let gone = shared
            .gateway()
            .known(number)
            .is_some_and(|known| known.shown.deaf == Some(Deafness::Everything));
        let order = tokio::select! {
            order = orders.recv() => order.unwrap_or(Order::Break),
            frame = stream.next(), if !gone => match frame {
                Some(Ok(frame)) => {
                    received(shared, number, &frame);
                    continue;
                }
                _ => return,
            },
        };
        let sent = match order {
            Order::Send(text) => stream.send(Message::text(text)).await,
            Order::Look => Ok(()),
            Order::Close(code) => {
                let frame = code.map(|code| CloseFrame {
                    code: CloseCode::from(code),
                    reason: "".into(),
                });
                stream.close(frame).await
            }
            Order::Break => {
                line.cut();
                return;
            }
        };
        if sent.is_err() {
            return;
        }
    }
}

fn received(shared: &Shared, number: usize, frame: &Message) {
    match frame {
        Message::Text(text) => heard(shared, number, text),
        Message::Binary(_) => shared.complain(format!("connection {number}: a binary frame")),
        Message::Close(frame) => {
            let code = frame.as_ref().map_or(1_005, |frame| u16::from(frame.code));
            if let Some(known) = shared.gateway().known(number) {
                known.shown.closed_with.get_or_insert(code);
            }
        }
        _ => {}
    }
    shared.changed();
}

/// The connection is gone; its session stays, unless the app said goodbye with 1000 or 1001.
fn left(shared: &Shared, number: usize) {
    let mut gateway = shared.gateway();
    let mut code = None;
    if let Some(known) = gateway.known(number) {
        known.shown.open = false;
        code = known.shown.closed_with;
    }
    if let Some(session) = gateway.session_on(number) {
        session.connection = None;
        session.over = matches!(code, Some(1_000 | 1_001));
    }
    drop(gateway);
    shared.changed();
}
