//! Who is believed at the addresses that chats call, judged three times for each of many requests: by Sluice, by a second
//! verifier on other cryptography, and by who made the request and so knows what it is.
//!
//! `SLUICE_TEST_AUTHENTICITY` says how many requests of each chat (10,000, where it says nothing),
//! `SLUICE_TEST_AUTHENTICITY_SEED` which; a failure prints both.
//!
//! Left to Sluice's own tests: an empty or well-known secret and a key for which anybody can sign never get here, because
//! the program does not start with them.

mod attempt;
mod bends;
mod chats;
mod second;
mod tally;

use axum::http::StatusCode;

use self::attempt::{Attempt, Verdict};
use self::chats::{Chat, DISCORD, SLACK};
use self::tally::Tally;
use crate::town::{Outcome, Town, runtime};
use crate::variables::said;
use crate::{discord, panics, slack};

/// Requests of each chat, where nothing else is said.
const REQUESTS: u64 = 10_000;
/// Believed requests that are sent once more when all are through.
const KEPT: usize = 1_000;

#[test]
fn two_verifiers_agree_on_every_request_of_slack() {
    let runtime = runtime();
    runtime.block_on(async { agree(&SLACK, &slack::town::start().await).await });
}

#[test]
fn two_verifiers_agree_on_every_request_of_discord() {
    let runtime = runtime();
    runtime.block_on(async { agree(&DISCORD, &discord::town::start().await).await });
}

async fn agree(chat: &'static Chat, town: &Town) {
    panics::watch();
    let requests = said("SLUICE_TEST_AUTHENTICITY").unwrap_or(REQUESTS);
    let seed = said("SLUICE_TEST_AUTHENTICITY_SEED").unwrap_or_else(rand::random);
    let mut tally = Tally::default();
    let mut kept = Vec::new();
    for number in 0..requests {
        let attempt = Attempt::new(chat, seed, number);
        let context = || format!("{} request {number} of seed {seed}: {attempt:?}", chat.name);
        let verdict = judged(chat, town, &attempt, &context).await;
        tally.count(attempt.kind, verdict != Verdict::Refused);
        if verdict == Verdict::Stored {
            is_stored_only_once(town, &attempt, &context).await;
            if kept.len() < KEPT {
                kept.push(attempt);
            }
        }
    }
    for attempt in &kept {
        is_stored_only_once(town, attempt, &|| format!("long ago: {attempt:?}")).await;
    }
    assert_eq!(
        panics::counted(),
        0,
        "something panicked beside the answers: see above"
    );
    println!("{}: {requests} requests of seed {seed}: {tally}", chat.name);
    assert!(
        tally.believed() > 0 && tally.refused() > 0,
        "one verdict never came"
    );
    assert!(!kept.is_empty(), "nothing was replayed");
}

/// The verdict that all three give.
async fn judged(chat: &Chat, town: &Town, attempt: &Attempt, context: &dyn Fn() -> String) -> Verdict {
    let second = second::believes(chat, &attempt.headers, &attempt.body);
    let is_believed = attempt.verdict != Verdict::Refused;
    assert_eq!(second, is_believed, "the second verifier, of {}", context());
    if let Some(request) = attempt.request() {
        let (came_of_it, _) = town.receives(request).await;
        let Outcome {
            status,
            stored,
            refused,
        } = &came_of_it;
        let ours = match (status.as_u16(), stored.len(), refused) {
            (401, 0, true) => Verdict::Refused,
            (200, 1, false) => Verdict::Stored,
            (400, 0, false) => Verdict::Unreadable,
            _ => panic!("{came_of_it:?} came of {}", context()),
        };
        assert_eq!(ours, attempt.verdict, "{}", context());
    } else {
        assert!(!is_believed, "no HTTP library lets it in: {}", context());
    }
    attempt.verdict
}

/// Byte for byte the same once more is authentic still, and the same delivery.
async fn is_stored_only_once(town: &Town, attempt: &Attempt, context: &dyn Fn() -> String) {
    let (again, _) = town.receives(attempt.request().unwrap()).await;
    assert_eq!(again, Outcome::only(StatusCode::OK), "once more {}", context());
}
