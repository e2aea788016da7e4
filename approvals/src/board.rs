//! What the outside may watch: a feed of what has changed, and how the ledger is doing.
//!
//! Lists and messages themselves are read through [`crate::ledger::Ledger`]; a page reads them again when the feed says
//! that they changed.

use commands::names::{MessageId, Millis, RequestId};
use tokio::sync::broadcast;

/// What changed, told after it is durable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A delivery waits to be answered.
    Delivered,
    /// A request has another entry.
    Request(RequestId),
    /// A message waits to be sent.
    ToSend,
    /// A console message is new or was edited.
    Message {
        /// Its console channel.
        channel: String,
        /// Its id.
        id: MessageId,
    },
}

/// Changes kept for a watcher that is slow; one that is slower is told that it missed some, and reads anew.
const KEPT_FOR_THE_SLOW: usize = 1024;

/// Where changes are told and watched.
#[derive(Debug, Clone)]
pub struct Feed(broadcast::Sender<Change>);

impl Default for Feed {
    fn default() -> Self {
        Self(broadcast::Sender::new(KEPT_FOR_THE_SLOW))
    }
}

impl Feed {
    /// Tells whoever watches.
    pub fn tell(&self, change: Change) {
        // Nobody watching is no error.
        let _ = self.0.send(change);
    }

    /// Watches from now on.
    pub fn watch(&self) -> broadcast::Receiver<Change> {
        self.0.subscribe()
    }
}

/// How the ledger is doing, for `/status` and `/metrics`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LedgerHealth {
    /// Entries in all.
    pub entries: u64,
    /// Whether the last transaction was written; before the first one whether it was opened.
    pub writable: bool,
    /// Why it is not writable, for logs and `/status`; holds no content.
    pub why_not: Option<String>,
    /// Writes that wait for the writer now.
    pub queued: u64,
    /// Writes asked for since the start.
    pub writes: u64,
    /// Transactions committed since the start: fewer than `writes`, because one carries all that was queued.
    pub transactions: u64,
    /// How long the last transaction took, from its begin to durable.
    pub last_commit: Millis,
    /// Deliveries not answered yet.
    pub unanswered: u64,
    /// Messages that wait to be sent.
    pub to_send: u64,
    /// Messages given up, of the newest thousand.
    pub undelivered: u64,
    /// Size of the write-ahead log, bytes; above 64 MiB something keeps it from being folded in.
    pub log_bytes: u64,
}
