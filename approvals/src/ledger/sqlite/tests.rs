//! What is special about the ledger in a file; what every ledger does stands in the suite.

mod crash;
mod export;
mod faults;
mod model;
mod opening;
mod statements;
mod tampering;

use std::ffi::CString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use rustix::mount::{MountFlags, UnmountFlags, mount, mount_remount, unmount};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};
use tempfile::TempDir;

use super::SqliteLedger;
use super::open::Held;
use crate::ledger::Ledger;
use crate::ledger::fixtures::{Counted, first};
use crate::ledger::suite::{Home, every_story};

/// A folder with one ledger file.
struct Folder {
    path: PathBuf,
    /// Removed at the end, where it is ours.
    _ours: Option<TempDir>,
}

impl Folder {
    fn new() -> Self {
        let ours = TempDir::new().unwrap();
        Self {
            path: ours.path().to_owned(),
            _ours: Some(ours),
        }
    }

    fn on(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            _ours: None,
        }
    }

    fn file(&self) -> PathBuf {
        self.path.join("sluice.db")
    }
}

/// Changes a ledger file behind Sluice's back, without its checks.
async fn by_hand(file: &Path, sql: &str) {
    let mut connection = Held::options_of(file)
        .foreign_keys(false)
        .pragma("ignore_check_constraints", "ON")
        .connect()
        .await
        .unwrap();
    sqlx::raw_sql(AssertSqlSafe(sql))
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
}

/// A small disk of its own; unmounted at the end.
struct Mount(TempDir);

impl Mount {
    fn path(&self) -> &Path {
        self.0.path()
    }

    fn remount_read_only(&self) {
        mount_remount(self.path(), MountFlags::RDONLY, "").unwrap();
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        // Lazily: a connection that has not ended yet must not keep the folder from going.
        let _ = unmount(self.path(), UnmountFlags::DETACH);
    }
}

/// Mounts a small disk, which only root may; else says why the test is skipped.
fn root_only_mount(size: &str) -> Option<Mount> {
    let folder = TempDir::new().unwrap();
    let bound = CString::new(format!("size={size}")).unwrap();
    match mount(
        "tmpfs",
        folder.path(),
        "tmpfs",
        MountFlags::empty(),
        bound.as_c_str(),
    ) {
        Ok(()) => Some(Mount(folder)),
        Err(error) => {
            println!("skipped: a small disk cannot be mounted here: {error}");
            None
        }
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
    let options = Held::options_of(&folder.file()).create_if_missing(true);
    let mut killed = options.connect().await.unwrap();
    sqlx::migrate::Migrate::ensure_migrations_table(&mut killed, "_sqlx_migrations")
        .await
        .unwrap();
    killed.close().await.unwrap();
    folder.open().await.close().await;
}

#[tokio::test]
async fn a_ledger_that_is_dropped_can_be_opened_at_once() {
    let folder = Folder::new();
    let ledger = folder.open().await;
    ledger.commit(first(1)).await.unwrap();
    drop(ledger);
    assert_eq!(folder.open().await.entries(1, 10).await.unwrap().len(), 1);
}
