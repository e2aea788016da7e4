//! Socket Mode: connections, envelopes, acknowledgements, and how a connection goes bad.
//! <https://docs.slack.dev/apis/events-api/using-socket-mode>

mod connection;

pub(super) use connection::accept;

use super::FakeSlack;
use super::deliveries::{Delivery, Kind, answered, ended, retry_reason};
use super::shared::Shared;
use crate::sending::End;
use serde_json::{Map, Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::UnboundedSender;

/// How many connections an app may hold.
const MOST: usize = 10;
/// A warning comes this long before the connection goes.
const WARNED_MS: u64 = 10_000;

/// Why Slack says `disconnect`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The connection goes in about ten seconds.
    Warning,
    /// The connection goes now: get another.
    RefreshRequested,
    /// Socket Mode was switched off.
    LinkDisabled,
}

impl Reason {
    fn word(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::RefreshRequested => "refresh_requested",
            Self::LinkDisabled => "link_disabled",
        }
    }
}

/// How a connection is deaf: it is there, and nothing comes through it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deafness {
    /// Pings go both ways; only envelopes do not come.
    OnlyEnvelopes,
    /// Nothing is read and nothing is sent: the network between is gone.
    Everything,
}

/// One connection, as a test sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// Its number; the first is 1.
    pub number: usize,
    /// Whether it is still there.
    pub open: bool,
    /// How it is deaf.
    pub deaf: Option<Deafness>,
    /// Pongs that answered Slack's pings.
    pub pongs: usize,
    /// Pings of the app.
    pub pings: usize,
    /// Envelopes sent through it.
    pub envelopes: usize,
}

/// What a connection's task is told.
pub(super) enum Order {
    Send(String),
    Ping,
    /// The close handshake; TCP stays until the app leaves, as with live Slack.
    Close,
    /// The connection breaks without a word.
    Break,
}

/// All connections of a fake.
pub(super) struct Sockets {
    pub list: Vec<Known>,
    next: usize,
    pinned: Option<usize>,
    /// Deafness of connections to come.
    pub deaf_next: Vec<Deafness>,
    /// Handshakes to come that are refused with 503.
    pub refuse_next: usize,
    pub ping_every: Duration,
    pub enabled: bool,
}

pub(super) struct Known {
    pub shown: Connection,
    pub orders: UnboundedSender<Order>,
}

impl Default for Sockets {
    fn default() -> Self {
        Self {
            list: Vec::new(),
            next: 0,
            pinned: None,
            deaf_next: Vec::new(),
            refuse_next: 0,
            ping_every: Duration::from_secs(5),
            enabled: true,
        }
    }
}

impl Sockets {
    fn open(&self) -> Vec<usize> {
        let open = self.list.iter().filter(|known| known.shown.open);
        open.map(|known| known.shown.number).collect()
    }

    /// The connection for the next envelope: any of them, here in turn.
    fn choose(&mut self) -> Option<usize> {
        let open = self.open();
        if let Some(pinned) = self.pinned.filter(|pinned| open.contains(pinned)) {
            return Some(pinned);
        }
        self.next += 1;
        (!open.is_empty()).then(|| open[(self.next - 1) % open.len()])
    }

    pub fn known(&mut self, number: usize) -> Option<&mut Known> {
        self.list.get_mut(number.checked_sub(1)?)
    }

    fn order(&mut self, number: usize, order: Order) {
        if let Some(known) = self.known(number) {
            let _ = known.orders.send(order);
        }
    }
}

/// Hands a delivery to a connection.
pub(super) fn hand_over(shared: &Arc<Shared>, delivery: &Delivery, at: usize) {
    let text = envelope(delivery, at).to_string();
    let chosen = {
        let mut sockets = shared.sockets();
        let chosen = sockets.choose();
        if let Some(known) = chosen.and_then(|number| sockets.known(number)) {
            known.shown.envelopes += 1;
            if known.shown.deaf.is_none() {
                let _ = known.orders.send(Order::Send(text));
            }
        }
        chosen
    };
    match chosen {
        Some(number) => {
            if let Some(attempt) = shared.deliveries().attempt(delivery.number, at) {
                attempt.connection = Some(number);
            }
        }
        None => ended(shared, delivery.number, at, End::Lost("no connection".to_owned())),
    }
}

fn envelope(delivery: &Delivery, at: usize) -> Value {
    let attempt = &delivery.attempts[at];
    let kind = delivery.payload["type"].as_str();
    let takes_payload = match delivery.kind {
        Kind::Command => true,
        Kind::Interaction => matches!(kind, Some("view_submission" | "block_suggestion")),
        Kind::Event => false,
    };
    let mut envelope = json!({
        "envelope_id": attempt.envelope_id, "payload": delivery.payload, "type": delivery.kind.envelope(),
        "accepts_response_payload": takes_payload,
    });
    if delivery.kind == Kind::Event {
        envelope["retry_attempt"] = json!(attempt.retry);
        let reason = if attempt.retry > 0 {
            retry_reason(delivery, at)
        } else {
            ""
        };
        envelope["retry_reason"] = json!(reason);
    }
    envelope
}

