//! Whole lives, from asked to the end.

use commands::names::Millis;
use commands::plan::{OnRejected, Output};
use commands::refusal::Code;

use super::super::fixtures::*;
use super::super::{Choice, Event, Input, Phase, Request, State, StopReason, Yes};

#[test]
fn a_second_person_approves_and_the_steps_run_to_a_verdict() {
    let mut life = Life::running();
    for step in 1..=3 {
        assert_eq!(life.request.step_in_hand().unwrap().number, step);
        life.do_step();
    }
    assert!(life.request.step_in_hand().is_none());
    life.put(&Input::Settle {
        wait: Millis::seconds(30),
    })
    .unwrap();
    assert_eq!(life.put(&judge()).unwrap_err().code, Code::NotNow);
    life.pass(Millis::seconds(30));
    life.put(&judge()).unwrap();
    assert_eq!(life.word(), "finished");
}

#[test]
fn the_history_folds_to_the_request_it_came_from() {
    let life = Life::running_after(3);
    let folded = Request::fold(life.request.id, life.history.iter().map(|(at, e)| (*at, &e[..]))).unwrap();
    assert_eq!(folded, life.request);
}

#[test]
fn an_impossible_history_is_reported() {
    let error = Life::approved()
        .request
        .with_entry(&[Event::RolledBack], START)
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "R-18: RolledBack cannot follow in state approved"
    );
}

#[test]
fn the_reason_stands_beside_the_change_and_not_in_it() {
    let life = Life::waiting(1);
    let asked = life.request.asked.unwrap();
    assert_eq!(asked.change.because, None);
    assert_eq!(asked.because.unwrap().text(), Some("lag grows"));
}

#[test]
fn stop_waits_for_the_step_under_way_and_then_asks() {
    let mut life = Life::running_after(1);
    life.put(&Input::Intend { mismatches: vec![] }).unwrap();
    life.put(&life.stop("ana", None)).unwrap();
    assert_eq!(life.word(), "running");
    life.put(&Input::Accepted(handle())).unwrap();
    life.put(&Input::SeenDone(Output::Nothing)).unwrap();
    assert_eq!(life.request.state, State::Stopping { done: 2 });
}

#[test]
fn undo_takes_the_last_step_back_first() {
    let mut life = Life::stopping_after(3);
    life.put(&life.stop("bo", Some(Choice::Undo))).unwrap();
    let undo: Vec<(u16, u16)> = life
        .request
        .run
        .iter()
        .flat_map(|run| &run.undo)
        .map(|(step, of)| (step.number, *of))
        .collect();
    assert_eq!(undo, [(4, 3), (5, 3), (6, 2)]);
    for _ in 0..3 {
        life.do_step();
    }
    assert_eq!(life.word(), "rolled back");
}

#[test]
fn leave_goes_to_settling() {
    let mut life = Life::stopping_after(2);
    life.put(&life.stop("ana", Some(Choice::Leave))).unwrap();
    life.put(&Input::Settle {
        wait: Millis::seconds(1),
    })
    .unwrap();
    assert_eq!(life.word(), "settling");
}

#[test]
fn a_stop_before_anything_was_done_is_the_end() {
    let mut life = Life::running();
    assert_eq!(
        kinds(&life.put(&life.stop("ana", None)).unwrap()),
        ["StopAsked", "RolledBack"]
    );
}

#[test]
fn a_step_that_was_not_sent_after_all_is_ready_again_and_given_up_at_last() {
    let mut life = Life::running();
    for attempt in 1..=6 {
        life.put(&Input::Intend { mismatches: vec![] }).unwrap();
        assert_eq!(life.request.intended_attempt(1), Some(attempt));
        life.put(&Input::SeenNotDone(vec![])).unwrap();
    }
    assert_eq!(life.word(), "failed");
}

#[test]
fn a_rejected_step_undoes_what_was_done_where_the_plan_says_so() {
    let mut life = Life::running_after(2);
    life.put(&Input::Intend { mismatches: vec![] }).unwrap();
    life.put(&life.say("ana", 3, false)).unwrap();
    assert_eq!(
        life.request.state,
        State::Running {
            step: 3,
            phase: Phase::Ready
        }
    );
    let mut life = Life::running_after(1);
    life.put(&Input::Intend { mismatches: vec![] }).unwrap();
    life.put(&Input::Accepted(handle())).unwrap();
    let events = life.put(&Input::SeenNotDone(vec![mismatch()])).unwrap();
    assert!(matches!(
        &events[..],
        [Event::StopAsked {
            choice: Some(Choice::Undo),
            why: Some(StopReason::Rejected { step: 2, .. }),
            ..
        }]
    ));
    assert_eq!(life.request.step_in_hand().unwrap().number, 4);
    life.do_step();
    assert_eq!(life.word(), "rolled back");
}

#[test]
fn a_rejected_step_leaves_what_was_done_where_the_plan_says_so() {
    let mut life = Life::waiting_with(requirement(1), OnRejected::Leave);
    life.put(&life.vote("bo", Yes::Yes)).unwrap();
    life.put(&life.start()).unwrap();
    life.do_step();
    life.put(&Input::Intend { mismatches: vec![] }).unwrap();
    let rejected = Input::Rejected {
        code: "FLINK_400".to_owned(),
        said: "no".to_owned(),
    };
    life.put(&rejected).unwrap();
    assert_eq!(life.word(), "failed");
}

#[test]
fn an_undo_step_whose_precondition_fails_asks_again_and_goes_on_from_there() {
    let mut life = Life::stopping_after(3);
    life.put(&life.stop("ana", Some(Choice::Undo))).unwrap();
    life.do_step();
    life.put(&Input::Intend {
        mismatches: vec![mismatch()],
    })
    .unwrap();
    assert_eq!(life.request.state, State::Stopping { done: 3 });
    life.put(&life.stop("ana", Some(Choice::Undo))).unwrap();
    assert_eq!(life.request.step_in_hand().unwrap().number, 5);
}

#[test]
fn a_late_word_says_nothing_about_another_step() {
    let mut life = Life::running_after(1);
    life.put(&Input::Intend { mismatches: vec![] }).unwrap();
    life.put(&Input::CannotTell).unwrap();
    assert_eq!(life.put(&life.say("bo", 1, true)).unwrap_err().code, Code::NotNow);
    assert_eq!(
        kinds(&life.put(&life.say("bo", 2, true)).unwrap()),
        ["StepSettled", "StepDone"]
    );
}
