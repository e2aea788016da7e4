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
