//! The Web API: from the socket to the model and back. Which method a request names, whose token it carries, what is
//! unlawful about it, what becomes of it.

mod args;
mod limits;
mod methods;

pub(super) use crate::answer::Answer;
pub(super) use args::Arguments;
pub(super) use limits::Limits;

use super::contract::{CONTRACT, Carrier};
use super::deeds::Deed;
use super::model::Refusal;
use super::shared::Shared;
use super::{callbacks, upload};
use crate::answer::nobody;
use crate::calls::{Call, Fate, Interrupt};
use crate::line::Line;
use axum::body::{Bytes, to_bytes};
use axum::extract::{ConnectInfo, State};
use axum::http::request::Parts;
use axum::response::Response;
use methods::{METHODS, Method, Request};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// Uploads are the largest thing that comes in.
const BODY_BYTES: usize = 16 << 20;
const PAGE: &str = "Slack is having a moment";

/// Serves one request to any of Slack's HTTP addresses.
pub(super) async fn serve(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(line): ConnectInfo<Line>,
    request: axum::extract::Request,
) -> Response {
    let (head, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY_BYTES).await else {
        return nobody(&line);
    };
    let arguments = Arguments::read(&head, &body).await;
    let call = note(&shared, &head, &arguments);
    let fate = shared.script().fate(&call);
    match &fate {
        Fate::Hooked(Interrupt::LoseRequest) | Fate::Scripted(Deed::LoseRequest) => return nobody(&line),
        Fate::Hooked(Interrupt::HoldBeforeEffect) => return shared.hold().await,
        Fate::Scripted(deed) => {
            if let Some(answer) = instead(deed) {
                return answer.respond();
            }
        }
        Fate::Hooked(_) => {}
    }
    let answer = handle(&shared, &call, &head, arguments, &body);
    shared.changed();
    match fate {
        Fate::Hooked(Interrupt::LoseAnswer) | Fate::Scripted(Deed::LoseAnswer) => nobody(&line),
        Fate::Hooked(Interrupt::HoldAfterEffect) => shared.hold().await,
        Fate::Scripted(Deed::CutAnswerShort) => answer.half(),
        Fate::Scripted(Deed::Page) => Answer::page(200, PAGE).respond(),
        Fate::Scripted(Deed::FailAfterEffect(error)) => {
            Answer::json(200, &json!({ "ok": false, "error": error })).respond()
        }
        Fate::Scripted(Deed::Slow(wait)) => {
            let then = shared.clock.now() + crate::clock::millis(wait);
            shared.clock.until(then).await;
            answer.respond()
        }
        _ => answer.respond(),
    }
}

/// What is said instead of doing anything.
fn instead(deed: &Deed) -> Option<Answer> {
    match deed {
        Deed::RateLimited(seconds) => Some(rate_limited(*seconds)),
        Deed::Refuse(error) => Some(Answer::json(200, &json!({ "ok": false, "error": error }))),
        Deed::Status(status) => Some(Answer::page(*status, PAGE)),
        _ => None,
    }
}

fn rate_limited(seconds: u64) -> Answer {
    Answer::json(429, &json!({ "ok": false, "error": "ratelimited" }))
        .with("retry-after", seconds.to_string())
}

fn note(shared: &Shared, head: &Parts, arguments: &Arguments) -> Call {
    let path = head.uri.path();
    let route = path
        .strip_prefix("/api/")
        .and_then(methods::find)
        .map(|method| method.name)
        .or_else(|| upload::route(path))
        .or_else(|| callbacks::route(path));
    shared.note(Call {
        number: 0,
        method: head.method.to_string(),
        path: path.to_owned(),
        route,
        query: head.uri.query().unwrap_or_default().to_owned(),
        body: (!arguments.given.is_empty()).then(|| Value::Object(arguments.given.clone())),
    })
}

