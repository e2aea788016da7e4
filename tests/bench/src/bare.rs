//! What a durable acknowledgement costs at least: an axum handler, one writer thread that commits everything queued, and
//! the same two rows. Write-ahead log and `synchronous=FULL`, as the ledger has them.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use rusqlite::{Connection, params};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::Failure;

/// Rows in one transaction, and rows that may wait: as in the ledger.
const AT_ONCE: usize = 512;
const QUEUE: usize = 4096;

/// The tables of the ledger that a delivery goes to, without what else they are for.
const TABLES: &str = "
    CREATE TABLE inbox (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, message TEXT NOT NULL, delivery TEXT NOT NULL);
    CREATE TABLE messages (id INTEGER PRIMARY KEY, channel TEXT NOT NULL, author TEXT NOT NULL, at INTEGER NOT NULL,
        text TEXT NOT NULL);
    CREATE INDEX messages_in_channel ON messages (channel, id);
    CREATE TABLE entries (seq INTEGER PRIMARY KEY, body TEXT NOT NULL);";

#[derive(Debug, Deserialize)]
struct Say {
    #[serde(rename = "as")]
    person: String,
    channel: String,
    text: String,
}

/// One row to be written, and who waits for it.
enum Queued {
    Said(Say, oneshot::Sender<i64>),
    Sent(Bytes, oneshot::Sender<i64>),
    Entry(Arc<str>, oneshot::Sender<i64>),
}

/// A database with its writer thread.
#[derive(Clone)]
pub struct Writer(SyncSender<Queued>);

impl Writer {
    /// Makes the file and starts the thread, which ends with the last clone.
    ///
    /// # Errors
    /// Where the file cannot be made.
    pub fn open(file: &Path) -> Result<Self, Failure> {
        let connection = Connection::open(file)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.execute_batch(TABLES)?;
        let (queue, queued) = sync_channel(QUEUE);
        thread::Builder::new()
            .name("bare-writer".to_owned())
            .spawn(move || {
                if let Err(error) = write_all(connection, &queued) {
                    eprintln!("the bare writer ended: {error}");
                }
            })?;
        Ok(Self(queue))
    }

    /// Inserts one text, durably.
    ///
    /// # Errors
    /// Where the writer has ended.
    pub async fn insert(&self, body: Arc<str>) -> Result<i64, Failure> {
        self.write(|told| Queued::Entry(body, told)).await
    }

    async fn write(&self, what: impl FnOnce(oneshot::Sender<i64>) -> Queued) -> Result<i64, Failure> {
        let (told, answer) = oneshot::channel();
        self.0
            .try_send(what(told))
            .map_err(|_| "the bare queue is full")?;
        Ok(answer.await?)
    }
}

fn write_all(mut connection: Connection, queued: &Receiver<Queued>) -> Result<(), rusqlite::Error> {
    let mut number = 0;
    while let Ok(first) = queued.recv() {
        let transaction = connection.transaction()?;
        let mut told = Vec::with_capacity(AT_ONCE);
        for row in std::iter::once(first).chain(queued.try_iter()).take(AT_ONCE) {
            number += 1;
            told.push((write_one(&transaction, row, number)?, number));
        }
        transaction.commit()?;
        for (caller, number) in told {
            // A caller that has gone away does not mind.
            let _ = caller.send(number);
        }
    }
    Ok(())
}

fn write_one(
    connection: &Connection,
    row: Queued,
    number: i64,
) -> Result<oneshot::Sender<i64>, rusqlite::Error> {
    match row {
        Queued::Said(say, told) => {
            let delivery = json!({
                "id": format!("console-{number:032x}"),
                "account": { "chat": "console", "id": say.person },
                "place": { "chat": "console", "channel": say.channel },
                "message": number.to_string(),
                "thread": null,
                "said": { "text": say.text },
                "at": 1_700_000_000_000_i64,
            });
            receive(connection, number, &delivery.to_string())?;
            connection
                .prepare_cached(
                    "INSERT INTO messages (id, channel, author, at, text) VALUES (?1, ?2, ?3, ?4, ?5)",
                )?
                .execute(params![
                    number,
                    say.channel,
                    say.person,
                    1_700_000_000_000_i64,
                    say.text
                ])?;
            Ok(told)
        }
        Queued::Sent(body, told) => {
            receive(connection, number, &String::from_utf8_lossy(&body))?;
            Ok(told)
        }
        Queued::Entry(body, told) => {
            connection
                .prepare_cached("INSERT INTO entries (seq, body) VALUES (?1, ?2)")?
                .execute(params![number, &*body])?;
            Ok(told)
        }
    }
}

fn receive(connection: &Connection, number: i64, delivery: &str) -> Result<usize, rusqlite::Error> {
    connection
        .prepare_cached("INSERT INTO inbox (number, id, message, delivery) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![
            number,
            format!("console-{number:032x}"),
            number.to_string(),
            delivery
        ])
}

/// The bare handler, listening.
pub struct Bare {
    /// Where.
    pub address: SocketAddr,
    serving: JoinHandle<()>,
}

impl Bare {
    /// Listens on a free port, with its database in `file`.
    ///
    /// # Errors
    /// Where the file or the port cannot be had.
    pub async fn start(file: &Path) -> Result<Self, Failure> {
        let router = Router::new()
            .route("/api/say", post(say))
            .route("/slack/commands", post(sent))
            .route("/discord/interactions", post(sent))
            .with_state(Writer::open(file)?);
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let serving = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                eprintln!("the bare handler ended: {error}");
            }
        });
        Ok(Self { address, serving })
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn say(
    State(writer): State<Writer>,
    Json(say): Json<Say>,
) -> Result<(StatusCode, Json<Value>), StatusCode> {
    let number = writer
        .write(|told| Queued::Said(say, told))
        .await
        .map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
    Ok((
        StatusCode::ACCEPTED,
        Json(json!({ "message": number.to_string() })),
    ))
}

/// What a chat sends, as it is: nothing is checked and nothing is read.
async fn sent(State(writer): State<Writer>, body: Bytes) -> StatusCode {
    match writer.write(|told| Queued::Sent(body, told)).await {
        Ok(_) => StatusCode::OK,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}
