//! I1, I6 to I10, I13, I14, I18: what a run may send, and what it may believe.

use commands::names::Millis;
use commands::plan::{OnRejected, Output};
use commands::refusal::Code;

use super::super::super::fixtures::*;
use super::super::super::{Choice, End, Event, Input, MAX_ATTEMPTS, Phase, State, StopReason, Yes, step_key};

fn intend() -> Input {
    Input::Intend { mismatches: vec![] }
}

/// The plan in hand is not the one voted on any more.
fn tampered(mut life: Life) -> Life {
    life.request.plan.as_mut().unwrap().run_within = Millis::minutes(11);
    life
}

/// Step 2 sent, its answer lost, its budget spent.
fn unknown() -> Life {
    Life::running_after(1)
        .after(|_| intend())
        .after(|_| Input::Lost {
            why: "cut".to_owned(),
        })
        .after(|_| Input::CannotTell)
}

#[test]
fn i1_no_run_starts_with_another_plan_than_the_one_voted_on() {
    let mut life = tampered(Life::approved());
    assert_eq!(kinds(&life.put(&life.start()).unwrap()), ["Drifted"]);
}

#[test]
fn i1_no_step_is_sent_of_another_plan_than_the_one_voted_on() {
    let mut life = tampered(Life::running_after(1));
    let events = life.put(&intend()).unwrap();
    assert!(matches!(
        &events[..],
        [Event::StopAsked {
            why: Some(StopReason::Precondition { step: 2, .. }),
            ..
        }]
    ));
}

#[test]
fn i6_after_a_stop_no_forward_step_begins() {
    let mut life = Life::running_after(1)
        .after(|_| intend())
        .after(|life| life.stop("ana", None));
    life.put(&Input::SeenDone(Output::Nothing)).unwrap();
    assert_eq!(life.request.state, State::Stopping { done: 2 });
    assert_eq!(life.put(&intend()).unwrap_err().code, Code::NotNow);
}

#[test]
fn i6_after_a_stop_a_step_that_was_not_done_is_not_sent_again() {
    let mut life = Life::running_after(1)
        .after(|_| intend())
        .after(|life| life.stop("ana", None));
    life.put(&Input::SeenNotDone(vec![])).unwrap();
    assert_eq!(life.request.state, State::Stopping { done: 1 });
}

#[test]
fn i6_after_a_stop_a_person_chooses_even_where_the_plan_would_undo() {
    let mut life = Life::running_after(2)
        .after(|_| intend())
        .after(|life| life.stop("ana", None));
    life.put(&Input::SeenNotDone(vec![mismatch()])).unwrap();
    assert_eq!(life.request.state, State::Stopping { done: 2 });
}

#[test]
fn i7_no_forward_step_is_sent_after_run_within() {
    let mut life = Life::running_after(1).later(Millis::minutes(10));
    let events = life.put(&intend()).unwrap();
    assert!(matches!(
        &events[..],
        [Event::StopAsked {
            why: Some(StopReason::TimeUp),
            ..
        }]
    ));
    assert_eq!(life.request.state, State::Stopping { done: 1 });
}

#[test]
fn i7_no_forward_step_is_sent_again_after_run_within() {
    let mut life = Life::running_after(1).after(|_| intend());
    life.pass(Millis::minutes(10));
    life.put(&Input::SeenNotDone(vec![])).unwrap();
    life.put(&intend()).unwrap();
    assert_eq!(life.request.state, State::Stopping { done: 1 });
}

#[test]
fn i7_undo_never_expires() {
    let mut life = Life::stopping_after(2)
        .later(Millis::minutes(600))
        .after(|life| life.stop("ana", Some(Choice::Undo)));
    life.do_step();
    assert_eq!(life.word(), "rolled back");
}

#[test]
fn i8_nothing_counts_as_sent_that_was_not_intended() {
    let mut life = Life::running_after(1);
    assert_eq!(
        life.put(&Input::Accepted(handle())).unwrap_err().code,
        Code::NotNow
    );
    let mut ready_again = Life::running_after(1).after(|_| intend());
    ready_again.put(&Input::SeenNotDone(vec![])).unwrap();
    let sent = Event::StepSent {
        step: 2,
        handle: handle(),
    };
    for life in [life, ready_again] {
        assert!(
            life.request
                .with_entry(std::slice::from_ref(&sent), life.now)
                .is_err()
        );
    }
}

#[test]
fn i9_every_attempt_at_a_step_carries_the_same_key_and_no_other_step_does() {
    let keys = |life: &Life| -> Vec<_> {
        life.history
            .iter()
            .flat_map(|(_, events)| events)
            .filter_map(|event| match event {
                Event::StepIntended { step, key, .. } => Some((*step, key.clone())),
                _ => None,
            })
            .collect()
    };
    let mut life = Life::running();
    for _ in 0..3 {
        life.put(&intend()).unwrap();
        life.put(&Input::SeenNotDone(vec![])).unwrap();
    }
    life.do_step();
    life.do_step();
    let keys = keys(&life);
    assert_eq!(keys.len(), 5);
    assert!(keys[..4].iter().all(|(_, key)| *key == keys[0].1));
    assert_ne!(keys[4].1, keys[0].1);
    let ballot = life.ballot();
    assert_eq!(keys[0].1, step_key(life.request.id, &ballot, 1));
}

