//! Whether a request comes from Discord: Ed25519 over its time and its raw bytes, before anything in it is read.
//!
//! <https://discord.com/developers/docs/interactions/overview#setting-up-an-endpoint-validating-security-request-headers>.
//! Discord sends bad signatures on purpose, and takes the address away from who does not refuse them. It says nothing about
//! old requests: ours may be five minutes old, and within these the ledger stores the same interaction only once.

use axum::http::{HeaderMap, HeaderName};
use commands::names::At;
use ed25519_dalek::{Signature, VerifyingKey};

use crate::chat::signed::{is_near, only};

const SIGNATURE: HeaderName = HeaderName::from_static("x-signature-ed25519");
const TIMESTAMP: HeaderName = HeaderName::from_static("x-signature-timestamp");

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

/// A public key that is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("discord.public_key is no Ed25519 public key")]
pub struct NoKey;

/// The application's public key.
#[derive(Debug, Clone)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// Reads it from the 64 hexadecimal digits that the developer portal shows.
    ///
    /// # Errors
    /// [`NoKey`], where it is none; also a point of small order, for which anybody can sign.
    pub fn parse(digits: &str) -> Result<Self, NoKey> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(digits, &mut bytes).map_err(|_| NoKey)?;
        let key = VerifyingKey::from_bytes(&bytes).map_err(|_| NoKey)?;
        if key.is_weak() {
            return Err(NoKey);
        }
        Ok(Self(key))
    }

    /// Checks the signature of a request, whatever is in its body.
    ///
    /// # Errors
    /// [`Forged`], where it is not Discord's.
    pub fn verify(&self, headers: &HeaderMap, body: &[u8], now: At) -> Result<(), Forged> {
        let timestamp = only(headers, &TIMESTAMP).ok_or(Forged::Headers)?;
        let mut claimed = [0; 64];
        let digits = only(headers, &SIGNATURE).ok_or(Forged::Headers)?;
        hex::decode_to_slice(digits, &mut claimed).map_err(|_| Forged::Headers)?;
        let seconds: i64 = timestamp.parse().map_err(|_| Forged::Headers)?;
        let message = [timestamp.as_bytes(), body].concat();
        self.0
            .verify_strict(&message, &Signature::from_bytes(&claimed))
            .map_err(|_| Forged::Signature)?;
        if !is_near(seconds, now) {
            return Err(Forged::Time);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use ed25519_dalek::{Signer as _, SigningKey};
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    const BODY: &[u8] = include_bytes!("payloads/type1_ping.json");
    const AT: At = At(1_700_000_000_000);
    const TIME: &str = "1700000000";

    fn signing() -> SigningKey {
        SigningKey::from_bytes(&[7; 32])
    }

    fn key() -> PublicKey {
        PublicKey::parse(&hex::encode(signing().verifying_key().as_bytes())).unwrap()
    }

    fn headers(timestamp: &str, body: &[u8]) -> HeaderMap {
        let signature = signing().sign(&[timestamp.as_bytes(), body].concat());
        HeaderMap::from_iter([
            (TIMESTAMP, HeaderValue::from_str(timestamp).unwrap()),
            (
                SIGNATURE,
                HeaderValue::from_str(&hex::encode(signature.to_bytes())).unwrap(),
            ),
        ])
    }

    #[test]
    fn the_vectors_of_the_rfc_are_believed() {
        let vectors: Value =
            serde_json::from_str(include_str!("payloads/ed25519_rfc8032_vectors.json")).unwrap();
        for test in vectors["tests"].as_array().unwrap() {
            let PublicKey(key) = PublicKey::parse(test["public"].as_str().unwrap()).unwrap();
            let message = hex::decode(test["message_hex"].as_str().unwrap()).unwrap();
            let mut signature = [0; 64];
            hex::decode_to_slice(test["signature"].as_str().unwrap(), &mut signature).unwrap();
            assert!(
                key.verify_strict(&message, &Signature::from_bytes(&signature))
                    .is_ok()
            );
        }
    }

    #[test]
    fn a_request_of_another_time_is_not_believed() {
        let headers = headers(TIME, BODY);
        for away in [-300_000, 0, 300_000] {
            assert_eq!(key().verify(&headers, BODY, At(AT.0 + away)), Ok(()));
        }
        for away in [-300_001, 300_001, i64::MIN / 2] {
            assert_eq!(
                key().verify(&headers, BODY, At(AT.0 + away)),
                Err(Forged::Time),
                "{away}"
            );
        }
    }

    #[test]
    fn a_header_that_is_missing_double_or_malformed_is_not_believed() {
        let good = headers(TIME, BODY);
        for name in [SIGNATURE, TIMESTAMP] {
            let mut without = good.clone();
            without.remove(&name);
            assert_eq!(key().verify(&without, BODY, AT), Err(Forged::Headers));
            let mut twice = good.clone();
            twice.append(&name, good[&name].clone());
            assert_eq!(key().verify(&twice, BODY, AT), Err(Forged::Headers));
        }
        for signature in ["", "zz", "00"] {
            let mut malformed = good.clone();
            malformed.insert(SIGNATURE, HeaderValue::from_static(signature));
            assert_eq!(key().verify(&malformed, BODY, AT), Err(Forged::Headers));
        }
    }

    #[test]
    fn nothing_in_the_body_turns_the_check_off() {
        for body in [r#"{"type":1}"#, "", "{}"] {
            let of_another_body = headers(TIME, BODY);
            assert_eq!(
                key().verify(&of_another_body, body.as_bytes(), AT),
                Err(Forged::Signature)
            );
        }
    }

    #[test]
    fn a_key_for_which_anybody_can_sign_is_none() {
        let zero = "00".repeat(32);
        let one = format!("01{}", "00".repeat(31));
        for digits in ["", "00", &zero, &one, "zz"] {
            assert_eq!(PublicKey::parse(digits).err(), Some(NoKey), "{digits}");
        }
    }

    proptest! {
        #[test]
        fn any_changed_bit_is_seen(at in 0..BODY.len(), bit in 0_u8..8) {
            let mut body = BODY.to_vec();
            body[at] ^= 1 << bit;
            prop_assert_eq!(key().verify(&headers(TIME, BODY), &body, AT), Err(Forged::Signature));
        }
    }
}
