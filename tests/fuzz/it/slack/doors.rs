//! The three addresses from the outside: what is not Slack's is never heard, what is heard is on disk.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use adapters::chat::slack::decode::{Heard, Unreadable, What, command, event, form, interaction};
use adapters::chat::slack::forms::{self, Sent};
use adapters::chat::slack::gate::Gate;
use adapters::wording::{Reader, Wording};
use approvals::intake::{DeliveryId, FirstAnswer, first_answer};
use axum::http::StatusCode;
use bolero::check;
use serde_json::Value;

use super::letters::{Door, Letter, Letters};
use super::seeds::{APP, TEAM};
use super::town;
use crate::panics;
use crate::seal::Seal;
use crate::town::{Known, Outcome, runtime};

#[test]
fn what_is_not_slacks_is_never_heard_and_what_is_heard_is_on_disk() {
    panics::watch();
    let runtime = runtime();
    let town = runtime.block_on(town::start());
    let known = Known::default();
    let receives = AssertUnwindSafe(|letter: &Letter| {
        let (came_of_it, _) = runtime.block_on(town.receives(letter.request()));
        assert_eq!(came_of_it, known.once(expected(letter)), "{letter:?}");
        assert_eq!(
            panics::counted(),
            0,
            "something panicked beside the answer: see above"
        );
    });
    let letters = Letters::new();
    letters.seeds().for_each(|letter| receives(&letter));
    for kind in ["slack-command-", "slack-press-", "slack-form-", "slack-event-"] {
        assert!(
            known.count(kind) > 0,
            "no seed is heard as {kind}: nothing would be tried"
        );
    }
    // A failure cannot be made smaller by sending it again: it would be known.
    check!()
        .with_generator(letters)
        .with_shrink_time(Duration::ZERO)
        .for_each(|letter| receives(letter));
}

/// What must come of a request, by what is in it.
fn expected(letter: &Letter) -> Outcome {
    let outcome = |status, stored, refused| Outcome {
        status,
        stored,
        refused,
    };
    match letter.seal {
        Seal::Honest => {}
        Seal::Packed => return outcome(StatusCode::UNSUPPORTED_MEDIA_TYPE, vec![], false),
        _ => return outcome(StatusCode::UNAUTHORIZED, vec![], true),
    }
    let Some(heard) = heard(letter) else {
        return outcome(StatusCode::OK, vec![], false);
    };
    match heard {
        Err(_) => outcome(StatusCode::BAD_REQUEST, vec![], false),
        Ok(heard) if is_stranger(&heard) => outcome(StatusCode::OK, vec![], true),
        Ok(heard) => outcome(StatusCode::OK, to_store(heard).into_iter().collect(), false),
    }
}

/// What an honest request says; `None`: nothing, and that is right.
fn heard(letter: &Letter) -> Option<Result<Heard, Unreadable>> {
    let fields = form(&letter.body);
    let json = |text: Option<&str>| text.and_then(|text| serde_json::from_str::<Value>(text).ok());
    match letter.door {
        Door::Commands if fields.get("ssl_check").is_some() && fields.get("command").is_none() => None,
        Door::Commands => Some(command(&fields)),
        Door::Interactions => match json(fields["payload"].as_str()) {
            Some(payload) => Some(interaction(&payload)),
            None => Some(Err(Unreadable("payload"))),
        },
        Door::Events => match json(std::str::from_utf8(&letter.body).ok()) {
            Some(payload) if payload["type"] == "event_callback" => Some(event(&payload)),
            Some(_) => None,
            None => Some(Err(Unreadable("body"))),
        },
    }
}

fn is_stranger(heard: &Heard) -> bool {
    let gate = Gate {
        app: APP.to_owned(),
        teams: vec![TEAM.to_owned()],
    };
    gate.admit(&heard.origin).is_err()
}

/// What must be on disk before the answer: all that is said, but for what opens a form first.
fn to_store(heard: Heard) -> Option<DeliveryId> {
    match heard.what {
        What::Delivery { id, said, .. } => (first_answer(&said) != FirstAnswer::Form).then_some(id),
        What::Form(filled) => {
            let (wording, reader) = (Wording::new("/flink"), Reader::new("en", None));
            match forms::sent(&filled, &wording, &reader, &[]) {
                Ok(Sent::Said { .. }) => Some(filled.id),
                _ => None,
            }
        }
        _ => None,
    }
}