fn handle(shared: &Shared, call: &Call, head: &Parts, arguments: Arguments, body: &Bytes) -> Answer {
    if upload::route(&call.path).is_some() {
        return upload::receive(shared, call, head, &arguments, body);
    }
    if callbacks::route(&call.path).is_some() {
        return callbacks::receive(shared, call, head, body);
    }
    let Some(name) = call.path.strip_prefix("/api/") else {
        shared.accuse(call, "no such address");
        return Answer::text(404, "not found");
    };
    let Some(method) = METHODS.iter().find(|method| method.name == name) else {
        shared.accuse(call, "no such method");
        return Answer::json(
            200,
            &json!({ "ok": false, "error": "unknown_method", "req_method": name }),
        );
    };
    answer(shared, call, method, arguments)
}

/// One call of a known method.
fn answer(shared: &Shared, call: &Call, method: &Method, mut arguments: Arguments) -> Answer {
    for complaint in arguments.complaints.iter().chain(&judged(method, &arguments)) {
        shared.accuse(call, complaint);
    }
    let known = CONTRACT.method(method.name);
    let json_is_read = known.is_some_and(|known| known.reads(Carrier::Json));
    if arguments.carrier == Carrier::Json && !json_is_read {
        arguments.parsed.clear(); // Slack does not look there.
    }
    let warnings = arguments.warnings.clone();
    let granted = shared.with_model(|model| model.granted(method, &arguments));
    let scopes = granted
        .as_ref()
        .map(|granted| granted.scopes.join(","))
        .unwrap_or_default();
    let outcome = granted.and_then(|granted| {
        let mut model = shared.model();
        let wait = shared
            .limits()
            .check(method.name, &granted.team, &arguments, model.now);
        if let Some(wait) = wait {
            for complaint in wait.complaints {
                shared.accuse(call, &complaint);
            }
            return Err(Refusal::new("ratelimited:").with_wait(wait.seconds));
        }
        model.process_files();
        let mut complaints = Vec::new();
        let request = Request {
            arguments: &arguments,
            granted,
            complaints: &mut complaints,
        };
        let outcome = (method.call)(&mut model, request);
        for complaint in complaints {
            shared.accuse(call, &complaint);
        }
        outcome
    });
    let mut fields = match outcome {
        Ok(fields) => fields,
        Err(refusal) => match refusal.wait() {
            Some(seconds) => return rate_limited(seconds),
            None => refusal.fields(),
        },
    };
    warn(&mut fields, &warnings);
    let body = Value::Object(fields);
    for complaint in CONTRACT.judge_answer(method.name, &body) {
        shared.accuse(call, &format!("the fake's own answer: {complaint}"));
    }
    Answer::json(200, &body)
        .with("x-oauth-scopes", scopes)
        .with(
            "x-accepted-oauth-scopes",
            known.map(|known| known.scopes.join(",")).unwrap_or_default(),
        )
        .with("x-slack-req-id", format!("req-{}", call.number))
}

fn judged(method: &Method, arguments: &Arguments) -> Vec<String> {
    CONTRACT.judge_request(method.name, arguments.carrier, &arguments.given)
}

fn warn(fields: &mut Map<String, Value>, warnings: &[String]) {
    if warnings.is_empty() {
        return;
    }
    fields.insert("warning".to_owned(), json!(warnings.join(",")));
    let metadata = fields.entry("response_metadata").or_insert_with(|| json!({}));
    metadata["warnings"] = json!(warnings);
}

impl Refusal {
    /// Not a field of an answer: how long a rate limit wants the caller to wait.
    fn with_wait(mut self, seconds: u64) -> Self {
        self.more.insert("retry_after".to_owned(), json!(seconds));
        self
    }

    fn wait(&self) -> Option<u64> {
        (self.error == "ratelimited:")
            .then(|| self.more.get("retry_after")?.as_u64())
            .flatten()
    }

    fn fields(self) -> Map<String, Value> {
        let mut fields = self.more;
        fields.insert("ok".to_owned(), json!(false));
        fields.insert("error".to_owned(), json!(self.error));
        fields
    }
}
