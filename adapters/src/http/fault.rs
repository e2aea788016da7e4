//! What a failed call means: nothing done, nothing ever to be done, or perhaps done.

use std::error::Error;

use approvals::ports::{BoxError, Fault};
use commands::names::Millis;

use super::egress::RefusedAddress;
use super::{Answer, Effect, said};

/// Why there is no complete answer.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// Our own bound on calls at once or calls a second was not free in time.
    #[error("too many calls are under way")]
    QueueFull,
    /// A path segment or a header cannot be written.
    #[error("the request cannot be written as a URL")]
    Unaddressable,
    /// The host resolves to an address that is never connected to.
    #[error(transparent)]
    Refused(RefusedAddress),
    /// No connection came about, so nothing was sent.
    #[error("no connection")]
    NotConnected(#[source] reqwest::Error),
    /// No whole answer in time.
    #[error("no answer in time")]
    Late(#[source] reqwest::Error),
    /// The connection broke before the answer was whole.
    #[error("the connection broke")]
    Broken(#[source] reqwest::Error),
    /// The answer is longer than we read.
    #[error("the answer is longer than {0} bytes")]
    TooLong(usize),
}

impl From<reqwest::Error> for Trouble {
    fn from(error: reqwest::Error) -> Self {
        let error = error.without_url();
        if let Some(refused) = find::<RefusedAddress>(&error) {
            return Self::Refused(refused.clone());
        }
        if error.is_builder() {
            return Self::Unaddressable;
        }
        if error.is_connect() {
            return Self::NotConnected(error);
        }
        if error.is_timeout() {
            return Self::Late(error);
        }
        Self::Broken(error)
    }
}

impl Trouble {
    /// What it means for a call with this effect.
    pub fn fault(self, effect: Effect) -> Fault {
        match (&self, effect) {
            (Trouble::Refused(_), _) => rejected("ADDRESS_REFUSED", self.to_string(), self),
            (Trouble::Unaddressable, _) => rejected("NOT_ADDRESSABLE", self.to_string(), self),
            (Trouble::QueueFull | Trouble::NotConnected(_), _) | (_, Effect::Look) => Fault::Transient {
                retry_after: None,
                source: self.into(),
            },
            (Trouble::Late(_) | Trouble::Broken(_) | Trouble::TooLong(_), Effect::Change) => {
                Fault::Unknown { source: self.into() }
            }
        }
    }
}

/// A status that is no success, in an error's place.
#[derive(Debug, thiserror::Error)]
#[error("status {0}")]
struct Status(u16);

/// What an answer means that is no success (any status but 2xx). `words` are the other side's, and are scrubbed and cut
/// here.
pub fn fault_of_status(answer: &Answer, effect: Effect, words: &str) -> Fault {
    let source = Status(answer.status);
    let code = match answer.status {
        408 | 425 | 429 | 503 => {
            return Fault::Transient {
                retry_after: answer.retry_after,
                source: source.into(),
            };
        }
        300..=399 => "REDIRECTED",
        400 => "BAD_REQUEST",
        401 => "UNAUTHENTICATED",
        403 => "FORBIDDEN",
        404 => "NOT_FOUND",
        409 => "CONFLICT",
        402..=499 => "REFUSED",
        _ => return unsettled(effect, answer.retry_after, source.into()),
    };
    rejected(code, words.to_owned(), source)
}

fn unsettled(effect: Effect, retry_after: Option<Millis>, source: BoxError) -> Fault {
    match effect {
        Effect::Look => Fault::Transient { retry_after, source },
        Effect::Change => Fault::Unknown { source },
    }
}

/// An answer that says nothing about whether it was done.
pub fn lost(effect: Effect, source: impl Into<BoxError>) -> Fault {
    unsettled(effect, None, source.into())
}

/// Whether a fault is a refusal with this code.
pub fn is_refusal(fault: &Fault, wanted: &str) -> bool {
    matches!(fault, Fault::Rejected { code, .. } if *code == wanted)
}

/// A refusal with a stable code, in words of the other side that are scrubbed and cut here.
pub fn rejected(code: &'static str, words: String, source: impl Into<BoxError>) -> Fault {
    Fault::Rejected {
        code,
        said: said::scrubbed(&words),
        source: source.into(),
    }
}

/// The innermost cause of a fault in a few words, for the `why` of what could not be reached.
pub fn why(fault: &Fault) -> String {
    let (Fault::Transient { source, .. } | Fault::Unknown { source }) = fault else {
        return said::scrubbed(&fault.to_string());
    };
    let mut words = source.to_string();
    let mut last: &dyn Error = source.as_ref();
    while let Some(cause) = last.source() {
        last = cause;
    }
    let innermost = last.to_string();
    if innermost != words {
        words = format!("{words}: {innermost}");
    }
    said::scrubbed(&words)
}

fn find<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        next = error.source();
    }
    None
}
