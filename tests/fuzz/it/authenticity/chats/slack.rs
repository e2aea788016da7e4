//! Slack, and what can be wrong only with its signatures.

use fuzz::draw::{below, one};
use ring::digest::{self, SHA256};
use ring::hmac::{self, HMAC_SHA256};

use super::Chat;
use crate::authenticity::attempt::{Attempt, Draft, Source, Verdict};
use crate::authenticity::bends::Bend;
use crate::authenticity::second;
use crate::seal::Whose;
use crate::slack::letters::{Door, SCHEME, SECRET};
use crate::slack::says::SAYS;

/// All of it.
pub static SLACK: Chat = Chat {
    name: "Slack",
    scheme: SCHEME,
    prefix: b"v0=",
    says: SAYS,
    second: second::slack,
    bends: &[
        Bend("another version before the digits", another_version),
        Bend("signed in another way", in_another_way),
        Bend("the separator moved", separator_moved),
        Bend("at another address", elsewhere),
    ],
};

fn another_version(mut draft: Draft, source: &mut Source) -> Option<Attempt> {
    let version = *one(
        source,
        &["", "v1=", "V0=", "v0:", "v0", "=", "v0=v0=", "v0= ", "sha256="],
    )?;
    let digits = draft.signature.split_off(3);
    draft.signature = [version.as_bytes(), &digits].concat();
    Some(draft.sent(false))
}

/// Near to what Slack describes, and with the right secret where there is one.
fn in_another_way(mut draft: Draft, source: &mut Source) -> Option<Attempt> {
    let mac = |secret: &str, parts: &[&[u8]]| {
        let key = hmac::Key::new(HMAC_SHA256, secret.as_bytes());
        hmac::sign(&key, &parts.concat()).as_ref().to_vec()
    };
    let (time, body) = (draft.time.as_slice(), draft.body.as_slice());
    let signature = match below(source, 8)? {
        0 => mac("", &[b"v0:", time, b":", body]),
        1 => mac(SECRET, &[body]),
        2 => mac(SECRET, &[time, b":", body]),
        3 => mac(SECRET, &[b"v1:", time, b":", body]),
        4 => mac(SECRET, &[b"v0:", time, body]),
        5 => mac(&hex::encode(SECRET), &[b"v0:", time, b":", body]),
        6 => {
            let unkeyed = [SECRET.as_bytes(), b"v0:", time, b":", body].concat();
            digest::digest(&SHA256, &unkeyed).as_ref().to_vec()
        }
        _ => {
            let mut half = mac(SECRET, &[b"v0:", time, b":", body]);
            half.truncate(16);
            half
        }
    };
    draft.signature = format!("v0={}", hex::encode(signature)).into_bytes();
    Some(draft.sent(false))
}

/// The same bytes are signed where another colon is taken for the one between time and body.
fn separator_moved(mut draft: Draft, source: &mut Source) -> Option<Attempt> {
    let first = *one(source, &["0", "", "1767574197", "v0"])?;
    let rest = draft.body;
    draft.body = [first.as_bytes(), b":", &rest].concat();
    draft.signature = draft.chat.signed(Whose::Ours, &draft.time, &draft.body);
    draft.time = [draft.time.as_slice(), b":", first.as_bytes()].concat();
    draft.body = rest;
    Some(draft.sent(false))
}

/// The signature says nothing of the address: what is said there must be read as nothing.
fn elsewhere(mut draft: Draft, source: &mut Source) -> Option<Attempt> {
    let said_at = draft.path;
    let others = [Door::Commands, Door::Interactions, Door::Events].map(Door::path);
    let others: Vec<&str> = others.into_iter().filter(|path| *path != said_at).collect();
    draft.path = *one(source, &others)?;
    Some(Attempt {
        verdict: Verdict::Unreadable,
        ..draft.sent(true)
    })
}
