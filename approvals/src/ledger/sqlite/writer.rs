//! The one writer: everything queued goes into one transaction, and each caller is answered after its commit.
//!
//! A write that the ledger refuses (stale, claimed) has changed nothing yet, and its neighbours go on. Where a row cannot
//! be, the transaction is done once more with a savepoint for each write, and that one is taken back alone. A transaction
//! that fails takes all its writes with it: nobody is told that something was recorded, the connection is thrown away, and
//! the next turn opens a new one and reads again where the chains end. So it recovers by itself when there is room again.

use std::time::Instant;

use async_trait::async_trait;
use sqlx::{Connection, SqliteConnection};
use tokio::sync::{mpsc, oneshot};

use super::super::LedgerError;
use super::super::chain::{SealHash, SealRow};
use super::faults;
use super::gauges::Gauges;
use super::head::{Head, NotRead};
use super::open::{self, Held};
use super::receive::{self, Receive};
use crate::board::{Change, Feed};
use crate::ledger::statements;

/// Writes in one transaction: enough for hundreds of callers at once, few enough that none waits long behind them.
const AT_ONCE: usize = 512;

/// Writes that may wait; a caller beyond waits to be let in.
pub(super) const QUEUE: usize = 4096;

/// Why a write was not done.
#[derive(Debug)]
pub(super) enum NotDone {
    /// The ledger says no to this write alone.
    Refused(LedgerError),
    /// The database failed.
    Failed(sqlx::Error),
    /// This process may no longer write: another has taken over.
    TakenOver,
}

impl From<sqlx::Error> for NotDone {
    fn from(error: sqlx::Error) -> Self {
        Self::Failed(error)
    }
}

impl From<NotRead> for NotDone {
    fn from(error: NotRead) -> Self {
        match error {
            NotRead::Failed(error) => Self::Failed(error),
            damaged @ NotRead::Damaged { .. } => {
                Self::Refused(damaged.told(|error| LedgerError::NotWritable(error.into())))
            }
        }
    }
}

impl std::fmt::Display for NotDone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            NotDone::Refused(error) => error.fmt(f),
            NotDone::Failed(error) => error.fmt(f),
            NotDone::TakenOver => f.write_str("another process has taken the ledger over"),
        }
    }
}

/// One thing to write, all of it or nothing. It may be written a second time, after the first was rolled back.
#[async_trait]
pub(super) trait Write: Send + 'static {
    /// What the caller is told once it is durable.
    type Told: Send + 'static;

    /// Writes within the transaction under way. It refuses before it has changed anything.
    async fn write(&mut self, transaction: &mut Transaction<'_>) -> Result<Self::Told, NotDone>;

    /// As it waits with others.
    fn queued(waiting: Waiting<Self>) -> Queued
    where
        Self: Sized,
    {
        Queued::Other(Box::new(waiting))
    }
}

/// How a transaction is carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Care {
    /// Nothing will go wrong: no savepoints.
    Trusting,
    /// A row in it cannot be: a savepoint for each write finds which.
    Careful,
}

/// The transaction under way.
pub(super) struct Transaction<'a> {
    pub connection: &'a mut SqliteConnection,
    pub head: &'a mut Head,
    pub epoch: i64,
    /// Entries appended since the last seal: place and hash.
    pub unsealed: &'a mut Vec<(i64, String)>,
    /// Told once it is durable.
    pub changes: &'a mut Vec<Change>,
}

