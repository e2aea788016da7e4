//! The second verifier: from the chats' own descriptions, on `ring`, reading headers, numbers and digits by itself.

use ring::hmac;
use ring::signature::{ED25519, KeyPair as _, UnparsedPublicKey};

use super::attempt::Header;
use super::chats::Chat;
use crate::discord::letters::key_pair;
use crate::seal::Whose;
use crate::slack::letters::SECRET;
use crate::town::NOW;

/// Seconds that a request may be away from now.
const WINDOW: u64 = 300;

/// The neutral point, which is no commitment to anything.
const NEUTRAL: [u8; 32] = {
    let mut point = [0; 32];
    point[0] = 1;
    point
};

/// Whether a request is the chat's.
pub fn believes(chat: &Chat, headers: &[Header], body: &[u8]) -> bool {
    let scheme = &chat.scheme;
    let time = only(headers, scheme.time.as_str());
    let signature = only(headers, scheme.signature.as_str());
    let (Some(time), Some(signature)) = (time, signature) else {
        return false;
    };
    let is_near = number(time).is_some_and(|seconds| seconds.abs_diff(NOW.0 / 1_000) <= WINDOW);
    let digits = signature.strip_prefix(chat.prefix).and_then(unhex);
    is_near && digits.is_some_and(|claimed| (chat.second)(time, body, &claimed))
}

/// <https://docs.slack.dev/authentication/verifying-requests-from-slack>
pub fn slack(time: &[u8], body: &[u8], claimed: &[u8]) -> bool {
    let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
    hmac::verify(&key, &[b"v0:", time, b":", body].concat(), claimed).is_ok()
}

/// <https://discord.com/developers/docs/interactions/overview#setting-up-an-endpoint-validating-security-request-headers>,
/// by RFC 8032 without its cofactor, as both verifiers do. `ring` takes a signature whose first half is a point of small
/// order, where Sluice is strict; of those only the neutral point can be in a signature that fits a key of ours, and only
/// who has the private key can make it.
pub fn discord(time: &[u8], body: &[u8], claimed: &[u8]) -> bool {
    let public = key_pair(Whose::Ours);
    let key = UnparsedPublicKey::new(&ED25519, public.public_key());
    let is_committed = !claimed.starts_with(&NEUTRAL);
    is_committed && key.verify(&[time, body].concat(), claimed).is_ok()
}

/// The value of a header that is there once.
fn only<'h>(headers: &'h [Header], name: &str) -> Option<&'h [u8]> {
    let mut found = headers
        .iter()
        .filter(|(other, _)| other.eq_ignore_ascii_case(name.as_bytes()));
    let (_, value) = found.next()?;
    found.next().is_none().then_some(value.as_slice())
}

/// A whole number; `None`: it is none, or larger than any time.
fn number(text: &[u8]) -> Option<i64> {
    let (sign, digits) = match text {
        [b'-', digits @ ..] => (-1, digits),
        [b'+', digits @ ..] => (1, digits),
        digits => (1, digits),
    };
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0_i64, |number, digit| {
        let digit = digit.is_ascii_digit().then(|| i64::from(digit - b'0'))?;
        number.checked_mul(10)?.checked_add(sign * digit)
    })
}

/// The bytes of hexadecimal digits, large or small.
fn unhex(digits: &[u8]) -> Option<Vec<u8>> {
    let value = |digit: &u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    };
    let pairs = digits.chunks(2).map(|pair| match pair {
        [high, low] => Some(value(high)? << 4 | value(low)?),
        _ => None,
    });
    pairs.collect()
}
