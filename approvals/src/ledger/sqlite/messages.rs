//! The console's messages and the pictures in them.

use async_trait::async_trait;
use commands::names::{MessageId, Person};

use super::super::{Attachment, ConsoleMessage, LedgerError, statements};
use super::rows::{json, message_id, sql};
use super::writer::{NotDone, Transaction, Write};
use crate::board::Change;

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
        self.attach(transaction).await?;
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

    async fn attach(&self, transaction: &mut Transaction<'_>) -> Result<(), NotDone> {
        for attachment in &self.attachments {
            sqlx::query(statements::PUT_ATTACHMENT)
                .bind(&attachment.id)
                .bind(&attachment.media_type)
                .bind(attachment.bytes.as_slice())
                .execute(&mut *transaction.connection)
                .await?;
        }
        Ok(())
    }

    async fn insert(&self, transaction: &mut Transaction<'_>) -> Result<i64, NotDone> {
        let id = transaction.head.message + 1;
        self.columns(sqlx::query(statements::PUT_MESSAGE).bind(id))?
            .bind(self.nonce.map(sql))
            .execute(&mut *transaction.connection)
            .await?;
        transaction.head.message = id;
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

type Query<'q> = sqlx::query::Query<'q, sqlx::Sqlite, sqlx::sqlite::SqliteArguments>;
