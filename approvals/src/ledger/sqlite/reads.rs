//! What is read: always committed, through connections that cannot write.

use commands::names::{At, Environment, MessageId, Person, Place, RequestId};
use commands::plan::Claim;
use commands::windows::{Sample, Sampled};
use sqlx::{SqliteConnection, SqlitePool};

use super::super::chain::EntryRow;
use super::super::particulars::ParticularRow;
use super::super::{Attachment, ConsoleMessage, Entry, LedgerError, statements};
use super::claims;
use super::faults::of_reading;
use super::rows::{self, count, damaged, from_json, name, sql};
use super::samples;
use crate::intake::Delivery;
use crate::notice::Row;

/// The entries of one request, in order, each verified and each chained to the one before.
pub(super) async fn entries_of(pool: &SqlitePool, request: RequestId) -> Result<Vec<Entry>, LedgerError> {
    let mut connection = pool.acquire().await.map_err(of_reading)?;
    let entries: Vec<EntryRow> = sqlx::query_as(statements::ENTRIES_OF_REQUEST)
        .bind(sql(request.number()))
        .fetch_all(&mut *connection)
        .await
        .map_err(of_reading)?;
    // Read after the entries: theirs are all there by then, and those of later entries find no place.
    let particulars: Vec<ParticularRow> = sqlx::query_as(statements::PARTICULARS_OF_REQUEST)
        .bind(sql(request.number()))
        .fetch_all(&mut *connection)
        .await
        .map_err(of_reading)?;
    let entries = rows::entries(entries, &particulars)?;
    chained(&entries)?;
    Ok(entries)
}

fn chained(entries: &[Entry]) -> Result<(), LedgerError> {
    let mut prev = "";
    for (number, entry) in (1..).zip(entries) {
        if entry.number != number || entry.prev != prev {
            let at = format!("{}/{number}", entry.request);
            return Err(damaged(at, "it does not follow the entry before"));
        }
        prev = &entry.hash;
    }
    Ok(())
}

/// Entries from a place on.
pub(super) async fn entries_from(
    connection: &mut SqliteConnection,
    from_seq: u64,
    limit: u32,
) -> Result<Vec<Entry>, LedgerError> {
    let (entries, particulars) = page(connection, sql(from_seq), limit).await?;
    rows::entries(entries, &particulars)
}

/// A page of entries as stored, and their particulars.
pub(super) async fn page(
    connection: &mut SqliteConnection,
    from_seq: i64,
    limit: u32,
) -> Result<(Vec<EntryRow>, Vec<ParticularRow>), LedgerError> {
    let entries: Vec<EntryRow> = sqlx::query_as(statements::ENTRIES_FROM)
        .bind(from_seq)
        .bind(limit)
        .fetch_all(&mut *connection)
        .await
        .map_err(of_reading)?;
    let Some(last) = entries.last().map(|entry| entry.seq) else {
        return Ok((entries, Vec::new()));
    };
    let particulars = sqlx::query_as(statements::PARTICULARS_BETWEEN)
        .bind(from_seq)
        .bind(last)
        .fetch_all(&mut *connection)
        .await
        .map_err(of_reading)?;
    Ok((entries, particulars))
}

pub(super) async fn unanswered(pool: &SqlitePool, limit: u32) -> Result<Vec<Delivery>, LedgerError> {
    let rows: Vec<(String, String)> = sqlx::query_as(statements::UNANSWERED)
        .bind(limit)
        .fetch_all(pool)
        .await
        .map_err(of_reading)?;
    rows.into_iter()
        .map(|(message, delivery)| from_json(format!("delivery of {message}"), &delivery))
        .collect()
}

pub(super) async fn next_request(pool: &SqlitePool) -> Result<RequestId, LedgerError> {
    let last: Option<i64> = sqlx::query_scalar(statements::LAST_REQUEST)
        .fetch_one(pool)
        .await
        .map_err(of_reading)?;
    Ok(RequestId::new(count(last.unwrap_or(0)) + 1))
}

pub(super) async fn due(pool: &SqlitePool, now: At, limit: u32) -> Result<Vec<(RequestId, At)>, LedgerError> {
    let rows: Vec<(i64, i64)> = sqlx::query_as(statements::DUE)
        .bind(now.0)
        .bind(limit)
        .fetch_all(pool)
        .await
        .map_err(of_reading)?;
    let due = |(request, at)| (RequestId::new(count(request)), At(at));
    Ok(rows.into_iter().map(due).collect())
}

pub(super) async fn asleep(pool: &SqlitePool) -> Result<Vec<RequestId>, LedgerError> {
    let rows: Vec<i64> = sqlx::query_scalar(statements::ASLEEP)
        .fetch_all(pool)
        .await
        .map_err(of_reading)?;
    let id = |request| RequestId::new(count(request));
    Ok(rows.into_iter().map(id).collect())
}

/// The least of some column, where there is a row.
pub(super) async fn soonest(pool: &SqlitePool, sql: &'static str) -> Result<Option<At>, LedgerError> {
    let at: Option<i64> = sqlx::query_scalar(sql)
        .fetch_one(pool)
        .await
        .map_err(of_reading)?;
    Ok(at.map(At))
}

