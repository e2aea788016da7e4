//! What must hold of every step of every history, said a second time and otherwise than in `decide`: from the facts of
//! the history and the input alone, by brute force where that is simpler.

use std::collections::BTreeSet;

use commands::names::{At, Group, Person};

use super::super::fixtures::*;
use super::super::{Ballot, Choice, Event, Input, State, StopReason, Yes};
use crate::people::Evidence;
use crate::policy::{Need, Requirement};

/// Checks what one input led to.
pub(super) fn check(before: &Life, input: &Input, events: &[Event]) {
    let past: Vec<&Event> = before.history.iter().flat_map(|(_, events)| events).collect();
    let mut seen = past;
    for event in events {
        check_event(before, input, &seen, event);
        seen.push(event);
    }
    if !events.is_empty() {
        let after = before.request.clone().with_entry(events, before.now).unwrap();
        let voters: Vec<&Person> = after
            .voting
            .iter()
            .flat_map(|v| &v.votes)
            .map(|vote| &vote.person)
            .collect();
        let distinct: BTreeSet<&&Person> = voters.iter().collect();
        assert_eq!(voters.len(), distinct.len(), "I3: one person, one vote");
        let refused_only = events
            .iter()
            .all(|event| matches!(event, Event::AttemptRefused { .. }));
        if refused_only {
            assert_eq!(
                after.state, before.request.state,
                "I18: a refused attempt changes nothing"
            );
        }
    }
}

fn check_event(before: &Life, input: &Input, past: &[&Event], event: &Event) {
    let now = before.now;
    match event {
        Event::VoteCast { person, ballot, .. } => {
            let Input::Vote {
                evidence,
                in_force,
                verdict,
                ..
            } = input
            else {
                panic!("a vote from {input:?}")
            };
            assert!(now < vote_until(past), "I7: a vote after the deadline");
            assert_eq!(Some(ballot), ballot_of(past), "I4: a vote for another ballot");
            let evidence = evidence.as_ref().expect("I18: a vote without evidence");
            let mut rules = vec![requirement_in(past)];
            rules.extend(in_force);
            assert!(
                *verdict == Yes::No || in_force.is_some(),
                "I4: a yes that the policy in force does not allow"
            );
            for rules in rules {
                assert_may(person, evidence, rules, now);
            }
        }
        Event::Approved => check_quorum(input, past),
        Event::Planned { .. } if past.iter().any(|e| matches!(e, Event::ApprovalWanted { .. })) => {
            assert!(
                matches!(before.request.state, State::Waiting),
                "I5: an edit while nobody votes"
            );
        }
        Event::ApprovalWanted {
            ballot, requirement, ..
        } => {
            assert!(
                requirement.not.contains(&person("ana")),
                "I2: the requester may vote"
            );
            assert!(!requirement.need.is_empty(), "I4: a rule that needs nobody");
            if matches!(before.request.state, State::Waiting) {
                assert_ne!(Some(ballot), ballot_of(past), "I5: the same ballot after an edit");
            }
        }
        Event::Started { .. } => check_start(input, past, now),
        Event::StepIntended {
            step,
            attempt,
            undo_of,
            ..
        } => {
            check_intent(before, input, past, *step, *attempt, *undo_of);
        }
        Event::StepSent { step, .. } => {
            let last = past.iter().rev().find_map(|event| match event {
                Event::StepIntended { step, .. } => Some(*step),
                _ => None,
            });
            assert_eq!(last, Some(*step), "I8: sent what was not intended");
        }
        Event::StepSettled { by, .. } => check_settled(before, input, past, by),
        Event::StepDone { .. } | Event::StepUndone { .. } => {
            let observed = matches!(input, Input::SeenDone(_) | Input::Say { done: true, .. });
            assert!(observed, "I10: done, and nobody saw it");
        }
        Event::StopAsked { by, .. } if !by.is_sluice() && *by != person("ana") => {
            let Input::Stop { evidence, .. } = input else {
                panic!("a stop from {input:?}")
            };
            assert_may(
                by,
                evidence.as_ref().expect("I18: no evidence"),
                requirement_in(past),
                now,
            );
        }
        Event::Finished { .. } => {
            let until = past.iter().find_map(|event| match event {
                Event::Settling { until } => Some(*until),
                _ => None,
            });
            assert!(
                until.is_some_and(|until| now >= until),
                "judged before the window was over"
            );
        }
        Event::Withdrawn { by } => assert_eq!(*by, person("ana"), "I18: withdrawn by another"),
        _ => {}
    }
}

