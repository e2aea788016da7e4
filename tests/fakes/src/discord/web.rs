//! The REST API: from the socket to the model and back. Which route a request names, who calls, what is unlawful about it,
//! what becomes of it.

mod body;
mod limits;
mod routes;

pub(super) use body::Body;
pub(super) use limits::Limits;

use super::contract::{CONTRACT, judge_callback};
use super::deeds::{Deed, Scope};
use super::model::{Model, Refusal};
use super::shared::Shared;
use super::{deliveries, sender};
use crate::answer::{Answer, nobody};
use crate::calls::{Call, Fate, Interrupt};
use crate::clock::millis;
use crate::line::Line;
use axum::body::to_bytes;
use axum::extract::{ConnectInfo, State};
use axum::http::header;
use axum::http::request::Parts;
use axum::response::Response;
use routes::{Auth, CALLBACK, Done, Request, Route};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;

/// The largest request there is.
const BODY_BYTES: usize = 25 << 20;
const PAGE: &str = "Discord is having a moment";
const BANNED: &str = "error code: 1015: you are being rate limited";

/// Serves one request to any of Discord's HTTP addresses.
pub(super) async fn serve(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(line): ConnectInfo<Line>,
    request: axum::extract::Request,
) -> Response {
    let (head, bytes) = request.into_parts();
    if head.uri.path().starts_with("/attachments/") {
        return routes::attachment(&shared.model(), head.uri.path());
    }
    let Ok(bytes) = to_bytes(bytes, BODY_BYTES).await else {
        return nobody(&line);
    };
    let body = Body::read(text(&head, header::CONTENT_TYPE.as_str()), &bytes).await;
    let found = routes::find(head.method.as_str(), head.uri.path());
    let call = note(&shared, &head, found.as_ref().map(|(route, _)| *route), &body);
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
    let mut answer = handle(&shared, &call, &head, found.clone(), body.clone()).await;
    if fate == Fate::Hooked(Interrupt::Twice) {
        answer = handle(&shared, &call, &head, found, body).await;
    }
    shared.changed();
    match fate {
        Fate::Hooked(Interrupt::LoseAnswer) | Fate::Scripted(Deed::LoseAnswer) => nobody(&line),
        Fate::Hooked(Interrupt::HoldAfterEffect) => shared.hold().await,
        Fate::Scripted(Deed::CutAnswerShort) => answer.half(),
        Fate::Scripted(Deed::Page) => Answer::page(200, PAGE).respond(),
        Fate::Scripted(Deed::FailAfterEffect(status)) => {
            let body = json!({ "message": format!("{status}: Internal Server Error"), "code": 0 });
            Answer::json(status, &body).respond()
        }
        Fate::Scripted(Deed::Slow(wait)) => {
            let then = shared.clock.now() + millis(wait);
            shared.clock.until(then).await;
            answer.respond()
        }
        _ => answer.respond(),
    }
}

/// What is said instead of doing anything.
fn instead(deed: &Deed) -> Option<Answer> {
    match deed {
        Deed::RateLimited(seconds, scope) => Some(rate_limited(*seconds, *scope)),
        Deed::Banned => Some(Answer::page(429, BANNED)),
        Deed::Refuse(status, code) => Some(Answer::json(*status, &Refusal::new(*code).body())),
        Deed::Status(status) => Some(Answer::page(*status, PAGE)),
        _ => None,
    }
}

fn rate_limited(seconds: f64, scope: Scope) -> Answer {
    let (word, is_global) = match scope {
        Scope::User => ("user", false),
        Scope::Global => ("global", true),
        Scope::Shared => ("shared", false),
    };
    let message = if scope == Scope::Shared {
        "The resource is being rate limited."
    } else {
        "You are being rate limited."
    };
    let body = json!({ "message": message, "retry_after": seconds, "global": is_global });
    let answer = Answer::json(429, &body)
        .with("retry-after", format!("{:.0}", seconds.ceil()))
        .with("x-ratelimit-scope", word.to_owned());
    if is_global {
        answer.with("x-ratelimit-global", "true".to_owned())
    } else {
        answer
    }
}

fn text<'a>(head: &'a Parts, name: &str) -> &'a str {
    head.headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

fn note(shared: &Shared, head: &Parts, route: Option<&'static Route>, body: &Body) -> Call {
    shared.note(Call {
        number: 0,
        method: head.method.to_string(),
        path: head.uri.path().to_owned(),
        route: route.map(|route| route.path),
        query: head.uri.query().unwrap_or_default().to_owned(),
        body: body.json.clone(),
    })
}

