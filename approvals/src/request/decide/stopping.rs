//! Stopping: asked by a person, or by itself where a run must not go on; then undo or leave.

use commands::condition::Mismatch;
use commands::names::{At, Person};
use commands::plan::OnRejected;

use super::super::rights::Rules;
use super::super::{Choice, Event, Hand, Input, Request, StopReason, undo};
use super::refused_attempt;

/// Code of an accepted step that will not be done by itself any more.
const CAME_TO_NOTHING: &str = "CAME_TO_NOTHING";

/// A person asks to stop: the requester, or who may approve. It happens as soon as no step is under way; where nothing was
/// done yet, that is the end.
pub(super) fn ask(request: &Request, input: &Input, now: At) -> Vec<Event> {
    let person = match entitled(request, input, now) {
        Ok(person) => person,
        Err(refused) => return refused,
    };
    let mut events = vec![Event::StopAsked {
        by: person.clone(),
        choice: None,
        why: None,
    }];
    if request.is_between_steps() {
        events.extend(nothing_to_take_back(request));
    }
    events
}

/// Undo or leave.
pub(super) fn choose(request: &Request, input: &Input, choice: Choice, now: At) -> Vec<Event> {
    let person = match entitled(request, input, now) {
        Ok(person) => person,
        Err(refused) => return refused,
    };
    let mut events = vec![Event::StopAsked {
        by: person.clone(),
        choice: Some(choice),
        why: None,
    }];
    if choice == Choice::Undo && undo::remaining(request).is_none() {
        events.push(Event::RolledBack);
    }
    events
}

/// The run must not go on: it stops here and asks; where nothing was done yet, that is the end.
pub(super) fn by_itself(request: &Request, why: StopReason) -> Vec<Event> {
    let mut events = vec![Event::StopAsked {
        by: Person::sluice(),
        choice: None,
        why: Some(why),
    }];
    events.extend(nothing_to_take_back(request));
    events
}

/// The end of a run that stops before anything was done.
pub(super) fn nothing_to_take_back(request: &Request) -> Option<Event> {
    let untouched = request.run.as_ref()?.with_effect().next().is_none();
    untouched.then_some(Event::RolledBack)
}

/// The step was refused, or sent as often as it may be. The approved plan says whether what was done before is undone;
/// but once a person asked to stop, a person chooses.
pub(super) fn give_up(request: &Request, hand: Hand<'_>, code: &str, said: &str) -> Vec<Event> {
    let step = hand.step.number;
    let (code, said) = (code.to_owned(), said.to_owned());
    let undoes = request
        .plan
        .as_ref()
        .is_some_and(|plan| plan.on_rejected == OnRejected::Undo);
    if hand.undo_of.is_some() || !undoes || undo::steps(request).is_empty() {
        return vec![Event::Failed { step, code, said }];
    }
    let asked = request.run.as_ref().is_some_and(|run| run.stop_asked.is_some());
    vec![Event::StopAsked {
        by: Person::sluice(),
        choice: (!asked).then_some(Choice::Undo),
        why: Some(StopReason::Rejected { step, code, said }),
    }]
}

/// The step was accepted, and what was seen says that it will not be done any more.
pub(super) fn hopeless(request: &Request, hand: Hand<'_>, mismatches: &[Mismatch]) -> Vec<Event> {
    let said: Vec<String> = mismatches
        .iter()
        .map(|mismatch| format!("{}: {} / {}", mismatch.what, mismatch.planned, mismatch.now))
        .collect();
    give_up(request, hand, CAME_TO_NOTHING, &said.join(", "))
}

/// The person who asks, where he may: the requester, or who may approve. Else the attempt that is recorded.
fn entitled<'a>(request: &Request, input: &'a Input, now: At) -> Result<&'a Person, Vec<Event>> {
    let Input::Stop { person, evidence, .. } = input else {
        return Err(Vec::new());
    };
    if request.requester() == Some(person) {
        return Ok(person);
    }
    Rules::copied(request)
        .may_vote(person, evidence.as_ref(), now)
        .map(|()| person)
        .map_err(|code| refused_attempt(person, code))
}
