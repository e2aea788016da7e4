//! What the signatures of all chats have in common: headers that are there once, and a time that is near.

use axum::http::{HeaderMap, HeaderName};
use commands::names::At;

/// How far a request's time may lie from ours, either way, in milliseconds.
const WITHIN_MS: i64 = 5 * 60 * 1_000;

/// The value of a header that is there exactly once.
pub fn only<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok(),
        _ => None,
    }
}

/// Whether a request of this second may still be of now.
pub fn is_near(seconds: i64, now: At) -> bool {
    let away = seconds
        .saturating_mul(1_000)
        .saturating_sub(now.0)
        .saturating_abs();
    away <= WITHIN_MS
}
