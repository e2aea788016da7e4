//! I2 to I7, I12, I16, I18: who may say yes, and until when.

use std::collections::BTreeSet;

use commands::names::{Millis, RequestId};
use commands::plan::OnRejected;
use commands::refusal::Code;

use super::super::super::fixtures::*;
use super::super::super::{Ballot, Event, Input, State, Yes};
use crate::policy::{Escalation, Requirement};

/// The code of the attempt that is recorded; `None`: it was none.
fn refused(events: &[Event]) -> Option<Code> {
    match events {
        [Event::AttemptRefused { code, .. }] => Some(*code),
        _ => None,
    }
}

#[test]
fn i2_the_requester_never_counts() {
    let mut life = Life::waiting(1);
    let events = life.put(&life.vote("ana", Yes::Yes)).unwrap();
    assert_eq!(refused(&events), Some(Code::SelfApproval));
    assert_eq!(life.word(), "waiting");
}

#[test]
fn i2_an_author_of_the_plan_never_counts() {
    let not_bo = Requirement {
        not: BTreeSet::from([person("bo")]),
        ..requirement(1)
    };
    let mut life = Life::waiting_with(not_bo, OnRejected::Undo);
    let events = life.put(&life.vote("bo", Yes::Yes)).unwrap();
    assert_eq!(refused(&events), Some(Code::SelfApproval));
    let mut life = life.after(|_| Input::Plan {
        plan: Box::new(plan(OnRejected::Leave)),
        requirement: requirement(1),
    });
    let events = life.put(&life.vote("bo", Yes::Yes)).unwrap();
    assert_eq!(
        refused(&events),
        Some(Code::SelfApproval),
        "an author stays one in the next version"
    );
}

#[test]
fn i2_an_author_does_not_count_at_the_start_either() {
    let mut life = Life::approved();
    let start = life.start_with(|_, in_force, _| {
        *in_force = Some(Requirement {
            not: BTreeSet::from([person("bo")]),
            ..requirement(1)
        });
    });
    assert_eq!(kinds(&life.put(&start).unwrap()), ["VoteWithdrawn"]);
    assert_eq!(life.word(), "waiting");
}

#[test]
fn i3_one_person_is_one_vote() {
    let mut life = Life::waiting(2);
    life.put(&life.vote("bo", Yes::Yes)).unwrap();
    assert_eq!(
        kinds(&life.put(&life.vote("bo", Yes::Yes)).unwrap()),
        ["VoteCast"]
    );
    assert_eq!(life.word(), "waiting");
    assert_eq!(life.request.voting.unwrap().votes.len(), 1);
}

#[test]
fn i4_every_need_is_met_by_a_person_of_its_own() {
    let needs = requirement_of(&[(1, "owners"), (1, "leads")]);
    let mut life = Life::waiting_with(needs, OnRejected::Undo);
    life.put(&life.vote_as("bo", Yes::Yes, &["owners", "leads"]))
        .unwrap();
    assert_eq!(life.word(), "waiting");
    life.put(&life.vote_as("cy", Yes::Yes, &["owners"])).unwrap();
    assert_eq!(life.word(), "approved");
}

#[test]
fn i4_the_policy_in_force_may_demand_more() {
    let mut life = Life::waiting(1);
    let vote = with(life.vote("bo", Yes::Yes), |vote| {
        vote.in_force(Some(requirement(2)));
    });
    assert_eq!(kinds(&life.put(&vote).unwrap()), ["VoteCast"]);
}

#[test]
fn i4_the_policy_in_force_never_demands_less() {
    let mut life = Life::waiting(2);
    let vote = with(life.vote("bo", Yes::Yes), |vote| {
        vote.in_force(Some(requirement(1)));
    });
    assert_eq!(kinds(&life.put(&vote).unwrap()), ["VoteCast"]);
}

