//! The console's messages and pictures.

use super::Home;
use crate::ledger::fixtures::*;
use crate::ledger::{Attachment, ConsoleMessage, Ledger, LedgerError};

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

pub(crate) async fn what_one_person_alone_may_see_is_shown_to_no_other(home: &impl Home) {
    let ledger = home.open().await;
    for (text, only_for) in [("1", None), ("2", Some("ana")), ("3", Some("bo")), ("4", None)] {
        let message = ConsoleMessage {
            only_for: only_for.map(person),
            ..console(text)
        };
        ledger.put_message(&message, &[], None).await.unwrap();
    }
    for (reader, limit, expected) in [
        (None, 9, vec!["1", "4"]),
        (Some("ana"), 9, vec!["1", "2", "4"]),
        (Some("bo"), 2, vec!["3", "4"]),
        (None, 2, vec!["1", "4"]),
    ] {
        let reader = reader.map(person);
        let seen = ledger.messages_for("ops", reader.as_ref(), limit).await.unwrap();
        let texts: Vec<_> = seen.iter().map(|message| message.text.as_str()).collect();
        assert_eq!(texts, expected, "{reader:?}");
    }
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
    let picture = picture('a');
    for _ in 0..2 {
        ledger
            .put_message(&console("chart"), std::slice::from_ref(&picture), None)
            .await
            .unwrap();
    }
    assert_eq!(ledger.attachment(&picture.id).await.unwrap(), Some(picture));
    assert_eq!(ledger.attachment("b").await.unwrap(), None);
}

fn picture(of: char) -> Attachment {
    Attachment {
        id: of.to_string().repeat(64),
        media_type: "image/png".to_owned(),
        bytes: vec![0, 159, 146, 150],
    }
}

pub(crate) async fn a_picture_goes_with_the_last_message_that_shows_it(home: &impl Home) {
    let ledger = home.open().await;
    let (old, new) = (picture('a'), picture('b'));
    let mut messages = Vec::new();
    for _ in 0..2 {
        let pictures = std::slice::from_ref(&old);
        messages.push(
            ledger
                .put_message(&console("chart"), pictures, None)
                .await
                .unwrap(),
        );
    }
    for (message, is_left) in messages.iter().zip([true, false]) {
        let edited = ConsoleMessage {
            id: message.to_string(),
            ..console("another chart")
        };
        let pictures = std::slice::from_ref(&new);
        ledger.put_message(&edited, pictures, None).await.unwrap();
        assert_eq!(ledger.attachment(&old.id).await.unwrap().is_some(), is_left);
        assert!(ledger.attachment(&new.id).await.unwrap().is_some());
    }
}

/// More than any ledger keeps of one channel.
const MANY: usize = 6_000;

pub(crate) async fn a_channel_keeps_its_newest_messages(home: &impl Home) {
    let ledger = home.open().await;
    let quiet = ConsoleMessage {
        channel: "quiet".to_owned(),
        ..console("alone")
    };
    ledger.put_message(&quiet, &[], None).await.unwrap();
    let first = picture('a');
    let pictures = std::slice::from_ref(&first);
    let old = ledger.put_message(&console("0"), pictures, None).await.unwrap();
    let loud: Vec<_> = (1..=MANY).map(|number| console(&number.to_string())).collect();
    let put = loud
        .iter()
        .map(async |message| ledger.put_message(message, &[], None).await);
    futures::future::try_join_all(put).await.unwrap();
    let kept = ledger.messages("ops", u32::MAX).await.unwrap();
    assert!((1_000..MANY).contains(&kept.len()), "{} are kept", kept.len());
    let ids: Vec<usize> = kept.iter().map(|message| message.id.parse().unwrap()).collect();
    let newest = MANY + 2;
    assert_eq!(ids, (newest + 1 - ids.len()..=newest).collect::<Vec<_>>());
    assert_eq!(ledger.message(&old).await.unwrap(), None);
    assert_eq!(
        ledger.attachment(&first.id).await.unwrap(),
        None,
        "its picture went with it"
    );
    assert_eq!(ledger.messages("quiet", 9).await.unwrap().len(), 1);
}

pub(crate) async fn a_request_is_found_in_its_messages_and_in_its_history(home: &impl Home) {
    let ledger = home.open().await;
    for (text, request, only_for) in [
        ("1", 1, None),
        ("2", 2, None),
        ("3", 1, Some("ana")),
        ("4", 1, None),
    ] {
        let message = ConsoleMessage {
            request: Some(r(request)),
            only_for: only_for.map(person),
            ..console(text)
        };
        ledger.put_message(&message, &[], None).await.unwrap();
    }
    let texts = |messages: Vec<ConsoleMessage>| messages.into_iter().map(|m| m.text).collect::<Vec<_>>();
    assert_eq!(texts(ledger.messages_of(r(1), 9).await.unwrap()), ["1", "4"]);
    assert_eq!(texts(ledger.messages_of(r(1), 1).await.unwrap()), ["4"]);
    ledger.commit(first(1)).await.unwrap();
    ledger.commit(next(1, 1)).await.unwrap();
    ledger.commit(first(2)).await.unwrap();
    let history = ledger.history(r(1)).await.unwrap();
    assert_eq!(history, ledger.entries(1, 2).await.unwrap());
    assert_eq!(ledger.history(r(9)).await.unwrap(), []);
}
