//! The audit of a ledger file, also beside the process that writes it: whether it is whole, and all of it as JSON lines.

use std::collections::VecDeque;
use std::io;
use std::path::Path;

use commands::names::{At, Person, RequestId};
use serde::Serialize;
use serde_json::Value;
use sqlx::{Connection, SqliteConnection};

use super::super::chain::{EntryRow, SealRow};
use super::super::particulars::ParticularRow;
use super::super::verify::{Anchor, NotVerified, Verified, Verifier, wrong};
use super::super::{Entry, LedgerError, statements};
use super::faults::of_reading;
use super::rows::{count, damaged};
use super::{open, reads};
use crate::request::{Ballot, Event};

/// Rows read at once: enough to be quick, few enough that a long log needs no memory.
const PAGE: u32 = 1000;

/// A ledger file, open for reading.
#[derive(Debug)]
pub struct Audit {
    connection: SqliteConnection,
}

impl Audit {
    /// Opens a ledger file for reading. A running process is not disturbed.
    ///
    /// # Errors
    /// [`LedgerError::NotOpened`]: there is none, it is no ledger, or a newer version wrote it.
    pub async fn open(path: &Path) -> Result<Self, LedgerError> {
        Ok(Self {
            connection: open::connect_for_reading(path).await?,
        })
    }

    /// Verifies everything, as it was at one instant.
    ///
    /// # Errors
    /// [`NotVerified::Wrong`] with the first thing that is wrong; [`NotVerified::Unreadable`].
    pub async fn verify(&mut self) -> Result<Verified, NotVerified> {
        let mut snapshot = self.connection.begin().await.map_err(of_reading)?;
        verify(&mut snapshot).await
    }

    /// Writes every entry as one line of JSON, oldest first.
    ///
    /// # Errors
    /// [`LedgerError`] where an entry cannot be read or is not what was chained, [`io::Error`] (as
    /// [`LedgerError::NotWritable`]) where `out` takes no more.
    pub async fn export(&mut self, out: &mut (dyn io::Write + Send)) -> Result<(), LedgerError> {
        let mut from = 1;
        loop {
            let entries = reads::entries_from(&mut self.connection, from, PAGE).await?;
            let Some(last) = entries.last() else { return Ok(()) };
            from = last.seq + 1;
            for entry in &entries {
                let line = line(entry)?;
                writeln!(out, "{line}").map_err(|error| LedgerError::NotWritable(error.into()))?;
            }
        }
    }
}

async fn verify(connection: &mut SqliteConnection) -> Result<Verified, NotVerified> {
    let notes: Vec<SealRow> = sqlx::query_as(statements::SEALS_WITH_NOTE)
        .fetch_all(&mut *connection)
        .await
        .map_err(of_reading)?;
    let mut verifier = Verifier::new(&notes)?;
    let mut pages = Pages::new(connection);
    let mut page = pages.next().await?;
    while !page.entries.is_empty() {
        // The next page is read while this one is verified.
        let (next, verified) = futures::join!(pages.next(), async { verify_page(&mut verifier, page) });
        verified?;
        page = next?;
    }
    let from = pages.from;
    verify_page(&mut verifier, page)?;
    nothing_beside(connection, from).await?;
    verifier.finish(&recorded(connection).await?)
}

/// Entries in the order of `seq`, their particulars, and the seals up to the last of them.
struct Page {
    entries: Vec<EntryRow>,
    particulars: Vec<ParticularRow>,
    seals: Vec<SealRow>,
}

fn verify_page(verifier: &mut Verifier, page: Page) -> Result<(), NotVerified> {
    let mut seals = page.seals.into_iter();
    let mut beside = page.particulars.as_slice();
    for entry in &page.entries {
        while !verifier.covers(entry.seq) {
            let seal = seals
                .next()
                .ok_or_else(|| wrong(entry.name(), "it is not sealed"))?;
            verifier.seal(seal)?;
        }
        let of_entry = beside.partition_point(|particular| particular.entry <= entry.seq);
        verifier.entry(entry, &beside[..of_entry])?;
        beside = &beside[of_entry..];
    }
    seals.try_for_each(|seal| verifier.seal(seal))
}

