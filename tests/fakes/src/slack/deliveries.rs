//! What Slack sends the app, by whichever road, and how it went: handed over, answered, too late, repeated.
//!
//! Three seconds on Slack's clock decide. A command or a press that is not answered by then is lost, and the person sees
//! `operation_timeout`; an event comes again at once, after a minute and after five.

use super::deeds::Disorder;
use super::outcome;
use super::sender;
use super::shared::Shared;
use super::socket;
use crate::clock::Clock;
use crate::sending::End;
use serde_json::Value;
use std::collections::VecDeque;
use std::sync::Arc;

/// The app's time to answer.
const DEADLINE_MS: u64 = 3_000;
/// An event that was not answered comes again after these many milliseconds.
const RETRIES_MS: [u64; 3] = [0, 60_000, 300_000];

/// What is delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `slash_commands`
    Command,
    /// `interactive`: presses, forms, shortcuts.
    Interaction,
    /// `events_api`
    Event,
}

impl Kind {
    /// The type of its Socket Mode envelope.
    pub(super) fn envelope(self) -> &'static str {
        match self {
            Self::Command => "slash_commands",
            Self::Interaction => "interactive",
            Self::Event => "events_api",
        }
    }
}

/// One thing Slack told the app, with every attempt at it.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Its number; the first is 1.
    pub number: usize,
    /// What it is.
    pub kind: Kind,
    /// As it was sent; a command's form as an object.
    pub payload: Value,
    /// Whose act it was, by user id.
    pub user: Option<String>,
    /// The attempts, the first one first.
    pub attempts: Vec<Attempt>,
}

/// One attempt at a delivery.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// Its envelope, where it went through a socket.
    pub envelope_id: String,
    /// The number of the connection it went to.
    pub connection: Option<usize>,
    /// Epoch milliseconds when it was handed over.
    pub handed: u64,
    /// 0, or which repetition of an event it is.
    pub retry: usize,
    /// How it ended; `None` while it is under way.
    pub end: Option<End>,
    /// After how many milliseconds an answer came that was too late, or was lost by the story's wish.
    pub late: Option<u64>,
    ack_lost: bool,
}

/// All deliveries of a fake, and what is to go wrong with the next ones.
#[derive(Default)]
pub(super) struct Deliveries {
    pub list: Vec<Delivery>,
    pub disorder: VecDeque<Disorder>,
    held_back: Option<usize>,
}

impl Deliveries {
    pub fn attempt(&mut self, number: usize, at: usize) -> Option<&mut Attempt> {
        self.list.get_mut(number - 1)?.attempts.get_mut(at)
    }

    /// Number and attempt of an envelope.
    pub fn of_envelope(&self, envelope_id: &str) -> Option<(usize, usize)> {
        self.list.iter().find_map(|delivery| {
            let at = delivery
                .attempts
                .iter()
                .position(|attempt| attempt.envelope_id == envelope_id)?;
            Some((delivery.number, at))
        })
    }
}

/// Sends something to the app; returns its number.
pub(super) fn deliver(shared: &Arc<Shared>, kind: Kind, payload: Value, user: Option<&str>) -> usize {
    let (number, disorder, held) = {
        let mut deliveries = shared.deliveries();
        let number = deliveries.list.len() + 1;
        deliveries.list.push(Delivery {
            number,
            kind,
            payload,
            user: user.map(str::to_owned),
            attempts: Vec::new(),
        });
        let disorder = deliveries.disorder.pop_front();
        let held = if disorder == Some(Disorder::AfterNext) {
            deliveries.held_back.replace(number)
        } else {
            deliveries.held_back.take()
        };
        (number, disorder, held)
    };
    match disorder {
        Some(Disorder::AfterNext) => {}
        Some(Disorder::Twice) => {
            attempt(shared, number, 0, None);
            attempt(shared, number, 0, None);
        }
        other => attempt(shared, number, 0, other),
    }
    if let Some(held) = held {
        attempt(shared, held, 0, None);
    }
    number
}

