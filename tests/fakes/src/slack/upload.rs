//! The addresses that `files.getUploadURLExternal` hands out.

use super::shared::Shared;
use super::web::{Answer, Arguments};
use crate::calls::Call;
use axum::body::Bytes;
use axum::http::Method;
use axum::http::header;
use axum::http::request::Parts;

/// The name under which calls of these addresses are kept.
pub(super) fn route(path: &str) -> Option<&'static str> {
    path.starts_with("/upload/v1/").then_some("upload")
}

/// Takes the bytes: raw, or as the only part of a multipart form.
pub(super) fn receive(
    shared: &Shared,
    call: &Call,
    head: &Parts,
    arguments: &Arguments,
    body: &Bytes,
) -> Answer {
    if head.method != Method::POST {
        shared.accuse(call, "an upload is a POST");
        return Answer::text(405, "method not allowed");
    }
    if head.headers.contains_key(header::AUTHORIZATION) {
        shared.accuse(call, "the bot's token was sent to an upload address");
    }
    let bytes = arguments.upload.clone().unwrap_or_else(|| body.to_vec());
    let ticket = call.path.trim_start_matches("/upload/v1/");
    let mut model = shared.model();
    let Some(file) = model.stored.iter_mut().find(|file| file.ticket == ticket) else {
        return Answer::text(404, "no such upload");
    };
    if bytes.len() != file.length {
        let fault = format!("{} bytes where {} were announced", bytes.len(), file.length);
        shared.accuse(call, &fault);
    }
    let answer = format!("OK - {}", bytes.len());
    file.bytes = Some(bytes);
    Answer::text(200, &answer)
}
