//! Messages to send: put in order, replaced while unsent, gone once they are there.
//!
//! A message may be replaced while it is on its way. So whoever takes it remembers which revision was taken, and when it
//! is there a later revision stays in the outbox, now as an edit of it. A first post that may have been tried before (a
//! lost answer, a restart) is edited once more where it was replaced since: the chat may have kept the older text.

use std::collections::HashMap;

use async_trait::async_trait;
use commands::names::{At, MessageId};
use sqlx::SqlitePool;

use super::super::{LedgerError, Outgoing, Queued, Sent, statements};
use super::faults::of_reading;
use super::rows::{count, from_json, name, sql};
use super::writer::{NotDone, Transaction, Write};
use crate::board::Change;
use crate::notice::Slot;
use crate::ports::Address;

/// Given-up messages that are kept for `/status`.
const UNDELIVERED_KEPT: i64 = 1000;

/// Puts a message in the outbox. An unsent edit of the same message is replaced where it stands, so it is never sent
/// after what was said later.
pub(super) async fn say(
    transaction: &mut Transaction<'_>,
    outgoing: &Outgoing,
    json: &str,
) -> Result<(), NotDone> {
    transaction.head.outgoing += 1;
    sqlx::query(statements::SAY)
        .bind(transaction.head.outgoing)
        .bind(outgoing.to.place.to_string())
        .bind(outgoing.request.map(|request| sql(request.number())))
        .bind(slot(outgoing))
        .bind(json)
        .bind(0_i64)
        .execute(&mut *transaction.connection)
        .await?;
    transaction.changes.push(Change::ToSend);
    Ok(())
}

/// Which message of its request it is; one of no request is always new.
fn slot(outgoing: &Outgoing) -> &'static str {
    match (outgoing.request, outgoing.slot) {
        (None, _) | (_, Slot::New) => "new",
        (_, Slot::Card) => "card",
        (_, Slot::Progress) => "progress",
    }
}

/// The revision of each message that was handed out and is not reported on yet.
pub(super) type HandedOut = HashMap<u64, i64>;

/// Messages that may be sent now, oldest first within their place, with the revision of each.
pub(super) async fn to_send(
    pool: &SqlitePool,
    now: At,
    limit: u32,
) -> Result<Vec<(Queued, i64)>, LedgerError> {
    let rows: Vec<(i64, i64, i64, String, Option<String>)> = sqlx::query_as(statements::TO_SEND)
        .bind(now.0)
        .bind(limit)
        .fetch_all(pool)
        .await
        .map_err(of_reading)?;
    let mut taken = Vec::with_capacity(rows.len());
    for (id, revision, attempts, outgoing, posted) in rows {
        let row = format!("outbox {id}");
        let mut outgoing: Outgoing = from_json(&row, &outgoing)?;
        outgoing.to.thread = root(pool, &row, &outgoing.to).await?;
        let queued = Queued {
            id: count(id),
            outgoing,
            posted: posted.map(|message| name(&row, &message)).transpose()?,
            attempts: u32::try_from(attempts).unwrap_or(u32::MAX),
        };
        taken.push((queued, revision));
    }
    Ok(taken)
}

/// The root of the thread that a message belongs to; `None`: there is none yet.
async fn root(pool: &SqlitePool, row: &str, to: &Address) -> Result<Option<MessageId>, LedgerError> {
    let Some(stand_in) = to.thread.as_ref().filter(|thread| MessageId::is_stand_in(thread)) else {
        return Ok(to.thread.clone());
    };
    let message: Option<String> = sqlx::query_scalar(statements::ROOT)
        .bind(to.place.to_string())
        .bind(stand_in.as_str())
        .fetch_optional(pool)
        .await
        .map_err(of_reading)?;
    message.map(|message| name(row, &message)).transpose()
}

/// What became of sending a message.
#[derive(Debug)]
pub(super) struct Report {
    pub id: u64,
    pub sent: Sent,
    /// The revision that was handed out; `None`: whichever there is.
    pub handed_out: Option<i64>,
}

/// A message as it waits.
struct Row {
    place: String,
    request: Option<i64>,
    slot: String,
    revision: i64,
    tried: bool,
    attempts: i64,
    outgoing: String,
    /// The message that it edits.
    message: Option<String>,
}

impl Row {
    /// Whether `message` shows what this row says, so that nothing is left to send.
    fn is_shown(&self, handed_out: i64) -> bool {
        let first_post_in_doubt = self.message.is_none() && self.tried && self.revision > 1;
        self.revision == handed_out && (self.slot == "new" || !first_post_in_doubt)
    }
}

