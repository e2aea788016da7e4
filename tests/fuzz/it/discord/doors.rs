//! The address from the outside: what is not Discord's is never heard, what is heard is on disk and answered at once.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use adapters::chat::discord::catalog;
use adapters::chat::discord::decode::{Heard, What, interaction};
use adapters::chat::discord::forms::{self, Sent};
use adapters::chat::discord::gate::Gate;
use approvals::intake::{DeliveryId, FirstAnswer, Said, first_answer};
use axum::http::StatusCode;
use bolero::check;
use serde_json::Value;

use super::letters::{Letter, Letters};
use super::seeds::{APPLICATION, GUILD};
use super::town;
use crate::panics;
use crate::seal::Seal;
use crate::town::{Known, NOW, Outcome, runtime};

/// What Discord is answered, by the numbers of
/// <https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-response-object-interaction-callback-type>.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Pong = 1,
    Words = 4,
    Thinking = 5,
    Silence = 6,
    Completions = 8,
    Form = 9,
}

/// Everything that each seed must show before anything is drawn.
const ANSWERS: [Answer; 6] = [
    Answer::Pong,
    Answer::Words,
    Answer::Thinking,
    Answer::Silence,
    Answer::Completions,
    Answer::Form,
];

#[test]
fn what_is_not_discords_is_never_heard_and_what_is_heard_is_on_disk() {
    panics::watch();
    let runtime = runtime();
    let town = runtime.block_on(town::start());
    let known = Known::default();
    let receives = AssertUnwindSafe(|letter: &Letter| {
        let (came_of_it, said) = runtime.block_on(town.receives(letter.request()));
        let (expected, answer) = expected(letter);
        assert_eq!(came_of_it, known.once(expected), "{letter:?}");
        let kind = answer.map(|answer| answer as u64);
        assert_eq!(said["type"].as_u64(), kind, "{said} to {letter:?}");
        assert_eq!(
            panics::counted(),
            0,
            "something panicked beside the answer: see above"
        );
        answer
    });
    let letters = Letters::new();
    let shown: Vec<Option<Answer>> = letters.seeds().map(|letter| receives(&letter)).collect();
    for answer in ANSWERS {
        let is_shown = shown.contains(&Some(answer));
        assert!(
            is_shown,
            "no seed is answered with {answer:?}: nothing would be tried"
        );
    }
    assert!(known.count("discord-") > 0, "no seed is stored");
    // A failure cannot be made smaller by sending it again: it would be known.
    check!()
        .with_generator(letters)
        .with_shrink_time(Duration::ZERO)
        .for_each(|letter| {
            receives(letter);
        });
}

/// What must come of a request the first time, and how it is answered, by what is in it.
fn expected(letter: &Letter) -> (Outcome, Option<Answer>) {
    match letter.seal {
        Seal::Honest => {}
        Seal::Packed => return (Outcome::only(StatusCode::UNSUPPORTED_MEDIA_TYPE), None),
        _ => return (refused(StatusCode::UNAUTHORIZED), None),
    }
    let Ok(payload) = serde_json::from_slice::<Value>(&letter.body) else {
        return (Outcome::only(StatusCode::BAD_REQUEST), None);
    };
    let Ok(heard) = interaction(&payload) else {
        return match payload["type"].as_u64() {
            Some(2 | 3 | 5) => told(Answer::Words),
            Some(4) => told(Answer::Completions),
            _ => (Outcome::only(StatusCode::BAD_REQUEST), None),
        };
    };
    if heard.what != What::Ping && is_stranger(&heard) {
        let answer = match heard.what {
            What::Completion(_) => Answer::Completions,
            _ => Answer::Words,
        };
        return (refused(StatusCode::OK), Some(answer));
    }
    done(heard)
}

/// What must come of what is let in.
fn done(heard: Heard) -> (Outcome, Option<Answer>) {
    let id = DeliveryId(format!("discord-{}", heard.id));
    match heard.what {
        What::Ping => told(Answer::Pong),
        What::Completion(_) => told(Answer::Completions),
        What::Nothing(_) => told(Answer::Words),
        What::Command(typed) => match catalog::text(&typed) {
            Some(text) => said(id, text),
            None => told(Answer::Words),
        },
        What::Press(press) => match first_answer(&forms::said(&press, None)) {
            FirstAnswer::Form => told(Answer::Form),
            _ => stored(id, Answer::Silence),
        },
        What::Form(filled) => match forms::sent(filled) {
            Some(Sent::Press(..)) => stored(id, Answer::Silence),
            Some(Sent::Text(text)) => said(id, text),
            None => told(Answer::Words),
        },
    }
}

fn said(id: DeliveryId, text: String) -> (Outcome, Option<Answer>) {
    match first_answer(&Said::Text(text)) {
        FirstAnswer::Form => told(Answer::Form),
        FirstAnswer::Private => stored(id, Answer::Thinking),
        FirstAnswer::Public => stored(id, Answer::Words),
    }
}

fn is_stranger(heard: &Heard) -> bool {
    let gate = Gate {
        application: APPLICATION.to_owned(),
        guilds: vec![GUILD.to_owned()],
    };
    gate.admit(&heard.origin, NOW).is_err()
}

/// Nothing is to be remembered of it.
fn told(answer: Answer) -> (Outcome, Option<Answer>) {
    (Outcome::only(StatusCode::OK), Some(answer))
}

/// It is on disk before it is answered.
fn stored(id: DeliveryId, answer: Answer) -> (Outcome, Option<Answer>) {
    let stored = vec![id];
    let outcome = Outcome {
        stored,
        ..Outcome::only(StatusCode::OK)
    };
    (outcome, Some(answer))
}

fn refused(status: StatusCode) -> Outcome {
    Outcome {
        refused: true,
        ..Outcome::only(status)
    }
}
