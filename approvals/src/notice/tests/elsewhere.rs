//! One request in every channel of its environment.

use commands::names::{MessageId, Place};

use super::super::{Context, Notice, Slot, elsewhere, outgoing};
use crate::ledger::Outgoing;
use crate::people::{Account, People};
use crate::request::Request;
use crate::request::fixtures::*;

/// The card that follows from all that happened so far.
fn card_of(life: &Life) -> Outgoing {
    let people = People::default();
    let context = Context {
        now: life.now,
        demo: false,
        people: &people,
        holder: None,
        samples: [].into(),
    };
    let before = Request::new(life.request.id);
    let events: Vec<_> = life
        .history
        .iter()
        .flat_map(|(_, events)| events.clone())
        .collect();
    outgoing(&before, &life.request, &events, &context).remove(0)
}

#[test]
fn every_other_channel_gets_a_thread_and_what_all_may_read() {
    let life = Life::waiting(1);
    let asked = life.request.asked.clone().unwrap();
    let other = Place::parse("discord:33").unwrap();
    let card = card_of(&life);
    let mut whisper = card.clone();
    whisper.to.only_for = Some(Account {
        chat: asked.place.chat,
        id: "ana".to_owned(),
    });
    let say = [card.clone(), whisper];
    let places = [asked.place.clone(), other.clone()];

    let copies = elsewhere(&say, &life.request, true, &places);
    let thread = Some(MessageId::for_copy_of(life.request.id));
    assert!(
        copies
            .iter()
            .all(|copy| copy.to.place == other && copy.to.thread == thread)
    );
    assert!(matches!(copies[0].notice, Notice::Opener { .. }), "{copies:#?}");
    assert_eq!(
        copies[1..].iter().map(|copy| &copy.notice).collect::<Vec<_>>(),
        [&card.notice]
    );

    let later = elsewhere(&say, &life.request, false, &places);
    assert_eq!(
        later.iter().map(|copy| copy.slot).collect::<Vec<_>>(),
        [Slot::Card]
    );
}
