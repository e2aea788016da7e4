//! What every ledger must do, whatever it is kept in. Each story takes a [`Home`]; [`stories!`](crate::ledger::suite)
//! makes a test of each for one kind of home.

use std::collections::BTreeMap;

use async_trait::async_trait;
use commands::names::{At, Environment, JobId, Person};
use commands::signals::Signal;
use commands::windows::Sample;

use super::fixtures::*;
use super::{Attachment, Commit, Ledger, LedgerError, Queued, Sent};
use crate::board::Change;
use crate::intake::Said;
use crate::notice::{Acknowledged, Slot};
use crate::request::State;

/// Where a ledger lives: it can be opened, closed, and opened again with what it held.
#[async_trait]
pub(crate) trait Home: Sync {
    type Ledger: Ledger + 'static;
    async fn open(&self) -> Self::Ledger;
    async fn close(&self, ledger: Self::Ledger);
}

/// Makes one test of each story, for homes that `$home` gives.
macro_rules! stories {
    ($home:expr; $($story:ident)*) => {
        $(#[tokio::test]
        async fn $story() {
            let home = $home;
            crate::ledger::suite::$story(&home).await;
        })*
    };
}
pub(crate) use stories;

/// Every story, for homes that `$home` gives.
macro_rules! every_story {
    ($home:expr) => {
        crate::ledger::suite::stories! { $home;
            an_entry_is_read_back_as_it_was_appended
            a_request_is_folded_from_its_entries
            of_two_appends_at_one_version_one_is_stale
            a_refused_append_leaves_nothing_behind
            time_never_runs_behind_the_last_entry
            requests_are_numbered_from_one
            of_many_who_take_one_claim_at_once_one_gets_it
            claims_are_taken_all_or_none
            a_claim_conflicts_with_what_is_above_and_below_it
            shared_claims_are_held_side_by_side
            a_release_wakes_who_queues_behind
            who_queues_behind_a_run_that_has_just_ended_is_woken_at_once
            a_refused_attempt_does_not_take_a_request_out_of_the_queue
            wake_ups_come_when_they_are_due_and_soonest_first
            a_delivery_is_stored_once
            what_is_typed_in_the_console_is_a_message_there
            an_answered_delivery_is_no_longer_waiting
            a_delivery_is_answered_once
            a_thousand_deliveries_at_once_are_all_stored
            messages_are_sent_in_the_order_of_their_place
            a_message_that_waits_holds_back_only_its_own_place
            an_unsent_card_is_replaced_where_it_stands
            a_card_that_is_there_is_edited
            a_card_replaced_on_its_way_is_edited_afterwards
            a_card_whose_first_post_is_in_doubt_is_edited_to_be_sure
            a_given_up_edit_is_followed_by_a_new_post
            what_was_not_sent_is_sent_after_a_restart
            lists_show_what_is_open_and_what_is_new
            a_thread_leads_to_its_newest_request
            samples_are_kept_and_forgotten
            a_console_message_is_stored_and_replaced
            the_same_post_twice_is_one_message
            pictures_are_kept
            what_changed_is_told_once_it_is_there
            everything_is_there_after_a_restart
        }
    };
}
pub(crate) use every_story;

fn is_stale(result: &Result<(), LedgerError>) -> bool {
    matches!(result, Err(LedgerError::Stale))
}

fn is_claimed_by(result: &Result<(), LedgerError>, by: u64) -> bool {
    matches!(result, Err(LedgerError::Claimed { by: holder }) if *holder == r(by))
}

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
    assert_eq!(ledger.due(At(i64::MAX), 10).await.unwrap(), []);
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
    assert_eq!(ledger.due(At(10_000), 10).await.unwrap(), []);
    ledger.commit(next(1, 1).releasing()).await.unwrap();
    assert_eq!(ledger.due(At(10_000), 10).await.unwrap(), [r(2), r(3)]);
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
    assert_eq!(ledger.due(At(10_000), 10).await.unwrap(), [r(2)]);
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
    assert_eq!(
        ledger.due(At(10_000), 10).await.unwrap(),
        [r(2)],
        "3 has left the queue"
    );
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
    assert_eq!(ledger.due(At(99), 10).await.unwrap(), []);
    assert_eq!(ledger.due(At(200), 10).await.unwrap(), [r(2), r(3)]);
    assert_eq!(ledger.due(At(300), 2).await.unwrap(), [r(2), r(3)]);
    ledger
        .commit(Commit::default().waking(2, Some(400)))
        .await
        .unwrap();
    ledger.commit(Commit::default().waking(3, None)).await.unwrap();
    assert_eq!(ledger.due(At(400), 10).await.unwrap(), [r(1), r(2)]);
}

