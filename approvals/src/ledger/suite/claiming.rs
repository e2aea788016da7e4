//! Claims: held by one run at a time, given back, waited for; and wake-ups.

use commands::names::At;

use super::{Home, is_claimed_by, is_stale};
use crate::ledger::fixtures::*;
use crate::ledger::{Commit, Ledger, Wake};
use crate::notice::{Acknowledged, Slot};

pub(crate) async fn of_many_who_take_one_claim_at_once_one_gets_it(home: &impl Home) {
    let ledger = home.open().await;
    let takers = (1..=40).map(|request| ledger.commit(first(request).taking(&[exclusive("shop/shop")])));
    let results = futures::future::join_all(takers).await;
    let winners: Vec<usize> = (0..40).filter(|n| results[*n].is_ok()).collect();
    let [winner] = winners[..] else {
        panic!("{winners:?}")
    };
    let by = r(winner as u64 + 1);
    for (n, result) in results.iter().enumerate().filter(|(n, _)| *n != winner) {
        assert!(is_claimed_by(result, by.number()), "{n}: {result:?}");
    }
    assert_eq!(ledger.holder(&[shared("shop")], r(99)).await.unwrap(), Some(by));
}

pub(crate) async fn claims_are_taken_all_or_none(home: &impl Home) {
    let ledger = home.open().await;
    ledger
        .commit(first(1).taking(&[exclusive("shop/shop/a")]))
        .await
        .unwrap();
    let both = [exclusive("shop/shop/b"), exclusive("shop/shop/a")];
    assert!(is_claimed_by(&ledger.commit(first(2).taking(&both)).await, 1));
    assert_eq!(
        ledger.holder(&[exclusive("shop/shop/b")], r(9)).await.unwrap(),
        None
    );
    ledger.commit(next(1, 1).releasing()).await.unwrap();
    ledger.commit(first(2).taking(&both)).await.unwrap();
    assert_eq!(ledger.holder(&both[..1], r(9)).await.unwrap(), Some(r(2)));
    assert_eq!(
        ledger.holder(&both, r(2)).await.unwrap(),
        None,
        "one's own claims are no conflict"
    );
}

pub(crate) async fn a_claim_conflicts_with_what_is_above_and_below_it(home: &impl Home) {
    let ledger = home.open().await;
    ledger
        .commit(first(1).taking(&[exclusive("shop/shop")]))
        .await
        .unwrap();
    for path in ["shop", "shop/shop", "shop/shop/a"] {
        assert!(
            is_claimed_by(&ledger.commit(first(2).taking(&[shared(path)])).await, 1),
            "{path}"
        );
    }
    ledger
        .commit(first(2).taking(&[exclusive("shop/shopping")]))
        .await
        .unwrap();
}

pub(crate) async fn shared_claims_are_held_side_by_side(home: &impl Home) {
    let ledger = home.open().await;
    for request in 1..=2 {
        ledger
            .commit(first(request).taking(&[shared("shop/shop"), shared("shop")]))
            .await
            .unwrap();
    }
    assert!(is_claimed_by(
        &ledger.commit(first(3).taking(&[exclusive("shop/shop/a")])).await,
        1
    ));
    ledger.commit(next(1, 1).releasing()).await.unwrap();
    assert!(is_claimed_by(
        &ledger.commit(first(3).taking(&[exclusive("shop/shop/a")])).await,
        2
    ));
    ledger.commit(next(2, 1).releasing()).await.unwrap();
    ledger
        .commit(first(3).taking(&[exclusive("shop/shop/a")]))
        .await
        .unwrap();
}

pub(crate) async fn a_release_wakes_who_queues_behind(home: &impl Home) {
    let ledger = home.open().await;
    ledger
        .commit(first(1).taking(&[exclusive("shop")]))
        .await
        .unwrap();
    ledger
        .commit(first(2).queued(1).waking(2, Some(900_000)))
        .await
        .unwrap();
    ledger.commit(first(3).queued(1)).await.unwrap();
    ledger.commit(first(4).waking(4, Some(900_000))).await.unwrap();
    assert_eq!(due(&ledger, At(10_000), 10).await, []);
    ledger.commit(next(1, 1).releasing()).await.unwrap();
    assert_eq!(due(&ledger, At(10_000), 10).await, [r(2), r(3)]);
    assert_eq!(ledger.holder(&[exclusive("shop")], r(2)).await.unwrap(), None);
}

