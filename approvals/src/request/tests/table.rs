//! Every state times every input, as one snapshot file: a review shows which arrow changed.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use commands::names::Millis;
use commands::plan::{OnRejected, Output};
use commands::refusal::{Code, Refusal};

use super::super::fixtures::*;
use super::super::{Ballot, Choice, End, Event, Input, Phase, State, StopReason, Yes, decide};
use crate::people::Evidence;
use commands::names::{At, RequestId};

/// Requests in every state, variant and phase, each with a name.
pub(crate) fn states() -> Vec<(&'static str, Life)> {
    let late = Millis::minutes(31);
    let mut all = before_the_run(late);
    all.extend(in_the_run());
    all.extend(after_the_run(late));
    all
}

fn before_the_run(late: Millis) -> Vec<(&'static str, Life)> {
    let mut asked = Life::new();
    asked.put(&ask("ana")).unwrap();
    let mut planned = asked.clone();
    planned.force(Event::Planned {
        plan: Box::new(plan(OnRejected::Undo)),
        digest: plan(OnRejected::Undo).digest().0,
    });
    vec![
        ("new", Life::new()),
        ("asked", asked),
        ("planned", planned),
        ("waiting, 0 of 2 votes", Life::waiting(2)),
        (
            "waiting, 1 of 2 votes (bo)",
            Life::waiting(2).after(|l| l.vote("bo", Yes::Yes)),
        ),
        ("waiting, deadline passed", Life::waiting(1).later(late)),
        ("approved (by bo)", Life::approved()),
        ("approved, deadline passed", Life::approved().later(late)),
        ("queued behind R-17", queued()),
        ("queued, deadline passed", queued().later(late)),
    ]
}

fn queued() -> Life {
    Life::approved().after(|life| held(life, 17, false))
}

fn in_the_run() -> Vec<(&'static str, Life)> {
    let intended = Life::running_after(1).after(|_| intend());
    let sent = intended.clone().after(|_| Input::Accepted(handle()));
    let in_doubt = intended.clone().after(|_| lost());
    let unknown = sent.clone().after(|_| Input::CannotTell);
    let undoing = Life::stopping_after(3).after(|life| life.stop("ana", Some(Choice::Undo)));
    let undo_intended = undoing.clone().after(|_| intend());
    let undo_sent = undo_intended.clone().after(|_| Input::Accepted(handle()));
    let stopped = |life: &Life| life.clone().after(|life| life.stop("ana", None));
    vec![
        ("running, step 1 ready, nothing done", Life::running()),
        ("running, step 2 ready", Life::running_after(1)),
        (
            "running, step 2 ready, run_within passed",
            Life::running_after(1).later(Millis::minutes(10)),
        ),
        ("running, step 2 intended", intended.clone()),
        ("running, step 2 intended, stop asked", stopped(&intended)),
        (
            "running, step 1 intended, stop asked",
            stopped(&Life::running().after(|_| intend())),
        ),
        ("running, step 2 intended, last attempt", last_attempt()),
        ("running, step 2 sent", sent.clone()),
        ("running, step 2 sent, stop asked", stopped(&sent)),
        ("running, step 2 in doubt", in_doubt),
        (
            "running, step 3 waits for a person",
            Life::running_after(2).after(|_| intend()),
        ),
        ("running, all steps done", Life::running_after(3)),
        ("outcome unknown, step 2", unknown.clone()),
        ("outcome unknown, step 2, stop asked", stopped(&unknown)),
        (
            "outcome unknown, step 2, last attempt",
            last_attempt().after(|_| Input::CannotTell),
        ),
        ("stopping, 2 steps done", Life::stopping_after(2)),
        ("undoing, step 4 ready", undoing),
        (
            "undoing, step 4 ready, run_within passed",
            Life::stopping_after(3)
                .after(|life| life.stop("ana", Some(Choice::Undo)))
                .later(Millis::minutes(10)),
        ),
        ("undoing, step 4 intended", undo_intended.clone()),
        ("undoing, step 4 sent", undo_sent.clone()),
        ("undoing, step 4 in doubt", undo_intended.after(|_| lost())),
        ("undoing, last undo step sent", last_undo()),
        (
            "undoing, outcome unknown, step 4",
            undo_sent.after(|_| Input::CannotTell),
        ),
    ]
}