pub(crate) async fn a_delivery_is_stored_once(home: &impl Home) {
    let ledger = home.open().await;
    let delivery = typed("d1", "status");
    let (one, other) = tokio::join!(ledger.receive(&delivery), ledger.receive(&delivery));
    let (one, other) = (one.unwrap(), other.unwrap());
    assert_eq!(one.message, other.message);
    assert!(one.again != other.again);
    ledger
        .commit(Commit::default().answering(&delivery))
        .await
        .unwrap();
    let later = ledger.receive(&delivery).await.unwrap();
    assert!(
        later.again && later.message == one.message,
        "also once it is answered"
    );
    assert_eq!(ledger.unanswered(10).await.unwrap(), []);
    assert_eq!(ledger.messages("ops", 10).await.unwrap().len(), 1);
}

pub(crate) async fn what_is_typed_in_the_console_is_a_message_there(home: &impl Home) {
    let ledger = home.open().await;
    let root = ledger.receive(&typed("d1", "help")).await.unwrap().message;
    let mut reply = typed("d2", "approve");
    reply.thread = Some(root.clone());
    let reply = ledger.receive(&reply).await.unwrap().message;
    let mut press = typed("d3", "");
    press.said = Said::Press {
        message: root.clone(),
        button: "approve".to_owned(),
        reason: None,
    };
    assert_eq!(
        ledger.receive(&press).await.unwrap().message,
        root,
        "a press is no message of its own"
    );

    let said: Vec<_> = ledger
        .messages("ops", 10)
        .await
        .unwrap()
        .into_iter()
        .map(|m| (m.id, m.thread, m.author, m.text))
        .collect();
    let line = |id: &str, thread: Option<&str>, text: &str| {
        (
            id.to_owned(),
            thread.map(str::to_owned),
            "ana".to_owned(),
            text.to_owned(),
        )
    };
    assert_eq!(
        said,
        [
            line(root.as_str(), None, "help"),
            line(reply.as_str(), Some(root.as_str()), "approve")
        ]
    );
    let waiting: Vec<_> = ledger
        .unanswered(10)
        .await
        .unwrap()
        .into_iter()
        .map(|d| d.message.unwrap())
        .collect();
    assert_eq!(waiting, [root.clone(), reply, root]);
}

pub(crate) async fn an_answered_delivery_is_no_longer_waiting(home: &impl Home) {
    let ledger = home.open().await;
    let (one, two) = (typed("d1", "status"), typed("d2", "jobs"));
    ledger.receive(&one).await.unwrap();
    ledger.receive(&two).await.unwrap();
    ledger.commit(Commit::default().answering(&one)).await.unwrap();
    let waiting: Vec<_> = ledger
        .unanswered(10)
        .await
        .unwrap()
        .into_iter()
        .map(|d| d.id)
        .collect();
    assert_eq!(waiting, [two.id]);
}

pub(crate) async fn a_delivery_is_answered_once(home: &impl Home) {
    let ledger = home.open().await;
    let delivery = typed("d1", "status");
    ledger.receive(&delivery).await.unwrap();
    let answer = |what| {
        Commit::default()
            .saying(vec![outgoing(None, Slot::New, &ops(), what)])
            .answering(&delivery)
    };
    ledger.commit(answer(A)).await.unwrap();
    assert!(is_stale(&ledger.commit(answer(B)).await));
    assert_eq!(sent_in_order(&ledger).await, [A]);
}

pub(crate) async fn a_thousand_deliveries_at_once_are_all_stored(home: &impl Home) {
    let ledger = home.open().await;
    let deliveries: Vec<_> = (0..1000).map(|n| typed(&format!("d{n}"), "status")).collect();
    let received = futures::future::join_all(deliveries.iter().map(|d| ledger.receive(d))).await;
    let mut messages: Vec<_> = received.into_iter().map(|r| r.unwrap().message).collect();
    messages.sort_unstable();
    messages.dedup();
    assert_eq!(messages.len(), 1000, "each is a message of its own");
    assert_eq!(ledger.unanswered(2000).await.unwrap().len(), 1000);
}

