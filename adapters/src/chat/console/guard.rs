//! Who may speak to the console at all: the right Host, our own Origin on writes, and the token of this start.
//!
//! Loopback is not authentication: any page open in the same browser, and any user of the host, can reach it.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use subtle::ConstantTimeEq as _;

use super::front::Front;
use super::shown::{Problem, problem};

/// What the page may load and do: itself, its own API, and pictures it was handed; nothing else, and in no frame.
const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; \
                   frame-ancestors 'none'";

/// Checks the Host of everything, and the Origin of writes; adds the headers that bind the page.
pub(super) async fn same_site(State(front): State<Front>, request: Request, next: Next) -> Response {
    if !is_ours(request.headers().get(header::HOST), &front.hosts) {
        return problem(Problem::WrongHost).into_response();
    }
    let writes = request.method() != Method::GET && request.method() != Method::HEAD;
    if writes && !origin_is_ours(request.headers(), &front.hosts) {
        return problem(Problem::WrongOrigin).into_response();
    }
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CSP));
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Asks for the token of this start.
pub(super) async fn token(State(front): State<Front>, request: Request, next: Next) -> Response {
    let given = request
        .headers()
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "))
        .unwrap_or_default();
    if bool::from(given.as_bytes().ct_eq(front.token.as_bytes())) {
        next.run(request).await
    } else {
        problem(Problem::NoToken).into_response()
    }
}

fn is_ours(host: Option<&HeaderValue>, hosts: &[String]) -> bool {
    host.and_then(|host| host.to_str().ok())
        .is_some_and(|host| hosts.iter().any(|ours| ours == host))
}

/// A browser sends the Origin with every write; a script may leave it out.
fn origin_is_ours(headers: &HeaderMap, hosts: &[String]) -> bool {
    match headers.get(header::ORIGIN) {
        None => true,
        Some(origin) => origin
            .to_str()
            .ok()
            .and_then(|origin| {
                origin
                    .strip_prefix("http://")
                    .or_else(|| origin.strip_prefix("https://"))
            })
            .is_some_and(|host| hosts.iter().any(|ours| ours == host)),
    }
}