/// I4: every need of the copied rules and of those in force is met by distinct persons, none of them an author.
fn check_quorum(input: &Input, past: &[&Event]) {
    let votes = standing_votes(past);
    let (in_force, fresh) = match input {
        Input::Vote { in_force, .. } => (in_force, None),
        Input::Start {
            in_force, evidence, ..
        } => (in_force, Some(evidence)),
        other => panic!("approved by {other:?}"),
    };
    let in_force = in_force
        .as_ref()
        .expect("I4: approved though the policy in force allows nothing");
    let voters: Vec<(Person, BTreeSet<Group>)> = votes
        .into_iter()
        .filter_map(|(person, groups)| match fresh {
            Some(fresh) => Some((person.clone(), fresh.get(&person)?.groups.clone())),
            None => Some((person, groups)),
        })
        .collect();
    for rules in [requirement_in(past), in_force] {
        let voters: Vec<_> = voters
            .iter()
            .filter(|(person, _)| *person != super::super::fixtures::person("ana"))
            .collect();
        let seats = seats(&rules.need);
        let groups: Vec<&BTreeSet<Group>> = voters.iter().map(|(_, groups)| groups).collect();
        assert!(
            seated(&seats, &groups),
            "I4: {:?} not met by {voters:?}",
            rules.need
        );
    }
}

/// I2, I4, I7, I12, I13 at the start.
fn check_start(input: &Input, past: &[&Event], now: At) {
    let Input::Start {
        mismatches,
        held_by,
        in_force,
        evidence,
        ..
    } = input
    else {
        panic!("started by {input:?}");
    };
    assert!(now < vote_until(past), "I7: started after the deadline");
    assert!(held_by.is_none(), "I12: started though a claim is held");
    assert!(mismatches.is_empty(), "I13: started though the target differs");
    let in_force = in_force
        .as_ref()
        .expect("I4: started though the policy in force allows nothing");
    for (voter, _) in standing_votes(past) {
        let evidence = evidence
            .get(&voter)
            .expect("I18: a voter without evidence at the start");
        for rules in [requirement_in(past), in_force] {
            assert_may(&voter, evidence, rules, now);
        }
    }
    check_quorum(input, past);
}

/// I1, I6, I7, I10, I13, I14 at an intent.
fn check_intent(
    before: &Life,
    input: &Input,
    past: &[&Event],
    step: u16,
    attempt: u32,
    undo_of: Option<u16>,
) {
    let Input::Intend { mismatches } = input else {
        panic!("intended by {input:?}")
    };
    assert!(
        mismatches.is_empty(),
        "I13: intended though the precondition fails"
    );
    assert!(attempt <= super::super::MAX_ATTEMPTS, "too many attempts");
    let request = &before.request;
    let plan = request.plan.as_ref().unwrap();
    let policy = &requirement_in(past).policy_digest;
    let ballot = Ballot::of(
        &plan.digest(),
        request.id,
        request.version,
        policy,
        vote_until(past),
    );
    assert_eq!(
        Some(&ballot),
        ballot_of(past),
        "I1: another plan than the one voted on"
    );
    let over = past
        .iter()
        .any(|event| matches!(event, Event::Denied { .. } | Event::Withdrawn { .. }));
    assert!(!over, "I6: intended after a no");
    let is_settled = |event: &&&Event| match event {
        Event::StepIntended { step: of, .. } | Event::StepSettled { step: of, .. } => *of == step,
        _ => false,
    };
    if attempt > 1 {
        let last = past.iter().rev().find(is_settled);
        assert!(
            matches!(last, Some(Event::StepSettled { done: false, .. })),
            "I14: sent again though nobody knows that it was not done"
        );
    }
    let stops = |wanted: fn(&Event) -> bool| past.iter().any(|event| wanted(event));
    if undo_of.is_none() {
        let stopped = stops(|event| matches!(event, Event::StopAsked { .. }));
        assert!(!stopped, "I6: a forward step after a stop");
        let started = before.request.run.as_ref().unwrap().started_at;
        assert!(
            before.now.since(started) < plan.run_within,
            "I7: a forward step after run_within"
        );
        for earlier in 1..step {
            let done = past
                .iter()
                .any(|event| matches!(event, Event::StepDone { step, .. } if *step == earlier));
            assert!(done, "I10: step {step} before step {earlier} was done");
        }
    } else {
        let chosen = stops(|event| {
            matches!(event, Event::StopAsked { choice: Some(Choice::Undo), by, why }
                if !by.is_sluice() || matches!(why, Some(StopReason::Rejected { .. })))
        });
        assert!(chosen, "I6: undone though nobody chose it");
    }
}

