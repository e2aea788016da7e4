//! A delivery, stored once.

use async_trait::async_trait;
use commands::names::{Chat, MessageId};

use super::super::{LedgerError, Received, statements};
use super::rows::json;
use super::writer::{NotDone, Transaction, Write};
use crate::board::Change;
use crate::intake::{Delivery, Said};

/// How long an answered delivery is known, ms: chats send again for some minutes, Slack's Events API for an hour
/// (<https://docs.slack.dev/apis/events-api/#retries>).
const KNOWN_FOR: i64 = 3_600_000;

/// After so many deliveries those answered long ago are forgotten, this many at most at once.
const FORGET_EVERY: i64 = 256;
const FORGET_AT_MOST: i64 = 1024;

#[derive(Debug)]
pub(super) struct Receive {
    pub delivery: Delivery,
}

#[async_trait]
impl Write for Receive {
    type Told = Received;

    async fn write(&mut self, transaction: &mut Transaction<'_>) -> Result<Received, NotDone> {
        transaction.head.see(self.delivery.at.0);
        let (number, message) = (transaction.head.delivery + 1, self.message(transaction)?);
        self.delivery.message = Some(message.clone());
        let stored = sqlx::query(statements::RECEIVE)
            .bind(number)
            .bind(&self.delivery.id.0)
            .bind(message.as_str())
            .bind(json(&self.delivery)?)
            .execute(&mut *transaction.connection)
            .await?;
        if stored.rows_affected() == 0 {
            return self.again(transaction).await;
        }
        transaction.head.delivery = number;
        self.show(transaction, &message).await?;
        if number % FORGET_EVERY == 0 {
            forget(transaction).await?;
        }
        transaction.changes.push(Change::Delivered);
        Ok(Received {
            message,
            again: false,
        })
    }
}

impl Receive {
    /// The message it is: as the chat says; else the next one of the console, or one that stands for a command that is no
    /// message in its chat.
    fn message(&self, transaction: &Transaction<'_>) -> Result<MessageId, NotDone> {
        let name = match (
            &self.delivery.message,
            &self.delivery.said,
            self.delivery.place.chat,
        ) {
            (_, Said::Press { message, .. }, _) => return Ok(message.clone()),
            (Some(message), ..) => return Ok(message.clone()),
            (None, _, Chat::Console) => (transaction.head.message + 1).to_string(),
            (None, ..) => format!("delivery-{}", transaction.head.delivery + 1),
        };
        MessageId::parse(&name).map_err(|error| NotDone::Refused(LedgerError::NotWritable(error.into())))
    }

    /// The same delivery was there before: answered alike.
    async fn again(&self, transaction: &mut Transaction<'_>) -> Result<Received, NotDone> {
        let message: String = sqlx::query_scalar(statements::RECEIVED)
            .bind(&self.delivery.id.0)
            .fetch_one(&mut *transaction.connection)
            .await?;
        let message = MessageId::parse(&message)
            .map_err(|error| NotDone::Refused(LedgerError::NotWritable(error.into())))?;
        Ok(Received { message, again: true })
    }

    /// What was typed in the console is a message there.
    async fn show(&self, transaction: &mut Transaction<'_>, message: &MessageId) -> Result<(), NotDone> {
        let Delivery {
            place,
            account,
            thread,
            said,
            at,
            ..
        } = &self.delivery;
        let (Said::Text(text), Chat::Console) = (said, place.chat) else {
            return Ok(());
        };
        transaction.head.message += 1;
        sqlx::query(statements::PUT_MESSAGE)
            .bind(transaction.head.message)
            .bind(place.channel.as_str())
            .bind(thread.as_ref().map(MessageId::as_str))
            .bind(&account.id)
            .bind(at.0)
            .bind(text)
            .bind("[]")
            .bind("[]")
            .bind(None::<i64>)
            .bind(None::<&str>)
            .bind("null")
            .bind(None::<i64>)
            .execute(&mut *transaction.connection)
            .await?;
        transaction.changes.push(Change::Message {
            channel: place.channel.to_string(),
            id: message.clone(),
        });
        Ok(())
    }
}

async fn forget(transaction: &mut Transaction<'_>) -> Result<(), NotDone> {
    sqlx::query(statements::FORGET_ANSWERED)
        .bind(transaction.head.latest.saturating_sub(KNOWN_FOR))
        .bind(FORGET_AT_MOST)
        .execute(&mut *transaction.connection)
        .await?;
    Ok(())
}