#[test]
fn i9_attempts_are_bounded() {
    let mut life = Life::running_after(1);
    for _ in 0..MAX_ATTEMPTS {
        life.put(&intend()).unwrap();
        life.put(&Input::SeenNotDone(vec![])).unwrap();
    }
    assert!(matches!(
        &life.request.state,
        State::Ended(End::Failed { step: 2, .. })
    ));
}

#[test]
fn i10_accepted_is_not_done() {
    let mut life = Life::running().after(|_| intend());
    life.put(&Input::Accepted(handle())).unwrap();
    assert_eq!(
        life.request.state,
        State::Running {
            step: 1,
            phase: Phase::Sent
        }
    );
    assert_eq!(life.put(&intend()).unwrap_err().code, Code::NotNow);
}

#[test]
fn i10_no_history_holds_a_step_before_the_one_before_it_was_done() {
    let life = Life::running();
    let early = Event::StepIntended {
        step: 2,
        attempt: 1,
        key: life.request.step_key(2),
        undo_of: None,
    };
    assert!(life.request.clone().with_entry(&[early], life.now).is_err());
}

#[test]
fn i13_a_target_that_moved_before_the_start_is_drift() {
    let mut life = Life::approved();
    let moved = life.start_with(|mismatches, _, _| mismatches.push(mismatch()));
    assert_eq!(kinds(&life.put(&moved).unwrap()), ["Drifted"]);
}

#[test]
fn i13_a_precondition_that_fails_between_steps_stops_and_asks() {
    let mut life = Life::running_after(2);
    life.put(&Input::Intend {
        mismatches: vec![mismatch()],
    })
    .unwrap();
    assert_eq!(life.request.state, State::Stopping { done: 2 });
}

#[test]
fn i13_undo_is_not_sent_into_a_state_it_was_not_made_for() {
    let mut life = Life::stopping_after(2).after(|life| life.stop("ana", Some(Choice::Undo)));
    life.put(&Input::Intend {
        mismatches: vec![mismatch()],
    })
    .unwrap();
    assert_eq!(life.request.state, State::Stopping { done: 2 });
}

#[test]
fn i14_a_lost_answer_is_neither_done_nor_not_done() {
    let mut life = Life::running_after(1).after(|_| intend());
    life.put(&Input::Lost {
        why: "cut".to_owned(),
    })
    .unwrap();
    assert_eq!(
        life.request.state,
        State::Running {
            step: 2,
            phase: Phase::InDoubt
        }
    );
    assert_eq!(
        life.put(&intend()).unwrap_err().code,
        Code::NotNow,
        "not sent again"
    );
    assert_eq!(life.request.step_in_hand().unwrap().number, 2, "nor passed over");
}

#[test]
fn i14_an_outcome_that_nobody_knows_is_no_end() {
    let life = unknown();
    assert!(matches!(life.request.state, State::Unknown { step: 2, .. }));
    let seen = life.clone().after(|_| Input::SeenDone(Output::Parallelism(4)));
    assert_eq!(seen.request.step_in_hand().unwrap().number, 3);
    assert_eq!(seen.request.run.unwrap().outputs()[&2], Output::Parallelism(4));
    let not = life.after(|_| Input::SeenNotDone(vec![]));
    assert_eq!(
        not.request.state,
        State::Running {
            step: 2,
            phase: Phase::Ready
        }
    );
}

#[test]
fn i14_the_requesters_word_does_not_settle_an_outcome() {
    let mut life = unknown();
    let events = life.put(&life.say("ana", 2, true)).unwrap();
    assert!(matches!(
        events[..],
        [Event::AttemptRefused {
            code: Code::SelfApproval,
            ..
        }]
    ));
    assert_eq!(life.word(), "outcome unknown");
    life.put(&life.say("bo", 2, true)).unwrap();
    assert_eq!(life.request.step_in_hand().unwrap().number, 3);
}

#[test]
fn i18_a_stranger_does_not_stop_a_run() {
    let mut life = Life::running_after(1);
    let mut stop = life.stop("dee", None);
    if let Input::Stop { evidence, .. } = &mut stop {
        *evidence = Some(super::super::super::fixtures::evidence(&[], life.now));
    }
    assert!(matches!(
        life.put(&stop).unwrap()[..],
        [Event::AttemptRefused {
            code: Code::NotAnApprover,
            ..
        }]
    ));
    assert_eq!(life.word(), "running");
}

#[test]
fn a_step_that_was_refused_by_the_target_had_no_effect_to_undo() {
    let mut life = Life::waiting_with(requirement(1), OnRejected::Undo)
        .after(|life| life.vote("bo", Yes::Yes))
        .after(Life::start)
        .after(|_| intend());
    life.put(&Input::Rejected {
        code: "FLINK_400".to_owned(),
        said: "no".to_owned(),
    })
    .unwrap();
    assert_eq!(life.word(), "failed");
}