#[async_trait]
impl Write for Report {
    type Told = ();

    async fn write(&mut self, transaction: &mut Transaction<'_>) -> Result<(), NotDone> {
        let Some(row) = self.row(transaction).await? else {
            return Ok(());
        };
        match &self.sent {
            Sent::Posted(message) => self.posted(transaction, &row, message).await,
            Sent::Later(at) => self.later(transaction, *at).await,
            Sent::GivenUp(why) => self.given_up(transaction, row, why).await,
        }
    }
}

impl Report {
    async fn row(&self, transaction: &mut Transaction<'_>) -> Result<Option<Row>, NotDone> {
        type Columns = (
            String,
            Option<i64>,
            String,
            i64,
            bool,
            i64,
            String,
            Option<String>,
        );
        let columns: Option<Columns> = sqlx::query_as(statements::WAITING)
            .bind(sql(self.id))
            .fetch_optional(&mut *transaction.connection)
            .await?;
        Ok(columns.map(
            |(place, request, slot, revision, tried, attempts, outgoing, message)| Row {
                place,
                request,
                slot,
                revision,
                tried,
                attempts,
                outgoing,
                message,
            },
        ))
    }

    async fn posted(
        &self,
        transaction: &mut Transaction<'_>,
        row: &Row,
        message: &MessageId,
    ) -> Result<(), NotDone> {
        self.opened(transaction, row, message).await?;
        if row.slot != "new" {
            sqlx::query(statements::POSTED)
                .bind(row.request)
                .bind(&row.slot)
                .bind(&row.place)
                .bind(message.as_str())
                .execute(&mut *transaction.connection)
                .await?;
        }
        let query = if row.is_shown(self.handed_out.unwrap_or(row.revision)) {
            sqlx::query(statements::DELIVERED).bind(sql(self.id))
        } else {
            transaction.changes.push(Change::ToSend);
            sqlx::query(statements::EDIT_AGAIN).bind(sql(self.id)).bind(0_i64)
        };
        query.execute(&mut *transaction.connection).await?;
        Ok(())
    }

    /// The first message that everybody sees in the thread of a command that is no message opens that thread.
    async fn opened(
        &self,
        transaction: &mut Transaction<'_>,
        row: &Row,
        message: &MessageId,
    ) -> Result<(), NotDone> {
        let outgoing: Outgoing =
            from_json(format!("outbox {}", self.id), &row.outgoing).map_err(NotDone::Refused)?;
        let to = outgoing.to;
        let stand_in = to.thread.filter(MessageId::is_stand_in);
        let Some(stand_in) = stand_in.filter(|_| to.only_for.is_none()) else {
            return Ok(());
        };
        sqlx::query(statements::PUT_ROOT)
            .bind(&row.place)
            .bind(stand_in.as_str())
            .bind(message.as_str())
            .execute(&mut *transaction.connection)
            .await?;
        Ok(())
    }

    async fn later(&self, transaction: &mut Transaction<'_>, at: At) -> Result<(), NotDone> {
        sqlx::query(statements::SEND_LATER)
            .bind(sql(self.id))
            .bind(at.0)
            .execute(&mut *transaction.connection)
            .await?;
        Ok(())
    }

    /// Keeps it for `/status`. Where it was an edit its message is forgotten: the next one is posted anew, because the
    /// message may have been deleted.
    async fn given_up(&self, transaction: &mut Transaction<'_>, row: Row, why: &str) -> Result<(), NotDone> {
        sqlx::query(statements::GIVE_UP)
            .bind(sql(self.id))
            .bind(transaction.head.latest)
            .bind(&row.place)
            .bind(row.outgoing)
            .bind(row.attempts + 1)
            .bind(why)
            .execute(&mut *transaction.connection)
            .await?;
        if row.message.is_some() {
            sqlx::query(statements::FORGET_POSTED)
                .bind(row.request)
                .bind(&row.slot)
                .bind(&row.place)
                .execute(&mut *transaction.connection)
                .await?;
        }
        sqlx::query(statements::DELIVERED)
            .bind(sql(self.id))
            .execute(&mut *transaction.connection)
            .await?;
        sqlx::query(statements::FORGET_UNDELIVERED)
            .bind(UNDELIVERED_KEPT)
            .execute(&mut *transaction.connection)
            .await?;
        Ok(())
    }
}
