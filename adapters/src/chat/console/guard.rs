//! Who may speak to the console at all: the right Host, our own Origin on writes, and the token of this start.
//!
//! Loopback is not authentication: any page open in the same browser, and any user of the host, can reach it.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{self, HeaderName};
use axum::http::{HeaderMap, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use subtle::ConstantTimeEq as _;

use super::problem::Problem;

/// What the page may load and do: itself, its own API, and pictures it was handed; nothing else, and in no frame.
const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; \
                   frame-ancestors 'none'";

/// What binds every answer, refusals too.
const HEADERS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, CSP),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-store"),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
];

/// What a caller must know.
#[derive(Clone)]
pub struct Gate {
    /// The token of this start.
    pub token: Arc<str>,
    /// `host:port` names that this listener answers to.
    pub hosts: Arc<[String]>,
}

/// Adds the headers that bind the page.
pub(super) async fn bind(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Checks the Host of everything, and the Origin of writes.
pub(super) async fn same_site(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    let writes = request.method() != Method::GET && request.method() != Method::HEAD;
    if !gate.is_ours(request.headers()) {
        Problem::WrongHost.into_response()
    } else if writes && !gate.is_from_us(request.headers()) {
        Problem::WrongOrigin.into_response()
    } else {
        next.run(request).await
    }
}

/// Asks for the token of this start.
pub(super) async fn token(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    if gate.is_token(request.headers()) {
        next.run(request).await
    } else {
        Problem::NoToken.into_response()
    }
}

impl Gate {
    fn is_ours(&self, headers: &HeaderMap) -> bool {
        only(headers, &header::HOST).is_some_and(|host| self.knows(host))
    }

    /// A browser sends the Origin with every write; a script may leave it out.
    fn is_from_us(&self, headers: &HeaderMap) -> bool {
        if !headers.contains_key(header::ORIGIN) {
            return true;
        }
        let origin = only(headers, &header::ORIGIN).unwrap_or_default();
        let host = origin.strip_prefix("http://").or(origin.strip_prefix("https://"));
        host.is_some_and(|host| self.knows(host))
    }

    fn knows(&self, host: &str) -> bool {
        self.hosts.iter().any(|ours| ours.eq_ignore_ascii_case(host))
    }

    /// How long it takes says nothing about how much of the token was right; its length is no secret.
    fn is_token(&self, headers: &HeaderMap) -> bool {
        let given = only(headers, &header::AUTHORIZATION)
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
        given.is_some_and(|(_, token)| token.as_bytes().ct_eq(self.token.as_bytes()).into())
    }
}

/// The one value of a header; two are as good as none, because who reads the other one is fooled.
fn only<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok(),
        _ => None,
    }
}