/// Step 2 intended for the sixth time.
fn last_attempt() -> Life {
    let mut life = Life::running_after(1);
    for _ in 1..super::super::MAX_ATTEMPTS {
        life = life.after(|_| intend()).after(|_| Input::SeenNotDone(vec![]));
    }
    life.after(|_| intend())
}

fn last_undo() -> Life {
    let mut life = Life::stopping_after(2).after(|life| life.stop("ana", Some(Choice::Undo)));
    life = life.after(|_| intend());
    life.after(|_| Input::Accepted(handle()))
}

fn after_the_run(late: Millis) -> Vec<(&'static str, Life)> {
    let settling = Life::running_after(3).after(|_| settle());
    let settled = settling.clone().later(Millis::seconds(60));
    let rejected = Life::running().after(|_| intend()).after(|_| rejected());
    vec![
        ("settling", settling),
        ("settling, window over", settled.clone()),
        ("finished", settled.after(|_| judge())),
        ("refused", Life::new().after(|_| ask("ana")).after(|_| refuse())),
        ("denied", Life::waiting(1).after(|life| life.vote("bo", Yes::No))),
        (
            "withdrawn",
            Life::waiting(1).after(|_| Input::Withdraw {
                person: person("ana"),
            }),
        ),
        ("expired", Life::waiting(1).later(late).after(|_| Input::Tick)),
        ("drifted", Life::approved().after(drifted)),
        ("failed", rejected),
        (
            "rolled back",
            last_undo().after(|_| Input::SeenDone(Output::Nothing)),
        ),
    ]
}

/// Every input, allowed and not allowed, each with a name.
pub(crate) fn inputs(life: &Life) -> Vec<(&'static str, Input)> {
    [asking(), votes(life), starts(life), steps(), words(life)].concat()
}

fn asking() -> Vec<(&'static str, Input)> {
    vec![
        ("ask", ask("ana")),
        (
            "plan",
            Input::Plan {
                plan: Box::new(plan(OnRejected::Undo)),
                requirement: requirement(2),
            },
        ),
        (
            "plan, a rule that needs nobody",
            Input::Plan {
                plan: Box::new(plan(OnRejected::Undo)),
                requirement: requirement_of(&[]),
            },
        ),
        ("refuse", refuse()),
        ("tick", Input::Tick),
    ]
}

fn votes(life: &Life) -> Vec<(&'static str, Input)> {
    let yes = |name| life.vote(name, Yes::Yes);
    let no = |name| life.vote(name, Yes::No);
    vec![
        ("yes: bo", yes("bo")),
        ("yes: cy", yes("cy")),
        ("yes: ana, the requester", yes("ana")),
        ("yes: sluice", yes("sluice")),
        ("yes: dee, in no group", life.vote_as("dee", Yes::Yes, &[])),
        (
            "yes: cy, roster down",
            with(yes("cy"), |vote| vote.evidence(None)),
        ),
        (
            "yes: cy, evidence too old",
            with(yes("cy"), |vote| {
                vote.evidence(Some(evidence(&["owners"], life.now.minus(Millis::minutes(6)))));
            }),
        ),
        (
            "yes: cy, another ballot",
            with(yes("cy"), |vote| vote.ballot(Ballot("old".to_owned()))),
        ),
        (
            "yes: cy, policy now allows nothing",
            with(yes("cy"), |vote| vote.in_force(None)),
        ),
        (
            "yes: cy, policy now needs 3",
            with(yes("cy"), |vote| vote.in_force(Some(requirement(3)))),
        ),
        (
            "yes: cy, policy now names leads",
            with(yes("cy"), |vote| {
                vote.in_force(Some(requirement_of(&[(1, "leads")])));
            }),
        ),
        ("no: bo", no("bo")),
        ("no: cy", no("cy")),
        (
            "no: cy, without a reason",
            with(no("cy"), |vote| vote.reason(Some("  "))),
        ),
        (
            "no: cy, policy now allows nothing",
            with(no("cy"), |vote| vote.in_force(None)),
        ),
        ("no: ana, the requester", no("ana")),
        ("no: dee, in no group", life.vote_as("dee", Yes::No, &[])),
        (
            "withdraw: ana",
            Input::Withdraw {
                person: person("ana"),
            },
        ),
        ("withdraw: bo", Input::Withdraw { person: person("bo") }),
        (
            "withdraw: dee",
            Input::Withdraw {
                person: person("dee"),
            },
        ),
    ]
}