fn notices(queued: &[Queued]) -> Vec<(u64, Acknowledged)> {
    let notice = |queued: &Queued| match &queued.outgoing.notice {
        crate::notice::Notice::Done(what, _) => (queued.id, *what),
        other => panic!("{other:?}"),
    };
    queued.iter().map(notice).collect()
}

fn what(queued: &[Queued]) -> Vec<Acknowledged> {
    notices(queued).into_iter().map(|(_, what)| what).collect()
}

const A: Acknowledged = Acknowledged::VoteCounted;
const B: Acknowledged = Acknowledged::VoteWithdrawn;
const C: Acknowledged = Acknowledged::WillStop;

async fn say(ledger: &impl Ledger, say: Vec<super::Outgoing>) {
    ledger.commit(Commit::default().saying(say)).await.unwrap();
}

/// Sends everything, one after another, and says what it was.
async fn sent_in_order(ledger: &impl Ledger) -> Vec<Acknowledged> {
    let mut sent = Vec::new();
    while let Some(first) = ledger.to_send(At(0), 10).await.unwrap().into_iter().next() {
        sent.extend(what(std::slice::from_ref(&first)));
        ledger.sent(first.id, Sent::Posted(message("m"))).await.unwrap();
    }
    sent
}

pub(crate) async fn messages_are_sent_in_the_order_of_their_place(home: &impl Home) {
    let ledger = home.open().await;
    assert_eq!(ledger.next_send().await.unwrap(), None);
    say(
        &ledger,
        vec![
            outgoing(None, Slot::New, &ops(), A),
            outgoing(None, Slot::New, &place("dev"), B),
        ],
    )
    .await;
    say(&ledger, vec![outgoing(None, Slot::New, &ops(), C)]).await;
    let queued = ledger.to_send(At(0), 10).await.unwrap();
    assert_eq!(what(&queued), [A, B], "C waits for A");
    assert_eq!(what(&ledger.to_send(At(0), 1).await.unwrap()), [A]);
    for queued in queued {
        ledger.sent(queued.id, Sent::Posted(message("m"))).await.unwrap();
    }
    let queued = ledger.to_send(At(0), 10).await.unwrap();
    assert_eq!(what(&queued), [C]);
    ledger
        .sent(queued[0].id, Sent::Posted(message("m")))
        .await
        .unwrap();
    assert_eq!(ledger.to_send(At(i64::MAX), 10).await.unwrap(), []);
    assert_eq!(ledger.next_send().await.unwrap(), None);
}

pub(crate) async fn a_message_that_waits_holds_back_only_its_own_place(home: &impl Home) {
    let ledger = home.open().await;
    say(
        &ledger,
        vec![
            outgoing(None, Slot::New, &ops(), A),
            outgoing(None, Slot::New, &ops(), B),
        ],
    )
    .await;
    say(&ledger, vec![outgoing(None, Slot::New, &place("dev"), C)]).await;
    let first = ledger.to_send(At(0), 10).await.unwrap()[0].clone();
    ledger.sent(first.id, Sent::Later(At(500))).await.unwrap();
    let dev = ledger.to_send(At(499), 10).await.unwrap();
    assert_eq!(what(&dev), [C]);
    ledger.sent(dev[0].id, Sent::Posted(message("m"))).await.unwrap();
    assert_eq!(ledger.next_send().await.unwrap(), Some(At(500)));
    let queued = ledger.to_send(At(500), 10).await.unwrap();
    assert_eq!(what(&queued), [A]);
    assert_eq!(queued[0].attempts, 1);
}

pub(crate) async fn an_unsent_card_is_replaced_where_it_stands(home: &impl Home) {
    let ledger = home.open().await;
    say(
        &ledger,
        vec![
            outgoing(Some(1), Slot::Card, &ops(), A),
            outgoing(Some(1), Slot::New, &ops(), B),
        ],
    )
    .await;
    say(&ledger, vec![outgoing(Some(1), Slot::Card, &ops(), C)]).await;
    say(
        &ledger,
        vec![
            outgoing(Some(1), Slot::Progress, &ops(), A),
            outgoing(Some(2), Slot::Card, &ops(), A),
        ],
    )
    .await;
    assert_eq!(sent_in_order(&ledger).await, [C, B, A, A]);
}