/// One attempt: begins the three seconds, and hands over.
fn attempt(shared: &Arc<Shared>, number: usize, retry: usize, disorder: Option<Disorder>) {
    let envelope_id = shared.with_model(|model| {
        let secret = model.secret(12).to_lowercase();
        format!("{:08x}-0000-4000-8000-{secret}", model.number())
    });
    let handed = shared.clock.now();
    let (at, delivery) = {
        let mut deliveries = shared.deliveries();
        let Some(delivery) = deliveries.list.get_mut(number - 1) else {
            return;
        };
        delivery.attempts.push(Attempt {
            envelope_id,
            connection: None,
            handed,
            retry,
            end: None,
            late: None,
            ack_lost: disorder == Some(Disorder::AckLost),
        });
        (delivery.attempts.len() - 1, delivery.clone())
    };
    let watching = shared.clone();
    shared.spawn(async move {
        watching.clock.until(handed + DEADLINE_MS).await;
        ended(&watching, number, at, End::TimedOut);
    });
    if disorder == Some(Disorder::Lost) {
        return;
    }
    if sender::is_wanted(shared) {
        let sending = shared.clone();
        shared.spawn(async move { sender::send(&sending, &delivery, at).await });
    } else {
        socket::hand_over(shared, &delivery, at);
    }
}

/// Takes an answer: in time, too late, or lost on its way.
pub(super) fn answered(shared: &Arc<Shared>, number: usize, at: usize, status: u16, body: Value) {
    let now = shared.clock.now();
    let after = {
        let mut deliveries = shared.deliveries();
        let Some(attempt) = deliveries.attempt(number, at) else {
            return;
        };
        let after = now - attempt.handed;
        if attempt.ack_lost || attempt.end.is_some() || after > DEADLINE_MS {
            attempt.late = Some(after);
            return shared.changed();
        }
        after
    };
    let end = if (200..300).contains(&status) {
        End::Answered { after, body }
    } else {
        End::Refused(status)
    };
    ended(shared, number, at, end);
}

/// Settles an attempt once, with what follows from it.
pub(super) fn ended(shared: &Arc<Shared>, number: usize, at: usize, end: End) {
    let delivery = {
        let mut deliveries = shared.deliveries();
        let Some(attempt) = deliveries.attempt(number, at) else {
            return;
        };
        if attempt.end.is_some() {
            return;
        }
        attempt.end = Some(end.clone());
        deliveries.list[number - 1].clone()
    };
    match (&end, delivery.kind) {
        (End::Answered { body, .. }, _) => outcome::apply(shared, &delivery, body),
        (_, Kind::Event) => repeat(shared, &delivery, at),
        _ => outcome::tell_failure(shared, &delivery, &end),
    }
    shared.changed();
}

/// An event comes again, up to three times.
fn repeat(shared: &Arc<Shared>, delivery: &Delivery, at: usize) {
    let number = delivery.number;
    let retry = delivery.attempts[at].retry;
    let Some(wait) = RETRIES_MS.get(retry).copied() else {
        return;
    };
    let then = shared.clock.now() + wait;
    let repeating = shared.clone();
    shared.spawn(async move {
        repeating.clock.until(then).await;
        attempt(&repeating, number, retry + 1, None);
    });
}

/// Why an event comes again, as `x-slack-retry-reason` and `retry_reason` say it.
pub(super) fn retry_reason(delivery: &Delivery, at: usize) -> &'static str {
    let before = at.checked_sub(1).and_then(|before| delivery.attempts.get(before));
    match before.and_then(|attempt| attempt.end.as_ref()) {
        Some(End::TimedOut) => "http_timeout",
        Some(End::Refused(_)) => "http_error",
        Some(End::Lost(_)) => "connection_failed",
        _ => "unknown_error",
    }
}

impl Clock {
    /// Whole seconds, as in `X-Slack-Request-Timestamp`.
    pub(super) fn seconds(&self) -> u64 {
        self.now() / 1_000
    }
}
