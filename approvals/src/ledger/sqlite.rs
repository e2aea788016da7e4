//! The ledger in one SQLite file: no server, one process, one writer, many readers.
//!
//! Write-ahead log with `synchronous=FULL`: what was answered survives a power cut. [`writer`] groups commits, [`reads`]
//! sees only what is committed, [`audit`] reads the file beside a running process.

pub mod audit;

mod append;
mod claims;
mod erase;
mod faults;
mod gauges;
mod head;
mod messages;
mod open;
mod outbox;
mod reads;
mod receive;
mod room;
mod rows;
mod samples;
mod writer;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use commands::names::{At, Environment, MessageId, Millis, Person, Place, RequestId};
use commands::plan::Claim;
use commands::windows::{Sample, Sampled};
use sqlx::SqlitePool;
use sqlx::sqlite::SqlitePoolOptions;
use tokio::sync::{broadcast, mpsc, oneshot};

use super::verify::Anchor;
use super::{
    Attachment, Commit, ConsoleMessage, Entry, Ledger, LedgerError, Queued, Received, Sent, statements,
};
use crate::board::{Change, Feed, LedgerHealth};
use crate::intake::Delivery;
use crate::notice::Row;
use crate::ports::Dice;
use crate::request::Request;
use faults::of_reading;
use gauges::Gauges;
use open::Held;
use room::Room;
use writer::{Waiting, Write, Writer};

/// Connections that read at once; each is a thread of its own.
const READERS: u32 = 3;

/// Open requests that are listed at most.
const OPEN_AT_MOST: u32 = 200;

/// A ledger file, open for writing by this process alone.
pub struct SqliteLedger {
    path: PathBuf,
    epoch: u64,
    anchor: Anchor,
    pool: SqlitePool,
    queue: mpsc::Sender<writer::Queued>,
    running: Mutex<Option<Running>>,
    room: Arc<Room>,
    dice: Arc<dyn Dice>,
    gauges: Arc<Gauges>,
    feed: Feed,
    handed_out: Mutex<outbox::HandedOut>,
}

/// How the writer is told to end, and how it tells that it has.
struct Running {
    end: oneshot::Sender<()>,
    ended: oneshot::Receiver<()>,
}

impl SqliteLedger {
    /// Opens the file, and makes it where it is missing. Reads nothing that grows with history. The writer lives in a thread
    /// of its own until the ledger is closed or dropped.
    ///
    /// # Errors
    /// [`LedgerError::NotOpened`], with what to do: another process holds it, another program has it locked, a newer
    /// version wrote it, it is no ledger, it cannot be written.
    pub async fn open(path: &Path, dice: Arc<dyn Dice>) -> Result<Self, LedgerError> {
        let held = Held::take(path).await?;
        let mut connection = open::connect(&held).await?;
        let head = open::take_over(&mut connection)
            .await
            .map_err(|error| error.told(|error| open::not_opened(path, &error)))?;
        let epoch = head.epoch;
        let pool = SqlitePoolOptions::new()
            .max_connections(READERS)
            .connect_lazy_with(open::reading(path));
        let gauges = Arc::new(Gauges::opened(&head));
        let anchor = Anchor {
            seal: rows::count(head.seal),
            hash: head.seal_hash.clone(),
        };
        let feed = Feed::default();
        let (queue, writes) = mpsc::channel(writer::QUEUE);
        let (end, told_to_end) = oneshot::channel();
        let room = Arc::clone(&held.room);
        let writer = Writer {
            held,
            connection: Some(connection),
            head,
            epoch,
            gauges: Arc::clone(&gauges),
            feed: feed.clone(),
        };
        let ended = writer
            .start(writes, told_to_end)
            .map_err(|error| LedgerError::NotOpened(format!("its writer cannot be started: {error}")))?;
        Ok(Self {
            path: path.to_owned(),
            epoch: rows::count(epoch),
            anchor,
            pool,
            queue,
            running: Mutex::new(Some(Running { end, ended })),
            room,
            dice,
            gauges,
            feed,
            handed_out: Mutex::default(),
        })
    }

    /// Where the chain of seals ended at the opening: who writes it down elsewhere, as in a log, can show later that nothing
    /// before it changed or was cut off.
    pub fn anchor(&self) -> &Anchor {
        &self.anchor
    }