/// Reads page after page; after the last entry one more with the seals that are left.
struct Pages<'a> {
    connection: &'a mut SqliteConnection,
    /// The next entry's place.
    from: i64,
    /// The last seal that was read.
    sealed: i64,
    /// Seals that were read and belong to a later page.
    ahead: VecDeque<SealRow>,
}

impl<'a> Pages<'a> {
    fn new(connection: &'a mut SqliteConnection) -> Self {
        Self {
            connection,
            from: i64::MIN,
            sealed: 0,
            ahead: VecDeque::new(),
        }
    }

    async fn next(&mut self) -> Result<Page, LedgerError> {
        let (entries, particulars) = reads::page(self.connection, self.from, PAGE).await?;
        let last = entries.last().map_or(i64::MAX, |entry| entry.seq);
        self.from = if entries.is_empty() {
            self.from
        } else {
            last.saturating_add(1)
        };
        let mut seals = Vec::new();
        while let Some(seal) = self.seal().await? {
            if seal.first_seq > last {
                self.ahead.push_front(seal);
                break;
            }
            seals.push(seal);
        }
        Ok(Page {
            entries,
            particulars,
            seals,
        })
    }

    async fn seal(&mut self) -> Result<Option<SealRow>, LedgerError> {
        if self.ahead.is_empty() {
            let page: Vec<SealRow> = sqlx::query_as(statements::SEALS_AFTER)
                .bind(self.sealed)
                .bind(PAGE)
                .fetch_all(&mut *self.connection)
                .await
                .map_err(of_reading)?;
            self.sealed = page.last().map_or(self.sealed, |seal| seal.number);
            self.ahead = page.into();
        }
        Ok(self.ahead.pop_front())
    }
}

/// No particular lies beside an entry that is not there.
async fn nothing_beside(connection: &mut SqliteConnection, from: i64) -> Result<(), NotVerified> {
    let orphan: Option<(i64, i64)> = sqlx::query_as(statements::PARTICULAR_AFTER)
        .bind(from.saturating_sub(1))
        .fetch_optional(connection)
        .await
        .map_err(of_reading)?;
    match orphan {
        Some((entry, position)) => Err(wrong(
            format!("entry {entry} of the log"),
            format!("it is missing, but its particular {position} is there"),
        )),
        None => Ok(()),
    }
}

/// Where the seals end, as noted with each of them.
async fn recorded(connection: &mut SqliteConnection) -> Result<Anchor, LedgerError> {
    let (_, seal, hash): (i64, i64, String) = sqlx::query_as(statements::HEAD)
        .fetch_one(connection)
        .await
        .map_err(of_reading)?;
    Ok(Anchor {
        seal: count(seal),
        hash,
    })
}

/// An entry as the export prints it.
#[derive(Serialize)]
struct Line<'a> {
    seq: u64,
    at: String,
    request: RequestId,
    version: u32,
    ballot: Option<&'a Ballot>,
    person: &'a Person,
    prev: &'a str,
    hash: &'a str,
    events: Vec<Value>,
}

fn line(entry: &Entry) -> Result<String, LedgerError> {
    let name = || format!("{}/{}", entry.request, entry.number);
    let events: Result<Vec<Value>, _> = entry.events.iter().map(event).collect();
    let line = Line {
        seq: entry.seq,
        at: rfc3339(entry.at).map_err(|error| damaged(name(), error))?,
        request: entry.request,
        version: entry.version,
        ballot: entry.ballot.as_ref(),
        person: &entry.by,
        prev: &entry.prev,
        hash: &entry.hash,
        events: events.map_err(|error| damaged(name(), error))?,
    };
    serde_json::to_string(&line).map_err(|error| damaged(name(), error))
}

/// An event as stored, with the verdict of a finished request where readers look for it.
fn event(event: &Event) -> Result<Value, serde_json::Error> {
    let mut value = serde_json::to_value(event)?;
    if let (Event::Finished { judgement, .. }, Value::Object(fields)) = (event, &mut value) {
        fields.insert("verdict".to_owned(), serde_json::to_value(judgement.verdict)?);
    }
    Ok(value)
}

fn rfc3339(at: At) -> Result<String, jiff::Error> {
    Ok(jiff::Timestamp::from_millisecond(at.0)?.to_string())
}
