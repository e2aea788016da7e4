//! The console's messages and pictures.

use super::Home;
use crate::ledger::fixtures::*;
use crate::ledger::{Attachment, Ledger, LedgerError};

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
