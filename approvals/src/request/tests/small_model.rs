//! A small model, exhaustively: every state that a few people and a target can bring a request into, each input in each.

use std::collections::BTreeSet;

use commands::names::Millis;

use super::super::fixtures::*;
use super::super::{Request, decide};
use super::{oracle, table};

/// Inputs in a row. Every state of the table is reached with fewer.
const DEPTH: usize = 14;

/// What makes two lives the same for the future: the request without its count of entries.
fn key(request: &Request) -> String {
    format!(
        "{:?}",
        Request {
            entries: 0,
            changed_at: START,
            ..request.clone()
        }
    )
}

#[test]
fn every_reachable_state_keeps_the_invariants_under_every_input() {
    let mut reached = BTreeSet::new();
    let mut words = BTreeSet::new();
    let mut frontier = vec![Life::new()];
    for _ in 0..DEPTH {
        let mut next = Vec::new();
        for life in frontier {
            for (_, input) in table::inputs(&life) {
                let Ok(events) = decide(&life.request, &input, life.now) else {
                    continue;
                };
                oracle::check(&life, &input, &events);
                let mut after = life.clone();
                after.put(&input).unwrap();
                words.insert(after.word());
                if reached.insert(key(&after.request)) {
                    next.push(after);
                }
            }
        }
        frontier = next;
    }
    println!("{} states", reached.len());
    assert!(words.len() >= 14, "{words:?}");
}

#[test]
fn time_alone_ends_a_vote_and_nothing_else() {
    for minutes in [0, 29, 30, 31] {
        let life = Life::waiting(1).later(Millis::minutes(minutes));
        let events = decide(&life.request, &super::super::Input::Tick, life.now).unwrap();
        assert_eq!(
            kinds(&events),
            if minutes < 30 { vec![] } else { vec!["Expired"] }
        );
    }
}
