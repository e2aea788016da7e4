//! The console's messages and the pictures in them; the oldest go, so that neither grows without end.

use async_trait::async_trait;
use commands::names::{MessageId, Person};

use super::super::{Attachment, ConsoleMessage, LedgerError, statements};
use super::rows::{json, message_id, sql};
use super::writer::{NotDone, Transaction, Write};
use crate::board::Change;

/// Messages that a channel keeps: five times what its page shows. Beyond, the oldest go, and pictures with the last message
/// that shows them; what was decided and measured stays in the entries.
const KEPT: i64 = 5_000;

/// A channel is looked through for old messages after so many new ones, and at its first after an opening.
const FORGET_EVERY: u32 = 64;

/// Messages forgotten at one time: more than come in between, few enough that no write waits long behind it.
const FORGET_AT_MOST: i64 = 256;

/// A message to store (no id yet) or to replace.
#[derive(Debug)]
pub(super) struct Put {
    pub message: ConsoleMessage,
    pub attachments: Vec<Attachment>,
    pub nonce: Option<u64>,
}

#[async_trait]
impl Write for Put {
    type Told = MessageId;

    async fn write(&mut self, transaction: &mut Transaction<'_>) -> Result<MessageId, NotDone> {
        if let Some(first) = self.posted_before(transaction).await? {
            return Ok(first);
        }
        let id = if self.message.id.is_empty() {
            self.insert(transaction).await?
        } else {
            self.replace(transaction).await?
        };
        self.attach(transaction, id).await?;
        let id = message_id(id).map_err(NotDone::Refused)?;
        transaction.changes.push(Change::Message {
            channel: self.message.channel.clone(),
            id: id.clone(),
        });
        Ok(id)
    }
}

impl Put {
    async fn posted_before(&self, transaction: &mut Transaction<'_>) -> Result<Option<MessageId>, NotDone> {
        let Some(nonce) = self.nonce else { return Ok(None) };
        let first: Option<i64> = sqlx::query_scalar(statements::MESSAGE_OF_NONCE)
            .bind(sql(nonce))
            .fetch_optional(&mut *transaction.connection)
            .await?;
        first.map(message_id).transpose().map_err(NotDone::Refused)
    }

    /// Puts the pictures up in the place of those that the message showed before.
    async fn attach(&self, transaction: &mut Transaction<'_>, message: i64) -> Result<(), NotDone> {
        let before = take_down(transaction, message).await?;
        for attachment in &self.attachments {
            sqlx::query(statements::PUT_ATTACHMENT)
                .bind(&attachment.id)
                .bind(&attachment.media_type)
                .bind(attachment.bytes.as_slice())
                .execute(&mut *transaction.connection)
                .await?;
            sqlx::query(statements::SHOW_PICTURE)
                .bind(message)
                .bind(&attachment.id)
                .execute(&mut *transaction.connection)
                .await?;
        }
        forget_unshown(transaction, &before).await
    }

    async fn insert(&self, transaction: &mut Transaction<'_>) -> Result<i64, NotDone> {
        let id = transaction.head.message + 1;
        self.columns(sqlx::query(statements::PUT_MESSAGE).bind(id))?
            .bind(self.nonce.map(sql))
            .execute(&mut *transaction.connection)
            .await?;
        transaction.head.message = id;
        forget_old(transaction, &self.message.channel).await?;
        Ok(id)
    }

    async fn replace(&self, transaction: &mut Transaction<'_>) -> Result<i64, NotDone> {
        let unknown = || {
            NotDone::Refused(LedgerError::NotWritable(
                format!("there is no message {}", self.message.id).into(),
            ))
        };
        let id: i64 = self.message.id.parse().map_err(|_| unknown())?;
        let replaced = self
            .columns(sqlx::query(statements::REPLACE_MESSAGE).bind(id))?
            .execute(&mut *transaction.connection)
            .await?;
        if replaced.rows_affected() == 0 {
            Err(unknown())
        } else {
            Ok(id)
        }
    }

    /// Every column but the id and the nonce.
    fn columns<'q>(&'q self, query: Query<'q>) -> Result<Query<'q>, NotDone> {
        let message = &self.message;
        Ok(query
            .bind(&message.channel)
            .bind(&message.thread)
            .bind(&message.author)
            .bind(message.at.0)
            .bind(&message.text)
            .bind(json(&message.buttons)?)
            .bind(json(&message.images)?)
            .bind(message.request.map(|request| sql(request.number())))
            .bind(message.only_for.as_ref().map(Person::as_str))
            .bind(json(&message.body)?))
    }
}

/// Takes a message's pictures down and names them.
async fn take_down(transaction: &mut Transaction<'_>, message: i64) -> Result<Vec<String>, NotDone> {
    let shown: Vec<String> = sqlx::query_scalar(statements::PICTURES_OF_MESSAGE)
        .bind(message)
        .fetch_all(&mut *transaction.connection)
        .await?;
    if !shown.is_empty() {
        sqlx::query(statements::TAKE_PICTURES_DOWN)
            .bind(message)
            .execute(&mut *transaction.connection)
            .await?;
    }
    Ok(shown)
}

/// Forgets those of these pictures that no message shows any more.
async fn forget_unshown(transaction: &mut Transaction<'_>, pictures: &[String]) -> Result<(), NotDone> {
    for picture in pictures {
        sqlx::query(statements::FORGET_UNSHOWN)
            .bind(picture)
            .execute(&mut *transaction.connection)
            .await?;
    }
    Ok(())
}

/// After a message in this channel: forgets its oldest ones, where it is time to look.
pub(super) async fn forget_old(transaction: &mut Transaction<'_>, channel: &str) -> Result<(), NotDone> {
    if !transaction.head.is_time_to_forget(channel, FORGET_EVERY) {
        return Ok(());
    }
    let last: Option<i64> = sqlx::query_scalar(statements::ONE_TOO_MANY)
        .bind(channel)
        .bind(KEPT)
        .fetch_optional(&mut *transaction.connection)
        .await?;
    let Some(last) = last else { return Ok(()) };
    let last: i64 = sqlx::query_scalar(statements::LAST_TO_FORGET)
        .bind(channel)
        .bind(last)
        .bind(FORGET_AT_MOST)
        .fetch_one(&mut *transaction.connection)
        .await?;
    let pictures: Vec<String> = sqlx::query_scalar(statements::PICTURES_TO_FORGET)
        .bind(channel)
        .bind(last)
        .fetch_all(&mut *transaction.connection)
        .await?;
    for forget in [statements::FORGET_PICTURES, statements::FORGET_MESSAGES] {
        sqlx::query(forget)
            .bind(channel)
            .bind(last)
            .execute(&mut *transaction.connection)
            .await?;
    }
    forget_unshown(transaction, &pictures).await
}

type Query<'q> = sqlx::query::Query<'q, sqlx::Sqlite, sqlx::sqlite::SqliteArguments>;