impl Transaction<'_> {
    /// Chains the entries since the last seal; with a note, also where there are none.
    pub async fn seal(&mut self, note: Option<String>) -> Result<(), NotDone> {
        if self.unsealed.is_empty() && note.is_none() {
            return Ok(());
        }
        let mut seal = SealRow {
            number: self.head.seal + 1,
            at: self.head.at,
            first_seq: self.head.sealed + 1,
            last_seq: self.head.seq,
            note,
            prev: self.head.seal_hash.clone(),
            hash: String::new(),
        };
        let mut hash = SealHash::of(&seal);
        for (seq, entry) in self.unsealed.drain(..) {
            hash.entry(seq, &entry);
        }
        seal.hash = hash.finish();
        sqlx::query(statements::SEAL)
            .bind(seal.number)
            .bind(seal.at)
            .bind(seal.first_seq)
            .bind(seal.last_seq)
            .bind(seal.note)
            .bind(seal.prev)
            .bind(&seal.hash)
            .execute(&mut *self.connection)
            .await?;
        let moved = sqlx::query(statements::MOVE_HEAD)
            .bind(seal.number)
            .bind(&seal.hash)
            .bind(self.epoch)
            .execute(&mut *self.connection)
            .await?;
        if moved.rows_affected() != 1 {
            return Err(NotDone::TakenOver);
        }
        self.head.seal = seal.number;
        self.head.sealed = seal.last_seq;
        self.head.seal_hash = seal.hash;
        Ok(())
    }

    /// Writes, and takes back alone what is refused or cannot be.
    async fn or_take_back<W: Write>(&mut self, write: &mut W) -> Result<W::Told, NotDone> {
        let (head, unsealed, changes) = (self.head.clone(), self.unsealed.clone(), self.changes.len());
        self.say("SAVEPOINT one").await?;
        let refused = match write.write(self).await {
            Ok(told) => {
                self.say("RELEASE one").await?;
                return Ok(told);
            }
            Err(NotDone::Failed(error)) if faults::of_one_row(&error) => {
                NotDone::Refused(LedgerError::NotWritable(error.into()))
            }
            Err(refused @ NotDone::Refused(_)) => refused,
            Err(lost) => return Err(lost),
        };
        self.say("ROLLBACK TO one; RELEASE one").await?;
        *self.head = head;
        *self.unsealed = unsealed;
        self.changes.truncate(changes);
        Err(refused)
    }

    /// Runs a statement without parameters.
    async fn say(&mut self, sql: &'static str) -> Result<(), NotDone> {
        sqlx::query(sql).execute(&mut *self.connection).await?;
        Ok(())
    }
}

/// What waits to be written.
pub(super) enum Queued {
    /// A delivery. Those of one turn are stored together: a call to the database is what costs.
    Delivery(Box<Waiting<Receive>>),
    /// Anything else.
    Other(Box<dyn Attempt>),
}

impl Queued {
    fn delivery(&mut self) -> Option<&mut Waiting<Receive>> {
        match self {
            Self::Delivery(delivery) => Some(delivery),
            Self::Other(_) => None,
        }
    }

    /// Tries it; deliveries were stored together before, unless each needs care.
    async fn attempt(&mut self, transaction: &mut Transaction<'_>, care: Care) -> Result<(), NotDone> {
        match self {
            Self::Delivery(_) if care == Care::Trusting => Ok(()),
            Self::Delivery(delivery) => delivery.attempt(transaction, care).await,
            Self::Other(write) => write.attempt(transaction, care).await,
        }
    }

    fn settle(self, lost: Option<&str>) {
        match self {
            Self::Delivery(delivery) => delivery.settle(lost),
            Self::Other(write) => write.settle(lost),
        }
    }
}

/// A write with its caller, whatever it tells.
#[async_trait]
pub(super) trait Attempt: Send {
    /// Tries it; an error is the whole transaction's.
    async fn attempt(&mut self, transaction: &mut Transaction<'_>, care: Care) -> Result<(), NotDone>;

    /// Tells the caller: what came of it, or why the transaction was lost.
    fn settle(self: Box<Self>, lost: Option<&str>);
}

/// A write, and who waits for it.
pub(super) struct Waiting<W: Write> {
    pub write: W,
    pub outcome: Option<Result<W::Told, LedgerError>>,
    caller: oneshot::Sender<Result<W::Told, LedgerError>>,
}

impl<W: Write> Waiting<W> {
    pub fn new(write: W) -> (Self, oneshot::Receiver<Result<W::Told, LedgerError>>) {
        let (caller, answer) = oneshot::channel();
        (
            Self {
                write,
                outcome: None,
                caller,
            },
            answer,
        )
    }
}

#[async_trait]
impl<W: Write> Attempt for Waiting<W> {
    async fn attempt(&mut self, transaction: &mut Transaction<'_>, care: Care) -> Result<(), NotDone> {
        let told = match care {
            Care::Trusting => self.write.write(transaction).await,
            Care::Careful => transaction.or_take_back(&mut self.write).await,
        };
        self.outcome = Some(match told {
            Ok(told) => Ok(told),
            Err(NotDone::Refused(refused)) => Err(refused),
            Err(lost) => return Err(lost),
        });
        Ok(())
    }

