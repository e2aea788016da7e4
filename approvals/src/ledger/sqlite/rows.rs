//! Between rows and types: numbers, JSON, and names that must parse.

use std::fmt::Display;
use std::str::FromStr;

use commands::names::{At, MessageId, RequestId};
use commands::windows::Sample;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row as _};

use super::super::chain::{EntryRow, SealRow};
use super::super::particulars::{self, ParticularRow};
use super::super::{ConsoleMessage, Entry, LedgerError};
use super::writer::NotDone;
use crate::notice::Row;
use crate::request::Ballot;

/// A number of ours as a column holds it; ours never come near the end of `i64`.
pub(super) fn sql(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A column that counts or numbers, as ours; CHECKs keep it from being negative.
pub(super) fn count(column: i64) -> u64 {
    u64::try_from(column).unwrap_or(0)
}

/// A value of ours as JSON text.
pub(super) fn json<T: Serialize>(value: &T) -> Result<String, NotDone> {
    serde_json::to_string(value).map_err(|error| NotDone::Refused(LedgerError::NotWritable(error.into())))
}

/// JSON text as a value of ours; `at` names the row if it is none.
pub(super) fn from_json<T: DeserializeOwned>(at: impl Display, text: &str) -> Result<T, LedgerError> {
    serde_json::from_str(text).map_err(|error| damaged(at, error))
}

/// Text as a name of ours.
pub(super) fn name<T: FromStr<Err: Display>>(at: impl Display, text: &str) -> Result<T, LedgerError> {
    text.parse().map_err(|error| damaged(at, error))
}

/// A row that is not what it must be.
pub(super) fn damaged(at: impl Display, why: impl Display) -> LedgerError {
    LedgerError::Corrupt {
        at: at.to_string(),
        why: why.to_string(),
    }
}

impl FromRow<'_, SqliteRow> for EntryRow {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            seq: row.try_get(0)?,
            request: row.try_get(1)?,
            number: row.try_get(2)?,
            at: row.try_get(3)?,
            person: row.try_get(4)?,
            version: row.try_get(5)?,
            ballot: row.try_get(6)?,
            epoch: row.try_get(7)?,
            delivery: row.try_get(8)?,
            body: row.try_get(9)?,
            prev: row.try_get(10)?,
            hash: row.try_get(11)?,
        })
    }
}

impl FromRow<'_, SqliteRow> for SealRow {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            number: row.try_get(0)?,
            at: row.try_get(1)?,
            first_seq: row.try_get(2)?,
            last_seq: row.try_get(3)?,
            note: row.try_get(4)?,
            prev: row.try_get(5)?,
            hash: row.try_get(6)?,
        })
    }
}

impl FromRow<'_, SqliteRow> for ParticularRow {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            entry: row.try_get(0)?,
            position: row.try_get(1)?,
            person: row.try_get(2)?,
            salt: row.try_get(3)?,
            text: row.try_get(4)?,
        })
    }
}

/// Entries with the particulars put back, each checked against its own hash. Both sorted by `seq`.
pub(super) fn entries(rows: Vec<EntryRow>, particulars: &[ParticularRow]) -> Result<Vec<Entry>, LedgerError> {
    let mut rest = particulars;
    let mut entries = Vec::with_capacity(rows.len());
    for row in rows {
        let before = rest.partition_point(|particular| particular.entry < row.seq);
        let after = rest.partition_point(|particular| particular.entry <= row.seq);
        entries.push(entry(row, &rest[before..after])?);
        rest = &rest[after..];
    }
    Ok(entries)
}

fn entry(row: EntryRow, particulars: &[ParticularRow]) -> Result<Entry, LedgerError> {
    let at = row.name();
    if row.rehash() != row.hash {
        return Err(damaged(at, "its hash does not fit what it says"));
    }
    let mut events: serde_json::Value = from_json(&at, &row.body)?;
    particulars::put_back(&mut events, particulars).map_err(|why| damaged(&at, why))?;
    Ok(Entry {
        seq: count(row.seq),
        request: RequestId::new(count(row.request)),
        number: count(row.number),
        at: At(row.at),
        by: name(&at, &row.person)?,
        version: u32::try_from(row.version).map_err(|error| damaged(&at, error))?,
        ballot: row.ballot.map(Ballot),
        prev: row.prev,
        hash: row.hash,
        events: serde_json::from_value(events).map_err(|error| damaged(&at, error))?,
    })
}

/// A request in a list: id, state, environment, asked_by, asked_at, command.
pub(super) type RequestColumns = (i64, String, Option<String>, String, i64, String);

pub(super) fn request(
    (id, state, environment, asked_by, asked_at, command): RequestColumns,
) -> Result<Row, LedgerError> {
    let at = RequestId::new(count(id));
    Ok(Row {
        id: at,
        state,
        environment: environment
            .map(|environment| name(at, &environment))
            .transpose()?,
        asked_by: name(at, &asked_by)?,
        asked_at: At(asked_at),
        command,
    })
}

/// A sample: at, attempt, parallelism, readings.
pub(super) type SampleColumns = (i64, i64, i64, String);

pub(super) fn sample((at, attempt, parallelism, readings): SampleColumns) -> Result<Sample, LedgerError> {
    Ok(Sample {
        at: At(at),
        attempt: count(attempt),
        parallelism: u32::try_from(parallelism).map_err(|error| damaged("samples", error))?,
        values: from_json("samples", &readings)?,
    })
}

/// A console message: id, channel, thread, author, at, text, buttons, images, request, only_for, body.
pub(super) type MessageColumns = (
    i64,
    String,
    Option<String>,
    String,
    i64,
    String,
    String,
    String,
    Option<i64>,
    Option<String>,
    String,
);

pub(super) fn message(columns: MessageColumns) -> Result<ConsoleMessage, LedgerError> {
    let (id, channel, thread, author, at, text, buttons, images, request, only_for, body) = columns;
    let row = format!("message {id}");
    Ok(ConsoleMessage {
        id: id.to_string(),
        channel,
        thread,
        author,
        at: At(at),
        text,
        buttons: from_json(&row, &buttons)?,
        images: from_json(&row, &images)?,
        request: request.map(|request| RequestId::new(count(request))),
        only_for: only_for.map(|person| name(&row, &person)).transpose()?,
        body: from_json(&row, &body)?,
    })
}

/// The id of a console message.
pub(super) fn message_id(id: i64) -> Result<MessageId, LedgerError> {
    name("messages", &id.to_string())
}
