//! When a request must be looked at next: derived from its state, kept as a row.
//!
//! One wake-up a request. The runner may set an earlier or later one where the outside asks for it (`Retry-After`); it
//! never decides anything but when to look.

use commands::names::{At, Millis};

use crate::reminders;
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
        State::Waiting => request
            .voting
            .as_ref()
            .map(|voting| reminders::next(voting, now).unwrap_or(voting.vote_until)),
        State::Approved => Some(now),
        State::Queued { .. } => request
            .voting
            .as_ref()
            .map(|voting| voting.vote_until.min(now.plus(QUEUED))),
        State::Running { phase, .. } | State::Undoing { phase, .. } => Some(of_step(request, phase, now)),
        State::Unknown { since, .. } => Some(now.plus(unknown_pause(*since, now))),
        State::Settling { until } => Some(*until),
        State::New | State::Asked | State::Planned | State::Stopping { .. } | State::Ended(_) => None,
    }
}

/// Before when the step in hand is not sent again; `None`: it was not sent before, or has waited long enough.
pub fn retry_at(request: &Request, now: At) -> Option<At> {
    let ran = request.hand()?.ran?;
    let at = ran.last_intended_at.plus(retry_pause(ran.attempt));
    (at > now).then_some(at)
}

/// When the step in hand, once sent, must have been seen done: then its outcome is unknown and people are told. `None`: it
/// was not sent.
pub fn budget_end(request: &Request) -> Option<At> {
    let hand = request.hand()?;
    Some(hand.ran?.last_intended_at.plus(hand.step.budget))
}

fn of_step(request: &Request, phase: &Phase, now: At) -> At {
    let ran = request.hand().and_then(|hand| hand.ran);
    match phase {
        Phase::Ready | Phase::Intended => retry_at(request, now).unwrap_or(now),
        Phase::Sent | Phase::InDoubt => {
            let look = now.plus(observe_pause(ran, now));
            match budget_end(request) {
                Some(end) if end > now => look.min(end),
                _ => look,
            }
        }
    }
}

fn observe_pause(ran: Option<&StepRun>, now: At) -> Millis {
    match ran {
        Some(ran) if now.since(ran.last_intended_at) > SOON => OBSERVE_LATER,
        _ => OBSERVE_SOON,
    }
}

fn unknown_pause(since: At, now: At) -> Millis {
    if now.since(since) < UNKNOWN_NEW {
        UNKNOWN_SOON
    } else {
        UNKNOWN_LATER
    }
}

/// One second, doubling with each attempt, at most a minute.
fn retry_pause(attempt: u32) -> Millis {
    let doubled = RETRY_FIRST
        .0
        .saturating_mul(1 << attempt.saturating_sub(1).min(16));
    Millis(doubled).min(RETRY_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::fixtures::*;
    use crate::request::{Input, MAX_ATTEMPTS};

    fn intend() -> Input {
        Input::Intend { mismatches: vec![] }
    }

    /// Milliseconds from now to the next look.
    fn pause(life: &Life) -> Option<u64> {
        next(&life.request, life.now).map(|at| at.since(life.now).0)
    }

    #[test]
    fn a_vote_wakes_when_its_time_is_up() {
        assert_eq!(pause(&Life::waiting(1)), Some(Millis::minutes(30).0));
    }

    #[test]
    fn an_approved_request_and_a_ready_step_are_carried_on_at_once() {
        assert_eq!(pause(&Life::approved()), Some(0));
        assert_eq!(pause(&Life::running()), Some(0));
        assert_eq!(pause(&Life::running_after(3)), Some(0), "settling begins at once");
    }

    #[test]
    fn a_sent_step_is_looked_at_often_at_first_and_at_the_end_of_its_budget() {
        let sent = Life::running()
            .after(|_| intend())
            .after(|_| Input::Accepted(handle()));
        assert_eq!(pause(&sent), Some(500));
        assert_eq!(pause(&sent.clone().later(Millis::seconds(31))), Some(2_000));
        assert_eq!(
            pause(&sent.clone().later(Millis::seconds(119))),
            Some(1_000),
            "the budget is 120 s"
        );
        assert_eq!(pause(&sent.later(Millis::seconds(120))), Some(2_000));
    }

    #[test]
    fn each_attempt_waits_longer_than_the_one_before() {
        let mut life = Life::running();
        let mut pauses = Vec::new();
        for _ in 1..MAX_ATTEMPTS {
            life = life.after(|_| intend()).after(|_| Input::SeenNotDone(vec![]));
            assert_eq!(retry_at(&life.request, life.now), next(&life.request, life.now));
            let wait = pause(&life).unwrap();
            pauses.push(wait / 1_000);
            life.pass(Millis(wait));
            assert_eq!(retry_at(&life.request, life.now), None);
        }
        assert_eq!(pauses, [1, 2, 4, 8, 16]);
        assert_eq!(retry_pause(30), Millis::minutes(1));
    }

    #[test]
    fn an_unknown_outcome_is_looked_at_for_as_long_as_it_takes() {
        let unknown = Life::running().after(|_| intend()).after(|_| Input::CannotTell);
        assert_eq!(pause(&unknown), Some(5_000));
        assert_eq!(pause(&unknown.later(Millis::minutes(11))), Some(60_000));
    }

    #[test]
    fn what_waits_for_a_person_or_is_over_wakes_nobody() {
        assert_eq!(pause(&Life::stopping_after(1)), None);
        assert_eq!(
            pause(&Life::waiting(1).after(|life| life.vote("bo", crate::request::Yes::No))),
            None
        );
    }
}
