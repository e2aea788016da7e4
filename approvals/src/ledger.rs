//! Everything that must be remembered. The log of entries IS the audit log; all else is derived from it or beside it.
//!
//! One append is one transaction: the chained entry, the claims, the wake-up, the messages to send and the delivery it
//! answers. Of two writers that expect the same version one loses.

pub mod sqlite;
pub mod verify;

mod chain;
mod particulars;
mod statements;

#[cfg(test)]
pub(crate) mod fixtures;
#[cfg(test)]
pub(crate) mod suite;

use async_trait::async_trait;
use commands::names::{At, Environment, MessageId, Person, Place, RequestId};
use commands::plan::Claim;
use commands::windows::{Sample, Sampled};
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;

use crate::board::{Change, Feed};
use crate::intake::{Delivery, DeliveryId};
use crate::notice::{Notice, Row, Slot};
use crate::ports::{Address, BoxError};
use crate::request::{Ballot, Event, Request};

/// Why the ledger did not do it. In every case nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// Another append to the same request came first.
    #[error("another entry came first")]
    Stale,
    /// A claim is held by another run.
    #[error("held by {by}")]
    Claimed {
        /// Which run.
        by: RequestId,
    },
    /// It cannot be written (disk full, locked, read-only, closed): nothing was recorded.
    #[error("the ledger cannot be written")]
    NotWritable(#[source] BoxError),
    /// It cannot be read as what it must be: stop.
    #[error("the ledger is damaged at {at}: {why}; find the first wrong entry with `sluice audit verify`")]
    Corrupt {
        /// `R-18/3`, `seal 7`, or a table.
        at: String,
        /// What is wrong.
        why: String,
    },
    /// Another process holds it, or a newer version wrote it.
    #[error("{0}")]
    NotOpened(String),
}

/// One append: everything in it happens in one transaction, or nothing.
#[derive(Debug, Clone, Default)]
pub struct Commit {
    /// Events of one request; `None`: only what stands below.
    pub entry: Option<NewEntry>,
    /// What becomes of the request's claims.
    pub claims: ClaimChange,
    /// The request's one wake-up, where it changes.
    pub wake: Option<Wake>,
    /// What to tell, in order.
    pub say: Vec<Outgoing>,
    /// The delivery that is hereby answered.
    pub answers: Option<DeliveryId>,
    /// Only while the request has so many entries: else [`LedgerError::Stale`]. An entry has its own `expected`.
    pub only_at: Option<(RequestId, u64)>,
}

/// Events to append.
#[derive(Debug, Clone)]
pub struct NewEntry {
    /// To which request.
    pub request: RequestId,
    /// The number of entries it has now; 0 for a new request.
    pub expected: u64,
    /// When; the ledger moves it to its last entry's time where it lies before.
    pub at: At,
    /// Who did it; `sluice` for what happens by itself.
    pub by: Person,
    /// Version of the plan.
    pub version: u32,
    /// The ballot in force, if any.
    pub ballot: Option<Ballot>,
    /// At least one.
    pub events: Vec<Event>,
    /// How lists show the request after this entry; `None` only for Sluice's own entries ([`RequestId::SLUICE`]), which no
    /// list shows.
    pub listed: Option<Listed>,
}

/// How lists show a request.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Its row.
    pub row: Row,
    /// Where it was asked: place and thread root, to find a request by its thread.
    pub thread: (Place, MessageId),
    /// Whether the request has come to an end.
    pub ended: bool,
}

/// What becomes of a request's claims.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum ClaimChange {
    /// Nothing.
    #[default]
    Keep,
    /// Take all or none; a conflict is [`LedgerError::Claimed`].
    Take(Vec<Claim>),
    /// Give all back; requests queued behind are woken in the same transaction.
    Release,
}

/// A request's one wake-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wake {
    /// Whose.
    pub request: RequestId,
    /// When; `None`: never again.
    pub at: Option<At>,
}

