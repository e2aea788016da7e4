//! What time brings: a vote that nobody decided, the end of settling.

use commands::names::{At, Millis};

use super::super::{Event, Input, Request};

/// Nobody decided, or nobody could start, in time.
pub(super) fn expire(request: &Request, now: At) -> Vec<Event> {
    let late = request
        .voting
        .as_ref()
        .is_some_and(|voting| now >= voting.vote_until);
    if late { vec![Event::Expired] } else { Vec::new() }
}

pub(super) fn settle(wait: Millis, now: At) -> Vec<Event> {
    vec![Event::Settling {
        until: now.plus(wait),
    }]
}

pub(super) fn judge(input: &Input) -> Vec<Event> {
    let Input::Judge { judgement, measured } = input else {
        return Vec::new();
    };
    vec![Event::Finished {
        judgement: judgement.clone(),
        measured: measured.clone(),
    }]
}
