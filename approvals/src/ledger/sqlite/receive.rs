//! Deliveries, each stored once, and many in one call.

use async_trait::async_trait;
use commands::names::{Chat, MessageId};
use sqlx::{QueryBuilder, Sqlite};

use super::super::{LedgerError, Received, statements};
use super::head::Head;
use super::messages::forget_old;
use super::rows::{count, json, message_id};
use super::writer::{NotDone, Queued, Transaction, Waiting, Write};
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
        let numbered = Numbered::next(transaction.head, &self.delivery)?;
        let mut stored = store(transaction, std::slice::from_ref(&numbered)).await?;
        let nothing = || NotDone::Refused(LedgerError::NotWritable("nothing came of a delivery".into()));
        stored.pop().ok_or_else(nothing)
    }

    fn queued(waiting: Waiting<Self>) -> Queued {
        Queued::Delivery(Box::new(waiting))
    }
}

/// Stores all deliveries of a turn in one call. Each call goes to the connection's thread and back, and waits there and
/// here for a core.
pub(super) async fn together<'a>(
    transaction: &mut Transaction<'_>,
    deliveries: impl Iterator<Item = &'a mut Waiting<Receive>> + Send,
) -> Result<(), NotDone> {
    let mut waiting: Vec<_> = deliveries.collect();
    if waiting.is_empty() {
        return Ok(());
    }
    let numbered: Vec<Numbered<'_>> = waiting
        .iter()
        .map(|waiting| Numbered::next(transaction.head, &waiting.write.delivery))
        .collect::<Result<_, _>>()?;
    let stored = store(transaction, &numbered).await?;
    for (waiting, received) in waiting.iter_mut().zip(stored) {
        waiting.outcome = Some(Ok(received));
    }
    Ok(())
}

/// Stores those that are new, and those that were typed in the console as the messages they are there.
async fn store(
    transaction: &mut Transaction<'_>,
    deliveries: &[Numbered<'_>],
) -> Result<Vec<Received>, NotDone> {
    let mut received = Vec::with_capacity(deliveries.len());
    let all = insert(transaction, deliveries).await? == deliveries.len() as u64;
    for one in deliveries {
        received.push(if all {
            one.first()
        } else {
            one.first_or_again(transaction).await?
        });
    }
    let new = || {
        deliveries
            .iter()
            .zip(&received)
            .filter(|(_, received)| !received.again)
    };
    let typed: Vec<Typed<'_>> = new().filter_map(|(one, _)| one.typed).collect();
    if !typed.is_empty() {
        insert_typed(transaction, &typed).await?;
    }
    for (one, _) in new() {
        transaction.head.see(one.delivery.at.0);
        if let Some(typed) = one.typed {
            let channel = typed.delivery.place.channel.to_string();
            forget_old(transaction, &channel).await?;
            transaction.changes.push(Change::Message {
                channel,
                id: one.message.clone(),
            });
        }
        transaction.changes.push(Change::Delivered);
    }
    if deliveries.iter().any(|one| one.number % FORGET_EVERY == 0) {
        forget(transaction).await?;
    }
    Ok(received)
}

/// A delivery with the number that it has where it is new.
struct Numbered<'a> {
    number: i64,
    message: MessageId,
    delivery: &'a Delivery,
    /// As it is stored, with its message.
    json: String,
    typed: Option<Typed<'a>>,
}

/// A text that was typed in the console, and so is a message there.
#[derive(Clone, Copy)]
struct Typed<'a> {
    id: i64,
    delivery: &'a Delivery,
    text: &'a str,
}

impl<'a> Numbered<'a> {
    fn next(head: &mut Head, delivery: &'a Delivery) -> Result<Self, NotDone> {
        head.delivery += 1;
        let number = head.delivery;
        let typed = match &delivery.said {
            Said::Text(text) if delivery.place.chat == Chat::Console => {
                head.message += 1;
                Some(Typed {
                    id: head.message,
                    delivery,
                    text,
                })
            }
            _ => None,
        };
        let message = match (&delivery.message, &delivery.said, typed) {
            (_, Said::Press { message, .. }, _) | (Some(message), ..) => message.clone(),
            (None, _, Some(typed)) => message_id(typed.id).map_err(NotDone::Refused)?,
            (None, ..) => MessageId::stand_in(count(number)),
        };
        let json = json(&Delivery {
            message: Some(message.clone()),
            ..delivery.clone()
        })?;
        Ok(Self {
            number,
            message,
            delivery,
            json,
            typed,
        })
    }

    fn first(&self) -> Received {
        Received {
            message: self.message.clone(),
            again: false,
        }
    }

    /// The same delivery may have been there before: then it is answered alike.
    async fn first_or_again(&self, transaction: &mut Transaction<'_>) -> Result<Received, NotDone> {
        let (number, message): (i64, String) = sqlx::query_as(statements::RECEIVED)
            .bind(&self.delivery.id.0)
            .fetch_one(&mut *transaction.connection)
            .await?;
        if number == self.number {
            return Ok(self.first());
        }
        let message = MessageId::parse(&message)
            .map_err(|error| NotDone::Refused(LedgerError::NotWritable(error.into())))?;
        Ok(Received { message, again: true })
    }
}

/// Inserts those that are new, and says how many they were.
async fn insert(transaction: &mut Transaction<'_>, deliveries: &[Numbered<'_>]) -> Result<u64, NotDone> {
    let mut query = QueryBuilder::<Sqlite>::new(statements::RECEIVE);
    query.push_values(deliveries, |mut row, one| {
        row.push_bind(one.number)
            .push_bind(&one.delivery.id.0)
            .push_bind(one.message.as_str())
            .push_bind(&one.json);
    });
    query.push(statements::UNLESS_RECEIVED);
    let inserted = query
        .build()
        .persistent(deliveries.len() == 1)
        .execute(&mut *transaction.connection)
        .await?;
    Ok(inserted.rows_affected())
}

async fn insert_typed(transaction: &mut Transaction<'_>, typed: &[Typed<'_>]) -> Result<(), NotDone> {
    let mut query = QueryBuilder::<Sqlite>::new(statements::RECEIVE_TYPED);
    query.push_values(typed, |mut row, Typed { id, delivery, text }| {
        row.push_bind(id)
            .push_bind(delivery.place.channel.as_str())
            .push_bind(delivery.thread.as_ref().map(MessageId::as_str))
            .push_bind(&delivery.account.id)
            .push_bind(delivery.at.0)
            .push_bind(*text)
            .push("'[]', '[]', 'null'");
    });
    query
        .build()
        .persistent(typed.len() == 1)
        .execute(&mut *transaction.connection)
        .await?;
    Ok(())
}

async fn forget(transaction: &mut Transaction<'_>) -> Result<(), NotDone> {
    sqlx::query(statements::FORGET_ANSWERED)
        .bind(transaction.head.latest.saturating_sub(KNOWN_FOR))
        .bind(FORGET_AT_MOST)
        .execute(&mut *transaction.connection)
        .await?;
    Ok(())
}
