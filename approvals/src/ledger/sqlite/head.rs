//! Where everything ends: read once at an opening, then counted on by the writer. Nothing here grows with history.

use std::collections::BTreeMap;

use sqlx::SqliteConnection;

use super::super::{LedgerError, statements};

/// The ends of the chains and the numbers given last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Head {
    /// The epoch in force.
    pub epoch: i64,
    /// The last entry's place.
    pub seq: i64,
    /// The last entry's time.
    pub at: i64,
    /// The latest time that came with anything, for what is forgotten after a while.
    pub latest: i64,
    /// The last seal's number, hash, and the place up to which it seals.
    pub seal: i64,
    pub seal_hash: String,
    pub sealed: i64,
    /// The last delivery's number.
    pub delivery: i64,
    /// The last message's id in the outbox.
    pub outgoing: i64,
    /// The last console message's id.
    pub message: i64,
    /// Messages that came into each console channel since it was looked through for old ones.
    pub since_forgotten: BTreeMap<String, u32>,
}

/// Why it was not read.
#[derive(Debug)]
pub(super) enum NotRead {
    /// The database failed.
    Failed(sqlx::Error),
    /// Entries or seals at the end of the log are gone, or others stand there.
    Damaged { at: String, why: String },
}

impl From<sqlx::Error> for NotRead {
    fn from(error: sqlx::Error) -> Self {
        Self::Failed(error)
    }
}

impl NotRead {
    /// As the ledger tells it; `failed` says what a failure of the database means here.
    pub fn told(self, failed: impl FnOnce(sqlx::Error) -> LedgerError) -> LedgerError {
        match self {
            NotRead::Failed(error) => failed(error),
            NotRead::Damaged { at, why } => LedgerError::Corrupt { at, why },
        }
    }
}

impl Head {
    /// Reads it from the file. Nothing is appended to a chain that does not end where it was left.
    pub async fn read(connection: &mut SqliteConnection) -> Result<Self, NotRead> {
        let (epoch, recorded, recorded_hash): (i64, i64, String) = sqlx::query_as(statements::HEAD)
            .fetch_one(&mut *connection)
            .await?;
        let last: Option<(i64, i64)> = sqlx::query_as(statements::LAST_ENTRY)
            .fetch_optional(&mut *connection)
            .await?;
        let seal: Option<(i64, String, i64)> = sqlx::query_as(statements::LAST_SEAL)
            .fetch_optional(&mut *connection)
            .await?;
        let delivery: Option<i64> = sqlx::query_scalar(statements::LAST_DELIVERY)
            .fetch_one(&mut *connection)
            .await?;
        let (seq, at) = last.unwrap_or_default();
        let (seal, seal_hash, sealed) = seal.unwrap_or_default();
        if (recorded, &recorded_hash) != (seal, &seal_hash) {
            return Err(NotRead::Damaged {
                at: format!("seal {seal}"),
                why: format!("the chain was left at seal {recorded} {recorded_hash}"),
            });
        }
        if seq != sealed {
            return Err(NotRead::Damaged {
                at: format!("seal {seal}"),
                why: format!("it seals up to {sealed}, and the last entry is {seq}"),
            });
        }
        Ok(Self {
            epoch,
            seq,
            at,
            latest: at,
            seal,
            seal_hash,
            sealed,
            delivery: delivery.unwrap_or(0),
            outgoing: last_given(connection, "outbox").await?,
            message: last_given(connection, "messages").await?,
            since_forgotten: BTreeMap::new(),
        })
    }

    /// Counts a message that came into a channel, and says whether it is time to look for old ones there: after `every`
    /// messages, and at the first one.
    pub fn is_time_to_forget(&mut self, channel: &str, every: u32) -> bool {
        let came = match self.since_forgotten.get_mut(channel) {
            Some(came) => came,
            None => self.since_forgotten.entry(channel.to_owned()).or_insert(every),
        };
        *came += 1;
        let is_time = *came >= every;
        if is_time {
            *came = 0;
        }
        is_time
    }

    /// Takes a time in that came with something.
    pub fn see(&mut self, at: i64) {
        self.latest = self.latest.max(at);
    }
}

async fn last_given(connection: &mut SqliteConnection, table: &'static str) -> Result<i64, sqlx::Error> {
    let id: Option<i64> = sqlx::query_scalar(statements::LAST_GIVEN)
        .bind(table)
        .fetch_optional(&mut *connection)
        .await?;
    Ok(id.unwrap_or(0))
}