fn starts(life: &Life) -> Vec<(&'static str, Input)> {
    vec![
        ("start", life.start()),
        ("start, target drifted", drifted(life)),
        ("start, R-17 holds a claim", held(life, 17, false)),
        ("start, R-16 holds a claim", held(life, 16, false)),
        ("start, R-17 holds a claim, no-wait", held(life, 17, true)),
        (
            "start, voters left the group",
            life.start_with(|_, _, evidence| {
                for found in evidence.values_mut() {
                    found.groups.clear();
                }
            }),
        ),
        (
            "start, roster knows nothing",
            life.start_with(|_, _, evidence| evidence.clear()),
        ),
        (
            "start, policy now needs 3",
            life.start_with(|_, in_force, _| *in_force = Some(requirement(3))),
        ),
        (
            "start, policy now allows nothing",
            life.start_with(|_, in_force, _| *in_force = None),
        ),
    ]
}

fn steps() -> Vec<(&'static str, Input)> {
    vec![
        ("intend", intend()),
        (
            "intend, precondition fails",
            Input::Intend {
                mismatches: vec![mismatch()],
            },
        ),
        ("accepted", Input::Accepted(handle())),
        ("rejected", rejected()),
        ("lost", lost()),
        ("seen done", Input::SeenDone(Output::Nothing)),
        ("seen not done", Input::SeenNotDone(vec![mismatch()])),
        ("cannot tell", Input::CannotTell),
        ("settle", settle()),
        ("judge", judge()),
    ]
}

fn words(life: &Life) -> Vec<(&'static str, Input)> {
    let step = life.request.step_in_hand().map_or(2, |step| step.number);
    let mut guest = life.say("dee", step, true);
    let mut stop = life.stop("dee", None);
    for input in [&mut guest, &mut stop] {
        if let Input::Say { evidence, .. } | Input::Stop { evidence, .. } = input {
            *evidence = Some(Evidence {
                groups: BTreeSet::new(),
                looked_up_at: life.now,
            });
        }
    }
    vec![
        ("say done: bo", life.say("bo", step, true)),
        ("say not done: bo", life.say("bo", step, false)),
        ("say done: ana, the requester", life.say("ana", step, true)),
        ("say done: dee, in no group", guest),
        ("say done: bo, about another step", life.say("bo", step + 7, true)),
        ("stop: ana", life.stop("ana", None)),
        ("stop: bo", life.stop("bo", None)),
        ("stop: dee, in no group", stop),
        ("choose undo: ana", life.stop("ana", Some(Choice::Undo))),
        ("choose leave: bo", life.stop("bo", Some(Choice::Leave))),
    ]
}

fn intend() -> Input {
    Input::Intend { mismatches: vec![] }
}

fn lost() -> Input {
    Input::Lost {
        why: "cut".to_owned(),
    }
}

fn rejected() -> Input {
    Input::Rejected {
        code: "FLINK_400".to_owned(),
        said: "no".to_owned(),
    }
}

fn refuse() -> Input {
    Input::Refuse(Refusal::new(Code::NotEnoughSlots))
}

fn settle() -> Input {
    Input::Settle {
        wait: Millis::seconds(60),
    }
}

fn drifted(life: &Life) -> Input {
    life.start_with(|mismatches, _, _| mismatches.push(mismatch()))
}

fn held(life: &Life, by: u64, wants_no_wait: bool) -> Input {
    let mut start = life.start();
    if let Input::Start { held_by, no_wait, .. } = &mut start {
        *held_by = Some(RequestId::new(by));
        *no_wait = wants_no_wait;
    }
    start
}

/// What became of one cell.
fn cell(life: &Life, input: &Input) -> Result<String, Code> {
    let events = decide(&life.request, input, life.now).map_err(|refusal| refusal.code)?;
    if events.is_empty() {
        return Ok("-".to_owned());
    }
    let after = life.request.clone().with_entry(&events, life.now).unwrap();
    let told: Vec<String> = events.iter().map(event).collect();
    let same = after.state == life.request.state;
    let arrow = if same {
        String::new()
    } else {
        format!(" -> {}", state(&after.state))
    };
    Ok(told.join(", ") + &arrow)
}

