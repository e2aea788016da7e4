//! What is read: lists, threads, samples, changes, and all of it after a restart.

use std::collections::BTreeMap;

use commands::names::{At, Environment, JobId, Person};
use commands::signals::Signal;
use commands::windows::{Sample, Sampled};

use super::Home;
use super::sending::A;
use crate::board::Change;
use crate::ledger::Ledger;
use crate::ledger::fixtures::*;
use crate::notice::Slot;

pub(crate) async fn lists_show_what_is_open_and_what_is_new(home: &impl Home) {
    let ledger = home.open().await;
    for request in 1..=5 {
        ledger.commit(first(request)).await.unwrap();
    }
    ledger.commit(next(2, 1).in_state("denied", true)).await.unwrap();
    let ids = |rows: Vec<crate::notice::Row>| rows.into_iter().map(|row| row.id.number()).collect::<Vec<_>>();
    assert_eq!(ids(ledger.open_requests().await.unwrap()), [1, 3, 4, 5]);
    assert_eq!(ids(ledger.latest_requests(3).await.unwrap()), [5, 4, 3]);
    assert_eq!(ledger.latest_requests(9).await.unwrap()[3], row(2, "denied"));
}

pub(crate) async fn a_thread_leads_to_its_newest_request(home: &impl Home) {
    let ledger = home.open().await;
    for (request, thread) in [(1, "10"), (2, "20"), (3, "10")] {
        ledger.commit(first(request).in_thread(thread)).await.unwrap();
    }
    assert_eq!(
        ledger.request_in(&ops(), &message("10")).await.unwrap(),
        Some(r(3))
    );
    assert_eq!(
        ledger.request_in(&ops(), &message("20")).await.unwrap(),
        Some(r(2))
    );
    assert_eq!(
        ledger.request_in(&place("dev"), &message("10")).await.unwrap(),
        None
    );
}

pub(crate) async fn samples_are_kept_and_forgotten(home: &impl Home) {
    let ledger = home.open().await;
    let (shop, dev) = (
        Environment::parse("shop").unwrap(),
        Environment::parse("dev").unwrap(),
    );
    let job = |n: u8| Sampled::Job(JobId::parse(&format!("{n:032}")).unwrap());
    let sample = |at: i64| Sample {
        at: At(at),
        attempt: 2,
        parallelism: 4,
        values: BTreeMap::from([(Signal::Backlog, 0.1 + 0.2), (Signal::Busy, at as f64)]),
    };
    for at in 1..=5 {
        let taken = [
            (job(1), sample(at * 10)),
            (job(2), sample(at * 10)),
            (Sampled::Cluster, sample(at * 10)),
        ];
        ledger
            .keep_samples(&shop, &taken, At(at * 10 - 25))
            .await
            .unwrap();
        ledger.keep_samples(&dev, &taken[..1], At(0)).await.unwrap();
    }
    let all = ledger.samples(&shop, &job(1), At(0), At(100)).await.unwrap();
    assert_eq!(all, [30, 40, 50].map(sample));
    assert_eq!(
        ledger.samples(&shop, &job(2), At(35), At(45)).await.unwrap(),
        [sample(40)]
    );
    assert_eq!(
        ledger
            .samples(&shop, &Sampled::Cluster, At(45), At(100))
            .await
            .unwrap(),
        [sample(50)]
    );
    assert_eq!(
        ledger.samples(&dev, &job(1), At(0), At(100)).await.unwrap().len(),
        5
    );
}

pub(crate) async fn what_changed_is_told_once_it_is_there(home: &impl Home) {
    let ledger = home.open().await;
    let mut changes = ledger.watch();
    let id = ledger.receive(&typed("d1", "status")).await.unwrap().message;
    let card = vec![outgoing(Some(1), Slot::Card, &ops(), A)];
    ledger
        .commit(first(1).taking(&[exclusive("shop")]).saying(card))
        .await
        .unwrap();
    assert!(
        ledger
            .commit(first(2).taking(&[exclusive("shop")]))
            .await
            .is_err()
    );
    let told: Vec<_> = std::iter::from_fn(|| changes.try_recv().ok()).collect();
    let message = Change::Message {
        channel: "ops".to_owned(),
        id,
    };
    assert_eq!(
        told,
        [message, Change::Delivered, Change::Request(r(1)), Change::ToSend]
    );
}

pub(crate) async fn everything_is_there_after_a_restart(home: &impl Home) {
    let ledger = home.open().await;
    let epoch = ledger.epoch();
    let delivery = typed("d1", "status");
    ledger.receive(&delivery).await.unwrap();
    ledger
        .commit(first(1).taking(&[exclusive("shop")]).waking(1, Some(50)))
        .await
        .unwrap();
    let entries = ledger.entries(1, 10).await.unwrap();
    home.close(ledger).await;

    let ledger = home.open().await;
    assert!(ledger.epoch() > epoch);
    assert_eq!(ledger.entries(1, 10).await.unwrap(), entries);
    assert!(ledger.receive(&delivery).await.unwrap().again);
    assert_eq!(ledger.holder(&[shared("shop")], r(9)).await.unwrap(), Some(r(1)));
    assert_eq!(due(&ledger, At(50), 9).await, [r(1)]);
    ledger.commit(next(1, 1)).await.unwrap();
    let two = &ledger.entries(2, 1).await.unwrap()[0];
    assert_eq!(two.prev, entries[0].hash);
    assert_eq!(two.by, Person::parse("ana").unwrap());
}