/// I14: an observation, or the word of a person who may approve and did not ask.
fn check_settled(before: &Life, input: &Input, past: &[&Event], by: &Person) {
    match input {
        Input::SeenDone(_) | Input::SeenNotDone(_) => assert!(by.is_sluice()),
        Input::Say { evidence, .. } => {
            let a_persons = !matches!(before.request.state, State::Unknown { .. });
            if a_persons && *by == person("ana") {
                return;
            }
            let evidence = evidence.as_ref().expect("I14: a word without evidence");
            assert_may(by, evidence, requirement_in(past), before.now);
        }
        other => panic!("I14: settled by {other:?}"),
    }
}

/// I2 and I18: not an author, not the machine, evidence fresh, in a group that is needed.
fn assert_may(who: &Person, evidence: &Evidence, rules: &Requirement, now: At) {
    assert_ne!(*who, person("ana"), "I2: the requester counts");
    assert!(!who.is_sluice(), "I18: the machine has no vote");
    assert!(!rules.not.contains(who), "I2: an author counts");
    assert!(
        now.since(evidence.looked_up_at) <= rules.evidence_within,
        "I18: evidence is too old"
    );
    let member = rules.need.iter().any(|need| evidence.groups.contains(&need.from));
    assert!(member, "I18: {who} is in no group of {:?}", rules.need);
}

/// The yes votes on the newest ballot that were not changed or withdrawn.
fn standing_votes(past: &[&Event]) -> Vec<(Person, BTreeSet<Group>)> {
    let mut votes: Vec<(Person, BTreeSet<Group>)> = Vec::new();
    for event in past {
        match event {
            Event::Planned { .. } => votes.clear(),
            Event::VoteCast {
                person,
                verdict,
                evidence,
                ..
            } => {
                votes.retain(|(voter, _)| voter != person);
                if *verdict == Yes::Yes {
                    votes.push((person.clone(), evidence.groups.clone()));
                }
            }
            Event::VoteWithdrawn { person } => votes.retain(|(voter, _)| voter != person),
            _ => {}
        }
    }
    votes
}

fn wanted<'e>(past: &[&'e Event]) -> (&'e Ballot, At, &'e Requirement) {
    past.iter()
        .rev()
        .find_map(|event| match event {
            Event::ApprovalWanted {
                ballot,
                vote_until,
                requirement,
            } => Some((ballot, *vote_until, requirement)),
            _ => None,
        })
        .expect("no approval was wanted")
}

fn ballot_of<'e>(past: &[&'e Event]) -> Option<&'e Ballot> {
    Some(wanted(past).0)
}

fn vote_until(past: &[&Event]) -> At {
    wanted(past).1
}

fn requirement_in<'e>(past: &[&'e Event]) -> &'e Requirement {
    wanted(past).2
}

fn seats(need: &[Need]) -> Vec<&Group> {
    need.iter()
        .flat_map(|need| (0..need.count).map(|_| &need.from))
        .collect()
}

/// Tries every way to give the first seat to a person, then the rest.
fn seated(seats: &[&Group], voters: &[&BTreeSet<Group>]) -> bool {
    let Some((first, rest)) = seats.split_first() else {
        return true;
    };
    (0..voters.len()).any(|who| {
        let mut others = voters.to_vec();
        let groups = others.remove(who);
        groups.contains(first) && seated(rest, &others)
    })
}