pub(crate) async fn a_card_that_is_there_is_edited(home: &impl Home) {
    let ledger = home.open().await;
    say(&ledger, vec![outgoing(Some(1), Slot::Card, &ops(), A)]).await;
    let queued = ledger.to_send(At(0), 10).await.unwrap();
    assert_eq!(queued[0].posted, None);
    ledger
        .sent(queued[0].id, Sent::Posted(message("m1")))
        .await
        .unwrap();
    say(&ledger, vec![outgoing(Some(1), Slot::Card, &ops(), B)]).await;
    say(&ledger, vec![outgoing(Some(2), Slot::Card, &place("dev"), C)]).await;
    let queued = ledger.to_send(At(0), 10).await.unwrap();
    assert_eq!(what(&queued), [B, C]);
    assert_eq!(
        (&queued[0].posted, &queued[1].posted),
        (&Some(message("m1")), &None)
    );
}

pub(crate) async fn a_card_replaced_on_its_way_is_edited_afterwards(home: &impl Home) {
    let ledger = home.open().await;
    say(&ledger, vec![outgoing(Some(1), Slot::Card, &ops(), A)]).await;
    let on_its_way = ledger.to_send(At(0), 10).await.unwrap().remove(0);
    say(&ledger, vec![outgoing(Some(1), Slot::Card, &ops(), B)]).await;
    ledger
        .sent(on_its_way.id, Sent::Posted(message("m1")))
        .await
        .unwrap();
    let edit = ledger.to_send(At(0), 10).await.unwrap();
    assert_eq!((what(&edit), &edit[0].posted), (vec![B], &Some(message("m1"))));
    ledger
        .sent(edit[0].id, Sent::Posted(message("m1")))
        .await
        .unwrap();
    assert_eq!(ledger.to_send(At(0), 10).await.unwrap(), []);
}

pub(crate) async fn a_card_whose_first_post_is_in_doubt_is_edited_to_be_sure(home: &impl Home) {
    let ledger = home.open().await;
    say(&ledger, vec![outgoing(Some(1), Slot::Card, &ops(), A)]).await;
    let before = ledger.to_send(At(0), 10).await.unwrap().remove(0);
    home.close(ledger).await; // it may have been posted as A

    let ledger = home.open().await;
    say(&ledger, vec![outgoing(Some(1), Slot::Card, &ops(), B)]).await;
    let again = ledger.to_send(At(0), 10).await.unwrap().remove(0);
    assert_eq!(
        (again.id, what(std::slice::from_ref(&again))),
        (before.id, vec![B]),
        "the same nonce"
    );
    ledger.sent(again.id, Sent::Posted(message("m1"))).await.unwrap(); // the chat knew the nonce: it shows A
    let edit = ledger.to_send(At(0), 10).await.unwrap();
    assert_eq!((what(&edit), &edit[0].posted), (vec![B], &Some(message("m1"))));
    ledger
        .sent(edit[0].id, Sent::Posted(message("m1")))
        .await
        .unwrap();
    assert_eq!(ledger.to_send(At(0), 10).await.unwrap(), []);
}

pub(crate) async fn a_given_up_edit_is_followed_by_a_new_post(home: &impl Home) {
    let ledger = home.open().await;
    for what in [A, B] {
        say(&ledger, vec![outgoing(Some(1), Slot::Card, &ops(), what)]).await;
        let queued = ledger.to_send(At(0), 10).await.unwrap().remove(0);
        let sent = if what == A {
            Sent::Posted(message("m1"))
        } else {
            Sent::GivenUp("deleted".to_owned())
        };
        ledger.sent(queued.id, sent).await.unwrap();
    }
    assert_eq!(ledger.to_send(At(0), 10).await.unwrap(), []);
    say(&ledger, vec![outgoing(Some(1), Slot::Card, &ops(), C)]).await;
    assert_eq!(ledger.to_send(At(0), 10).await.unwrap()[0].posted, None);
}

