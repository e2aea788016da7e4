//! A step in hand: intended, sent, observed, settled.

use commands::condition::Mismatch;
use commands::names::{At, Person};
use commands::plan::Output;
use commands::refusal::Refusal;

use super::super::rights::Rules;
use super::super::{Event, Hand, Input, Request, State, StopReason, evolve};
use super::{not_now, refused_attempt, starting, stopping};
use crate::ports::Handle;

/// Attempts at one step. Each attempt waits longer than the one before, up to a minute: six are about two minutes of a
/// target that takes nothing, after which a person should look.
pub const MAX_ATTEMPTS: u32 = 6;

/// Code of a step that was sent as often as it may be and is not done.
pub(super) const TOO_MANY_ATTEMPTS: &str = "TOO_MANY_ATTEMPTS";

/// The step will be sent now, unless the run has to stop here: its time is up, the plan is not the one that was voted on,
/// or what must hold before the step does not. Undo has no time limit.
pub(super) fn intend(request: &Request, hand: Hand<'_>, mismatches: &[Mismatch], now: At) -> Vec<Event> {
    let number = hand.step.number;
    let undoing = hand.undo_of.is_some();
    if !request.is_bound() {
        return stopping::by_itself(
            request,
            StopReason::Precondition {
                step: number,
                mismatches: vec![starting::another_plan()],
            },
        );
    }
    if !undoing && request.run_until().is_none_or(|until| now >= until) {
        return stopping::by_itself(request, StopReason::TimeUp);
    }
    if !mismatches.is_empty() {
        return stopping::by_itself(
            request,
            StopReason::Precondition {
                step: number,
                mismatches: mismatches.to_vec(),
            },
        );
    }
    let mut events = vec![Event::StepIntended {
        step: number,
        attempt: hand.attempts() + 1,
        key: request.step_key(number),
        undo_of: hand.undo_of,
    }];
    if hand.is_a_persons() {
        events.push(asked_of_a_person(number));
    }
    events
}

/// A person's step is sent with the message that asks for it, in the same transaction.
fn asked_of_a_person(step: u16) -> Event {
    Event::StepSent {
        step,
        handle: Handle("a person".to_owned()),
    }
}

pub(super) fn accepted(hand: Hand<'_>, handle: &Handle) -> Vec<Event> {
    vec![Event::StepSent {
        step: hand.step.number,
        handle: handle.clone(),
    }]
}

pub(super) fn lost(hand: Hand<'_>, why: &str) -> Vec<Event> {
    vec![Event::StepUnknown {
        step: hand.step.number,
        why: why.to_owned(),
    }]
}

pub(super) fn unknown(hand: Hand<'_>) -> Vec<Event> {
    vec![Event::OutcomeUnknown {
        step: hand.step.number,
    }]
}

/// The step is done; the last undo step ends the request.
pub(super) fn done(request: &Request, hand: Hand<'_>, output: &Output) -> Vec<Event> {
    let step = hand.step.number;
    let Some(undo_of) = hand.undo_of else {
        return vec![Event::StepDone {
            step,
            output: output.clone(),
        }];
    };
    let undo = request.run.iter().flat_map(|run| &run.undo);
    let is_last = undo.map(|(step, _)| step.number).max() == Some(step);
    let mut events = vec![Event::StepUndone { step, undo_of }];
    if is_last {
        events.push(Event::RolledBack);
    }
    events
}

/// Somebody, or a late observation, says that the step was done.
pub(super) fn settled_done(request: &Request, hand: Hand<'_>, output: &Output, by: &Person) -> Vec<Event> {
    let mut events = vec![settled(hand, true, by)];
    events.extend(done(request, hand, output));
    events
}

/// The step was not done. It is ready to be sent again, and its precondition will be looked at again; after a stop, or the
/// last attempt, it is not.
pub(super) fn not_done(request: &Request, hand: Hand<'_>, by: &Person) -> Vec<Event> {
    let settled = settled(hand, false, by);
    let Ok(after) = evolve(request.clone(), &settled, request.changed_at) else {
        return vec![settled];
    };
    let end = match (&after.state, after.hand()) {
        (State::Stopping { .. }, _) => stopping::nothing_to_take_back(&after).into_iter().collect(),
        (_, Some(hand)) if hand.attempts() >= MAX_ATTEMPTS => {
            stopping::give_up(&after, hand, TOO_MANY_ATTEMPTS, "")
        }
        _ => Vec::new(),
    };
    [vec![settled], end].concat()
}

fn settled(hand: Hand<'_>, done: bool, by: &Person) -> Event {
    Event::StepSettled {
        step: hand.step.number,
        done,
        by: by.clone(),
    }
}

/// A person's word on a step whose outcome is unknown (from one who may approve the request and did not ask for it), or on
/// a step that a person does (from the requester too: usually it is he who does it).
pub(super) fn say(request: &Request, hand: Hand<'_>, input: &Input, now: At) -> Result<Vec<Event>, Refusal> {
    let Input::Say {
        person,
        step,
        done,
        evidence,
    } = input
    else {
        return Err(not_now(request, input));
    };
    if *step != hand.step.number {
        return Err(not_now(request, input));
    }
    let in_doubt = matches!(request.state, State::Unknown { .. });
    let right = if !in_doubt && request.requester() == Some(person) {
        Ok(())
    } else {
        Rules::copied(request).may_vote(person, evidence.as_ref(), now)
    };
    Ok(match (right, done) {
        (Err(code), _) => refused_attempt(person, code),
        (Ok(()), true) => settled_done(request, hand, &Output::Nothing, person),
        (Ok(()), false) => not_done(request, hand, person),
    })
}
