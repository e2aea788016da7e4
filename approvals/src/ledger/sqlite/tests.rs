//! What is special about the ledger in a file; what every ledger does stands in the suite.

mod statements;

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use tempfile::TempDir;

use super::SqliteLedger;
use crate::ledger::fixtures::Counted;
use crate::ledger::suite::{Home, every_story};

/// A folder with one ledger file.
pub(super) struct Folder(TempDir);

impl Folder {
    pub fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    pub fn file(&self) -> PathBuf {
        self.0.path().join("sluice.db")
    }
}

#[async_trait]
impl Home for Folder {
    type Ledger = SqliteLedger;

    async fn open(&self) -> SqliteLedger {
        SqliteLedger::open(&self.file(), Arc::new(Counted::default()))
            .await
            .unwrap()
    }

    async fn close(&self, ledger: SqliteLedger) {
        ledger.close().await;
    }
}

every_story! { Folder::new() }

#[tokio::test]
async fn a_first_start_that_was_killed_is_no_foreign_database() {
    let folder = Folder::new();
    let mut killed = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(folder.file())
        .create_if_missing(true);
    killed = sqlx::ConnectOptions::disable_statement_logging(killed);
    let mut connection = sqlx::ConnectOptions::connect(&killed).await.unwrap();
    sqlx::migrate::Migrate::ensure_migrations_table(&mut connection, "_sqlx_migrations")
        .await
        .unwrap();
    sqlx::Connection::close(connection).await.unwrap();
    folder.open().await.close().await;
}

#[tokio::test]
async fn a_ledger_that_is_dropped_can_be_opened_at_once() {
    let folder = Folder::new();
    let ledger = folder.open().await;
    crate::ledger::Ledger::commit(&ledger, crate::ledger::fixtures::first(1))
        .await
        .unwrap();
    drop(ledger);
    let again = folder.open().await;
    assert_eq!(
        crate::ledger::Ledger::entries(&again, 1, 10).await.unwrap().len(),
        1
    );
}
