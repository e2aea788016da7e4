//! How a request to a chat's address is signed, honestly and otherwise, whichever chat it is.

use std::ops::Bound;

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Request, header};
use bolero::{Driver, ValueGenerator};

use super::town::NOW;

/// How a chat signs what it sends.
pub struct Scheme {
    /// The header with the signature.
    pub signature: HeaderName,
    /// The header with the time that is signed, seconds since 1970.
    pub time: HeaderName,
    /// The signature of a body that goes out at this time, as it stands in the header.
    pub sign: fn(Whose, &[u8], &[u8]) -> String,
}

/// Whose key signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// The chat's.
    Ours,
    /// Somebody else's.
    Anothers,
}

/// How a request is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seal {
    /// As the chat does.
    Honest,
    /// Not at all.
    Missing,
    /// Honestly, with each header twice.
    Twice,
    /// With another key.
    AnothersKey,
    /// Honestly, and then a bit of the body was turned.
    Tampered { bit: usize },
    /// Honestly, so many seconds away from now.
    Aged { seconds: i64 },
    /// Honestly, and packed: what would be read is not what was signed.
    Packed,
}

impl Seal {
    /// The request with this body, as it comes in.
    pub fn request(self, scheme: &Scheme, path: &str, body: &[u8]) -> Request<Body> {
        let (whose, away) = match self {
            Self::AnothersKey => (Whose::Anothers, 0),
            Self::Aged { seconds } => (Whose::Ours, seconds),
            _ => (Whose::Ours, 0),
        };
        let time = (NOW.0 / 1_000).saturating_add(away).to_string();
        let signature = (scheme.sign)(whose, time.as_bytes(), body);
        let mut body = body.to_vec();
        let mut headers = vec![(scheme.time.clone(), time), (scheme.signature.clone(), signature)];
        match self {
            Self::Missing => headers.clear(),
            Self::Twice => headers.extend(headers.clone()),
            Self::Packed => headers.push((header::CONTENT_ENCODING, "gzip".to_owned())),
            Self::Tampered { bit } => {
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

/// Half of all seals are honest.
pub struct Seals;

impl ValueGenerator for Seals {
    type Output = Seal;

    fn generate<D: Driver>(&self, driver: &mut D) -> Option<Seal> {
        Some(match driver.gen_variant(12, 0)? {
            0 => Seal::Missing,
            1 => Seal::Twice,
            2 => Seal::AnothersKey,
            3 => Seal::Tampered {
                bit: driver.gen_usize(Bound::Unbounded, Bound::Unbounded)?,
            },
            4 => Seal::Aged {
                seconds: *[301, -301, i64::MIN, i64::MAX, 86_400].get(driver.gen_variant(5, 0)?)?,
            },
            5 => Seal::Packed,
            _ => Seal::Honest,
        })
    }
}
