//! Why somebody's word does not count, told to that person.

use std::collections::{BTreeMap, BTreeSet};

use commands::refusal::{Code, Refusal};

use super::super::{approvers, attempt_refusal, why_not};
use crate::people::{Members, People};
use crate::request::fixtures::*;
use crate::request::{Event, Yes};

fn people() -> People {
    let owners = Members {
        people: BTreeSet::from([person("ana"), person("bo"), person("cy")]),
        ..Members::default()
    };
    People {
        persons: BTreeMap::new(),
        groups: BTreeMap::from([(group("owners"), owners)]),
    }
}

fn why(life: &Life, name: &str, groups: &[&str]) -> Option<Refusal> {
    why_not(
        &life.request,
        &person(name),
        Some(&evidence(groups, life.now)),
        &people(),
        life.now,
    )
}

#[test]
fn the_requester_is_told_who_can_and_what_is_left_to_him() {
    let mut life = Life::waiting(1);
    let events = life.put(&life.vote("ana", Yes::Yes)).unwrap();
    let refusal = attempt_refusal(&life.request, &events[0], &people()).unwrap();
    assert_eq!(refusal.code, Code::SelfApproval);
    assert_eq!(refusal.facts["approvers"], "bo, cy");
    assert_eq!(refusal.next, ["withdraw R-18"]);
    assert_eq!(why(&life, "ana", &["owners"]).unwrap(), refusal);
}

#[test]
fn a_stranger_is_told_the_groups_and_who_is_in_them() {
    let refusal = why(&Life::waiting(1), "dee", &[]).unwrap();
    assert_eq!(refusal.code, Code::NotAnApprover);
    assert_eq!(refusal.facts["groups"], "owners");
    assert_eq!(refusal.facts["person"], "dee");
    assert_eq!(refusal.next, ["explain R-18"]);
}

#[test]
fn who_may_vote_is_told_nothing() {
    assert_eq!(why(&Life::waiting(1), "bo", &["owners"]), None);
}

#[test]
fn only_an_attempt_has_a_refusal() {
    assert_eq!(
        attempt_refusal(&Life::waiting(1).request, &Event::Approved, &people()),
        None
    );
}

#[test]
fn i2_the_requester_is_not_among_those_who_can() {
    let life = Life::waiting(1);
    let who = approvers(&people(), &life.request.voting.as_ref().unwrap().requirement);
    assert_eq!(
        who,
        BTreeMap::from([(group("owners"), BTreeSet::from([person("bo"), person("cy")]))])
    );
}
