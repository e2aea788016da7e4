//! A button's id goes to a chat and comes back, from anybody.

use commands::names::RequestId;
use proptest::prelude::*;

use super::super::{Context, Press, buttons, view};
use crate::people::People;
use crate::request::fixtures::*;
use crate::request::{Ballot, Choice, Input, Yes};

fn presses() -> Vec<Press> {
    let ballot = Ballot("7f2c91".to_owned());
    vec![
        Press::Approve(ballot.clone()),
        Press::Deny(ballot),
        Press::Withdraw,
        Press::Details,
        Press::PlanAgain,
        Press::Stop,
        Press::Choose(Choice::Undo),
        Press::Choose(Choice::Leave),
        Press::Say { step: 2, done: true },
        Press::Say { step: 2, done: false },
        Press::LookAgain,
        Press::Undo,
    ]
}

#[test]
fn every_button_comes_back_as_what_it_was() {
    let request = RequestId::new(18);
    for press in presses() {
        let id = press.id(request);
        assert!(id.len() <= 100, "Discord allows 100 characters: {id}");
        assert_eq!(Press::parse(&id), Some((request, press)), "{id}");
    }
}

#[test]
fn i21_an_id_that_is_none_of_ours_means_nothing() {
    for id in [
        "",
        "approve",
        "approve:R-18",
        "approve:18:7f",
        "stop:R-18:x",
        "done:R-18",
        "done:R-18:-1",
        "done:R-18:70000",
        "APPROVE:R-18:7f",
    ] {
        assert_eq!(Press::parse(id), None, "{id}");
    }
}

proptest! {
    #[test]
    fn i21_no_id_from_outside_is_a_panic(id in ".{0,200}") {
        if let Some((request, press)) = Press::parse(&id) {
            prop_assert_eq!(Press::parse(&press.id(request)), Some((request, press)));
        }
    }
}

fn words(life: &Life) -> Vec<String> {
    let context = Context {
        now: life.now,
        demo: false,
        people: &People::default(),
        holder: None,
        samples: [].into(),
    };
    let view = view(&life.request, &context).unwrap();
    let word = |press: &Press| {
        press
            .id(life.request.id)
            .split(':')
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    buttons(&view).iter().map(word).collect()
}

#[test]
fn each_state_offers_what_can_be_done_in_it() {
    let intend = || Input::Intend { mismatches: vec![] };
    let unknown = Life::running_after(1)
        .after(|_| intend())
        .after(|_| Input::CannotTell);
    assert_eq!(
        words(&Life::waiting(1)),
        ["approve", "deny", "details", "withdraw"]
    );
    assert_eq!(words(&Life::approved()), Vec::<String>::new());
    assert_eq!(words(&Life::running_after(1)), ["stop"]);
    assert_eq!(
        words(&Life::running_after(2).after(|_| intend())),
        ["done", "not-done", "stop"]
    );
    assert_eq!(words(&Life::stopping_after(2)), ["undo-steps", "leave"]);
    assert_eq!(words(&unknown), ["done", "not-done", "look-again"]);
    assert_eq!(
        words(&Life::waiting(1).after(|life| life.vote("bo", Yes::No))),
        Vec::<String>::new()
    );
}

#[test]
fn i4_the_approve_button_is_for_the_ballot_in_force() {
    let life = Life::waiting(1);
    let context = Context {
        now: life.now,
        demo: false,
        people: &People::default(),
        holder: None,
        samples: [].into(),
    };
    let view = view(&life.request, &context).unwrap();
    assert!(buttons(&view).contains(&Press::Approve(life.ballot())));
}
