//! Deliveries: stored once, answered once.

use std::collections::{BTreeMap, BTreeSet};

use commands::names::{Chat, MessageId};
use futures::future::join_all;

use super::sending::{A, B, sent_in_order};
use super::{Home, is_stale};
use crate::intake::{DeliveryId, Said};
use crate::ledger::fixtures::*;
use crate::ledger::{Commit, Ledger};
use crate::notice::Slot;

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

pub(crate) async fn many_at_once_are_each_stored_once(home: &impl Home) {
    let ledger = home.open().await;
    let mut all: Vec<_> = (0..300)
        .map(|n| typed(&format!("d{}", n % 100), "status"))
        .collect();
    for elsewhere in all.iter_mut().step_by(3) {
        elsewhere.place.chat = Chat::Slack;
    }
    let received = join_all(all.iter().map(|delivery| ledger.receive(delivery))).await;
    let mut messages: BTreeMap<&DeliveryId, BTreeSet<MessageId>> = BTreeMap::new();
    let mut first = 0;
    for (delivery, received) in all.iter().zip(received) {
        let received = received.unwrap();
        first += usize::from(!received.again);
        messages.entry(&delivery.id).or_default().insert(received.message);
    }
    assert_eq!(first, 100);
    assert!(messages.values().all(|of_one| of_one.len() == 1), "{messages:?}");
    let waiting = ledger.unanswered(1_000).await.unwrap();
    assert_eq!(waiting.len(), 100);
    let typed_here = waiting
        .iter()
        .filter(|delivery| delivery.place.chat == Chat::Console);
    assert_eq!(
        ledger.messages("ops", 1_000).await.unwrap().len(),
        typed_here.count()
    );
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
    let received = join_all(deliveries.iter().map(|d| ledger.receive(d))).await;
    let mut messages: Vec<_> = received.into_iter().map(|r| r.unwrap().message).collect();
    messages.sort_unstable();
    messages.dedup();
    assert_eq!(messages.len(), 1000, "each is a message of its own");
    assert_eq!(ledger.unanswered(2000).await.unwrap().len(), 1000);
}
