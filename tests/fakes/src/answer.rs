//! What a handler says over HTTP, and the ways in which a caller may hear it: whole, half, or not at all.

use crate::line::Line;
use axum::body::{Body, Bytes};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use futures::stream;
use serde_json::Value;
use std::io;

/// Status, headers, body.
pub(crate) struct Answer {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
    pub content_type: &'static str,
}

impl Answer {
    pub fn json(status: u16, body: &Value) -> Self {
        Self {
            content_type: "application/json; charset=utf-8",
            ..Self::text(status, &body.to_string())
        }
    }

    pub fn text(status: u16, body: &str) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: body.to_owned(),
            content_type: "text/plain; charset=utf-8",
        }
    }

    /// What something in between might say.
    pub fn page(status: u16, words: &str) -> Self {
        Self {
            content_type: "text/html",
            ..Self::text(
                status,
                &format!("<!DOCTYPE html><html><body>{words}</body></html>"),
            )
        }
    }

    pub fn with(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    pub fn respond(&self) -> Response {
        self.with_body(Body::from(self.body.clone()))
    }

    /// The head and half of the body; then the connection breaks.
    pub fn half(&self) -> Response {
        let start = Bytes::copy_from_slice(&self.body.as_bytes()[..self.body.len() / 2]);
        let broken = io::Error::new(io::ErrorKind::ConnectionAborted, "the fake cut this answer short");
        self.with_body(Body::from_stream(stream::iter([Ok(start), Err(broken)])))
    }

    fn with_body(&self, body: Body) -> Response {
        let mut response = Response::new(body);
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        for (name, value) in &self.headers {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
        response
    }
}

/// Nobody will read this: the connection is gone.
pub(crate) fn nobody(line: &Line) -> Response {
    line.cut();
    Response::new(Body::empty())
}
