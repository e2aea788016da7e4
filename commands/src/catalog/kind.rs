//! What an argument may be, and how one word is read as it.

use super::{Value, folded, forms_of, is_dash, is_reserved};
use crate::ask::{Amount, Target};
use crate::names::{Environment, Incident, RequestId};

/// What an argument may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A verb of the catalog.
    Verb,
    /// A job: its name, its id, or the beginning of either.
    Job,
    /// An environment, which names its cluster too.
    Cluster,
    /// A job or an environment.
    Target,
    /// An environment.
    Environment,
    /// A request, such as `R-18`.
    Request,
    /// `8`, `+2`, `-1` or `x2`, up to `most`.
    Amount {
        /// The greatest number that can be written.
        most: u32,
    },
    /// The name of an incident elsewhere.
    Incident,
    /// Free text, in quotes or to the end of the line.
    Reason,
}

/// Why a word cannot be read as a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Misfit {
    /// It is something else.
    Other,
    /// It is a number, and cannot be this one; what it must be, and the nearest that can.
    Number {
        /// What it must be.
        must: String,
        /// The nearest number that can be.
        near: Option<Amount>,
    },
}

impl Kind {
    /// Reads one word, without its quotes. A word of the catalog is no name unless it stood in quotes.
    pub(crate) fn read(self, text: &str, quoted: bool) -> Result<Value, Misfit> {
        let name = quoted || !is_reserved(text);
        match self {
            Kind::Verb => forms_of(text)
                .next()
                .map(|row| Value::Verb(row.verb.to_owned()))
                .ok_or(Misfit::Other),
            Kind::Job | Kind::Cluster | Kind::Target if name && is_name(text) => {
                Ok(Value::Target(Target(text.to_owned())))
            }
            Kind::Environment if name => parsed(Environment::parse(text).map(Value::Environment)),
            Kind::Request => parsed(RequestId::parse(&text.replace(is_dash, "-")).map(Value::Request)),
            Kind::Amount { most } => amount(text, most).map(Value::Amount),
            Kind::Incident if name => {
                parsed(Incident::parse(text.trim_start_matches('#')).map(Value::Incident))
            }
            Kind::Reason if !text.trim().is_empty() => Ok(Value::Reason(text.to_owned())),
            _ => Err(Misfit::Other),
        }
    }
}

fn parsed<E>(value: Result<Value, E>) -> Result<Value, Misfit> {
    value.map_err(|_| Misfit::Other)
}

fn is_name(text: &str) -> bool {
    (1..=256).contains(&text.chars().count()) && !text.trim().is_empty()
}

/// Reads `8`, `+2`, `-1`, `x2`; also with the signs that phones put there.
fn amount(text: &str, most: u32) -> Result<Amount, Misfit> {
    let mut chars = text.chars();
    let make: fn(u32) -> Amount = match chars.next() {
        Some('+' | '＋') => Amount::Plus,
        Some(c) if is_dash(c) => Amount::Minus,
        Some('x' | 'X' | '×' | '✕' | '*') => Amount::Times,
        _ => Amount::To,
    };
    let digits = if make(1) == Amount::To(1) {
        text
    } else {
        chars.as_str()
    };
    if !digits.starts_with(|c: char| c.is_ascii_digit() || is_dash(c) || c == '.') {
        return Err(Misfit::Other);
    }
    match digits.parse::<u32>() {
        Ok(number) if (1..=most).contains(&number) && digits.bytes().all(|b| b.is_ascii_digit()) => {
            Ok(make(number))
        }
        read => {
            let near = if read == Ok(0) {
                Some(1)
            } else {
                whole_part(digits).filter(|n| (1..=most).contains(n))
            };
            Err(Misfit::Number {
                must: format!("1…{most}, +N, -N, xN"),
                near: near.map(make),
            })
        }
    }
}

/// The number before a fraction, rounded up: `2.5` is probably 3 subtasks. A thousands separator is none of ours.
fn whole_part(digits: &str) -> Option<u32> {
    let (whole, fraction) = digits.split_once(['.', ','])?;
    let some = fraction.bytes().any(|b| b != b'0');
    whole.parse::<u32>().ok()?.checked_add(u32::from(some))
}

/// Whether a word is a verb; what stands before the first one may be the bot's own name.
pub(crate) fn is_verb(text: &str) -> bool {
    forms_of(&folded(text)).next().is_some()
}
