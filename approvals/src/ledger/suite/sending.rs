//! Messages to send: in order, edited in place, sent again after a restart.

use commands::names::{At, MessageId, Place};

use super::Home;
use crate::intake::Delivery;
use crate::ledger::fixtures::*;
use crate::ledger::{Commit, Ledger, Outgoing, Queued, Sent};
use crate::notice::{Acknowledged, Slot};
use crate::people::Account;

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

pub(super) const A: Acknowledged = Acknowledged::VoteCounted;
pub(super) const B: Acknowledged = Acknowledged::VoteWithdrawn;
const C: Acknowledged = Acknowledged::WillStop;

async fn say(ledger: &impl Ledger, say: Vec<Outgoing>) {
    ledger.commit(Commit::default().saying(say)).await.unwrap();
}

/// Sends everything, one after another, and says what it was.
pub(super) async fn sent_in_order(ledger: &impl Ledger) -> Vec<Acknowledged> {
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

pub(crate) async fn the_first_open_message_becomes_the_root_of_a_command_that_is_no_message(
    home: &impl Home,
) {
    let ledger = home.open().await;
    let incident = Place::parse("slack:C01").unwrap();
    let command = Delivery {
        place: incident.clone(),
        ..typed("trigger-1", "scale orders parallelism 4")
    };
    let stand_in = ledger.receive(&command).await.unwrap().message;
    assert!(stand_in.is_stand_in(), "{stand_in}");
    let mut asked = first(1);
    asked.listed().thread = (incident.clone(), stand_in.clone());
    let hint = outgoing(None, Slot::New, &incident, Acknowledged::Recorded);
    let opener = outgoing(None, Slot::New, &incident, Acknowledged::VoteCounted);
    let card = outgoing(Some(1), Slot::Card, &incident, Acknowledged::VoteCounted);
    let in_thread = |only_for: Option<Account>| {
        let stand_in = stand_in.clone();
        move |mut outgoing: Outgoing| {
            outgoing.to.thread = Some(stand_in.clone());
            outgoing.to.only_for = only_for;
            outgoing
        }
    };
    let say = vec![
        in_thread(Some(command.account.clone()))(hint),
        in_thread(None)(opener),
        in_thread(None)(card),
    ];
    ledger.commit(asked.saying(say)).await.unwrap();

    let mut threads = Vec::new();
    for message_id in ["171.1", "171.2", "171.3"] {
        let queued = &ledger.to_send(At(900), 9).await.unwrap()[0];
        threads.push(queued.outgoing.to.thread.clone());
        ledger
            .sent(queued.id, Sent::Posted(message(message_id)))
            .await
            .unwrap();
    }

    assert_eq!(threads, [None, None, Some(message("171.2"))]);
    let found = ledger.request_in(&incident, &message("171.2")).await.unwrap();
    assert_eq!(found, Some(r(1)), "by the id that the chat knows");

    let mut asked_in_it = first(2);
    asked_in_it.listed().thread = (incident.clone(), message("171.2"));
    ledger.commit(asked_in_it).await.unwrap();
    let found = ledger.request_in(&incident, &message("171.2")).await.unwrap();
    assert_eq!(found, Some(r(2)), "the newest of the thread");
}

pub(crate) async fn the_thread_of_a_copy_leads_to_its_request(home: &impl Home) {
    let ledger = home.open().await;
    let elsewhere = Place::parse("discord:33").unwrap();
    let mut opener = outgoing(None, Slot::New, &elsewhere, Acknowledged::Recorded);
    opener.to.thread = Some(MessageId::for_copy_of(r(1)));
    ledger.commit(first(1).saying(vec![opener])).await.unwrap();
    let queued = &ledger.to_send(At(900), 9).await.unwrap()[0];
    let root = message("9001");
    ledger.sent(queued.id, Sent::Posted(root.clone())).await.unwrap();

    assert_eq!(ledger.request_in(&elsewhere, &root).await.unwrap(), Some(r(1)));
    let mut asked_in_it = first(2);
    asked_in_it.listed().thread = (elsewhere.clone(), root.clone());
    ledger.commit(asked_in_it).await.unwrap();
    assert_eq!(ledger.request_in(&elsewhere, &root).await.unwrap(), Some(r(2)));
    assert_eq!(ledger.request_in(&ops(), &root).await.unwrap(), None);
}
