//! A delivery, stored once.

use async_trait::async_trait;
use commands::names::{Channel, Chat, MessageId};

use super::super::{LedgerError, Received, statements};
use super::messages::forget_old;
use super::rows::{count, json};
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
        let (number, message) = (transaction.head.delivery + 1, self.message(transaction)?);
        if !self.store(transaction, number, &message).await? {
            return self.again(transaction).await;
        }
        transaction.head.see(self.delivery.at.0);
        transaction.head.delivery = number;
        if let Some(channel) = self.typed_in() {
            transaction.head.message += 1;
            transaction.changes.push(Change::Message {
                channel: channel.to_string(),
                id: message.clone(),
            });
            forget_old(transaction, channel.as_str()).await?;
        }
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
            (None, ..) => return Ok(MessageId::stand_in(count(transaction.head.delivery + 1))),
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

    /// The console's channel it was typed in: there it is a message.
    fn typed_in(&self) -> Option<&Channel> {
        let place = &self.delivery.place;
        let typed = matches!(self.delivery.said, Said::Text(_)) && place.chat == Chat::Console;
        typed.then_some(&place.channel)
    }

    /// Stores it, and the message it is, in one call; `false`: it was there before.
    async fn store(
        &self,
        transaction: &mut Transaction<'_>,
        number: i64,
        message: &MessageId,
    ) -> Result<bool, NotDone> {
        let delivery = json(&Delivery {
            message: Some(message.clone()),
            ..self.delivery.clone()
        })?;
        let text = match (&self.delivery.said, self.typed_in()) {
            (Said::Text(text), Some(_)) => Some(text),
            _ => None,
        };
        let mut query = sqlx::query(text.map_or(statements::RECEIVE, |_| statements::RECEIVE_TYPED))
            .bind(number)
            .bind(&self.delivery.id.0)
            .bind(message.as_str())
            .bind(delivery);
        if let Some(text) = text {
            query = query
                .bind(transaction.head.message + 1)
                .bind(self.delivery.place.channel.as_str())
                .bind(self.delivery.thread.as_ref().map(MessageId::as_str))
                .bind(&self.delivery.account.id)
                .bind(self.delivery.at.0)
                .bind(text);
        }
        let stored = query.execute(&mut *transaction.connection).await?;
        Ok(stored.rows_affected() > 0)
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