pub(crate) async fn what_was_not_sent_is_sent_after_a_restart(home: &impl Home) {
    let ledger = home.open().await;
    say(
        &ledger,
        vec![
            outgoing(None, Slot::New, &ops(), A),
            outgoing(None, Slot::New, &ops(), B),
        ],
    )
    .await;
    let first = ledger.to_send(At(0), 10).await.unwrap().remove(0);
    ledger.sent(first.id, Sent::Posted(message("m1"))).await.unwrap();
    let before = ledger.to_send(At(0), 10).await.unwrap();
    home.close(ledger).await;

    let ledger = home.open().await;
    let after = ledger.to_send(At(0), 10).await.unwrap();
    assert_eq!(notices(&after), notices(&before));
    assert_eq!(what(&after), [B]);
    ledger
        .sent(after[0].id, Sent::Posted(message("m2")))
        .await
        .unwrap();
    home.close(ledger).await;

    let ledger = home.open().await;
    say(&ledger, vec![outgoing(None, Slot::New, &ops(), C)]).await;
    let id = ledger.to_send(At(0), 10).await.unwrap()[0].id;
    assert!(id > before[0].id, "a nonce never comes again");
}

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
    let job = |n: u8| JobId::parse(&format!("{n:032}")).unwrap();
    let sample = |at: i64| Sample {
        at: At(at),
        attempt: 2,
        parallelism: 4,
        values: BTreeMap::from([(Signal::Backlog, 0.1 + 0.2), (Signal::Busy, at as f64)]),
    };
    for at in 1..=5 {
        let taken = [(job(1), sample(at * 10)), (job(2), sample(at * 10))];
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
        ledger.samples(&dev, &job(1), At(0), At(100)).await.unwrap().len(),
        5
    );
}

pub(crate) async fn a_console_message_is_stored_and_replaced(home: &impl Home) {
    let ledger = home.open().await;
    let mut card = console("waiting");
    let id = ledger.put_message(&card, &[], None).await.unwrap();
    ledger.put_message(&console("another"), &[], None).await.unwrap();
    (card.id, card.text, card.only_for) = (id.to_string(), "finished".to_owned(), Some(person("bo")));
    assert_eq!(ledger.put_message(&card, &[], None).await.unwrap(), id);
    assert_eq!(ledger.message(&id).await.unwrap(), Some(card.clone()));
    let texts: Vec<_> = ledger
        .messages("ops", 10)
        .await
        .unwrap()
        .into_iter()
        .map(|m| m.text)
        .collect();
    assert_eq!(texts, ["finished", "another"]);
    assert_eq!(
        ledger.messages("ops", 1).await.unwrap()[0].text,
        "another",
        "the newest"
    );
    assert_eq!(ledger.messages("dev", 10).await.unwrap(), []);
    card.id = "99".to_owned();
    assert!(matches!(
        ledger.put_message(&card, &[], None).await,
        Err(LedgerError::NotWritable(_))
    ));
}

pub(crate) async fn the_same_post_twice_is_one_message(home: &impl Home) {
    let ledger = home.open().await;
    let one = ledger.put_message(&console("hello"), &[], Some(7)).await.unwrap();
    let again = ledger.put_message(&console("hello"), &[], Some(7)).await.unwrap();
    let other = ledger.put_message(&console("hello"), &[], Some(8)).await.unwrap();
    assert!(one == again && one != other);
    assert_eq!(ledger.messages("ops", 10).await.unwrap().len(), 2);
}

pub(crate) async fn pictures_are_kept(home: &impl Home) {
    let ledger = home.open().await;
    let picture = Attachment {
        id: "a".repeat(64),
        media_type: "image/png".to_owned(),
        bytes: vec![0, 159, 146, 150],
    };
    for _ in 0..2 {
        ledger
            .put_message(&console("chart"), std::slice::from_ref(&picture), None)
            .await
            .unwrap();
    }
    assert_eq!(ledger.attachment(&picture.id).await.unwrap(), Some(picture));
    assert_eq!(ledger.attachment("b").await.unwrap(), None);
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
    assert_eq!(ledger.due(At(50), 9).await.unwrap(), [r(1)]);
    ledger.commit(next(1, 1)).await.unwrap();
    let two = &ledger.entries(2, 1).await.unwrap()[0];
    assert_eq!(two.prev, entries[0].hash);
    assert_eq!(two.by, Person::parse("ana").unwrap());
}