pub(super) async fn holder(
    pool: &SqlitePool,
    wanted: &[Claim],
    except: RequestId,
) -> Result<Option<RequestId>, LedgerError> {
    let rows = sqlx::query_as(statements::CLAIMS)
        .bind(sql(except.number()))
        .fetch_all(pool)
        .await
        .map_err(of_reading)?;
    Ok(claims::holder(&claims::decode(rows), wanted))
}

/// Requests in lists, by one of the texts that take a limit.
pub(super) async fn requests(
    pool: &SqlitePool,
    sql: &'static str,
    limit: u32,
) -> Result<Vec<Row>, LedgerError> {
    let rows: Vec<rows::RequestColumns> = sqlx::query_as(sql)
        .bind(limit)
        .fetch_all(pool)
        .await
        .map_err(of_reading)?;
    rows.into_iter().map(rows::request).collect()
}

/// The newest request that was asked in a thread, or that it shows as a copy.
pub(super) async fn request_in(
    pool: &SqlitePool,
    place: &Place,
    thread: &MessageId,
) -> Result<Option<RequestId>, LedgerError> {
    let stand_in: Option<String> = sqlx::query_scalar(statements::STAND_IN)
        .bind(place.to_string())
        .bind(thread.as_str())
        .fetch_optional(pool)
        .await
        .map_err(of_reading)?;
    let stand_in = match stand_in {
        Some(stand_in) => name("roots", &stand_in)?,
        None => thread.clone(),
    };
    let asked: Option<i64> = sqlx::query_scalar(statements::REQUEST_IN_THREAD)
        .bind(place.to_string())
        .bind(thread.as_str())
        .bind(stand_in.as_str())
        .fetch_one(pool)
        .await
        .map_err(of_reading)?;
    let asked = asked.map(|request| RequestId::new(count(request)));
    Ok(asked.max(stand_in.copied_request()))
}

pub(super) async fn samples(
    pool: &SqlitePool,
    environment: &Environment,
    of: &Sampled,
    from: At,
    to: At,
) -> Result<Vec<Sample>, LedgerError> {
    let rows: Vec<rows::SampleColumns> = sqlx::query_as(statements::SAMPLES)
        .bind(environment.as_str())
        .bind(samples::column(of))
        .bind(from.0)
        .bind(to.0)
        .fetch_all(pool)
        .await
        .map_err(of_reading)?;
    rows.into_iter().map(rows::sample).collect()
}

pub(super) async fn messages(
    pool: &SqlitePool,
    channel: &str,
    limit: u32,
) -> Result<Vec<ConsoleMessage>, LedgerError> {
    let rows: Vec<rows::MessageColumns> = sqlx::query_as(statements::MESSAGES)
        .bind(channel)
        .bind(limit)
        .fetch_all(pool)
        .await
        .map_err(of_reading)?;
    rows.into_iter().rev().map(rows::message).collect()
}

pub(super) async fn messages_for(
    pool: &SqlitePool,
    channel: &str,
    person: Option<&Person>,
    limit: u32,
) -> Result<Vec<ConsoleMessage>, LedgerError> {
    let rows: Vec<rows::MessageColumns> = sqlx::query_as(statements::MESSAGES_FOR)
        .bind(channel)
        .bind(person.map(Person::as_str))
        .bind(limit)
        .fetch_all(pool)
        .await
        .map_err(of_reading)?;
    rows.into_iter().rev().map(rows::message).collect()
}

pub(super) async fn messages_of(
    pool: &SqlitePool,
    request: RequestId,
    limit: u32,
) -> Result<Vec<ConsoleMessage>, LedgerError> {
    let rows: Vec<rows::MessageColumns> = sqlx::query_as(statements::MESSAGES_OF_REQUEST)
        .bind(sql(request.number()))
        .bind(limit)
        .fetch_all(pool)
        .await
        .map_err(of_reading)?;
    rows.into_iter().rev().map(rows::message).collect()
}

pub(super) async fn message(
    pool: &SqlitePool,
    id: &MessageId,
) -> Result<Option<ConsoleMessage>, LedgerError> {
    let Ok(id) = id.as_str().parse::<i64>() else {
        return Ok(None);
    };
    let row: Option<rows::MessageColumns> = sqlx::query_as(statements::MESSAGE)
        .bind(id)
        .fetch_optional(pool)
        .await
        .map_err(of_reading)?;
    row.map(rows::message).transpose()
}

pub(super) async fn attachment(pool: &SqlitePool, id: &str) -> Result<Option<Attachment>, LedgerError> {
    let row: Option<(String, Vec<u8>)> = sqlx::query_as(statements::ATTACHMENT)
        .bind(id)
        .fetch_optional(pool)
        .await
        .map_err(of_reading)?;
    Ok(row.map(|(media_type, bytes)| Attachment {
        id: id.to_owned(),
        media_type,
        bytes,
    }))
}
