//! Signatures, judged a second time from Slack's own description of them.

use adapters::chat::slack::signature::verify;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use bolero::check;
use commands::names::At;
use fuzz::bent::Bent;
use secrecy::SecretString;

use super::letters::{SCHEME, SECRET};
use super::seeds;
use crate::seal::Whose;

const NOW: At = At(1_531_420_618_000);
const SIGNATURE: HeaderName = HeaderName::from_static("x-slack-signature");
const TIMESTAMP: HeaderName = HeaderName::from_static("x-slack-request-timestamp");

/// Only the very signature of these very bytes, signed within five minutes, is believed.
#[test]
fn only_slacks_own_signature_of_this_body_is_believed() {
    let secret = SecretString::from(SECRET);
    let bodies = Bent::new(seeds::forms(), &[]);
    let times = [
        "1531420618",
        "1531420318",
        "1531420918",
        "1531420317",
        "-1",
        "",
        "1e9",
    ];
    let times = Bent::new(times.map(|time| time.as_bytes().to_vec()).into(), &[]);
    let changes = Bent::new(vec![b"=".to_vec()], &["v0", "v1", "0"]);
    check!()
        .with_generator((bodies, times, changes, 0..4_u8))
        .for_each(|(body, time, change, kind)| {
            let honest = (SCHEME.sign)(Whose::Ours, time, body);
            let claimed = match kind {
                0 => honest.clone().into_bytes(),
                1 => change.to_vec(),
                2 => [honest.as_bytes(), change].concat(),
                _ => turned(honest.as_bytes(), change.len()),
            };
            // Hexadecimal digits may be large ones.
            let is_honest = claimed.starts_with(b"v0=") && claimed.eq_ignore_ascii_case(honest.as_bytes());
            let (Ok(time_value), Ok(claimed)) =
                (HeaderValue::from_bytes(time), HeaderValue::from_bytes(&claimed))
            else {
                return; // No HTTP library lets it in.
            };
            let headers = HeaderMap::from_iter([(TIMESTAMP, time_value), (SIGNATURE, claimed)]);
            let seconds = std::str::from_utf8(time)
                .ok()
                .and_then(|time| time.parse::<i64>().ok());
            let is_fresh = seconds
                .is_some_and(|seconds| (i128::from(seconds) * 1_000 - i128::from(NOW.0)).abs() <= 300_000);
            let believed = verify(&secret, &headers, body, NOW).is_ok();
            assert_eq!(believed, is_honest && is_fresh, "{headers:?}");
            if believed {
                let mut other = body.to_vec();
                other.push(0);
                assert!(
                    verify(&secret, &headers, &other, NOW).is_err(),
                    "a longer body is believed"
                );
                assert!(
                    verify(&"another".into(), &headers, body, NOW).is_err(),
                    "any secret will do"
                );
            }
        });
}

/// With one bit turned.
fn turned(bytes: &[u8], number: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let at = number % bytes.len();
    bytes[at] ^= 1 << (number % 7);
    bytes
}