async fn handle(
    shared: &Arc<Shared>,
    call: &Call,
    head: &Parts,
    found: Option<(&'static Route, Vec<String>)>,
    body: Body,
) -> Answer {
    let Some((route, ids)) = found else {
        shared.accuse(call, &format!("{}: no such route", call.method));
        return Answer::json(404, &json!({ "message": "404: Not Found", "code": 0 }));
    };
    if !text(head, "user-agent").starts_with("DiscordBot (") {
        shared.accuse(call, "a User-Agent that is not \"DiscordBot (url, version)\"");
    }
    let query = query(&call.query);
    for name in query.keys().filter(|name| !route.query.contains(&name.as_str())) {
        shared.accuse(call, &format!("no such argument in the query: {name}"));
    }
    for complaint in &body.complaints {
        shared.accuse(call, complaint);
    }
    let unauthorized = shared.model().unauthorized(route, head, shared, call);
    if let Some(refusal) = unauthorized {
        return refused(call, route, shared, &refusal);
    }
    let endpoint = body
        .json
        .as_ref()
        .and_then(|body| body["interactions_endpoint_url"].as_str());
    if let Some(url) = endpoint.filter(|_| route.path == "/applications/@me") {
        let verified = sender::verify(shared, url).await;
        if !verified {
            return refused(call, route, shared, &unverified());
        }
    }
    let limit = shared.limits().take(route, &ids, shared.clock.now());
    if let Some(complaint) = limit.complaint {
        shared.accuse(call, &complaint);
    }
    if let Some((seconds, scope)) = limit.wait {
        return limit
            .headers
            .into_iter()
            .fold(rate_limited(seconds, scope), |answer, (name, value)| {
                answer.with(name, value)
            });
    }
    let answer = perform(shared, call, route, Request::new(ids, query, body));
    limit
        .headers
        .into_iter()
        .fold(answer, |answer, (name, value)| answer.with(name, value))
}

fn unverified() -> Refusal {
    Refusal::invalid(
        "interactions_endpoint_url",
        "APPLICATION_INTERACTIONS_ENDPOINT_INVALID",
        "The specified interactions endpoint url could not be verified.",
    )
}

fn query(query: &str) -> HashMap<String, String> {
    url::form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect()
}

impl Model {
    /// Whose call it is. Routes with a token in their path need no other.
    fn unauthorized(&self, route: &Route, head: &Parts, shared: &Shared, call: &Call) -> Option<Refusal> {
        if route.auth != Auth::Bot {
            return None;
        }
        let given = text(head, header::AUTHORIZATION.as_str());
        let Some(token) = given.strip_prefix("Bot ") else {
            shared.accuse(call, "no \"Authorization: Bot ...\"");
            return Some(Refusal::new(0));
        };
        (token != self.app.token || !self.app.token_works).then(|| Refusal::new(0))
    }
}

/// One lawful call of a known route, and the judgement of its body and of its answer.
fn perform(shared: &Arc<Shared>, call: &Call, route: &'static Route, request: Request) -> Answer {
    let mut model = shared.model();
    model.archive_idle_threads();
    let unlawful = judged(&model, route, &request);
    if !unlawful.is_empty() {
        for complaint in &unlawful {
            shared.accuse(call, complaint);
        }
        drop(model);
        let refusal = Refusal::invalid("", "INVALID_FORM_BODY", &unlawful.join("; "));
        return refused(call, route, shared, &refusal);
    }
    let token = request.ids.get(1).cloned().unwrap_or_default();
    let callback = request.json.clone();
    let done = (route.call)(&mut model, request);
    drop(model);
    let done = match done {
        Ok(done) => done,
        Err(refusal) => {
            if route.path == CALLBACK {
                deliveries::came_late(shared, &token);
            }
            if matches!(refusal.code, 50_006 | 50_035 | 40_005) {
                shared.accuse(call, &format!("{}", refusal.body()));
            }
            return refused(call, route, shared, &refusal);
        }
    };
    if route.path == CALLBACK {
        deliveries::answered(shared, &token, &callback);
    }
    if let Some(complaint) = &done.complaint {
        shared.accuse(call, complaint);
    }
    told(call, route, shared, &done)
}

/// What is wrong with a body by the description.
fn judged(model: &Model, route: &Route, request: &Request) -> Vec<String> {
    let body = &request.json;
    let is_thread = || {
        let channel = request.ids.first().and_then(|id| model.channel(id));
        channel.is_some_and(super::model::channels::Channel::is_thread)
    };
    match (route.method, route.path) {
        ("POST", CALLBACK) => judge_callback(body),
        ("POST", "/webhooks/{webhook_id}/{webhook_token}") => {
            CONTRACT.judge("IncomingWebhookRequestPartial", body)
        }
        ("PATCH", "/channels/{channel_id}") if is_thread() => {
            CONTRACT.judge("UpdateThreadRequestPartial", body)
        }
        ("PATCH", "/channels/{channel_id}") => CONTRACT.judge("UpdateGuildChannelRequestPartial", body),
        ("GET" | "DELETE", _) if body.is_null() => Vec::new(),
        _ => CONTRACT.judge_request(route.method, route.path, body),
    }
}

fn refused(call: &Call, route: &Route, shared: &Shared, refusal: &Refusal) -> Answer {
    let done = Done {
        status: refusal.status,
        body: Some(refusal.body()),
        complaint: None,
    };
    told(call, route, shared, &done)
}

fn told(call: &Call, route: &Route, shared: &Shared, done: &Done) -> Answer {
    let body = done.body.clone().unwrap_or_else(|| json!({}));
    for complaint in CONTRACT.judge_answer(route.method, route.path, done.status, &body) {
        shared.accuse(call, &format!("the fake's own answer: {complaint}"));
    }
    match &done.body {
        Some(body) => Answer::json(done.status, body),
        None => Answer::text(done.status, ""),
    }
}

/// The value that stands in a field, or `null`.
pub(super) fn or_null(value: Option<Value>) -> Value {
    value.unwrap_or(Value::Null)
}
