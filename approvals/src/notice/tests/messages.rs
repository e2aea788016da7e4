//! One whole life after another: the messages that each append brings.

use std::fmt::Write as _;

use commands::names::Millis;
use commands::plan::Output;

use super::super::{Context, Notice, RequestView, Slot, outgoing};
use crate::people::People;
use crate::request::fixtures::*;
use crate::request::{Choice, Event, Input, Yes};

/// An input, made from the life so far.
type Step = Box<dyn Fn(&Life) -> Input>;

/// Plays inputs one after another and writes down which messages follow from each.
fn told(inputs: Vec<Step>) -> String {
    let mut life = Life::new();
    let mut log = String::new();
    let people = People::default();
    for input in inputs {
        let before = life.request.clone();
        let events = life.put(&input(&life)).unwrap();
        let context = Context {
            now: life.now,
            demo: false,
            people: &people,
            holder: None,
            samples: [].into(),
        };
        let say = outgoing(&before, &life.request, &events, &context);
        let messages: Vec<String> = say.iter().map(|out| message(out.slot, &out.notice)).collect();
        let line = format!("{:<34} {}", kinds(&events).join(" "), messages.join(", "));
        writeln!(log, "{}", line.trim_end()).unwrap();
        for out in say {
            assert_eq!(
                out.to.thread,
                life.request.asked.as_ref().map(|asked| asked.thread.clone())
            );
            assert_eq!(out.to.only_for, None);
        }
    }
    log
}

fn message(slot: Slot, notice: &Notice) -> String {
    let (word, view) = match notice {
        Notice::Card(view) => ("card", view),
        Notice::Progress(view) => ("progress", view),
        Notice::Turn(view) => ("turn", view),
        other => panic!("{other:?} follows from no event"),
    };
    let fits = matches!(
        (word, slot),
        ("card", Slot::Card) | ("progress", Slot::Progress) | ("turn", Slot::New)
    );
    assert!(fits, "{word} in {slot:?}");
    format!("{word} ({})", state(view))
}

fn state(view: &RequestView) -> String {
    let json = serde_json::to_value(&view.state).unwrap();
    json["state"].as_str().unwrap_or_default().replace('_', " ")
}

fn step(input: impl Fn(&Life) -> Input + 'static) -> Step {
    Box::new(input)
}

fn approved() -> Vec<Step> {
    vec![
        step(|_| ask("ana")),
        step(|_| Input::Plan {
            plan: Box::new(plan(commands::plan::OnRejected::Undo)),
            requirement: requirement(1),
        }),
        step(|life| life.vote("bo", Yes::Yes)),
    ]
}

fn sent() -> Vec<Step> {
    vec![
        step(|_| Input::Intend { mismatches: vec![] }),
        step(|_| Input::Accepted(handle())),
    ]
}

fn done() -> Step {
    step(|_| Input::SeenDone(Output::Nothing))
}

