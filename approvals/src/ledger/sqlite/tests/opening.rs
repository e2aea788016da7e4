//! What an opening refuses, and that it says what to do.

use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;

use commands::names::At;
use sqlx::{ConnectOptions, Connection};

use super::super::SqliteLedger;
use super::super::audit::Audit;
use super::{Folder, by_hand, root_only_mount};
use crate::ledger::fixtures::*;
use crate::ledger::suite::Home;
use crate::ledger::{Ledger, LedgerError};

async fn refusal(folder: &Folder) -> String {
    match SqliteLedger::open(&folder.file(), Arc::new(Counted::default())).await {
        Err(LedgerError::NotOpened(why)) => why,
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("it was opened"),
    }
}

#[tokio::test]
async fn a_second_process_is_refused_until_the_first_has_ended() {
    let folder = Folder::new();
    let ledger = folder.open().await;
    let why = refusal(&folder).await;
    assert!(
        why.contains("another sluice is running on") && why.contains("stop it first"),
        "{why}"
    );
    ledger.close().await;
    folder.open().await.close().await;
}

#[tokio::test]
async fn only_the_owner_may_read_the_file_and_its_companions() {
    let folder = Folder::new();
    std::fs::write(folder.file(), b"").unwrap();
    std::fs::set_permissions(folder.file(), std::fs::Permissions::from_mode(0o644)).unwrap();
    let ledger = folder.open().await;
    ledger.commit(first(1)).await.unwrap();
    for ending in ["", "-wal", "-shm", ".lock"] {
        let file = super::super::open::beside(&folder.file(), ending);
        let mode = std::fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{}", file.display());
    }
}

#[tokio::test]
async fn what_is_written_survives_a_power_cut() {
    let folder = Folder::new();
    let ledger = folder.open().await;
    let held = super::super::open::Held::options_of(&folder.file());
    let mut connection = held.connect().await.unwrap();
    let (journal, sync): (String, i64) = sqlx::query_as(
        "SELECT (SELECT journal_mode FROM pragma_journal_mode), (SELECT synchronous FROM pragma_synchronous)",
    )
    .fetch_one(&mut connection)
    .await
    .unwrap();
    assert_eq!((journal.as_str(), sync), ("wal", 2), "2 is FULL");
    ledger.close().await;
}

#[tokio::test]
async fn a_newer_schema_is_refused_by_its_number() {
    let folder = Folder::new();
    folder.open().await.close().await;
    by_hand(
        &folder.file(),
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (7, 'later', 1, x'00', 0)",
    )
    .await;
    let why = refusal(&folder).await;
    assert!(why.contains("newer sluice (schema 7, this one knows 2)"), "{why}");
    let Err(LedgerError::NotOpened(why)) = Audit::open(&folder.file()).await else {
        panic!("it was opened")
    };
    assert!(why.contains("newer sluice (schema 7, this one knows 2)"), "{why}");
}

#[tokio::test]
async fn another_programs_database_is_left_alone() {
    let folder = Folder::new();
    let options = super::super::open::Held::options_of(&folder.file()).create_if_missing(true);
    let mut connection = options.connect().await.unwrap();
    sqlx::query("CREATE TABLE theirs (a)")
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
    assert!(refusal(&folder).await.contains("database of another program"));
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused() {
    let folder = Folder::new();
    std::fs::write(folder.file(), "mode: demo\n".repeat(100)).unwrap();
    assert!(refusal(&folder).await.contains("is not a ledger"));
}

#[tokio::test]
async fn a_file_locked_by_another_program_is_refused() {
    let folder = Folder::new();
    folder.open().await.close().await;
    let mut other = super::super::open::Held::options_of(&folder.file())
        .connect()
        .await
        .unwrap();
    let lock = other.begin_with("BEGIN IMMEDIATE").await.unwrap();
    assert!(refusal(&folder).await.contains("is locked by another program"));
    lock.rollback().await.unwrap();
    folder.open().await.close().await;
}

#[tokio::test]
async fn a_read_only_file_is_refused() {
    let Some(mount) = root_only_mount("16M") else {
        return;
    };
    let folder = Folder::on(mount.path());
    folder.open().await.close().await;
    mount.remount_read_only();
    let why = refusal(&folder).await;
    assert!(why.contains("cannot be written"), "{why}");
}

#[tokio::test]
async fn a_missing_folder_is_named() {
    let folder = Folder::new();
    let file = folder.file().join("deeper").join("sluice.db");
    let Err(LedgerError::NotOpened(why)) = SqliteLedger::open(&file, Arc::new(Counted::default())).await
    else {
        panic!("it was opened")
    };
    assert!(why.contains("deeper"), "{why}");
}

#[tokio::test]
async fn after_a_close_writes_are_refused() {
    let folder = Folder::new();
    let ledger = folder.open().await;
    ledger.commit(first(1)).await.unwrap();
    ledger.close().await;
    assert!(matches!(
        ledger.commit(first(2)).await,
        Err(LedgerError::NotWritable(_))
    ));
    assert_eq!(folder.open().await.last_at().await.unwrap(), At(1_000));
}

#[tokio::test]
async fn a_log_that_does_not_end_where_it_was_left_is_not_appended_to() {
    for cut in [
        "DELETE FROM entries WHERE seq = 2; DELETE FROM seals WHERE last_seq = 2",
        "DELETE FROM seals WHERE last_seq = 2",
        "UPDATE seals SET hash = replace(hash, substr(hash, 1, 1), 'x') WHERE last_seq = 2",
        "DELETE FROM entries WHERE seq = 2",
    ] {
        let folder = Folder::new();
        let ledger = folder.open().await;
        ledger.commit(first(1)).await.unwrap();
        ledger.commit(next(1, 1)).await.unwrap();
        ledger.close().await;
        by_hand(&folder.file(), cut).await;
        let opened = SqliteLedger::open(&folder.file(), Arc::new(Counted::default())).await;
        let Err(LedgerError::Corrupt { at, .. }) = opened else {
            panic!("it was opened after: {cut}");
        };
        assert!(at.starts_with("seal "), "{at}");
    }
}