#[test]
fn i4_the_policy_in_force_counts_at_the_start_too() {
    let mut life = Life::approved();
    let raised = life.start_with(|_, in_force, _| *in_force = Some(requirement(2)));
    assert_eq!(kinds(&life.put(&raised).unwrap()), ["ApprovalWanted"]);
    assert_eq!(life.word(), "waiting");
    assert_eq!(
        life.request.voting.unwrap().votes.len(),
        1,
        "bo's vote still counts"
    );
}

#[test]
fn i4_a_vote_is_for_the_ballot_it_was_cast_on() {
    let mut life = Life::waiting(1);
    let stale = with(life.vote("bo", Yes::Yes), |vote| {
        vote.ballot(Ballot("another".to_owned()));
    });
    assert_eq!(refused(&life.put(&stale).unwrap()), Some(Code::StaleBallot));
}

#[test]
fn i4_a_rule_that_needs_nobody_lets_nothing_through() {
    let life = Life::waiting_with(requirement_of(&[]), OnRejected::Undo);
    assert_eq!(life.word(), "refused");
}

#[test]
fn i5_a_new_version_starts_without_votes() {
    let life = Life::waiting(2).after(|life| life.vote("bo", Yes::Yes));
    let old = life.vote("cy", Yes::Yes);
    let mut life = life.after(|_| Input::Plan {
        plan: Box::new(plan(OnRejected::Undo)),
        requirement: requirement(2),
    });
    assert_eq!(life.request.version, 2);
    assert_eq!(life.request.voting.as_ref().unwrap().votes, vec![]);
    assert_eq!(refused(&life.put(&old).unwrap()), Some(Code::StaleBallot));
}

#[test]
fn i6_one_no_is_enough_until_the_first_step_starts() {
    for life in [Life::waiting(1), Life::approved()] {
        let life = life.after(|life| life.vote("cy", Yes::No));
        assert_eq!(life.word(), "denied");
        assert!(life.clone().put(&life.start()).is_err());
    }
}

#[test]
fn i6_a_no_has_a_reason() {
    let mut life = Life::waiting(1);
    let without = with(life.vote("bo", Yes::No), |vote| vote.reason(None));
    assert_eq!(life.put(&without).unwrap_err().code, Code::ReasonNeeded);
    assert_eq!(life.word(), "waiting");
}

#[test]
fn i6_a_withdrawn_vote_is_taken_out_of_the_quorum() {
    let mut life = Life::approved().after(|_| Input::Withdraw { person: person("bo") });
    assert_eq!(life.word(), "waiting");
    assert!(life.put(&life.start()).is_err());
}

#[test]
fn i6_only_the_requester_withdraws_the_request() {
    let mut life = Life::approved();
    let events = life.put(&Input::Withdraw { person: person("cy") }).unwrap();
    assert_eq!(refused(&events), Some(Code::NotTheRequester));
    let life = life.after(|_| Input::Withdraw {
        person: person("ana"),
    });
    assert_eq!(life.word(), "withdrawn");
}

#[test]
fn i7_no_vote_counts_after_the_deadline() {
    let mut life = Life::waiting(1);
    let vote = life.vote("bo", Yes::Yes);
    life.pass(Millis::minutes(30));
    let late = with(vote, |vote| vote.evidence(Some(evidence(&["owners"], life.now))));
    assert_eq!(refused(&life.put(&late).unwrap()), Some(Code::VoteTooLate));
}

#[test]
fn i7_nothing_starts_after_the_deadline() {
    let mut life = Life::approved().later(Millis::minutes(30));
    assert_eq!(kinds(&life.put(&life.start()).unwrap()), ["Expired"]);
}

#[test]
fn i7_the_last_moment_before_the_deadline_counts() {
    let just_before = Millis(Millis::minutes(30).0 - 1);
    let mut life = Life::waiting(1).later(just_before);
    life.put(&life.vote("bo", Yes::Yes)).unwrap();
    life.put(&life.start()).unwrap();
    assert_eq!(life.word(), "running");
}

