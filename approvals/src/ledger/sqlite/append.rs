//! One commit: the chained entry, the claims, the wake-up, the messages to send and the delivery it answers.

use async_trait::async_trait;
use commands::names::{Environment, RequestId};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::super::chain::{EntryRow, salted};
use super::super::particulars::{self, Taken};
use super::super::{ClaimChange, Commit, LedgerError, Listed, NewEntry, Wake, statements};
use super::rows::sql;
use super::writer::{NotDone, Transaction, Write};
use super::{claims, outbox};
use crate::board::Change;
use crate::intake::DeliveryId;
use crate::ports::Dice;
use crate::request::Event;

/// A commit made ready outside the writer: serialised, its particulars taken out.
#[derive(Debug)]
pub(super) struct Append {
    commit: Commit,
    body: String,
    particulars: Vec<Taken>,
    /// The messages of the commit, as JSON.
    say: Vec<String>,
    behind: Option<RequestId>,
}

impl Append {
    /// Makes a commit ready. Refuses one that could not be read back: it would block its request for ever.
    pub fn prepare(commit: Commit, dice: &dyn Dice) -> Result<Self, LedgerError> {
        let (mut body, mut particulars, mut behind) = (String::new(), Vec::new(), None);
        match &commit.entry {
            Some(entry) => {
                if entry.events.is_empty() {
                    return Err(impossible("an entry without events"));
                }
                if entry.listed.is_none() != (entry.request == RequestId::SLUICE) {
                    return Err(impossible("lists show every request, and nothing else"));
                }
                let mut events = legible(&entry.events)?;
                particulars = particulars::take(&mut events, dice);
                body = events.to_string();
                behind = entry.events.iter().rev().find_map(|event| match event {
                    Event::Queued { behind } => Some(*behind),
                    _ => None,
                });
            }
            None if commit.claims != ClaimChange::Keep => {
                return Err(impossible("claims change only with an entry of their request"));
            }
            None => {}
        }
        let say = commit
            .say
            .iter()
            .map(|outgoing| Ok(legible(outgoing)?.to_string()));
        Ok(Self {
            say: say.collect::<Result<_, LedgerError>>()?,
            commit,
            body,
            particulars,
            behind,
        })
    }
}

/// A value as JSON, if it reads back as it is. (JSON has no NaN: it would be written as null and never read again.)
fn legible<T: Serialize + DeserializeOwned + PartialEq>(value: &T) -> Result<Value, LedgerError> {
    let unwritten = |error: serde_json::Error| LedgerError::NotWritable(error.into());
    let json = serde_json::to_value(value).map_err(unwritten)?;
    if T::deserialize(&json).map_err(unwritten)? == *value {
        Ok(json)
    } else {
        Err(impossible("it would read back as something else"))
    }
}

fn impossible(why: &'static str) -> LedgerError {
    LedgerError::NotWritable(why.into())
}

#[async_trait]
impl Write for Append {
    type Told = ();

    async fn write(&mut self, transaction: &mut Transaction<'_>) -> Result<(), NotDone> {
        let commit = &self.commit;
        let last = match &commit.entry {
            Some(entry) => self.check(transaction, entry).await?,
            None => Last::default(),
        };
        if let Some((request, entries)) = commit.only_at
            && last_of(transaction, request).await?.0 != sql(entries)
        {
            return Err(NotDone::Refused(LedgerError::Stale));
        }
        if let Some(delivery) = &commit.answers {
            answer(transaction, delivery).await?;
        }
        if let Some(entry) = &commit.entry {
            self.append(transaction, entry, last).await?;
            match &commit.claims {
                ClaimChange::Keep => {}
                ClaimChange::Take(wanted) => claims::take(transaction, entry.request, wanted).await?,
                ClaimChange::Release => claims::release(transaction, entry.request).await?,
            }
        }
        if let Some(wake) = commit.wake {
            set_wake(transaction, wake).await?;
        }
        if let (Some(entry), Some(behind)) = (&commit.entry, self.behind) {
            claims::wake_if_free(transaction, entry.request, behind).await?;
        }
        for (outgoing, json) in commit.say.iter().zip(&self.say) {
            outbox::say(transaction, outgoing, json).await?;
        }
        Ok(())
    }
}

/// A request's last entry: its number and hash.
type Last = (i64, String);

async fn last_of(transaction: &mut Transaction<'_>, request: RequestId) -> Result<Last, NotDone> {
    let last: Option<Last> = sqlx::query_as(statements::LAST_OF_REQUEST)
        .bind(sql(request.number()))
        .fetch_optional(&mut *transaction.connection)
        .await?;
    Ok(last.unwrap_or_default())
}

