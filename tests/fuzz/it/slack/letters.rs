//! Requests to the addresses that Slack calls, honest ones and others.

use std::ops::Bound;

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Request};
use bolero::{Driver, ValueGenerator};
use fuzz::bent::{Bent, Bytes};
use fuzz::grown::Grown;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::Value;
use sha2::Sha256;

use super::seeds;
use super::town::NOW;

/// What Slack signs with.
pub const SECRET: &str = "8f742231b10e8888abcd99yyyzzz85a5";

const SIGNATURE: HeaderName = HeaderName::from_static("x-slack-signature");
const TIMESTAMP: HeaderName = HeaderName::from_static("x-slack-request-timestamp");

/// Where a request goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    Commands,
    Interactions,
    Events,
}

/// How a request is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seal {
    /// As Slack does.
    Honest,
    /// Not at all.
    Missing,
    /// Honestly, with each header twice.
    Twice,
    /// With another secret.
    AnothersSecret,
    /// Honestly, and then a bit of the body was turned.
    Tampered { bit: usize },
    /// Honestly, so many seconds away from now.
    Aged { seconds: i64 },
    /// Honestly, and packed: what would be read is not what was signed.
    Packed,
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
        let path = match self.door {
            Door::Commands => "/slack/commands",
            Door::Interactions => "/slack/interactions",
            Door::Events => "/slack/events",
        };
        let (secret, away) = match self.seal {
            Seal::AnothersSecret => ("another", 0),
            Seal::Aged { seconds } => (SECRET, seconds),
            _ => (SECRET, 0),
        };
        let time = (NOW.0 / 1_000).saturating_add(away).to_string();
        let signature = sign(secret.as_bytes(), time.as_bytes(), &self.body);
        let mut body = self.body.to_vec();
        let mut headers = vec![(TIMESTAMP, time), (SIGNATURE, signature)];
        match self.seal {
            Seal::Missing => headers.clear(),
            Seal::Twice => headers.extend(headers.clone()),
            Seal::Packed => headers.push((axum::http::header::CONTENT_ENCODING, "gzip".to_owned())),
            Seal::Tampered { bit } => {
                let at = bit / 8 % body.len().max(1);
                match body.get_mut(at) {
                    Some(byte) => *byte ^= 1 << (bit % 8),
                    None => body.push(0),
                }
            }
            _ => {}
        }
        let mut request = Request::post(path).body(Body::from(body)).unwrap();
        for (name, value) in headers {
            request
                .headers_mut()
                .append(name, HeaderValue::from_str(&value).unwrap());
        }
        request
    }
}

/// What Slack puts into its header: <https://docs.slack.dev/authentication/verifying-requests-from-slack>.
pub fn sign(secret: &[u8], time: &[u8], body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).unwrap();
    for part in [b"v0:", time, b":", body] {
        mac.update(part);
    }
    format!("v0={}", hex::encode(mac.finalize().into_bytes()))
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
        let seal = match driver.gen_variant(12, 0)? {
            0 => Seal::Missing,
            1 => Seal::Twice,
            2 => Seal::AnothersSecret,
            3 => Seal::Tampered {
                bit: driver.gen_usize(Bound::Unbounded, Bound::Unbounded)?,
            },
            4 => Seal::Aged {
                seconds: *[301, -301, i64::MIN, i64::MAX, 86_400].get(driver.gen_variant(5, 0)?)?,
            },
            5 => Seal::Packed,
            _ => Seal::Honest,
        };
        Some(Letter { door, seal, body })
    }
}
