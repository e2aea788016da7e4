//! Requests to the addresses that Slack calls, honest ones and others.

use axum::body::Body;
use axum::http::{HeaderName, Request};
use bolero::{Driver, ValueGenerator};
use fuzz::bent::{Bent, Bytes};
use fuzz::grown::Grown;
use ring::hmac;
use serde_json::Value;

use super::seeds;
use crate::seal::{Scheme, Seal, Seals, Whose};

/// What Slack signs with.
pub const SECRET: &str = "8f742231b10e8888abcd99yyyzzz85a5";

/// HMAC-SHA256 of the time and the body: <https://docs.slack.dev/authentication/verifying-requests-from-slack>.
pub const SCHEME: Scheme = Scheme {
    signature: HeaderName::from_static("x-slack-signature"),
    time: HeaderName::from_static("x-slack-request-timestamp"),
    sign,
};

fn sign(whose: Whose, time: &[u8], body: &[u8]) -> String {
    let secret = match whose {
        Whose::Ours => SECRET,
        Whose::Anothers => "another",
    };
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let signed = [b"v0:", time, b":", body].concat();
    format!("v0={}", hex::encode(hmac::sign(&key, &signed)))
}

/// Where a request goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    Commands,
    Interactions,
    Events,
}

impl Door {
    /// Its address.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Commands => "/slack/commands",
            Self::Interactions => "/slack/interactions",
            Self::Events => "/slack/events",
        }
    }
}

/// One request.
#[derive(Debug, Clone)]
pub struct Letter {
    pub door: Door,
    pub seal: Seal,
    pub body: Bytes,
}

impl Letter {
    /// The request with this body, as it comes in.
    pub fn request(&self) -> Request<Body> {
        self.seal.request(&SCHEME, self.door.path(), &self.body)
    }
}

/// Requests near those that Slack sends.
pub struct Letters {
    payloads: Grown,
    forms: Bent,
    events: Bent,
}

impl Letters {
    pub fn new() -> Self {
        let events = seeds::payloads()
            .into_iter()
            .map(|payload| payload.to_string().into_bytes());
        Self {
            payloads: Grown::new(seeds::payloads()),
            forms: Bent::new(seeds::forms(), &[]),
            events: Bent::new(events.collect(), &[]),
        }
    }

    /// Every seed at every door, honestly signed.
    pub fn seeds(&self) -> impl Iterator<Item = Letter> {
        let payloads = self.payloads.seeds().iter();
        let bodies = payloads.flat_map(|payload| {
            [
                seeds::as_form(payload),
                seeds::in_form(payload),
                payload.to_string().into(),
            ]
        });
        bodies.flat_map(|body| {
            [Door::Commands, Door::Interactions, Door::Events].map(|door| Letter {
                door,
                seal: Seal::Honest,
                body: Bytes(body.clone()),
            })
        })
    }
}

/// Mostly another thing than the seed, not the same once more.
fn happens_anew<D: Driver>(driver: &mut D, payload: &mut Value) -> Option<()> {
    if driver.gen_variant(4, 0)? == 0 {
        return Some(());
    }
    let id = driver.produce::<u64>()?;
    for pointer in ["/trigger_id", "/event_id", "/view/hash"] {
        if let Some(text) = payload.pointer_mut(pointer).filter(|text| text.is_string()) {
            *text = format!("{id:x}").into();
        }
    }
    Some(())
}

impl ValueGenerator for Letters {
    type Output = Letter;

    fn generate<D: Driver>(&self, driver: &mut D) -> Option<Letter> {
        let door = match driver.gen_variant(3, 0)? {
            0 => Door::Commands,
            1 => Door::Interactions,
            _ => Door::Events,
        };
        let bytes = driver.gen_variant(2, 0)? == 0;
        let body = match door {
            Door::Events if bytes => self.events.generate(driver)?,
            _ if bytes => self.forms.generate(driver)?,
            _ => {
                let mut payload = self.payloads.generate(driver)?;
                happens_anew(driver, &mut payload)?;
                Bytes(match door {
                    Door::Commands => seeds::as_form(&payload),
                    Door::Interactions => seeds::in_form(&payload),
                    Door::Events => payload.to_string().into_bytes(),
                })
            }
        };
        let seal = Seals.generate(driver)?;
        Some(Letter { door, seal, body })
    }
}
