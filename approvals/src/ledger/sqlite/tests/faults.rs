//! A disk that is full, a file that is locked, a neighbour that cannot be written, a process that took over.

use std::path::Path;
use std::sync::Arc;

use commands::names::At;
use sqlx::{ConnectOptions, Connection};

use super::super::SqliteLedger;
use super::super::audit::Audit;
use super::super::open::Held;
use super::{Folder, by_hand, root_only_mount};
use crate::ledger::fixtures::*;
use crate::ledger::suite::Home;
use crate::ledger::{Commit, Ledger, LedgerError};
use crate::notice::{Acknowledged, Slot};

/// A first commit that needs some pages.
fn large(request: u64) -> Commit {
    append(entry(request, 0, vec![asked("ana", &"because ".repeat(2_000))]))
}

/// Commits until one is not written; answers how many were.
async fn fill(ledger: &SqliteLedger, from: u64) -> u64 {
    for request in from..from + 10_000 {
        match ledger.commit(large(request)).await {
            Ok(()) => {}
            Err(LedgerError::NotWritable(_)) => return request - from,
            Err(other) => panic!("{other:?}"),
        }
    }
    panic!("it never was full")
}

async fn is_whole(file: &Path) -> u64 {
    Audit::open(file).await.unwrap().verify().await.unwrap().entries
}

#[tokio::test]
async fn on_a_full_disk_nothing_is_acknowledged_and_it_recovers_by_itself() {
    let folder = Folder::new();
    let ledger = folder.open().await;
    ledger.commit(first(1)).await.unwrap();
    ledger.bound(Some(1)).await.unwrap();
    let written = fill(&ledger, 2).await;

    let refused = ledger.commit(large(2 + written)).await;
    assert!(matches!(refused, Err(LedgerError::NotWritable(_))), "{refused:?}");
    let health = ledger.health().await.unwrap();
    assert!(!health.writable && health.why_not.unwrap().contains("full"));
    assert_eq!(
        ledger.entries(1, 10_000).await.unwrap().len() as u64,
        1 + written,
        "reads go on"
    );
    assert_eq!(ledger.load(r(2 + written)).await.unwrap(), None);

    ledger.bound(None).await.unwrap();
    ledger.commit(large(2 + written)).await.unwrap();
    assert!(ledger.health().await.unwrap().writable);
    assert_eq!(is_whole(&folder.file()).await, 2 + written);
}

async fn connected(folder: &Folder) -> sqlx::SqliteConnection {
    Held::options_of(&folder.file()).connect().await.unwrap()
}

