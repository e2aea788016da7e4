//! The gateway: connections, sessions that outlive them, events in order, and how a connection goes bad.
//! <https://docs.discord.com/developers/events/gateway>

mod connection;
mod protocol;

pub(super) use connection::accept;

use super::FakeDiscord;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::sync::mpsc::UnboundedSender;

/// How a connection is deaf: it is there, and nothing comes through it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deafness {
    /// Heartbeats are answered; events do not come, and are there when the session is resumed.
    OnlyEvents,
    /// Heartbeats are answered; events are gone for good.
    EventsAreLost,
    /// A zombie: no heartbeat is answered and no event comes; what was missed is there when the session is resumed.
    NoAcks,
    /// Nothing is read and nothing is sent: the network between is gone.
    Everything,
}

/// One connection, as a test sees it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Connection {
    /// Its number; the first is 1.
    pub number: usize,
    /// Whether it is still there.
    pub open: bool,
    /// Whether it has a session, by identifying or resuming.
    pub ready: bool,
    /// Whether it resumed a session.
    pub resumed: bool,
    /// Whether it came to `resume_gateway_url`.
    pub came_to_resume_url: bool,
    /// How it is deaf.
    pub deaf: Option<Deafness>,
    /// Heartbeats of the app.
    pub beats: usize,
    /// Interactions sent through it, replayed ones too.
    pub events: usize,
    /// The code with which the app closed it; 1005 where it gave none.
    pub closed_with: Option<u16>,
}

/// What a connection's task is told.
pub(super) enum Order {
    Send(String),
    /// The close handshake, with a code or without.
    Close(Option<u16>),
    /// The connection breaks without a word.
    Break,
    /// Look again how deaf you are.
    Look,
}

/// All connections and sessions of a fake.
pub(super) struct Gateway {
    pub list: Vec<Known>,
    pub sessions: Vec<Session>,
    /// Deafness of connections to come.
    pub deaf_next: Vec<Deafness>,
    /// Handshakes to come that are refused with 503.
    pub refuse_next: usize,
    /// `heartbeat_interval`
    pub beat: Duration,
}

pub(super) struct Known {
    pub shown: Connection,
    pub orders: UnboundedSender<Order>,
}

/// What a connection resumes.
pub(super) struct Session {
    pub id: String,
    pub connection: Option<usize>,
    pub seq: u64,
    /// All events, for replaying.
    pub log: Vec<Value>,
    pub over: bool,
}

/// Where an event went.
pub(super) struct Reached {
    /// The first connection it was sent through.
    pub connection: Option<usize>,
    /// Whether any session, connected or not, has it.
    pub any: bool,
}

impl Default for Gateway {
    fn default() -> Self {
        Self {
            list: Vec::new(),
            sessions: Vec::new(),
            deaf_next: Vec::new(),
            refuse_next: 0,
            beat: Duration::from_millis(41_250),
        }
    }
}

impl Gateway {
    pub fn known(&mut self, number: usize) -> Option<&mut Known> {
        self.list.get_mut(number.checked_sub(1)?)
    }

    pub fn order(&mut self, number: usize, order: Order) {
        if let Some(known) = self.known(number) {
            let _ = known.orders.send(order);
        }
    }

    pub fn session_on(&mut self, number: usize) -> Option<&mut Session> {
        self.sessions
            .iter_mut()
            .find(|session| session.connection == Some(number) && !session.over)
    }

    /// Tells every session of an event; those without a connection get it when they are resumed.
    pub fn dispatch(&mut self, name: &str, data: Value) -> Reached {
        let mut reached = Reached {
            connection: None,
            any: false,
        };
        for at in 0..self.sessions.len() {
            if self.sessions[at].over {
                continue;
            }
            reached.any = true;
            if let Some(number) = self.tell(at, name, data.clone()) {
                reached.connection.get_or_insert(number);
            }
        }
        reached
    }

