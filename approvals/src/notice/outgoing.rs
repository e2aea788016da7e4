//! Which messages follow from an append. Pure.

use std::collections::BTreeMap;

use commands::condition::Progress;
use commands::names::{At, Group, Person};

use super::view::{Context, view};
use super::{Notice, RequestView, Slot, StateView, Woken};
use crate::ledger::Outgoing;
use crate::people::People;
use crate::ports::Address;
use crate::reminders::Reminder;
use crate::request::{Event, Request, State};

/// What to tell after `events` led from `before` to `after`, in order: the card is posted and then follows the state, the
/// progress message likewise, and whatever people must learn is a new message.
pub fn outgoing(before: &Request, after: &Request, events: &[Event], context: &Context<'_>) -> Vec<Outgoing> {
    let Some(now) = view(after, context) else {
        return Vec::new();
    };
    let mut say = Vec::new();
    if shows_card(before, after, events) {
        say.push(message(&now, Slot::Card, Notice::Card(Box::new(now.clone()))));
    }
    if after.run.as_ref().is_some_and(|run| !run.steps.is_empty()) && is_under_way(&before.state) {
        say.push(message(
            &now,
            Slot::Progress,
            Notice::Progress(Box::new(now.clone())),
        ));
    }
    for turn in turns(before, after, events, &now) {
        say.push(message(&turn, Slot::New, Notice::Turn(Box::new(turn.clone()))));
    }
    say
}

/// The progress message, with how far the step in hand has come; `None` before the run.
pub fn progress(
    request: &Request,
    step: u16,
    progress: Progress,
    now: At,
    demo: bool,
    people: &People,
) -> Option<Outgoing> {
    let mut view = view(request, &alone(now, demo, people))?;
    view.steps.iter_mut().find(|shown| shown.number == step)?.progress = Some(progress);
    Some(message(
        &view,
        Slot::Progress,
        Notice::Progress(Box::new(view.clone())),
    ))
}

/// The reminder that votes are awaited, and who is woken besides; `None` before it was asked.
pub fn reminder(
    request: &Request,
    reminder: &Reminder,
    now: At,
    demo: bool,
    people: &People,
) -> Option<Outgoing> {
    let view = view(request, &alone(now, demo, people))?;
    let woken = reminder.escalate.as_ref().map(|group| Woken {
        group: group.clone(),
        people: people
            .groups
            .get(group)
            .map(|members| members.people.clone())
            .unwrap_or_default(),
        may_approve: needs(&view, group),
    });
    let notice = Notice::Reminder(Box::new(view.clone()), woken);
    Some(message(&view, Slot::New, notice))
}

fn needs(view: &RequestView, group: &Group) -> bool {
    let needed = view.voting.iter().flat_map(|voting| &voting.need);
    needed.into_iter().any(|need| need.from == *group)
}

/// The message that the environment of a run has left the config; `None` before it was asked.
pub fn environment_gone(request: &Request, now: At, demo: bool, people: &People) -> Option<Outgoing> {
    let view = view(request, &alone(now, demo, people))?;
    let notice = Notice::EnvironmentGone(Box::new(view.clone()));
    Some(message(&view, Slot::New, notice))
}

/// What a message needs that is about one request alone.
fn alone(now: At, demo: bool, people: &People) -> Context<'_> {
    Context {
        now,
        demo,
        people,
        holder: None,
        samples: BTreeMap::new(),
    }
}

fn message(view: &RequestView, slot: Slot, notice: Notice) -> Outgoing {
    let to = Address {
        place: view.place.clone(),
        thread: Some(view.thread.clone()),
        only_for: None,
    };
    Outgoing {
        request: Some(view.id),
        slot,
        to,
        notice,
    }
}

/// A card is posted when approval is wanted, and changed whenever the state or the votes change. A request that was refused
/// before it could be voted on never has one.
fn shows_card(before: &Request, after: &Request, events: &[Event]) -> bool {
    let was_posted = before.voting.is_some();
    let wanted = events
        .iter()
        .any(|event| matches!(event, Event::ApprovalWanted { .. }));
    let votes = |request: &Request| request.voting.as_ref().map(|voting| voting.votes.clone());
    let changed = before.state.word() != after.state.word() || votes(before) != votes(after);
    wanted || (was_posted && changed)
}

fn is_under_way(state: &State) -> bool {
    matches!(
        state,
        State::Running { .. }
            | State::Undoing { .. }
            | State::Stopping { .. }
            | State::Unknown { .. }
            | State::Settling { .. }
    )
}

/// The new messages: one for what goes on after a doubt, one for where the request now stands, if people must learn it.
fn turns(before: &Request, after: &Request, events: &[Event], now: &RequestView) -> Vec<RequestView> {
    let mut turns = Vec::new();
    if matches!(before.state, State::Unknown { .. }) {
        turns.extend(events.iter().find_map(|event| goes_on(event, now)));
    }
    if must_be_told(before, after, events) {
        turns.push(now.clone());
    }
    turns
}

fn goes_on(event: &Event, now: &RequestView) -> Option<RequestView> {
    let Event::StepSettled { step, done, by } = event else {
        return None;
    };
    let state = StateView::GoesOn {
        step: *step,
        done: *done,
        by: by.clone(),
    };
    Some(RequestView { state, ..now.clone() })
}

fn must_be_told(before: &Request, after: &Request, events: &[Event]) -> bool {
    let moved = before.state != after.state;
    match &after.state {
        State::Ended(_) | State::Unknown { .. } | State::Stopping { .. } | State::Queued { .. } => moved,
        State::Undoing { .. } => matches!(before.state, State::Running { .. }) && stopped_by_itself(events),
        State::Running { .. } => {
            asks_a_person(events) && after.hand().is_some_and(|hand| hand.is_a_persons())
        }
        State::Waiting => matches!(before.state, State::Approved | State::Queued { .. }),
        State::Settling { .. } => moved && is_left_after_a_stop(after),
        State::New | State::Asked | State::Planned | State::Approved => false,
    }
}

fn is_left_after_a_stop(request: &Request) -> bool {
    request.run.as_ref().is_some_and(|run| run.stop_asked.is_some())
}

fn stopped_by_itself(events: &[Event]) -> bool {
    events
        .iter()
        .any(|event| matches!(event, Event::StopAsked { by, .. } if *by == Person::sluice()))
}

fn asks_a_person(events: &[Event]) -> bool {
    events.iter().any(|event| matches!(event, Event::StepSent { .. }))
}
