//! When a request must be looked at next: derived from its state, kept as a row.
//!
//! One wake-up a request. The runner may set an earlier or later one where the outside asks for it (`Retry-After`); it
//! never decides anything but when to look.

use commands::names::{At, Millis};

use crate::request::{Phase, Request, State, StepRun};

/// A step that was just sent is looked at this often: Flink's own cache is renewed every 200 ms to 3 s.
const OBSERVE_SOON: Millis = Millis(500);

/// How long a step counts as just sent.
const SOON: Millis = Millis::seconds(30);

/// Later it is looked at this often, until its budget ends.
const OBSERVE_LATER: Millis = Millis::seconds(2);

/// The pause before an attempt that was not sent is tried again; it doubles with each attempt.
const RETRY_FIRST: Millis = Millis::seconds(1);

/// The longest such pause.
const RETRY_MAX: Millis = Millis::minutes(1);

/// Outcome unknown: looked at this often at first. A late observation should reach people within seconds.
const UNKNOWN_SOON: Millis = Millis::seconds(5);

/// How long an outcome counts as newly unknown.
const UNKNOWN_NEW: Millis = Millis::minutes(10);

/// Later, for as long as it takes.
const UNKNOWN_LATER: Millis = Millis::minutes(1);

/// A queued request is woken by whoever gives the claims back, and asks by itself this often in case nobody does.
const QUEUED: Millis = Millis::minutes(1);

/// When the request must be looked at next; `None`: only when somebody says something.
pub fn next(request: &Request, now: At) -> Option<At> {
    match &request.state {
        State::Waiting => request.voting.as_ref().map(|voting| voting.vote_until),
        State::Approved => Some(now),
        State::Queued { .. } => request
            .voting
            .as_ref()
            .map(|voting| voting.vote_until.min(now.plus(QUEUED))),
        State::Running { phase, .. } | State::Undoing { phase, .. } => Some(of_step(request, phase, now)),
        State::Unknown { since, .. } => {
            let pause = if now.since(*since) < UNKNOWN_NEW {
                UNKNOWN_SOON
            } else {
                UNKNOWN_LATER
            };
            Some(now.plus(pause))
        }
        State::Settling { until } => Some(*until),
        State::New | State::Asked | State::Planned | State::Stopping { .. } | State::Ended(_) => None,
    }
}

fn of_step(request: &Request, phase: &Phase, now: At) -> At {
    let ran = request.hand().and_then(|hand| hand.ran);
    match phase {
        Phase::Ready => now,
        Phase::Intended => now.plus(retry_pause(ran.map_or(1, |ran| ran.attempt))),
        Phase::Sent | Phase::InDoubt => now.plus(observe_pause(ran, now)),
    }
}

fn observe_pause(ran: Option<&StepRun>, now: At) -> Millis {
    match ran {
        Some(ran) if now.since(ran.last_intended_at) > SOON => OBSERVE_LATER,
        _ => OBSERVE_SOON,
    }
}

/// One second, doubling with each attempt, at most a minute.
fn retry_pause(attempt: u32) -> Millis {
    let doubled = RETRY_FIRST
        .0
        .saturating_mul(1 << attempt.saturating_sub(1).min(16));
    Millis(doubled).min(RETRY_MAX)
}