pub(crate) async fn who_queues_behind_a_run_that_has_just_ended_is_woken_at_once(home: &impl Home) {
    let ledger = home.open().await;
    ledger
        .commit(first(1).taking(&[exclusive("shop")]))
        .await
        .unwrap();
    ledger.commit(next(1, 1).releasing()).await.unwrap();
    ledger
        .commit(first(2).queued(1).waking(2, Some(900_000)))
        .await
        .unwrap();
    assert_eq!(due(&ledger, At(10_000), 10).await, [r(2)]);
}

pub(crate) async fn a_refused_attempt_does_not_take_a_request_out_of_the_queue(home: &impl Home) {
    let ledger = home.open().await;
    ledger
        .commit(first(1).taking(&[exclusive("shop")]))
        .await
        .unwrap();
    ledger.commit(first(2).queued(1)).await.unwrap();
    ledger.commit(next(2, 1).in_state("queued", false)).await.unwrap();
    ledger.commit(first(3).queued(1)).await.unwrap();
    ledger
        .commit(next(3, 1).in_state("withdrawn", true))
        .await
        .unwrap();
    ledger.commit(next(1, 1).releasing()).await.unwrap();
    assert_eq!(due(&ledger, At(10_000), 10).await, [r(2)], "3 has left the queue");
}

pub(crate) async fn wake_ups_come_when_they_are_due_and_soonest_first(home: &impl Home) {
    let ledger = home.open().await;
    assert_eq!(ledger.next_wake().await.unwrap(), None);
    for (request, at) in [(1, 300), (2, 100), (3, 200)] {
        ledger
            .commit(first(request).waking(request, Some(at)))
            .await
            .unwrap();
    }
    assert_eq!(ledger.next_wake().await.unwrap(), Some(At(100)));
    assert_eq!(due(&ledger, At(99), 10).await, []);
    assert_eq!(due(&ledger, At(200), 10).await, [r(2), r(3)]);
    assert_eq!(due(&ledger, At(300), 2).await, [r(2), r(3)]);
    ledger
        .commit(Commit::default().waking(2, Some(400)))
        .await
        .unwrap();
    ledger.commit(Commit::default().waking(3, None)).await.unwrap();
    assert_eq!(due(&ledger, At(400), 10).await, [r(1), r(2)]);
}

pub(crate) async fn a_wake_up_is_due_with_its_time_and_who_has_none_is_asleep(home: &impl Home) {
    let ledger = home.open().await;
    for request in [1, 2] {
        ledger.commit(first(request)).await.unwrap();
    }
    assert_eq!(ledger.asleep().await.unwrap(), [r(1), r(2)]);
    ledger.commit(next(2, 1).waking(2, Some(70))).await.unwrap();
    assert_eq!(ledger.asleep().await.unwrap(), [r(1)]);
    assert_eq!(ledger.due(At(100), 10).await.unwrap(), [(r(2), At(70))]);
}

pub(crate) async fn what_was_meant_for_an_earlier_state_is_stale(home: &impl Home) {
    let ledger = home.open().await;
    ledger.commit(first(1).waking(1, Some(50))).await.unwrap();
    let later = |entries| Commit {
        wake: Some(Wake {
            request: r(1),
            at: Some(At(900)),
        }),
        say: vec![outgoing(Some(1), Slot::New, &ops(), Acknowledged::Recorded)],
        only_at: Some((r(1), entries)),
        ..Commit::default()
    };
    ledger.commit(next(1, 1).waking(1, Some(60))).await.unwrap();
    assert!(
        is_stale(&ledger.commit(later(1)).await),
        "somebody appended in between"
    );
    assert_eq!(ledger.due(At(100), 10).await.unwrap(), [(r(1), At(60))]);
    assert_eq!(ledger.to_send(At(0), 10).await.unwrap(), []);
    ledger.commit(later(2)).await.unwrap();
    assert_eq!(ledger.due(At(1_000), 10).await.unwrap(), [(r(1), At(900))]);
    assert_eq!(ledger.to_send(At(0), 10).await.unwrap().len(), 1);
}
