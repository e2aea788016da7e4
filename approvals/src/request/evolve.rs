//! Request and event -> request. What cannot follow is reported, never guessed.

mod run;
mod vote;

use commands::names::{At, RequestId};

use super::{AskedFacts, End, Event, Finished, Phase, Request, Run, State};

/// An event that cannot follow: the history is not one that [`decide()`](super::decide()) made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{request}: {event} cannot follow in state {state}")]
pub struct Corrupt {
    /// Which request.
    pub request: RequestId,
    /// The state's word.
    pub state: &'static str,
    /// The event's kind.
    pub event: &'static str,
}

/// The request after one more event, which happened `at`.
///
/// # Errors
/// [`Corrupt`] where the event cannot follow.
pub fn evolve(mut request: Request, event: &Event, at: At) -> Result<Request, Corrupt> {
    let corrupt = Corrupt {
        request: request.id,
        state: request.state.word(),
        event: event.kind(),
    };
    let state = next(&mut request, event, at).ok_or(corrupt)?;
    Ok(Request {
        state,
        changed_at: at,
        ..request
    })
}

/// The state that follows, with the facts around it changed; `None`: it cannot follow.
fn next(request: &mut Request, event: &Event, at: At) -> Option<State> {
    use State::{Approved, Asked, New, Planned, Queued, Running, Settling, Stopping, Undoing, Waiting};
    let state = request.state.clone();
    Some(match (state, event) {
        (New, Event::Asked { .. }) => ask(request, event, at)?,
        (Asked, Event::Planned { plan, .. }) => {
            request.plan = Some(plan.clone());
            Planned
        }
        (Waiting, Event::Planned { plan, .. }) => {
            request.version += 1;
            request.plan = Some(plan.clone());
            request.voting = None;
            Planned
        }
        (Planned | Approved | Queued { .. }, Event::ApprovalWanted { .. }) => vote::want(request, event)?,
        (Asked | Planned | Waiting | Approved | Queued { .. }, Event::Refused { refusal }) => {
            State::Ended(End::Refused(refusal.clone()))
        }

        (Waiting, Event::VoteCast { .. }) => vote::cast(request, event, at).map(|()| Waiting)?,
        (
            open @ (Approved | Queued { .. }),
            Event::VoteCast {
                verdict: super::Yes::No,
                ..
            },
        ) => vote::cast(request, event, at).map(|()| open)?,
        (Waiting | Approved | Queued { .. }, Event::VoteWithdrawn { person }) => {
            vote::withdraw(request, person)?
        }
        (Waiting, Event::Approved) => Approved,
        (Approved | Queued { .. }, Event::Queued { behind }) => Queued { behind: *behind },
        (Waiting | Approved | Queued { .. }, Event::Denied { by }) => State::Ended(End::Denied(by.clone())),
        (Waiting | Approved | Queued { .. }, Event::Withdrawn { by }) => {
            State::Ended(End::Withdrawn(by.clone()))
        }
        (Waiting | Approved | Queued { .. }, Event::Expired) => State::Ended(End::Expired),
        (Waiting | Approved | Queued { .. }, Event::Drifted { mismatches }) => {
            State::Ended(End::Drifted(mismatches.clone()))
        }

        (Approved | Queued { .. }, Event::Started { .. }) => {
            request.run = Some(Run::starting(at));
            Running {
                step: 1,
                phase: Phase::Ready,
            }
        }
        (
            Running { .. } | Undoing { .. } | State::Unknown { .. },
            Event::StepIntended { .. }
            | Event::StepSent { .. }
            | Event::StepDone { .. }
            | Event::StepUndone { .. }
            | Event::StepUnknown { .. }
            | Event::StepSettled { .. }
            | Event::OutcomeUnknown { .. },
        ) => run::step(request, event, at)?,
        (
            Running { .. } | Undoing { .. } | Stopping { .. } | State::Unknown { undoing: false, .. },
            Event::StopAsked { .. },
        ) => run::stop(request, event)?,
        (Running { .. } | Undoing { .. }, Event::Failed { step, code, said }) => State::Ended(End::Failed {
            step: *step,
            code: code.clone(),
            said: said.clone(),
        }),
        (Undoing { .. }, Event::RolledBack) if request.hand().is_none() => State::Ended(End::RolledBack),
        (Stopping { done: 0 }, Event::RolledBack) => State::Ended(End::RolledBack),
        (Running { .. }, Event::Settling { until }) if request.hand().is_none() => Settling { until: *until },
        (Settling { .. }, Event::Finished { .. }) => finish(event, at)?,

        (New, Event::AttemptRefused { .. }) => return None,
        (unchanged, Event::AttemptRefused { .. }) => unchanged,
        _ => return None,
    })
}

fn ask(request: &mut Request, event: &Event, at: At) -> Option<State> {
    let Event::Asked {
        by,
        change,
        because,
        incident,
        place,
        thread,
        ..
    } = event
    else {
        return None;
    };
    request.asked = Some(AskedFacts {
        at,
        by: by.clone(),
        change: change.clone(),
        because: because.clone(),
        incident: incident.clone(),
        place: place.clone(),
        thread: thread.clone(),
    });
    Some(State::Asked)
}

fn finish(event: &Event, at: At) -> Option<State> {
    let Event::Finished { judgement, measured } = event else {
        return None;
    };
    Some(State::Ended(End::Finished(Box::new(Finished {
        judgement: judgement.clone(),
        measured: measured.clone(),
        at,
    }))))
}