/// A message to send.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outgoing {
    /// Of which request, if any.
    pub request: Option<RequestId>,
    /// Which message of it.
    pub slot: Slot,
    /// Where.
    pub to: Address,
    /// What.
    pub notice: Notice,
}

/// A message to send, as kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Queued {
    /// The row's number: nonce of the post.
    pub id: u64,
    /// The message.
    pub outgoing: Outgoing,
    /// Where a card or progress message was posted before: then it is edited.
    pub posted: Option<MessageId>,
    /// Attempts so far.
    pub attempts: u32,
}

/// What became of sending.
#[derive(Debug, Clone, PartialEq)]
pub enum Sent {
    /// It is there.
    Posted(MessageId),
    /// Not now: again at that time.
    Later(At),
    /// It will not work: given up, kept, shown in `/status`.
    GivenUp(String),
}

/// One entry, as read back and verified.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its place in the whole log, from 1.
    pub seq: u64,
    /// Of which request.
    pub request: RequestId,
    /// Its place in the request, from 1.
    pub number: u64,
    /// When.
    pub at: At,
    /// Who.
    pub by: Person,
    /// Version of the plan.
    pub version: u32,
    /// The ballot in force.
    pub ballot: Option<Ballot>,
    /// Hash of the request's entry before, hex; empty for the first.
    pub prev: String,
    /// Its own hash, hex.
    pub hash: String,
    /// The facts.
    pub events: Vec<Event>,
}

/// A delivery as kept, until it is answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Received {
    /// The message that the delivery became in the console, or the pressed message.
    pub message: MessageId,
    /// Whether the same delivery was there before.
    pub again: bool,
}

/// A message of the console, as kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConsoleMessage {
    /// Its id; empty for one that is to be stored.
    pub id: String,
    /// Console channel.
    pub channel: String,
    /// Root of its thread; `None`: it is a root.
    pub thread: Option<String>,
    /// A person's key, or `sluice`.
    pub author: String,
    /// When.
    pub at: At,
    /// Everything it says.
    pub text: String,
    /// Buttons: id and label.
    pub buttons: Vec<(String, String)>,
    /// Pictures: attachment id and alternative text.
    pub images: Vec<(String, String)>,
    /// The request it belongs to.
    pub request: Option<RequestId>,
    /// Only this person sees it.
    pub only_for: Option<Person>,
    /// Rendered parts for the page (JSON of the adapter), beside the plain text.
    pub body: serde_json::Value,
}

/// A picture or file, as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Its id: hex of the SHA-256 of its bytes.
    pub id: String,
    /// Media type.
    pub media_type: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What the runner, the intake and the outbox ask of a store. SQLite and, later, PostgreSQL implement it; one test suite
/// takes a constructor.
#[async_trait]
pub trait Ledger: Send + Sync {
    /// The fencing number of this process, raised at each opening.
    fn epoch(&self) -> u64;

    /// Watches what changes from now on; without an implementation nothing is told.
    fn watch(&self) -> broadcast::Receiver<Change> {
        Feed::default().watch()
    }

    /// The time of the last entry: `Now` never runs behind it.
    async fn last_at(&self) -> Result<At, LedgerError>;

    /// Stores a delivery, once: the same id again is answered alike and stored no second time. A console delivery's text
    /// becomes a console message in the same transaction.
    async fn receive(&self, delivery: &Delivery) -> Result<Received, LedgerError>;

    /// The oldest deliveries that are not answered yet, each with its message, at most `limit`.
    async fn unanswered(&self, limit: u32) -> Result<Vec<Delivery>, LedgerError>;

    /// The number the next request will have.
    async fn next_request(&self) -> Result<RequestId, LedgerError>;

    /// A request, folded from its entries; `None`: there is none.
    async fn load(&self, request: RequestId) -> Result<Option<Request>, LedgerError>;

