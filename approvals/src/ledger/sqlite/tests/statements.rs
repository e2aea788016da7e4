//! No query grows with history: SQLite is asked how it would carry out each of them.

use sqlx::Row;

use super::super::open::reading;
use super::Folder;
use crate::ledger::statements::ALL;
use crate::ledger::suite::Home;

/// Tables as small as what is under way, or bounded: reading them whole is fine. `o` and `p` are the outbox.
const SMALL: [&str; 6] = ["claims", "wakeups", "outbox", "o", "p", "undelivered"];

/// Indexes that hold only what is under way.
const SMALL_INDEXES: [&str; 4] = [
    "requests_open",
    "requests_behind",
    "inbox_unanswered",
    "seals_with_note",
];

/// Whether a step of a plan reads no more rows the longer the history is.
fn is_bounded(text: &str, step: &str) -> bool {
    let words: Vec<&str> = step.split(' ').collect();
    match words[..] {
        ["SCAN", table, ..] if SMALL.contains(&table) => true,
        ["SCAN", _, "USING", .., index] if SMALL_INDEXES.contains(&index) => true,
        // In the order of the key, cut by the limit.
        ["SCAN", ..] => text.contains("ORDER BY id DESC LIMIT") && !text.contains("WHERE"),
        ["USE", "TEMP", ..] => false,
        _ => true,
    }
}

#[tokio::test]
async fn no_statement_scans_history() {
    let folder = Folder::new();
    let ledger = folder.open().await;
    let mut connection = sqlx::ConnectOptions::connect(&reading(&folder.file()))
        .await
        .unwrap();
    for (name, text) in ALL
        .iter()
        .flat_map(|(name, texts)| texts.split(';').map(move |text| (name, text)))
    {
        let explain = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {text}"));
        let plan = sqlx::query(explain).fetch_all(&mut connection).await.unwrap();
        for step in plan {
            let step: String = step.get("detail");
            assert!(is_bounded(text, &step), "{name}: {step}\n{text}");
        }
    }
    ledger.close().await;
}
