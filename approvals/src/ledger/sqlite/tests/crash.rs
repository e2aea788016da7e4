//! A process killed, or a machine without power, at any byte of what it writes.

use std::path::Path;
use std::sync::Arc;

use super::super::SqliteLedger;
use super::super::audit::Audit;
use super::super::open::beside;
use super::Folder;
use crate::ledger::fixtures::*;
use crate::ledger::suite::Home;
use crate::ledger::{Commit, Ledger};
use crate::notice::{Acknowledged, Slot};

/// One commit with something in every table.
fn whole(request: u64) -> Commit {
    first(request)
        .taking(&[shared("shop")])
        .waking(request, Some(1))
        .saying(vec![outgoing(
            Some(request),
            Slot::Card,
            &ops(),
            Acknowledged::Recorded,
        )])
}

/// The file as a crash would leave it: the database, and the first bytes of its log.
fn crashed(from: &Path, log: &[u8]) -> Folder {
    let crashed = Folder::new();
    std::fs::copy(from, crashed.file()).unwrap();
    std::fs::write(beside(&crashed.file(), "-wal"), log).unwrap();
    crashed
}

/// After a crash the ledger opens and holds the commits 1 to n in all their parts, for some n, which is answered.
async fn survivors(crashed: &Folder) -> u64 {
    let ledger = crashed.open().await;
    let requests: Vec<u64> = ledger
        .latest_requests(1_000)
        .await
        .unwrap()
        .iter()
        .rev()
        .map(|row| row.id.number())
        .collect();
    let count = requests.len() as u64;
    assert_eq!(requests, (1..=count).collect::<Vec<_>>());
    let verified = Audit::open(&crashed.file())
        .await
        .unwrap()
        .verify()
        .await
        .unwrap();
    assert_eq!(verified.entries, count);
    assert_eq!(
        ledger.due(commands::names::At(1), 1_000).await.unwrap().len() as u64,
        count
    );
    assert_eq!(ledger.health().await.unwrap().to_send, count);
    ledger.commit(whole(count + 1)).await.unwrap();
    count
}

#[tokio::test]
async fn a_log_cut_off_at_any_byte_leaves_whole_commits_only() {
    let folder = Folder::new();
    let ledger = folder.open().await;
    let log_file = beside(&folder.file(), "-wal");
    let mut acknowledged = Vec::new();
    for request in 1..=6 {
        ledger.commit(whole(request)).await.unwrap();
        acknowledged.push(std::fs::metadata(&log_file).unwrap().len());
    }
    let log = std::fs::read(&log_file).unwrap();
    let schema = acknowledged[0].saturating_sub(60_000).max(1);
    assert!(log.len() > 20_000, "{} bytes", log.len());
    for cut in (schema..=log.len() as u64)
        .step_by(3_571)
        .chain(acknowledged.iter().copied())
    {
        let crashed = crashed(&folder.file(), &log[..usize::try_from(cut).unwrap()]);
        let durable = acknowledged.iter().filter(|end| **end <= cut).count() as u64;
        let survived = survivors(&crashed).await;
        assert!(
            survived >= durable,
            "{survived} of {durable} acknowledged commits survive at byte {cut}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_before_the_kill_is_there_after_it() {
    let folder = Folder::new();
    let ledger: Arc<SqliteLedger> = Arc::new(folder.open().await);
    let writing = Arc::clone(&ledger);
    let writer = tokio::spawn(async move {
        for request in 1..=60 {
            writing.commit(whole(request)).await.unwrap();
        }
    });
    let mut killed = 0;
    while !writer.is_finished() {
        // The log only grows meanwhile (it is far from being folded in), so a copy is one instant of it.
        let acknowledged = ledger.health().await.unwrap().entries;
        let log = std::fs::read(beside(&folder.file(), "-wal")).unwrap();
        let survived = survivors(&crashed(&folder.file(), &log)).await;
        assert!(survived >= acknowledged, "{survived} < {acknowledged}");
        killed += 1;
    }
    writer.await.unwrap();
    assert!(killed > 0);
}