#[test]
fn the_good_case() {
    let mut inputs = approved();
    inputs.push(step(Life::start));
    for _ in 0..2 {
        inputs.extend(sent());
        inputs.push(done());
    }
    inputs.push(step(|_| Input::Intend { mismatches: vec![] }));
    inputs.push(step(|life| life.say("ana", 3, true)));
    inputs.push(step(|_| Input::Settle { wait: Millis(0) }));
    inputs.push(step(|_| judge()));
    insta::assert_snapshot!(told(inputs), @r"
    Asked
    Planned ApprovalWanted             card (waiting)
    VoteCast Approved                  card (approved)
    Started                            card (running)
    StepIntended                       progress (running)
    StepSent                           progress (running)
    StepDone                           progress (running)
    StepIntended                       progress (running)
    StepSent                           progress (running)
    StepDone                           progress (running)
    StepIntended StepSent              progress (running), turn (running)
    StepSettled StepDone               progress (running)
    Settling                           card (settling), progress (settling)
    Finished                           card (finished), progress (finished), turn (finished)
    ");
}

#[test]
fn votes_edit_the_card_and_an_end_is_a_new_message() {
    let inputs: Vec<Step> = vec![
        step(|_| ask("ana")),
        step(|_| Input::Plan {
            plan: Box::new(plan(commands::plan::OnRejected::Undo)),
            requirement: requirement(2),
        }),
        step(|life| life.vote("ana", Yes::Yes)),
        step(|life| life.vote("bo", Yes::Yes)),
        step(|_| Input::Withdraw { person: person("bo") }),
        step(|life| life.vote("cy", Yes::No)),
    ];
    insta::assert_snapshot!(told(inputs), @r"
    Asked
    Planned ApprovalWanted             card (waiting)
    AttemptRefused
    VoteCast                           card (waiting)
    VoteWithdrawn                      card (waiting)
    VoteCast Denied                    card (denied), turn (denied)
    ");
}

#[test]
fn a_queue_a_vote_that_fell_and_drift() {
    let mut inputs = approved();
    let held = |life: &Life| {
        let mut start = life.start();
        if let Input::Start { held_by, .. } = &mut start {
            *held_by = Some(commands::names::RequestId::new(17));
        }
        start
    };
    inputs.push(step(held));
    inputs.push(step(held));
    inputs.push(step(|life| life.start_with(|_, _, evidence| evidence.clear())));
    inputs.push(step(|life| life.vote("cy", Yes::Yes)));
    inputs.push(step(|life| {
        life.start_with(|mismatches, _, _| mismatches.push(mismatch()))
    }));
    insta::assert_snapshot!(told(inputs), @r"
    Asked
    Planned ApprovalWanted             card (waiting)
    VoteCast Approved                  card (approved)
    Queued                             card (queued), turn (queued)
    Queued
    VoteWithdrawn                      card (waiting), turn (waiting)
    VoteCast Approved                  card (approved)
    Drifted                            card (drifted), turn (drifted)
    ");
}

#[test]
fn a_doubt_that_is_settled_a_stop_and_undo() {
    let mut inputs = approved();
    inputs.push(step(Life::start));
    inputs.extend(sent());
    inputs.push(done());
    inputs.extend(sent());
    inputs.push(step(|_| Input::CannotTell));
    inputs.push(step(|life| life.stop("ana", None)));
    inputs.push(step(|life| life.say("bo", 2, true)));
    inputs.push(step(|life| life.stop("ana", Some(Choice::Undo))));
    inputs.extend(sent());
    inputs.push(done());
    insta::assert_snapshot!(told(inputs), @r"
    Asked
    Planned ApprovalWanted             card (waiting)
    VoteCast Approved                  card (approved)
    Started                            card (running)
    StepIntended                       progress (running)
    StepSent                           progress (running)
    StepDone                           progress (running)
    StepIntended                       progress (running)
    StepSent                           progress (running)
    OutcomeUnknown                     card (outcome unknown), progress (outcome unknown), turn (outcome unknown)
    StopAsked                          progress (outcome unknown)
    StepSettled StepDone               card (stopping), progress (stopping), turn (goes on), turn (stopping)
    StopAsked                          progress (stopping)
    StepIntended                       progress (stopping)
    StepSent                           progress (stopping)
    StepUndone RolledBack              card (rolled back), progress (rolled back), turn (rolled back)
    ");
}

#[test]
fn a_stop_and_leave() {
    let mut inputs = approved();
    inputs.push(step(Life::start));
    inputs.extend(sent());
    inputs.push(done());
    inputs.push(step(|life| life.stop("bo", None)));
    inputs.push(step(|life| life.stop("ana", Some(Choice::Leave))));
    inputs.push(step(|_| Input::Settle { wait: Millis(0) }));
    inputs.push(step(|_| judge()));
    insta::assert_snapshot!(told(inputs), @r"
    Asked
    Planned ApprovalWanted             card (waiting)
    VoteCast Approved                  card (approved)
    Started                            card (running)
    StepIntended                       progress (running)
    StepSent                           progress (running)
    StepDone                           progress (running)
    StopAsked                          card (stopping), progress (stopping), turn (stopping)
    StopAsked                          card (running), progress (running)
    Settling                           card (settling), progress (settling), turn (settling)
    Finished                           card (finished), progress (finished), turn (finished)
    ");
}

#[test]
fn a_rejected_step_undoes_by_itself_and_says_so() {
    let mut inputs = approved();
    inputs.push(step(Life::start));
    for _ in 0..2 {
        inputs.extend(sent());
        inputs.push(done());
    }
    inputs.push(step(|_| Input::Intend { mismatches: vec![] }));
    inputs.push(step(|_| Input::SeenNotDone(vec![mismatch()])));
    insta::assert_snapshot!(told(inputs), @r"
    Asked
    Planned ApprovalWanted             card (waiting)
    VoteCast Approved                  card (approved)
    Started                            card (running)
    StepIntended                       progress (running)
    StepSent                           progress (running)
    StepDone                           progress (running)
    StepIntended                       progress (running)
    StepSent                           progress (running)
    StepDone                           progress (running)
    StepIntended StepSent              progress (running), turn (running)
    StopAsked                          card (stopping), progress (stopping), turn (stopping)
    ");
}

#[test]
fn a_refusal_before_the_vote_is_one_message() {
    let refusal = commands::refusal::Refusal::new(commands::refusal::Code::NotEnoughSlots);
    let inputs = vec![
        step(|_| ask("ana")),
        step(move |_| Input::Refuse(refusal.clone())),
    ];
    insta::assert_snapshot!(told(inputs), @r"
    Asked
    Refused                            turn (refused)
    ");
}

/// L2: whatever ends a request, the end is a new message, and it names who asked.
#[test]
fn every_end_is_told_in_a_message_of_its_own() {
    let people = People::default();
    for (name, life) in crate::request::lives() {
        let context = Context {
            now: life.now,
            demo: false,
            people: &people,
            holder: None,
            samples: [].into(),
        };
        for (word, input) in crate::request::inputs_for(&life) {
            let Ok(events) = crate::request::decide(&life.request, &input, life.now) else {
                continue;
            };
            let Ok(after) = life.request.clone().with_entry(&events, life.now) else {
                continue;
            };
            let ends =
                matches!(after.state, crate::request::State::Ended(_)) && after.state != life.request.state;
            let say = outgoing(&life.request, &after, &events, &context);
            let new = say.iter().filter(|out| matches!(out.notice, Notice::Turn(_)));
            let told = new
                .filter(|out| matches!(&out.notice, Notice::Turn(view) if view.asked_by == person("ana")))
                .count();
            let settled = events
                .iter()
                .any(|event| matches!(event, Event::StepSettled { .. }));
            assert!(
                !ends || told == 1 || (settled && told == 2),
                "{name}, {word}: {told} messages"
            );
        }
    }
}