fn event(event: &Event) -> String {
    let facts = match event {
        Event::AttemptRefused { code, .. } => code.as_str().to_owned(),
        Event::Refused { refusal } => refusal.code.as_str().to_owned(),
        Event::Failed { step, code, .. } => format!("step {step}, {code}"),
        Event::StepSettled { done, by, .. } => {
            format!("{}, by {by}", if *done { "done" } else { "not done" })
        }
        Event::StepIntended { step, attempt, .. } => format!("step {step}, attempt {attempt}"),
        Event::VoteWithdrawn { person } => person.to_string(),
        Event::StopAsked { by, choice, why } => [
            Some(format!("by {by}")),
            choice.map(|choice| format!("{choice:?}").to_lowercase()),
            why.as_ref().map(|why| match why {
                StopReason::Rejected { code, .. } => format!("rejected {code}"),
                StopReason::Precondition { .. } => "precondition".to_owned(),
                StopReason::TimeUp => "time up".to_owned(),
            }),
        ]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(", "),
        _ => String::new(),
    };
    if facts.is_empty() {
        event.kind().to_owned()
    } else {
        format!("{}({facts})", event.kind())
    }
}

fn state(state: &State) -> String {
    let phase = |phase: &Phase| format!("{phase:?}").to_lowercase();
    match state {
        State::Running { step, phase: at } => format!("running, step {step} {}", phase(at)),
        State::Undoing { step, phase: at } => format!("undoing, step {step} {}", phase(at)),
        State::Stopping { done } => format!("stopping, {done} done"),
        State::Unknown { step, .. } => format!("outcome unknown, step {step}"),
        State::Queued { behind } => format!("queued behind {behind}"),
        State::Ended(End::Refused(refusal)) => format!("refused {}", refusal.code.as_str()),
        other => other.word().to_owned(),
    }
}

/// An input whose every variant is refused stands there by its word alone.
fn in_short(life: &Life, not_now: &[&str]) -> String {
    let all = inputs(life);
    let mut short: Vec<&str> = Vec::new();
    for (name, input) in all.iter().filter(|(name, _)| not_now.contains(name)) {
        let whole = all
            .iter()
            .filter(|(_, other)| other.word() == input.word())
            .all(|(other, _)| not_now.contains(other));
        let entry = if whole { input.word() } else { name };
        if !short.contains(&entry) {
            short.push(entry);
        }
    }
    short.join("; ")
}

#[test]
fn the_table_of_every_state_and_every_input() {
    let mut table = String::new();
    let mut words = BTreeSet::new();
    for (name, life) in states() {
        writeln!(table, "\n{name}").unwrap();
        let mut not_now = Vec::new();
        for (word, input) in inputs(&life) {
            words.insert(input.word());
            match cell(&life, &input) {
                Ok(cell) => writeln!(table, "  {word:<38} {cell}").unwrap(),
                Err(Code::NotNow) => not_now.push(word),
                Err(code) => writeln!(table, "  {word:<38} {}", code.as_str()).unwrap(),
            }
        }
        writeln!(table, "  NOT_NOW: {}", in_short(&life, &not_now)).unwrap();
    }
    insta::assert_snapshot!("states_and_inputs", table);
    assert_eq!(words.len(), 18, "an input without a row: {words:?}");
}

#[test]
fn no_state_is_missing_in_the_table() {
    let words: BTreeSet<&str> = states().iter().map(|(_, life)| life.word()).collect();
    assert_eq!(words.len(), 18, "{words:?}");
}

/// Sees every arrow once more: what `decide` answers can always be folded, and a history folds to the request itself.
#[test]
fn whatever_is_decided_in_the_table_can_be_folded() {
    for (name, life) in states() {
        for (word, input) in inputs(&life) {
            if let Ok(events) = decide(&life.request, &input, life.now) {
                let folded = life.request.clone().with_entry(&events, At(life.now.0));
                assert!(folded.is_ok(), "{name}, {word}: {folded:?}");
            }
        }
    }
}