async fn until_queued(ledger: &SqliteLedger, writes: u64) {
    while ledger.health().await.unwrap().queued != writes {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn who_shares_a_transaction_that_is_lost_is_not_told_that_it_is_recorded() {
    let folder = Folder::new();
    let ledger = folder.open().await;
    ledger.commit(first(1)).await.unwrap();
    let too_large = append(entry(3, 0, vec![asked("ana", &"because ".repeat(1 << 20))]));
    let mut other = connected(&folder).await;
    let lock = other.begin_with("BEGIN IMMEDIATE").await.unwrap();
    // While the writer waits for the lock, the two come to wait together.
    let sharing = async {
        until_queued(&ledger, 0).await;
        let unlocking = async {
            until_queued(&ledger, 2).await;
            lock.rollback().await.unwrap();
        };
        tokio::join!(ledger.commit(first(2)), ledger.commit(too_large), unlocking)
    };
    let (bounded, (small, large, ())) = tokio::join!(ledger.bound(Some(20)), sharing);
    bounded.unwrap();
    assert!(matches!(small, Err(LedgerError::NotWritable(_))), "{small:?}");
    assert!(matches!(large, Err(LedgerError::NotWritable(_))), "{large:?}");
    assert_eq!(ledger.load(r(2)).await.unwrap(), None);
    ledger.commit(first(2)).await.unwrap();
    assert_eq!(is_whole(&folder.file()).await, 2);
}

#[tokio::test]
async fn on_a_really_full_disk_too() {
    let Some(mount) = root_only_mount("2M") else {
        return;
    };
    let folder = Folder::on(mount.path());
    let ledger = folder.open().await;
    let filler = mount.path().join("filler");
    std::fs::write(&filler, vec![0; 1 << 20]).unwrap();
    let written = fill(&ledger, 1).await;
    assert_eq!(ledger.entries(1, 10_000).await.unwrap().len() as u64, written);
    std::fs::remove_file(filler).unwrap();
    ledger.commit(large(1 + written)).await.unwrap();
    assert_eq!(is_whole(&folder.file()).await, 1 + written);
}

#[tokio::test]
async fn a_file_that_is_locked_too_long_is_not_written_and_then_is() {
    let folder = Folder::new();
    let ledger = folder.open().await;
    let mut other = connected(&folder).await;
    let lock = other.begin_with("BEGIN IMMEDIATE").await.unwrap();
    let refused = ledger.commit(first(1)).await;
    assert!(matches!(refused, Err(LedgerError::NotWritable(_))), "{refused:?}");
    lock.rollback().await.unwrap();
    ledger.commit(first(1)).await.unwrap();
    assert_eq!(is_whole(&folder.file()).await, 1);
}

#[tokio::test]
async fn a_row_that_cannot_be_does_not_harm_its_neighbours() {
    let folder = Folder::new();
    let ledger = folder.open().await;
    // A wake-up of a request that there is not breaks a foreign key.
    let nonsense = Commit::default()
        .saying(vec![outgoing(None, Slot::New, &ops(), Acknowledged::Recorded)])
        .waking(99, Some(1));
    let (one, bad, two) = tokio::join!(
        ledger.commit(first(1)),
        ledger.commit(nonsense),
        ledger.commit(first(2))
    );
    one.unwrap();
    two.unwrap();
    assert!(matches!(bad, Err(LedgerError::NotWritable(_))), "{bad:?}");
    assert_eq!(
        ledger.to_send(At(0), 10).await.unwrap(),
        [],
        "nothing of it was kept"
    );
    assert_eq!(is_whole(&folder.file()).await, 2);
}

#[tokio::test]
async fn who_was_taken_over_appends_nothing_more() {
    let folder = Folder::new();
    let ledger = folder.open().await;
    ledger.commit(first(1)).await.unwrap();
    by_hand(&folder.file(), "UPDATE meta SET epoch = epoch + 1").await;
    for _ in 0..2 {
        let refused = ledger.commit(next(1, 1)).await;
        let Err(LedgerError::NotWritable(why)) = refused else {
            panic!("{refused:?}")
        };
        assert!(why.to_string().contains("taken the ledger over"), "{why}");
    }
    assert_eq!(ledger.entries(1, 10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_event_that_would_not_read_back_is_refused() {
    let folder = Folder::new();
    let ledger = folder.open().await;
    let mut unreadable = entry(1, 0, Vec::new());
    unreadable.events = vec![not_a_number()];
    assert!(matches!(
        ledger.commit(append(unreadable)).await,
        Err(LedgerError::NotWritable(_))
    ));
    assert!(matches!(
        ledger.commit(append(entry(1, 0, Vec::new()))).await,
        Err(LedgerError::NotWritable(_))
    ));
    ledger.commit(first(1)).await.unwrap();
}

/// JSON has no NaN: it would be written as null, and never read again.
fn not_a_number() -> crate::request::Event {
    use commands::verdict::{Judgement, Reason, Verdict};
    let reasons = vec![Reason::BacklogSlope {
        before: f64::NAN,
        after: 0.0,
    }];
    crate::request::Event::Finished {
        judgement: Judgement {
            verdict: Verdict::Inconclusive,
            reasons,
            job: None,
        },
        measured: Vec::new(),
    }
}

#[tokio::test]
async fn many_writes_at_once_need_few_transactions() {
    let folder = Folder::new();
    let ledger = Arc::new(folder.open().await);
    let deliveries: Vec<_> = (0..1000).map(|n| typed(&format!("d{n}"), "status")).collect();
    futures::future::try_join_all(deliveries.iter().map(|d| ledger.receive(d)))
        .await
        .unwrap();
    let health = ledger.health().await.unwrap();
    assert_eq!((health.writes, health.unanswered, health.queued), (1000, 1000, 0));
    assert!(health.transactions < 50, "{} transactions", health.transactions);
}

#[tokio::test]
async fn deliveries_answered_long_ago_are_forgotten() {
    let folder = Folder::new();
    let ledger = folder.open().await;
    let hour = 3_600_000;
    for n in 0..600 {
        let mut delivery = typed(&format!("d{n}"), "status");
        delivery.at = At(n * hour / 100);
        ledger.receive(&delivery).await.unwrap();
        if n != 3 {
            ledger
                .commit(Commit::default().answering(&delivery))
                .await
                .unwrap();
        }
    }
    assert!(
        !ledger.receive(&typed("d5", "status")).await.unwrap().again,
        "six hours old: forgotten"
    );
    assert!(
        ledger.receive(&typed("d590", "status")).await.unwrap().again,
        "six minutes old: known"
    );
    assert!(
        ledger.receive(&typed("d3", "status")).await.unwrap().again,
        "never answered: known"
    );
}
