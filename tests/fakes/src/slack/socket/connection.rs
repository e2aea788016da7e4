//! One connection: the handshake with its ticket, hello, frames both ways until somebody leaves.

use super::{Connection, Deafness, Known, MOST, Order, acknowledged};
use crate::line::{Answering, Line, Wire};
use crate::slack::shared::Shared;
use crate::socket::{until_left, upgraded};
use axum::serve::Listener;
use futures::{SinkExt, StreamExt};
use serde_json::json;
use std::sync::Arc;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::{MissedTickBehavior, interval};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::Request;
use tokio_tungstenite::tungstenite::http::StatusCode;

/// Accepts connections for as long as the fake lives.
pub(in crate::slack) async fn accept(shared: Arc<Shared>, mut answering: Answering) {
    loop {
        let (wire, line) = answering.accept().await;
        let serving = shared.clone();
        shared.spawn(async move { serve(serving, wire, line).await });
    }
}

async fn serve(shared: Arc<Shared>, wire: Wire, line: Line) {
    let Some(mut stream) = upgraded(wire, |request: &Request| admitted(&shared, request)).await else {
        return;
    };
    let (number, orders) = register(&shared);
    converse(&shared, number, &mut stream, orders, &line).await;
    if let Some(known) = shared.sockets().known(number) {
        known.shown.open = false;
    }
    shared.changed();
    until_left(stream).await;
}

/// A ticket is good for one connection.
fn admitted(shared: &Shared, request: &Request) -> Result<(), StatusCode> {
    {
        let mut sockets = shared.sockets();
        if sockets.refuse_next > 0 {
            sockets.refuse_next -= 1;
            return Err(StatusCode::SERVICE_UNAVAILABLE);
        }
    }
    let query = request.uri().query().unwrap_or_default();
    let ticket = url::form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == "ticket")
        .map(|(_, ticket)| ticket.into_owned());
    let is_new = ticket.is_some_and(|ticket| shared.model().tickets.remove(&ticket));
    if is_new {
        return Ok(());
    }
    shared.complain(
        "a connection with a used or unknown ticket: ask apps.connections.open for each".to_owned(),
    );
    Err(StatusCode::NOT_FOUND)
}

fn register(shared: &Shared) -> (usize, UnboundedReceiver<Order>) {
    let (sender, orders) = unbounded_channel();
    let app_id = shared.model().app.id.clone();
    let mut sockets = shared.sockets();
    let number = sockets.list.len() + 1;
    let deaf = (!sockets.deaf_next.is_empty()).then(|| sockets.deaf_next.remove(0));
    let count = sockets.open().len() + 1;
    let host = json!({ "host": format!("applink-{number}"), "build_number": 10, "approximate_connection_time": 18_060 });
    let connection = json!({ "app_id": app_id });
    let reason = match (sockets.enabled, count > MOST) {
        (false, _) => Some("link_disabled"),
        (true, true) => Some("too_many_websockets"),
        (true, false) => None,
    };
    let first = match reason {
        None => {
            json!({ "type": "hello", "num_connections": count, "debug_info": host, "connection_info": connection })
        }
        Some(reason) => {
            json!({ "type": "disconnect", "reason": reason, "num_connections": count, "debug_info": host,
            "connection_info": connection })
        }
    };
    let _ = sender.send(Order::Send(first.to_string()));
    if reason.is_some() {
        let _ = sender.send(Order::Close);
    }
    sockets.list.push(Known {
        shown: Connection {
            number,
            open: reason.is_none(),
            deaf,
            pongs: 0,
            pings: 0,
            envelopes: 0,
        },
        orders: sender,
    });
    drop(sockets);
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
    let mut pings = interval(shared.sockets().ping_every);
    pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
    pings.tick().await; // The first one is due at once.
    loop {
        let gone = shared
            .sockets()
            .known(number)
            .is_some_and(|known| known.shown.deaf == Some(Deafness::Everything));
        let order = tokio::select! {
            order = orders.recv() => order.unwrap_or(Order::Break),
            _ = pings.tick() => Order::Ping,
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
            Order::Ping if gone => Ok(()),
            Order::Ping => stream.send(Message::Ping("Ping from applink".into())).await,
            Order::Close => stream.close(None).await,
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

fn received(shared: &Arc<Shared>, number: usize, frame: &Message) {
    match frame {
        Message::Text(text) => return acknowledged(shared, number, text),
        Message::Binary(_) => shared.complain(format!("connection {number}: a binary frame")),
        Message::Ping(_) => {
            if let Some(known) = shared.sockets().known(number) {
                known.shown.pings += 1;
            }
        }
        Message::Pong(_) => {
            if let Some(known) = shared.sockets().known(number) {
                known.shown.pongs += 1;
            }
        }
        _ => {}
    }
    shared.changed();
}
