//! One commit: the chained entry, the claims, the wake-up, the messages to send and the delivery it answers.

use async_trait::async_trait;
use commands::names::{Environment, RequestId};
use serde_json::Value;

use super::super::chain::{EntryRow, salted};
use super::super::particulars::{self, Taken};
use super::super::{ClaimChange, Commit, LedgerError, NewEntry, Wake, statements};
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
    behind: Option<RequestId>,
}

impl Append {
    /// Makes a commit ready. Refuses one that could not be read back: it would block its request for ever.
    pub fn prepare(commit: Commit, dice: &dyn Dice) -> Result<Self, LedgerError> {
        let (mut body, mut particulars, mut behind) = (String::new(), Vec::new(), None);
        match &commit.entry {
            Some(entry) => {
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
        Ok(Self {
            commit,
            body,
            particulars,
            behind,
        })
    }
}

/// The events as JSON, if they read back as they are.
fn legible(events: &[Event]) -> Result<Value, LedgerError> {
    if events.is_empty() {
        return Err(impossible("an entry without events"));
    }
    let value = serde_json::to_value(events).map_err(|error| LedgerError::NotWritable(error.into()))?;
    match serde_json::from_str::<Vec<Event>>(&value.to_string()) {
        Ok(read) if read == events => Ok(value),
        Ok(_) => Err(impossible("the events would read back as others")),
        Err(error) => Err(LedgerError::NotWritable(error.into())),
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
        if let Some(entry) = &commit.entry {
            self.append(transaction, entry).await?;
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
        for outgoing in &commit.say {
            outbox::say(transaction, outgoing).await?;
        }
        if let Some(delivery) = &commit.answers {
            answer(transaction, delivery).await?;
        }
        Ok(())
    }
}

impl Append {
    async fn append(&self, transaction: &mut Transaction<'_>, entry: &NewEntry) -> Result<(), NotDone> {
        let request = sql(entry.request.number());
        let last: Option<(i64, String)> = sqlx::query_as(statements::LAST_OF_REQUEST)
            .bind(request)
            .fetch_optional(&mut *transaction.connection)
            .await?;
        let (number, prev) = last.unwrap_or_default();
        if number != sql(entry.expected) {
            return Err(NotDone::Refused(LedgerError::Stale));
        }
        let mut row = EntryRow {
            seq: transaction.head.seq + 1,
            request,
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
        self.list(transaction, entry).await
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
    async fn list(&self, transaction: &mut Transaction<'_>, entry: &NewEntry) -> Result<(), NotDone> {
        let (row, (place, thread)) = (&entry.row, &entry.thread);
        sqlx::query(statements::PUT_REQUEST)
            .bind(sql(entry.request.number()))
            .bind(&row.state)
            .bind(row.environment.as_ref().map(Environment::as_str))
            .bind(row.asked_by.as_str())
            .bind(row.asked_at.0)
            .bind(&row.command)
            .bind(place.to_string())
            .bind(thread.as_str())
            .bind(entry.ended)
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
