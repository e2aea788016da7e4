//! Signatures, judged a second time by who holds the private key.

use adapters::chat::discord::signature::PublicKey;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use bolero::check;
use commands::names::At;
use ed25519_dalek::{Signer as _, SigningKey};
use fuzz::bent::Bent;

use super::seeds;

const NOW: At = At(1_700_000_000_000);
const SIGNATURE: HeaderName = HeaderName::from_static("x-signature-ed25519");
const TIMESTAMP: HeaderName = HeaderName::from_static("x-signature-timestamp");

/// Only the very signature of these very bytes, signed within five minutes, is believed.
#[test]
fn only_discords_own_signature_of_this_body_is_believed() {
    let (ours, anothers) = (key_pair(7), key_pair(8));
    let bodies = Bent::new(seeds::bodies(), &[]);
    let times = [
        "1700000000",
        "1699999700",
        "1700000300",
        "1699999699",
        "-1",
        "",
        "1e9",
    ];
    let times = Bent::new(times.map(|time| time.as_bytes().to_vec()).into(), &[]);
    let changes = Bent::new(vec![b"00".to_vec()], &["ff", "0"]);
    check!()
        .with_generator((bodies, times, changes, 0..5_u8))
        .for_each(|(body, time, change, kind)| {
            let honest = sign(&ours.0, time, body);
            let claimed = match kind {
                0 => honest.clone().into_bytes(),
                1 => change.to_vec(),
                2 => [honest.as_bytes(), change].concat(),
                3 => sign(&anothers.0, time, body).into_bytes(),
                _ => turned(honest.as_bytes(), change.len()),
            };
            // Hexadecimal digits may be large ones.
            let is_honest = claimed.eq_ignore_ascii_case(honest.as_bytes());
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
            let believed = ours.1.verify(&headers, body, NOW).is_ok();
            assert_eq!(believed, is_honest && is_fresh, "{headers:?}");
            if believed {
                let mut other = body.to_vec();
                other.push(0);
                assert!(
                    ours.1.verify(&headers, &other, NOW).is_err(),
                    "a longer body is believed"
                );
                assert!(anothers.1.verify(&headers, body, NOW).is_err(), "any key will do");
            }
        });
}

fn key_pair(seed: u8) -> (SigningKey, PublicKey) {
    let private = SigningKey::from_bytes(&[seed; 32]);
    let public = PublicKey::parse(&hex::encode(private.verifying_key().as_bytes())).unwrap();
    (private, public)
}

/// What Discord puts into its header:
/// <https://discord.com/developers/docs/interactions/overview#setting-up-an-endpoint-validating-security-request-headers>.
fn sign(key: &SigningKey, time: &[u8], body: &[u8]) -> String {
    hex::encode(key.sign(&[time, body].concat()).to_bytes())
}

/// With one bit turned.
fn turned(bytes: &[u8], number: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let at = number % bytes.len();
    bytes[at] ^= 1 << (number % 7);
    bytes
}