    /// The next event of one session; returns the connection it was sent through.
    fn tell(&mut self, at: usize, name: &str, data: Value) -> Option<usize> {
        let session = &mut self.sessions[at];
        session.seq += 1;
        let event = json!({ "op": 0, "t": name, "s": session.seq, "d": data });
        let number = session.connection;
        let deaf = number.and_then(|number| self.known(number)?.shown.deaf);
        if deaf != Some(Deafness::EventsAreLost) {
            self.sessions[at].log.push(event.clone());
        }
        let known = self.known(number?)?;
        if deaf.is_none() {
            known.shown.events += usize::from(name == "INTERACTION_CREATE");
            let _ = known.orders.send(Order::Send(event.to_string()));
        }
        number
    }
}

impl FakeDiscord {
    /// All connections there ever were, the first one first.
    pub fn connections(&self) -> Vec<Connection> {
        let gateway = self.shared.gateway();
        gateway.list.iter().map(|known| known.shown.clone()).collect()
    }

    /// Numbers of the open connections that have a session.
    pub fn open_connections(&self) -> Vec<usize> {
        let open = self.connections().into_iter();
        open.filter(|shown| shown.open && shown.ready)
            .map(|shown| shown.number)
            .collect()
    }

    /// Waits until the app holds this many connections with a session.
    pub async fn until_connected(&self, count: usize) {
        let enough = |discord: &Self| (discord.open_connections().len() >= count).then_some(());
        self.until(&format!("{count} connections"), enough).await;
    }

    /// Says op 7: connect again and resume.
    pub fn asks_to_reconnect(&self, connection: usize) {
        self.sends_raw(
            connection,
            &json!({ "op": 7, "d": null, "s": null, "t": null }).to_string(),
        );
    }

    /// Says op 9. With `resumable` the session is still there, otherwise it is over.
    pub fn invalidates_session(&self, connection: usize, resumable: bool) {
        let mut gateway = self.shared.gateway();
        if let Some(session) = gateway.session_on(connection).filter(|_| !resumable) {
            session.over = true;
        }
        let told = json!({ "op": 9, "d": resumable, "s": null, "t": null }).to_string();
        gateway.order(connection, Order::Send(told));
    }

    /// All sessions are forgotten, as after a long time: the next resume gets op 9.
    pub fn forgets_sessions(&self) {
        for session in &mut self.shared.gateway().sessions {
            session.over = true;
        }
    }

    /// The connection breaks without a close frame.
    pub fn breaks(&self, connection: usize) {
        self.shared.gateway().order(connection, Order::Break);
    }

    /// A close frame: with a code (4000, 4004, 4009 ...), or with none.
    pub fn closes(&self, connection: usize, code: Option<u16>) {
        self.shared.gateway().order(connection, Order::Close(code));
    }

    /// The connection stays, and nothing comes through it any more.
    pub fn deafens(&self, connection: usize, deafness: Deafness) {
        if let Some(known) = self.shared.gateway().known(connection) {
            known.shown.deaf = Some(deafness);
            let _ = known.orders.send(Order::Look);
        }
    }

    /// The next connection is deaf once it has its session.
    pub fn next_connection_is(&self, deafness: Deafness) {
        self.shared.gateway().deaf_next.push(deafness);
    }

    /// The next `times` handshakes are refused with 503.
    pub fn refuses_connections(&self, times: usize) {
        self.shared.gateway().refuse_next = times;
    }

    /// `heartbeat_interval`, in real time, for connections to come.
    pub fn beats_every(&self, interval: Duration) {
        self.shared.gateway().beat = interval;
    }

    /// Sends this text to a connection, whatever it is: an event nobody can read.
    pub fn sends_raw(&self, connection: usize, text: &str) {
        self.shared
            .gateway()
            .order(connection, Order::Send(text.to_owned()));
    }

    /// Tells every session of an event of any kind.
    pub fn event(&self, name: &str, data: Value) {
        self.shared.gateway().dispatch(name, data);
    }

    /// How many times the app may identify today, 1,000 to begin with. One more than that resets the token.
    pub fn has_identifies(&self, left: u32) -> &Self {
        self.shared.model().app.identifies = left;
        self
    }

    /// Identifies that are left.
    pub fn identifies_left(&self) -> u32 {
        self.shared.model().app.identifies
    }

    /// Intents that the app may ask for; none to begin with, for interactions need none.
    pub fn allows_intents(&self, intents: u64) -> &Self {
        self.shared.model().app.intents = intents;
        self
    }
}