    fn settle(self: Box<Self>, lost: Option<&str>) {
        let answer = match (self.outcome, lost) {
            (Some(outcome), None) => outcome,
            (_, lost) => Err(LedgerError::NotWritable(
                lost.unwrap_or("the write was never tried").into(),
            )),
        };
        // A caller that has gone away does not mind.
        let _ = self.caller.send(answer);
    }
}

/// Owns the connection that writes.
pub(super) struct Writer {
    pub held: Held,
    pub connection: Option<SqliteConnection>,
    pub head: Head,
    pub epoch: i64,
    pub gauges: std::sync::Arc<Gauges>,
    pub feed: Feed,
}

impl Writer {
    /// Starts it in a thread of its own, which tells when it has ended. As a task among the others it would wait behind all
    /// that listens, at every call to the database.
    pub fn start(
        self,
        queue: mpsc::Receiver<Queued>,
        end: oneshot::Receiver<()>,
    ) -> std::io::Result<oneshot::Receiver<()>> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()?;
        let (tell, ended) = oneshot::channel();
        std::thread::Builder::new()
            .name("ledger-writer".to_owned())
            .spawn(move || {
                runtime.block_on(self.run(queue, end));
                // Who does not wait for it does not listen.
                let _ = tell.send(());
            })?;
        Ok(ended)
    }

    /// Takes everything queued, one transaction after another, until the ledger is closed; then what is left.
    async fn run(mut self, mut queue: mpsc::Receiver<Queued>, mut end: oneshot::Receiver<()>) {
        let mut batch = Vec::with_capacity(AT_ONCE);
        while !queue.is_closed() {
            tokio::select! {
                _ = queue.recv_many(&mut batch, AT_ONCE) => self.turn(&mut batch).await,
                _ = &mut end => queue.close(),
            }
        }
        while queue.recv_many(&mut batch, AT_ONCE).await > 0 {
            self.turn(&mut batch).await;
        }
        if let Some(connection) = self.connection.take() {
            // Nothing is pending: what is not folded in stays in the log and is read from there.
            let _ = connection.close().await;
        }
    }

    /// One transaction with everything in `batch`; each caller is answered.
    async fn turn(&mut self, batch: &mut Vec<Queued>) {
        if batch.is_empty() {
            return;
        }
        let began = Instant::now();
        let mut changes = Vec::new();
        let mut outcome = self.transact(batch, &mut changes, Care::Trusting).await;
        if matches!(&outcome, Err(NotDone::Failed(error)) if faults::of_one_row(error)) {
            changes.clear();
            outcome = self.transact(batch, &mut changes, Care::Careful).await;
        }
        let lost = match outcome {
            Ok(()) => None,
            Err(why) => {
                tracing::error!(ledger.writes = batch.len(), error = %why, "the ledger cannot be written");
                if let Some(connection) = self.connection.take() {
                    // Its transaction is rolled back with it.
                    let _ = connection.close().await;
                }
                Some(why.to_string())
            }
        };
        self.gauges
            .transacted(batch.len(), began.elapsed(), &self.head, lost.as_deref());
        for write in batch.drain(..) {
            write.settle(lost.as_deref());
        }
        if lost.is_none() {
            changes.into_iter().for_each(|change| self.feed.tell(change));
        }
    }

    async fn transact(
        &mut self,
        batch: &mut [Queued],
        changes: &mut Vec<Change>,
        care: Care,
    ) -> Result<(), NotDone> {
        self.reconnect().await?;
        let Some(connection) = &mut self.connection else {
            return Err(NotDone::TakenOver);
        };
        let mut head = self.head.clone();
        let mut unsealed = Vec::new();
        let mut transaction = Transaction {
            connection,
            head: &mut head,
            epoch: self.epoch,
            unsealed: &mut unsealed,
            changes,
        };
        if care == Care::Careful {
            transaction.say("ROLLBACK").await?;
        }
        transaction.say("BEGIN IMMEDIATE").await?;
        if care == Care::Trusting {
            receive::together(&mut transaction, batch.iter_mut().filter_map(Queued::delivery)).await?;
        }
        for write in batch {
            write.attempt(&mut transaction, care).await?;
        }
        transaction.seal(None).await?;
        transaction.say("COMMIT").await?;
        self.head = head;
        Ok(())
    }

    /// After a lost transaction: a new connection, and the ends of the chains as the file has them.
    async fn reconnect(&mut self) -> Result<(), NotDone> {
        if self.connection.is_some() {
            return Ok(());
        }
        let mut connection = open::connect(&self.held).await.map_err(NotDone::Refused)?;
        let head = Head::read(&mut connection).await?;
        if head.epoch != self.epoch {
            return Err(NotDone::TakenOver);
        }
        tracing::info!(ledger.entries = head.seq, "the ledger was opened again");
        self.head = head;
        self.connection = Some(connection);
        Ok(())
    }
}
