//! `/status`: what this process hears, remembers and reaches.

use std::collections::BTreeMap;

use adapters::chat::link::{Link, Trouble};
use commands::names::Chat;
use jiff::Timestamp;
use serde::Serialize;

use crate::watch::Watch;

/// The whole answer.
#[derive(Debug, Serialize)]
pub struct Status {
    /// Version of the program.
    pub version: &'static str,
    /// `production` or `demo`.
    pub mode: &'static str,
    /// Whether it can accept and answer.
    pub ready: bool,
    /// When it started (RFC 3339).
    pub started_at: String,
    /// The chats, by name.
    pub chats: BTreeMap<&'static str, ChatStatus>,
    /// The ledger; `null` until it is open.
    pub ledger: Option<LedgerStatus>,
    /// The environments, by name.
    pub environments: BTreeMap<String, EnvironmentStatus>,
}

/// A chat's link.
#[derive(Debug, Clone, Serialize)]
pub struct ChatStatus {
    /// `up`, `down`, or what keeps it down.
    pub link: &'static str,
    /// Sockets that are open; none over HTTP.
    pub links: usize,
    /// When something was last heard there (RFC 3339); `null`: nothing since the start.
    pub last_beat: Option<String>,
}

impl ChatStatus {
    /// The link to a chat.
    pub fn of(chat: Chat, link: &Link) -> Self {
        let last_beat = link.last_beat();
        let links = link.up();
        let state = match (link.trouble(), chat) {
            (Some(Trouble::Disabled), Chat::Discord) => "down: this bot may not use the gateway",
            (Some(Trouble::Token), Chat::Discord) => "down: the bot token is refused",
            (Some(Trouble::Disabled), _) => "down: Socket Mode is switched off",
            (Some(Trouble::Token), _) => "down: the app token is refused",
            (None, _) if link.is_called() || links > 0 => "up",
            (None, _) => "down",
        };
        let last_beat = last_beat.and_then(|at| Timestamp::from_millisecond(at.0).ok());
        Self {
            link: state,
            links,
            last_beat: last_beat.map(|at| at.to_string()),
        }
    }
}

/// The ledger.
#[derive(Debug, Clone, Default, Serialize)]
pub struct LedgerStatus {
    /// `sqlite`.
    pub kind: &'static str,
    /// Whether it can be read.
    pub readable: bool,
    /// Whether it takes what must be remembered.
    pub writable: bool,
    /// Why it does not.
    pub why_not: Option<String>,
    /// Entries so far.
    pub entries: u64,
    /// Deliveries not answered yet.
    pub unanswered: u64,
    /// Messages that wait to be sent.
    pub to_send: u64,
    /// Messages given up, of the newest thousand.
    pub undelivered: u64,
}

/// An environment.
#[derive(Debug, Clone, Serialize)]
pub struct EnvironmentStatus {
    /// `standalone`, ...
    pub platform: &'static str,
    /// Whether it answered when it was last asked; `null`: it was not asked yet.
    pub reachable: Option<bool>,
    /// When it last answered (RFC 3339).
    pub last_reach: Option<String>,
}

/// The status now.
pub async fn of(watch: &Watch) -> Status {
    Status {
        version: env!("CARGO_PKG_VERSION"),
        mode: watch.mode(),
        ready: watch.is_ready(),
        started_at: watch.started_at(),
        chats: watch.chats(),
        ledger: watch.ledger().await,
        environments: watch.environments(),
    }
}