/// Reads what the app sent: an acknowledgement.
fn acknowledged(shared: &Arc<Shared>, number: usize, text: &str) {
    let complain = |what: &str| shared.complain(format!("connection {number}: {what}"));
    let Ok(Value::Object(ack)) = serde_json::from_str::<Value>(text) else {
        return complain("a text that is no JSON object");
    };
    let envelope_id = ack
        .get("envelope_id")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    if ack
        .keys()
        .any(|field| field != "envelope_id" && field != "payload")
    {
        complain(&format!(
            "unknown field in an acknowledgement: {:?}",
            ack.keys().collect::<Vec<_>>()
        ));
    }
    let Some((delivery, at)) = shared.deliveries().of_envelope(&envelope_id) else {
        return complain(&format!("acknowledged an unknown envelope {envelope_id:?}"));
    };
    let body = payload_of(&ack);
    let taken = shared.deliveries().list[delivery - 1].clone();
    if !body.is_null() && envelope(&taken, at)["accepts_response_payload"] == false {
        complain("an acknowledgement with a payload where none is read");
    }
    if matches!(taken.attempts[at].end, Some(End::Answered { .. })) {
        complain(&format!("acknowledged {envelope_id} twice"));
    }
    answered(shared, delivery, at, 200, body);
}

fn payload_of(ack: &Map<String, Value>) -> Value {
    match ack.get("payload") {
        Some(payload) if *payload != json!({}) => payload.clone(),
        _ => Value::Null,
    }
}

impl FakeSlack {
    /// All connections there ever were, the first one first.
    pub fn connections(&self) -> Vec<Connection> {
        self.shared
            .sockets()
            .list
            .iter()
            .map(|known| known.shown.clone())
            .collect()
    }

    /// Numbers of the open connections.
    pub fn open_connections(&self) -> Vec<usize> {
        self.shared.sockets().open()
    }

    /// Waits until the app holds this many connections.
    pub async fn until_connected(&self, count: usize) {
        let enough = |slack: &Self| (slack.open_connections().len() >= count).then_some(());
        self.until(&format!("{count} connections"), enough).await;
    }

    /// Envelopes go to this connection while it is open; `None`: to each in turn.
    pub fn delivers_on(&self, connection: Option<usize>) {
        self.shared.sockets().pinned = connection;
    }

    /// Says `disconnect`. After a warning the connection goes in ten seconds, otherwise now; `LinkDisabled` takes all of
    /// them, and those to come.
    pub fn disconnects(&self, connection: usize, reason: Reason) {
        let told = json!({ "type": "disconnect", "reason": reason.word(), "debug_info": { "host": "applink-0a1b2c" } });
        if reason == Reason::LinkDisabled {
            let all = self.open_connections();
            let mut sockets = self.shared.sockets();
            sockets.enabled = false;
            for number in all {
                sockets.order(number, Order::Send(told.to_string()));
                sockets.order(number, Order::Close);
            }
            return;
        }
        self.shared
            .sockets()
            .order(connection, Order::Send(told.to_string()));
        if reason == Reason::RefreshRequested {
            return self.shared.sockets().order(connection, Order::Close);
        }
        let (shared, then) = (self.shared.clone(), self.now() + WARNED_MS);
        self.shared.spawn(async move {
            shared.clock.until(then).await;
            shared.sockets().order(connection, Order::Close);
        });
    }

    /// Socket Mode is on again after [`Reason::LinkDisabled`].
    pub fn enables_sockets(&self) {
        self.shared.sockets().enabled = true;
    }

    /// The connection breaks without a close frame.
    pub fn breaks(&self, connection: usize) {
        self.shared.sockets().order(connection, Order::Break);
    }

    /// A close frame, without a `disconnect` before it.
    pub fn closes(&self, connection: usize) {
        self.shared.sockets().order(connection, Order::Close);
    }

    /// The connection stays, and nothing comes through it any more.
    pub fn deafens(&self, connection: usize, deafness: Deafness) {
        if let Some(known) = self.shared.sockets().known(connection) {
            known.shown.deaf = Some(deafness);
            let _ = known.orders.send(Order::Ping); // Wakes the task, so that it sees.
        }
    }

    /// The next connection is deaf from its hello on.
    pub fn next_connection_is(&self, deafness: Deafness) {
        self.shared.sockets().deaf_next.push(deafness);
    }

    /// The next `times` handshakes are refused with 503.
    pub fn refuses_connections(&self, times: usize) {
        self.shared.sockets().refuse_next = times;
    }

    /// Pings every connection now; it does so by itself every five seconds of real time.
    pub fn pings(&self) {
        let open = self.open_connections();
        let mut sockets = self.shared.sockets();
        for number in open {
            sockets.order(number, Order::Ping);
        }
    }

    /// How often Slack pings, in real time. For connections to come.
    pub fn pings_every(&self, interval: Duration) {
        self.shared.sockets().ping_every = interval;
    }

    /// Sends this text to a connection, whatever it is: an envelope nobody can read.
    pub fn sends_raw(&self, connection: usize, text: &str) {
        self.shared
            .sockets()
            .order(connection, Order::Send(text.to_owned()));
    }
}