    /// A request's entries, in order, each checked against its own hash and the entry before; none: there is no such
    /// request. Request 0 is Sluice itself.
    async fn history(&self, request: RequestId) -> Result<Vec<Entry>, LedgerError>;

    /// Appends: all of it or nothing.
    async fn commit(&self, commit: Commit) -> Result<(), LedgerError>;

    /// Requests whose wake-up is due, with its time, soonest first, at most `limit`.
    async fn due(&self, now: At, limit: u32) -> Result<Vec<(RequestId, At)>, LedgerError>;

    /// Open requests (not ended) that nothing wakes, oldest first.
    async fn asleep(&self) -> Result<Vec<RequestId>, LedgerError>;

    /// When the next wake-up is due.
    async fn next_wake(&self) -> Result<Option<At>, LedgerError>;

    /// Messages to send, oldest first within each channel, at most `limit`; none whose predecessor in its channel waits.
    async fn to_send(&self, now: At, limit: u32) -> Result<Vec<Queued>, LedgerError>;

    /// When the next message may be sent.
    async fn next_send(&self) -> Result<Option<At>, LedgerError>;

    /// Records what became of sending.
    async fn sent(&self, id: u64, sent: Sent) -> Result<(), LedgerError>;

    /// The run that holds a claim conflicting with these, if any.
    async fn holder(&self, claims: &[Claim], except: RequestId) -> Result<Option<RequestId>, LedgerError>;

    /// Open requests (not ended), oldest first, at most 200.
    async fn open_requests(&self) -> Result<Vec<Row>, LedgerError>;

    /// The newest requests, at most `limit`.
    async fn latest_requests(&self, limit: u32) -> Result<Vec<Row>, LedgerError>;

    /// The newest request asked in this thread.
    async fn request_in(&self, place: &Place, thread: &MessageId) -> Result<Option<RequestId>, LedgerError>;

    /// Keeps samples, and forgets those of the environment taken before `forget_before`.
    async fn keep_samples(
        &self,
        environment: &Environment,
        samples: &[(Sampled, Sample)],
        forget_before: At,
    ) -> Result<(), LedgerError>;

    /// Samples of a job or of the cluster, oldest first.
    async fn samples(
        &self,
        environment: &Environment,
        of: &Sampled,
        from: At,
        to: At,
    ) -> Result<Vec<Sample>, LedgerError>;

    /// Entries from `seq` on, at most `limit`, for the audit.
    async fn entries(&self, from_seq: u64, limit: u32) -> Result<Vec<Entry>, LedgerError>;

    /// Stores or replaces a console message; a `nonce` seen before gives the id of the first. A channel keeps some thousand
    /// messages: the oldest go, and pictures with the last message that shows them.
    async fn put_message(
        &self,
        message: &ConsoleMessage,
        attachments: &[Attachment],
        nonce: Option<u64>,
    ) -> Result<MessageId, LedgerError>;

    /// The newest messages of a console channel, oldest first, at most `limit`; those too that one person alone may see.
    async fn messages(&self, channel: &str, limit: u32) -> Result<Vec<ConsoleMessage>, LedgerError>;

    /// The newest messages of a console channel that this person may see, oldest first, at most `limit`; `None`: that
    /// everybody may see.
    async fn messages_for(
        &self,
        channel: &str,
        person: Option<&Person>,
        limit: u32,
    ) -> Result<Vec<ConsoleMessage>, LedgerError>;

    /// The newest console messages about a request that everybody may see, oldest first, at most `limit`.
    async fn messages_of(&self, request: RequestId, limit: u32) -> Result<Vec<ConsoleMessage>, LedgerError>;

    /// One console message.
    async fn message(&self, id: &MessageId) -> Result<Option<ConsoleMessage>, LedgerError>;

    /// A kept picture.
    async fn attachment(&self, id: &str) -> Result<Option<Attachment>, LedgerError>;
}
