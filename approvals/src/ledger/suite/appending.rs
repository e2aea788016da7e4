//! Entries: one at a time, in order, read back as they were appended.

use commands::names::At;

use super::{Home, is_claimed_by, is_stale};
use crate::ledger::Ledger;
use crate::ledger::fixtures::*;
use crate::notice::{Acknowledged, Slot};
use crate::request::State;

pub(crate) async fn an_entry_is_read_back_as_it_was_appended(home: &impl Home) {
    let ledger = home.open().await;
    let delivery = typed("d1", "scale orders parallelism 4");
    ledger.receive(&delivery).await.unwrap();
    let new = entry(7, 0, vec![asked("ana", "the backlog grows"), attempt("bo")]);
    ledger
        .commit(append(new.clone()).answering(&delivery))
        .await
        .unwrap();
    ledger.commit(next(7, 1)).await.unwrap();

    let entries = ledger.entries(1, 10).await.unwrap();
    assert_eq!(entries.len(), 2);
    let (one, two) = (&entries[0], &entries[1]);
    assert_eq!((one.seq, one.request, one.number), (1, r(7), 1));
    assert_eq!(
        (one.at, &one.by, one.version, &one.ballot),
        (new.at, &new.by, 1, &None)
    );
    assert_eq!(one.events, new.events);
    assert_eq!((two.seq, two.number), (2, 2));
    assert_eq!((one.prev.as_str(), two.prev.as_str()), ("", one.hash.as_str()));
    assert_eq!(ledger.entries(2, 10).await.unwrap(), entries[1..]);
}

pub(crate) async fn a_request_is_folded_from_its_entries(home: &impl Home) {
    let ledger = home.open().await;
    ledger.commit(first(1)).await.unwrap();
    ledger.commit(next(1, 1)).await.unwrap();
    let request = ledger.load(r(1)).await.unwrap().unwrap();
    assert_eq!(
        (request.id, request.entries, &request.state),
        (r(1), 2, &State::Asked)
    );
    assert_eq!(request.asked.unwrap().because.unwrap().text(), Some("lag"));
    assert_eq!(ledger.load(r(2)).await.unwrap(), None);
}

pub(crate) async fn of_two_appends_at_one_version_one_is_stale(home: &impl Home) {
    let ledger = home.open().await;
    ledger.commit(first(1)).await.unwrap();
    let (one, other) = tokio::join!(ledger.commit(next(1, 1)), ledger.commit(next(1, 1)));
    assert!(
        one.is_ok() != other.is_ok() && (is_stale(&one) || is_stale(&other)),
        "{one:?} {other:?}"
    );
    assert!(is_stale(&ledger.commit(first(1)).await));
    assert!(
        is_stale(&ledger.commit(next(1, 9)).await),
        "a version that is yet to come"
    );
    assert_eq!(ledger.entries(1, 10).await.unwrap().len(), 2);
}

pub(crate) async fn a_refused_append_leaves_nothing_behind(home: &impl Home) {
    let ledger = home.open().await;
    let delivery = typed("d1", "status");
    ledger.receive(&delivery).await.unwrap();
    ledger
        .commit(first(1).taking(&[exclusive("shop/shop")]))
        .await
        .unwrap();
    let say = vec![outgoing(Some(2), Slot::Card, &ops(), Acknowledged::Recorded)];
    let refused = first(2)
        .taking(&[exclusive("shop/shop")])
        .waking(2, Some(1))
        .saying(say)
        .answering(&delivery);
    assert!(is_claimed_by(&ledger.commit(refused).await, 1));

    assert_eq!(ledger.load(r(2)).await.unwrap(), None);
    assert_eq!(ledger.next_request().await.unwrap(), r(2));
    assert_eq!(due(&ledger, At(i64::MAX), 10).await, []);
    assert_eq!(ledger.to_send(At(i64::MAX), 10).await.unwrap(), []);
    assert_eq!(ledger.unanswered(10).await.unwrap().len(), 1);
    ledger.commit(first(2)).await.unwrap();
    assert_eq!(
        ledger.entries(1, 10).await.unwrap()[1].seq,
        2,
        "no place in the log was used up"
    );
}

pub(crate) async fn time_never_runs_behind_the_last_entry(home: &impl Home) {
    let ledger = home.open().await;
    let at = |request, at| {
        let mut new = entry(request, 0, vec![asked("ana", "lag")]);
        new.at = At(at);
        append(new)
    };
    ledger.commit(at(1, 5_000)).await.unwrap();
    ledger.commit(at(2, 4_000)).await.unwrap();
    assert_eq!(ledger.entries(2, 1).await.unwrap()[0].at, At(5_000));
    assert_eq!(ledger.last_at().await.unwrap(), At(5_000));
    home.close(ledger).await;
    assert_eq!(home.open().await.last_at().await.unwrap(), At(5_000));
}

pub(crate) async fn requests_are_numbered_from_one(home: &impl Home) {
    let ledger = home.open().await;
    assert_eq!(ledger.next_request().await.unwrap(), r(1));
    ledger.commit(first(1)).await.unwrap();
    assert_eq!(ledger.next_request().await.unwrap(), r(2));
}
