//! Whether a request comes from Slack: HMAC-SHA256 over its raw bytes, before anything in it is read.
//!
//! <https://docs.slack.dev/authentication/verifying-requests-from-slack>. A request that is copied and sent again within
//! the five minutes is authentic still: it is the same delivery then, and the ledger stores one only once.

use axum::http::{HeaderMap, HeaderName};
use commands::names::At;
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::Sha256;

use crate::chat::signed::{is_near, only};

const SIGNATURE: HeaderName = HeaderName::from_static("x-slack-signature");
const TIMESTAMP: HeaderName = HeaderName::from_static("x-slack-request-timestamp");

/// Why a request is not believed. For logs and metrics: whoever sent it is told nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Forged {
    /// A header is missing, there twice, or not what it must be.
    #[error("the signature or its time is missing, double or malformed")]
    Headers,
    /// It was signed more than five minutes away from now.
    #[error("it was signed more than five minutes ago, or in the future")]
    Time,
    /// The signature is another one's.
    #[error("the signature does not fit")]
    Signature,
}

/// Checks the signature of a request, whatever is in its body.
///
/// # Errors
/// [`Forged`], where it is not Slack's.
pub fn verify(secret: &SecretString, headers: &HeaderMap, body: &[u8], now: At) -> Result<(), Forged> {
    let timestamp = only(headers, &TIMESTAMP).ok_or(Forged::Headers)?;
    let claimed = only(headers, &SIGNATURE)
        .ok_or(Forged::Headers)?
        .strip_prefix("v0=")
        .and_then(|hex| hex::decode(hex).ok())
        .ok_or(Forged::Headers)?;
    let seconds: i64 = timestamp.parse().map_err(|_| Forged::Headers)?;
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes()).map_err(|_| Forged::Signature)?;
    mac.update(b"v0:");
    mac.update(timestamp.as_bytes());
    mac.update(b":");
    mac.update(body);
    // Compares in constant time.
    mac.verify_slice(&claimed).map_err(|_| Forged::Signature)?;
    if !is_near(seconds, now) {
        return Err(Forged::Time);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    const BODY: &[u8] = include_bytes!("payloads/slash_command_signed_vector.form");
    const AT: At = At(1_531_420_618_000);
    const GOOD: &str = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";

    fn secret() -> SecretString {
        "8f742231b10e8888abcd99yyyzzz85a5".into()
    }

    fn headers(timestamp: &str, signature: &str) -> HeaderMap {
        HeaderMap::from_iter([
            (TIMESTAMP, HeaderValue::from_str(timestamp).unwrap()),
            (SIGNATURE, HeaderValue::from_str(signature).unwrap()),
        ])
    }

    fn check(headers: &HeaderMap, body: &[u8], now: At) -> Result<(), Forged> {
        verify(&secret(), headers, body, now)
    }

    #[test]
    fn slacks_own_example_is_believed() {
        assert_eq!(check(&headers("1531420618", GOOD), BODY, AT), Ok(()));
    }

    #[test]
    fn a_request_of_another_time_is_not_believed() {
        let headers = headers("1531420618", GOOD);
        for away in [-300_000, 300_000] {
            assert_eq!(check(&headers, BODY, At(AT.0 + away)), Ok(()));
        }
        for away in [-300_001, 300_001, i64::MIN / 2] {
            assert_eq!(
                check(&headers, BODY, At(AT.0 + away)),
                Err(Forged::Time),
                "{away}"
            );
        }
    }

    #[test]
    fn a_header_that_is_missing_double_or_malformed_is_not_believed() {
        let good = headers("1531420618", GOOD);
        for name in [SIGNATURE, TIMESTAMP] {
            let mut without = good.clone();
            without.remove(&name);
            assert_eq!(check(&without, BODY, AT), Err(Forged::Headers));
            let mut twice = good.clone();
            twice.append(&name, good[&name].clone());
            assert_eq!(check(&twice, BODY, AT), Err(Forged::Headers));
        }
        for signature in ["", "v0=", &GOOD[3..], "v0=zz", "v1=00"] {
            assert!(
                check(&headers("1531420618", signature), BODY, AT).is_err(),
                "{signature}"
            );
        }
        assert_eq!(check(&headers("soon", GOOD), BODY, AT), Err(Forged::Headers));
    }

    #[test]
    fn nothing_in_the_body_turns_the_check_off() {
        for body in [
            "ssl_check=1",
            r#"{"type":"url_verification","challenge":"x"}"#,
            "",
        ] {
            let headers = headers("1531420618", GOOD);
            assert_eq!(check(&headers, body.as_bytes(), AT), Err(Forged::Signature));
        }
    }

    proptest! {
        #[test]
        fn any_changed_bit_is_seen(at in 0..BODY.len(), bit in 0_u8..8) {
            let mut body = BODY.to_vec();
            body[at] ^= 1 << bit;
            prop_assert_eq!(check(&headers("1531420618", GOOD), &body, AT), Err(Forged::Signature));
        }
    }
}
