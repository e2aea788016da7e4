//! A request as a value: a method, a path in segments, a body in bytes. Nothing untrusted is ever pasted into a URL.

use std::borrow::Cow;

use reqwest::Method;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use serde::Serialize;
use url::Url;

use super::Trouble;

/// What a body is where nothing else is said.
const JSON: &str = "application/json";

/// Whether a call may change something on the other side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It only looks: it may be repeated at will.
    Look,
    /// It may change something: a lost answer leaves its outcome unknown.
    Change,
}

/// One HTTP request, below a client's base.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The path below the base, segment by segment; each is encoded for its place.
    pub path: Vec<String>,
    /// The query; names and values are encoded for their place.
    pub query: Vec<(Cow<'static, str>, String)>,
    /// The body.
    pub body: Option<Vec<u8>>,
    /// What the body is.
    pub media_type: &'static str,
}

impl Request {
    /// Reads `path`.
    pub fn get<'a>(path: impl IntoIterator<Item = &'a str>) -> Self {
        Self::new(Method::GET, path)
    }

    /// Posts a JSON body to `path`.
    pub fn post<'a>(path: impl IntoIterator<Item = &'a str>, body: &impl Serialize) -> Self {
        Self::new(Method::POST, path).with_body(body)
    }

    /// Puts a JSON body to `path`.
    pub fn put<'a>(path: impl IntoIterator<Item = &'a str>, body: &impl Serialize) -> Self {
        Self::new(Method::PUT, path).with_body(body)
    }

    /// Changes what is at `path` with a JSON body.
    pub fn patch<'a>(path: impl IntoIterator<Item = &'a str>, body: &impl Serialize) -> Self {
        Self::new(Method::PATCH, path).with_body(body)
    }

    /// Posts bytes of this media type to `path`.
    pub fn post_bytes<'a>(
        path: impl IntoIterator<Item = &'a str>,
        bytes: Vec<u8>,
        media_type: &'static str,
    ) -> Self {
        let mut request = Self::new(Method::POST, path);
        request.body = Some(bytes);
        request.media_type = media_type;
        request
    }

    /// Posts bytes to an address that the other side gave, below a client whose base is the address's origin.
    pub fn post_to(address: &Url, bytes: Vec<u8>, media_type: &'static str) -> Self {
        let path = address.path_segments().into_iter().flatten();
        let mut request = Self::post_bytes(path, bytes, media_type);
        let query = address.query_pairs().into_owned();
        request.query = query.map(|(name, value)| (name.into(), value)).collect();
        request
    }

    fn new<'a>(method: Method, path: impl IntoIterator<Item = &'a str>) -> Self {
        Self {
            method,
            path: path.into_iter().map(str::to_owned).collect(),
            query: Vec::new(),
            body: None,
            media_type: JSON,
        }
    }

    fn with_body(mut self, body: &impl Serialize) -> Self {
        let body =
            serde_json::to_vec(body).expect("wire types of ours have string keys and no failing serializer");
        self.body = Some(body);
        self
    }

    /// With one more query parameter.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.query.push((name.into(), value.into()));
        self
    }

    /// Whether it may change something: everything but GET may.
    pub fn effect(&self) -> Effect {
        if self.method == Method::GET {
            Effect::Look
        } else {
            Effect::Change
        }
    }

    /// Where it goes below `base`, whose own path and nothing else is kept.
    ///
    /// # Errors
    /// When a segment cannot stand in a path: it is empty, `.` or `..`, or holds a control character (a URL would drop
    /// a tab or newline silently, and name something else).
    pub fn url(&self, base: &Url) -> Result<Url, Trouble> {
        let stands = |segment: &String| {
            !matches!(segment.as_str(), "" | "." | "..") && !segment.chars().any(char::is_control)
        };
        if !self.path.iter().all(stands) {
            return Err(Trouble::Unaddressable);
        }
        let mut url = base.clone();
        url.set_query(None);
        url.set_fragment(None);
        url.path_segments_mut()
            .map_err(|()| Trouble::Unaddressable)?
            .pop_if_empty()
            .extend(&self.path);
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        Ok(url)
    }

    pub(super) fn against(&self, base: &Url) -> Result<reqwest::Request, Trouble> {
        let mut request = reqwest::Request::new(self.method.clone(), self.url(base)?);
        let headers = request.headers_mut();
        headers.insert(ACCEPT, HeaderValue::from_static(JSON));
        if let Some(body) = &self.body {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.media_type));
            *request.body_mut() = Some(body.clone().into());
        }
        Ok(request)
    }
}

/// The path, as a log line or a person reads it: `GET /jobs/overview`.
impl std::fmt::Display for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} /{}", self.method, self.path.join("/"))
    }
}