    /// Writes what is queued, closes the file and gives it free for another process. Later writes are refused.
    pub async fn close(&self) {
        self.pool.close().await;
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(Running { end, ended }) = running else {
            return;
        };
        // A writer that has ended by itself does not listen.
        let _ = end.send(());
        if ended.await.is_err() {
            tracing::error!("the ledger's writer ended badly");
        }
    }

    /// Bounds the file to so many pages of 4 KiB: beyond, writes fail as on a full disk. `None`: as SQLite's own bound.
    ///
    /// # Errors
    /// [`LedgerError::NotWritable`]: the bound is kept and holds from the next reconnection on.
    pub async fn bound(&self, pages: Option<u32>) -> Result<(), LedgerError> {
        self.room.set(pages);
        self.write(room::Bound(Arc::clone(&self.room))).await
    }

    /// Erases what a person wrote: particulars of his entries, and his messages in the console. Answers how many
    /// particulars went. The chain still verifies, and its next seal says that this was done.
    ///
    /// # Errors
    /// [`LedgerError::NotWritable`]: nothing was erased.
    pub async fn erase(&self, person: &Person) -> Result<u64, LedgerError> {
        self.write(erase::Erase {
            person: person.clone(),
        })
        .await
    }

    /// How it is doing.
    ///
    /// # Errors
    /// [`LedgerError`] where it cannot be read.
    pub async fn health(&self) -> Result<LedgerHealth, LedgerError> {
        let why_not = self.gauges.why_not();
        Ok(LedgerHealth {
            entries: rows::count(self.gauges.entries.load(Relaxed)),
            writable: why_not.is_none(),
            why_not,
            queued: (self.queue.max_capacity() - self.queue.capacity()) as u64,
            writes: self.gauges.writes.load(Relaxed),
            transactions: self.gauges.transactions.load(Relaxed),
            last_commit: Millis(self.gauges.last_commit_us.load(Relaxed).div_ceil(1000)),
            unanswered: self
                .count(sqlx::query_scalar(statements::COUNT_UNANSWERED))
                .await?,
            to_send: self.count(sqlx::query_scalar(statements::COUNT_WAITING)).await?,
            undelivered: self
                .count(sqlx::query_scalar(statements::COUNT_UNDELIVERED))
                .await?,
            log_bytes: std::fs::metadata(open::beside(&self.path, "-wal")).map_or(0, |log| log.len()),
        })
    }

    async fn count(&self, query: Count<'_>) -> Result<u64, LedgerError> {
        query
            .fetch_one(&self.pool)
            .await
            .map(rows::count)
            .map_err(of_reading)
    }

    /// Puts a write in the queue and waits until it is durable, or refused.
    async fn write<W: Write>(&self, write: W) -> Result<W::Told, LedgerError> {
        let closed = || LedgerError::NotWritable("the ledger is closed".into());
        let (waiting, answer) = Waiting::new(write);
        self.queue.send(W::queued(waiting)).await.map_err(|_| closed())?;
        answer.await.map_err(|_| closed())?
    }

    fn handed_out(&self) -> std::sync::MutexGuard<'_, outbox::HandedOut> {
        self.handed_out.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

type Count<'q> = sqlx::query::QueryScalar<'q, sqlx::Sqlite, i64, sqlx::sqlite::SqliteArguments>;

#[async_trait]
impl Ledger for SqliteLedger {
    fn epoch(&self) -> u64 {
        self.epoch
    }

    fn watch(&self) -> broadcast::Receiver<Change> {
        self.feed.watch()
    }

    async fn last_at(&self) -> Result<At, LedgerError> {
        Ok(At(self.gauges.last_at.load(Relaxed)))
    }

    async fn receive(&self, delivery: &Delivery) -> Result<Received, LedgerError> {
        self.write(receive::Receive {
            delivery: delivery.clone(),
        })
        .await
    }

    async fn unanswered(&self, limit: u32) -> Result<Vec<Delivery>, LedgerError> {
        reads::unanswered(&self.pool, limit).await
    }

    async fn next_request(&self) -> Result<RequestId, LedgerError> {
        reads::next_request(&self.pool).await
    }

    async fn load(&self, request: RequestId) -> Result<Option<Request>, LedgerError> {
        let entries = reads::entries_of(&self.pool, request).await?;
        if entries.is_empty() {
            return Ok(None);
        }
        let history = entries.iter().map(|entry| (entry.at, entry.events.as_slice()));
        Request::fold(request, history)
            .map(Some)
            .map_err(|error| rows::damaged(request, error))
    }

