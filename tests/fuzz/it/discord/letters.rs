//! Requests to the address that Discord calls, honest ones and others.

use std::ops::Bound;
use std::sync::LazyLock;

use axum::body::Body;
use axum::http::{HeaderName, Request};
use bolero::{Driver, ValueGenerator};
use fuzz::bent::{Bent, Bytes};
use fuzz::grown::Grown;
use ring::signature::Ed25519KeyPair;
use serde_json::Value;

use super::seeds;
use crate::seal::{Scheme, Seal, Seals, Whose};
use crate::town::NOW;

/// Where Discord calls.
pub const PATH: &str = "/discord/interactions";

/// Ed25519 of the time and the body:
/// <https://discord.com/developers/docs/interactions/overview#setting-up-an-endpoint-validating-security-request-headers>.
pub const SCHEME: Scheme = Scheme {
    signature: HeaderName::from_static("x-signature-ed25519"),
    time: HeaderName::from_static("x-signature-timestamp"),
    sign,
};

fn sign(whose: Whose, time: &[u8], body: &[u8]) -> String {
    hex::encode(key_pair(whose).sign(&[time, body].concat()))
}

/// The seed of a private key.
pub fn seed(whose: Whose) -> [u8; 32] {
    match whose {
        Whose::Ours => [7; 32],
        Whose::Anothers => [8; 32],
    }
}

/// What Discord signs with, and what it publishes of that.
pub fn key_pair(whose: Whose) -> &'static Ed25519KeyPair {
    static OURS: LazyLock<Ed25519KeyPair> = LazyLock::new(|| made_from(Whose::Ours));
    static ANOTHERS: LazyLock<Ed25519KeyPair> = LazyLock::new(|| made_from(Whose::Anothers));
    match whose {
        Whose::Ours => &OURS,
        Whose::Anothers => &ANOTHERS,
    }
}

fn made_from(whose: Whose) -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&seed(whose)).unwrap()
}

/// One request.
#[derive(Debug, Clone)]
pub struct Letter {
    pub seal: Seal,
    pub body: Bytes,
}

impl Letter {
    /// The request, as it comes in.
    pub fn request(&self) -> Request<Body> {
        self.seal.request(&SCHEME, PATH, &self.body)
    }
}

/// Requests near those that Discord sends.
pub struct Letters {
    payloads: Grown,
    bodies: Bent,
}

impl Letters {
    pub fn new() -> Self {
        Self {
            payloads: Grown::new(seeds::payloads()),
            bodies: Bent::new(seeds::bodies(), &[]),
        }
    }

    /// Every seed, honestly signed.
    pub fn seeds(&self) -> impl Iterator<Item = Letter> {
        self.bodies.seeds().iter().map(|body| Letter {
            seal: Seal::Honest,
            body: Bytes(body.clone()),
        })
    }
}

/// Mostly another thing than the seed, not the same once more: the id is a snowflake that was made a moment ago.
fn happens_anew<D: Driver>(driver: &mut D, payload: &mut Value) -> Option<()> {
    if driver.gen_variant(4, 0)? == 0 {
        return Some(());
    }
    let number = driver.gen_u32(Bound::Unbounded, Bound::Unbounded)?;
    if let Some(id) = payload.get_mut("id").filter(|id| id.is_string()) {
        *id = seeds::snowflake(NOW, number).into();
    }
    Some(())
}

impl ValueGenerator for Letters {
    type Output = Letter;

    fn generate<D: Driver>(&self, driver: &mut D) -> Option<Letter> {
        let body = if driver.gen_variant(3, 0)? == 0 {
            self.bodies.generate(driver)?
        } else {
            let mut payload = self.payloads.generate(driver)?;
            happens_anew(driver, &mut payload)?;
            Bytes(payload.to_string().into_bytes())
        };
        let seal = Seals.generate(driver)?;
        Some(Letter { seal, body })
    }
}
