//! Times: near, far, spelled in all ways, and not the one that was signed.

use fuzz::draw::{below, one};

use super::bent;
use crate::authenticity::attempt::{Attempt, Draft, Source};
use crate::town::NOW;

const SECONDS: i64 = NOW.0 / 1_000;
/// How far away a request may be signed, seconds.
const WINDOW: i64 = 300;

pub fn at_the_edge(draft: Draft, source: &mut Source) -> Option<Attempt> {
    let away = *one(source, &[-WINDOW, 1 - WINDOW, -1, 1, WINDOW - 1, WINDOW])?;
    Some(draft.signed_at(seconds(SECONDS + away)).sent(true))
}

pub fn outside(draft: Draft, source: &mut Source) -> Option<Attempt> {
    let year = 365 * 86_400;
    let time = match below(source, 3)? {
        0 => SECONDS + one(source, &[-WINDOW - 1, WINDOW + 1])?,
        1 => SECONDS + one(source, &[-year, -86_400, -2 * WINDOW, 2 * WINDOW, 86_400, year])?,
        _ => *one(source, &[i64::MIN, -SECONDS, -1, 0, 1, NOW.0, i64::MAX])?,
    };
    Some(draft.signed_at(seconds(time)).sent(false))
}

/// Whoever holds the key may write a number as he likes. What is no whole number of seconds is no time.
pub fn spelled_otherwise(draft: Draft, source: &mut Source) -> Option<Attempt> {
    let spelled: [(String, bool); 12] = [
        (format!("+{SECONDS}"), true),
        (format!("000{SECONDS}"), true),
        (format!("{SECONDS}.0"), false),
        (format!("{SECONDS}e0"), false),
        (format!("{SECONDS:#x}"), false),
        (format!("{SECONDS}s"), false),
        (format!("{SECONDS},{SECONDS}"), false),
        (format!("--{SECONDS}"), false),
        ("1_767_574_197".to_owned(), false),
        ("2026-01-05T00:49:57Z".to_owned(), false),
        ("9".repeat(400), false),
        (String::new(), false),
    ];
    let (time, is_authentic) = one(source, &spelled)?;
    Some(draft.signed_at(time.clone().into_bytes()).sent(*is_authentic))
}

pub fn another(mut draft: Draft, source: &mut Source) -> Option<Attempt> {
    let signed = draft.time.clone();
    draft.time = match below(source, 2)? {
        0 => bent(&signed, source)?,
        _ => seconds(SECONDS + one(source, &[-WINDOW, -1, 1, WINDOW])?),
    };
    let is_same = draft.time == signed;
    Some(draft.sent(is_same))
}

/// Where nothing stands between the time and the body, the same bytes are signed still.
pub fn moved(mut draft: Draft, source: &mut Source) -> Option<Attempt> {
    let at = below(source, 6)? + 1;
    match below(source, 2)? {
        0 => {
            let mut body = draft.time.split_off(draft.time.len() - at);
            body.append(&mut draft.body);
            draft.body = body;
        }
        _ => {
            let rest = draft.body.split_off(at);
            draft.time.append(&mut draft.body);
            draft.body = rest;
        }
    }
    Some(draft.sent(false))
}

fn seconds(time: i64) -> Vec<u8> {
    time.to_string().into_bytes()
}