impl Append {
    /// Nobody else appended to the request, and its claims are free.
    async fn check(&self, transaction: &mut Transaction<'_>, entry: &NewEntry) -> Result<Last, NotDone> {
        let last = last_of(transaction, entry.request).await?;
        if last.0 != sql(entry.expected) {
            return Err(NotDone::Refused(LedgerError::Stale));
        }
        if let ClaimChange::Take(wanted) = &self.commit.claims {
            claims::check(transaction, entry.request, wanted).await?;
        }
        Ok(last)
    }

    async fn append(
        &self,
        transaction: &mut Transaction<'_>,
        entry: &NewEntry,
        (number, prev): Last,
    ) -> Result<(), NotDone> {
        let mut row = EntryRow {
            seq: transaction.head.seq + 1,
            request: sql(entry.request.number()),
            number: number + 1,
            at: entry.at.0.max(transaction.head.at),
            person: entry.by.to_string(),
            version: entry.version.into(),
            ballot: entry.ballot.as_ref().map(|ballot| ballot.0.clone()),
            epoch: transaction.epoch,
            delivery: self.commit.answers.as_ref().map(|delivery| delivery.0.clone()),
            body: self.body.clone(),
            prev,
            hash: String::new(),
        };
        row.hash = row.rehash();
        transaction.head.seq = row.seq;
        transaction.head.at = row.at;
        transaction.head.see(row.at);
        transaction.unsealed.push((row.seq, row.hash.clone()));
        transaction.changes.push(Change::Request(entry.request));
        self.insert(transaction, row).await?;
        match &entry.listed {
            Some(listed) => self.list(transaction, entry.request, listed).await,
            None => Ok(()),
        }
    }

    async fn insert(&self, transaction: &mut Transaction<'_>, row: EntryRow) -> Result<(), NotDone> {
        let (seq, person) = (row.seq, row.person.clone());
        sqlx::query(statements::APPEND)
            .bind(row.seq)
            .bind(row.request)
            .bind(row.number)
            .bind(row.at)
            .bind(row.person)
            .bind(row.version)
            .bind(row.ballot)
            .bind(row.epoch)
            .bind(row.delivery)
            .bind(row.body)
            .bind(row.prev)
            .bind(row.hash)
            .execute(&mut *transaction.connection)
            .await?;
        for (position, taken) in self.particulars.iter().enumerate() {
            debug_assert!(self.body.contains(&salted(&taken.salt, &taken.text)));
            sqlx::query(statements::PUT_PARTICULAR)
                .bind(seq)
                .bind(sql(position as u64))
                .bind(&person)
                .bind(taken.salt.as_slice())
                .bind(&taken.text)
                .execute(&mut *transaction.connection)
                .await?;
        }
        Ok(())
    }

    /// The request's row in lists.
    async fn list(
        &self,
        transaction: &mut Transaction<'_>,
        request: RequestId,
        listed: &Listed,
    ) -> Result<(), NotDone> {
        let Listed {
            row,
            thread: (place, thread),
            ended,
        } = listed;
        sqlx::query(statements::PUT_REQUEST)
            .bind(sql(request.number()))
            .bind(&row.state)
            .bind(row.environment.as_ref().map(Environment::as_str))
            .bind(row.asked_by.as_str())
            .bind(row.asked_at.0)
            .bind(&row.command)
            .bind(place.to_string())
            .bind(thread.as_str())
            .bind(ended)
            .bind(self.behind.map(|behind| sql(behind.number())))
            .execute(&mut *transaction.connection)
            .await?;
        Ok(())
    }
}

/// Marks a delivery as answered. Of two answers to one delivery the second is stale: the person has heard already.
async fn answer(transaction: &mut Transaction<'_>, delivery: &DeliveryId) -> Result<(), NotDone> {
    let answered = sqlx::query(statements::ANSWER)
        .bind(&delivery.0)
        .bind(transaction.head.latest)
        .execute(&mut *transaction.connection)
        .await?;
    if answered.rows_affected() == 1 {
        return Ok(());
    }
    let before: i64 = sqlx::query_scalar(statements::IS_ANSWERED)
        .bind(&delivery.0)
        .fetch_one(&mut *transaction.connection)
        .await?;
    if before == 0 {
        Ok(())
    } else {
        Err(NotDone::Refused(LedgerError::Stale))
    }
}

async fn set_wake(transaction: &mut Transaction<'_>, wake: Wake) -> Result<(), NotDone> {
    let request = sql(wake.request.number());
    let query = match wake.at {
        Some(at) => sqlx::query(statements::WAKE).bind(request).bind(at.0),
        None => sqlx::query(statements::NEVER_WAKE).bind(request),
    };
    query.execute(&mut *transaction.connection).await?;
    Ok(())
}
