//! One request, and what whoever made it knows of it.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Request};
use bolero::generator::bolero_generator::driver::{Options, Rng};
use fuzz::bent::Bytes;
use fuzz::draw::one;
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use super::bends::{BENDS, Bend};
use super::chats::Chat;
use crate::seal::Whose;
use crate::town::NOW;

/// Where choices come from: the same for the same seed.
pub type Source = Rng<StdRng>;

/// What must come of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is not the chat's: nothing of it is read.
    Refused,
    /// It is the chat's, and on disk once.
    Stored,
    /// It is the chat's, and not what is said at this address: nothing of it is stored.
    Unreadable,
}

/// A name and a value, as they came in.
pub type Header = (Bytes, Bytes);

/// One request.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// What was done to it.
    pub kind: &'static str,
    /// What it is.
    pub verdict: Verdict,
    /// Where it goes.
    pub path: &'static str,
    /// All of its headers.
    pub headers: Vec<Header>,
    /// Its body.
    pub body: Bytes,
}

/// An honest request in the making.
pub struct Draft {
    /// Whose it is.
    pub chat: &'static Chat,
    /// Where it goes.
    pub path: &'static str,
    /// What is in the header of the time.
    pub time: Vec<u8>,
    /// What is in the header of the signature.
    pub signature: Vec<u8>,
    /// Its body.
    pub body: Vec<u8>,
}

impl Attempt {
    /// The request with this number among those of a seed. Every way of bending has its turn.
    pub fn new(chat: &'static Chat, seed: u64, number: u64) -> Self {
        let random = StdRng::seed_from_u64(seed.wrapping_add(number));
        let mut source = Source::new(random, &Options::default());
        let ways = || BENDS.iter().chain(chat.bends);
        let turn = usize::try_from(number).unwrap() % ways().count();
        let Bend(kind, bend) = *ways().nth(turn).unwrap();
        let draft = Draft::honest(chat, &mut source, u32::try_from(number).unwrap()).unwrap();
        Self {
            kind,
            ..bend(draft, &mut source).unwrap()
        }
    }

    /// As it comes in; `None`: no HTTP library lets it in.
    pub fn request(&self) -> Option<Request<Body>> {
        let mut request = Request::post(self.path)
            .body(Body::from(self.body.to_vec()))
            .ok()?;
        for (name, value) in &self.headers {
            let name = HeaderName::from_bytes(name).ok()?;
            request
                .headers_mut()
                .append(name, HeaderValue::from_bytes(value).ok()?);
        }
        Some(request)
    }
}

impl Draft {
    /// Something that nobody said before, signed now.
    fn honest(chat: &'static Chat, source: &mut Source, number: u32) -> Option<Self> {
        let says = one(source, chat.says)?;
        let body = (says.body)(number);
        let time = (NOW.0 / 1_000).to_string().into_bytes();
        let signature = chat.signed(Whose::Ours, &time, &body);
        Some(Self {
            chat,
            path: says.path,
            time,
            signature,
            body,
        })
    }

    /// With another time, and signed with it.
    pub fn signed_at(mut self, time: Vec<u8>) -> Self {
        self.signature = self.chat.signed(Whose::Ours, &time, &self.body);
        self.time = time;
        self
    }

    /// As it is, to be stored where `is_authentic`.
    pub fn sent(self, is_authentic: bool) -> Attempt {
        let headers = vec![self.time_header(), self.signature_header()];
        self.with(headers, is_authentic)
    }

    /// With these headers.
    pub fn with(self, headers: Vec<Header>, is_authentic: bool) -> Attempt {
        let verdict = if is_authentic {
            Verdict::Stored
        } else {
            Verdict::Refused
        };
        Attempt {
            kind: "",
            verdict,
            path: self.path,
            headers,
            body: Bytes(self.body),
        }
    }

    /// The header of the time.
    pub fn time_header(&self) -> Header {
        header(self.chat.scheme.time.as_str(), &self.time)
    }

    /// The header of the signature.
    pub fn signature_header(&self) -> Header {
        header(self.chat.scheme.signature.as_str(), &self.signature)
    }
}

/// A header with this name and value.
pub fn header(name: &str, value: &[u8]) -> Header {
    (Bytes(name.as_bytes().to_vec()), Bytes(value.to_vec()))
}