    async fn history(&self, request: RequestId) -> Result<Vec<Entry>, LedgerError> {
        reads::entries_of(&self.pool, request).await
    }

    async fn commit(&self, commit: Commit) -> Result<(), LedgerError> {
        self.write(append::Append::prepare(commit, &*self.dice)?).await
    }

    async fn asleep(&self) -> Result<Vec<RequestId>, LedgerError> {
        reads::asleep(&self.pool).await
    }

    async fn due(&self, now: At, limit: u32) -> Result<Vec<(RequestId, At)>, LedgerError> {
        reads::due(&self.pool, now, limit).await
    }

    async fn next_wake(&self) -> Result<Option<At>, LedgerError> {
        reads::soonest(&self.pool, statements::NEXT_WAKE).await
    }

    async fn to_send(&self, now: At, limit: u32) -> Result<Vec<Queued>, LedgerError> {
        let taken = outbox::to_send(&self.pool, now, limit).await?;
        let mut handed_out = self.handed_out();
        let remember = |(queued, revision): (Queued, i64)| {
            handed_out.insert(queued.id, revision);
            queued
        };
        Ok(taken.into_iter().map(remember).collect())
    }

    async fn next_send(&self) -> Result<Option<At>, LedgerError> {
        reads::soonest(&self.pool, statements::NEXT_SEND).await
    }

    async fn sent(&self, id: u64, sent: Sent) -> Result<(), LedgerError> {
        let handed_out = self.handed_out().get(&id).copied();
        self.write(outbox::Report { id, sent, handed_out }).await?;
        self.handed_out().remove(&id);
        Ok(())
    }

    async fn holder(&self, claims: &[Claim], except: RequestId) -> Result<Option<RequestId>, LedgerError> {
        reads::holder(&self.pool, claims, except).await
    }

    async fn open_requests(&self) -> Result<Vec<Row>, LedgerError> {
        reads::requests(&self.pool, statements::OPEN_REQUESTS, OPEN_AT_MOST).await
    }

    async fn latest_requests(&self, limit: u32) -> Result<Vec<Row>, LedgerError> {
        reads::requests(&self.pool, statements::LATEST_REQUESTS, limit).await
    }

    async fn request_in(&self, place: &Place, thread: &MessageId) -> Result<Option<RequestId>, LedgerError> {
        reads::request_in(&self.pool, place, thread).await
    }

    async fn keep_samples(
        &self,
        environment: &Environment,
        samples: &[(Sampled, Sample)],
        forget_before: At,
    ) -> Result<(), LedgerError> {
        let keep = samples::Keep {
            environment: environment.clone(),
            samples: samples.to_vec(),
            forget_before,
        };
        self.write(keep).await
    }

    async fn samples(
        &self,
        environment: &Environment,
        of: &Sampled,
        from: At,
        to: At,
    ) -> Result<Vec<Sample>, LedgerError> {
        reads::samples(&self.pool, environment, of, from, to).await
    }

    async fn entries(&self, from_seq: u64, limit: u32) -> Result<Vec<Entry>, LedgerError> {
        let mut connection = self.pool.acquire().await.map_err(of_reading)?;
        reads::entries_from(&mut connection, from_seq, limit).await
    }

    async fn put_message(
        &self,
        message: &ConsoleMessage,
        attachments: &[Attachment],
        nonce: Option<u64>,
    ) -> Result<MessageId, LedgerError> {
        let put = messages::Put {
            message: message.clone(),
            attachments: attachments.to_vec(),
            nonce,
        };
        self.write(put).await
    }

    async fn messages(&self, channel: &str, limit: u32) -> Result<Vec<ConsoleMessage>, LedgerError> {
        reads::messages(&self.pool, channel, limit).await
    }

    async fn messages_for(
        &self,
        channel: &str,
        person: Option<&Person>,
        limit: u32,
    ) -> Result<Vec<ConsoleMessage>, LedgerError> {
        reads::messages_for(&self.pool, channel, person, limit).await
    }

    async fn messages_of(&self, request: RequestId, limit: u32) -> Result<Vec<ConsoleMessage>, LedgerError> {
        reads::messages_of(&self.pool, request, limit).await
    }

    async fn message(&self, id: &MessageId) -> Result<Option<ConsoleMessage>, LedgerError> {
        reads::message(&self.pool, id).await
    }

    async fn attachment(&self, id: &str) -> Result<Option<Attachment>, LedgerError> {
        reads::attachment(&self.pool, id).await
    }
}