#[test]
fn i12_a_start_waits_while_another_run_holds_a_claim() {
    let mut life = Life::approved();
    let mut busy = life.start();
    if let Input::Start { held_by, .. } = &mut busy {
        *held_by = Some(RequestId::new(17));
    }
    life.put(&busy).unwrap();
    assert_eq!(
        life.request.state,
        State::Queued {
            behind: RequestId::new(17)
        }
    );
    life.put(&life.start()).unwrap();
    assert_eq!(life.word(), "running");
}

#[test]
fn i12_what_another_run_does_to_the_target_is_no_drift() {
    let mut life = Life::approved();
    let mut busy = life.start_with(|mismatches, _, _| mismatches.push(mismatch()));
    if let Input::Start { held_by, .. } = &mut busy {
        *held_by = Some(RequestId::new(17));
    }
    life.put(&busy).unwrap();
    assert_eq!(life.word(), "queued");
}

#[test]
fn i16_an_attempt_without_the_right_is_an_event_and_changes_nothing() {
    let mut life = Life::waiting(1);
    let before = life.request.clone();
    let events = life.put(&life.vote_as("dee", Yes::Yes, &[])).unwrap();
    assert_eq!(refused(&events), Some(Code::NotAnApprover));
    assert_eq!(life.request.state, before.state);
    assert_eq!(life.request.voting, before.voting);
    assert_eq!(life.request.entries, before.entries + 1);
}

#[test]
fn i18_without_evidence_nobody_votes() {
    let mut life = Life::waiting(1);
    let down = with(life.vote("bo", Yes::Yes), |vote| vote.evidence(None));
    assert_eq!(refused(&life.put(&down).unwrap()), Some(Code::NoEvidence));
}

#[test]
fn i18_old_evidence_is_none() {
    let mut life = Life::waiting(1);
    let at = |life: &Life, age| {
        with(life.vote("bo", Yes::Yes), |vote| {
            vote.evidence(Some(evidence(&["owners"], life.now.minus(age))));
        })
    };
    let old = at(&life, Millis(Millis::minutes(5).0 + 1));
    assert_eq!(refused(&life.put(&old).unwrap()), Some(Code::NoEvidence));
    let just_fresh = at(&life, Millis::minutes(5));
    life.put(&just_fresh).unwrap();
    assert_eq!(life.word(), "approved");
}

#[test]
fn i18_who_is_in_no_needed_group_does_not_vote() {
    let mut life = Life::waiting(1);
    let events = life.put(&life.vote_as("dee", Yes::Yes, &["guests"])).unwrap();
    assert_eq!(refused(&events), Some(Code::NotAnApprover));
}

#[test]
fn i18_being_woken_gives_nobody_a_vote() {
    let woken = Requirement {
        escalate: Some(Escalation {
            after: Millis::minutes(10),
            to: group("leads"),
        }),
        ..requirement(1)
    };
    let mut life = Life::waiting_with(woken, OnRejected::Undo).later(Millis::minutes(11));
    let events = life.put(&life.vote_as("dee", Yes::Yes, &["leads"])).unwrap();
    assert_eq!(refused(&events), Some(Code::NotAnApprover));
    assert_eq!(life.word(), "waiting");
}

#[test]
fn i18_membership_is_looked_up_again_at_the_start() {
    let mut life = Life::approved();
    let left = life.start_with(|_, _, evidence| {
        for found in evidence.values_mut() {
            found.groups.clear();
        }
    });
    assert_eq!(kinds(&life.put(&left).unwrap()), ["VoteWithdrawn"]);
    assert_eq!(life.word(), "waiting");
}

#[test]
fn i18_the_machine_has_no_vote() {
    let mut life = Life::waiting(1);
    let events = life.put(&life.vote("sluice", Yes::Yes)).unwrap();
    assert_eq!(refused(&events), Some(Code::NotAnApprover));
}

#[test]
fn i18_any_entitled_person_may_approve_what_the_machine_proposes() {
    let mut life = Life::new().after(|_| ask("sluice")).after(|_| Input::Plan {
        plan: Box::new(plan(OnRejected::Undo)),
        requirement: requirement(1),
    });
    life.put(&life.vote("ana", Yes::Yes)).unwrap();
    assert_eq!(life.word(), "approved");
}
