//! From the socket to the model and back: which route a request fits, what is unlawful about it, what becomes of it.

use super::answers::{
    Answer, ROUTES, Refusal, Request, Route, malformed_id, unavailable, unexpected_format, unknown_path,
    wrong_method,
};
use super::deviations;
use super::shared::Shared;
use crate::calls::{Call, Fate, Interrupt, Misbehaviour};
use crate::contract::Contract;
use crate::line::Line;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{ConnectInfo, State};
use axum::http::{Method, StatusCode, Uri, header};
use axum::response::Response;
use futures::stream;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, LazyLock};

/// Flink's `rest.server.max-content-length` is far above; nothing here sends more.
const BODY_BYTES: usize = 1 << 20;

/// Refusals are not in Flink's document.
const REFUSAL: &str = r#"{ "type": "object", "required": ["errors"], "additionalProperties": false,
    "properties": { "errors": { "type": "array", "items": { "type": "string" } } } }"#;

static CONTRACT: LazyLock<Contract> = LazyLock::new(|| {
    let document = include_str!("../../data/flink/rest_v1_dispatcher_2.3.json");
    Contract::load(document, deviations::KNOWN, REFUSAL)
        .expect("the official description, as mended, is sound")
});

/// The route that a request fits, and what the path says.
struct Found {
    route: &'static Route,
    path: BTreeMap<&'static str, String>,
}

/// Serves one request.
pub(super) async fn serve(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(line): ConnectInfo<Line>,
    request: axum::extract::Request,
) -> Response {
    let (head, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY_BYTES).await else {
        return nobody(&line);
    };
    let content_type = head
        .headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let content_type = content_type.unwrap_or_default().to_owned();
    let found = find(&head.method, plain_path(head.uri.path()));
    let call = note(&shared, &head.method, &head.uri, found.as_ref(), &body);
    let fate = shared.script().fate(&call);
    match &fate {
        Fate::Hooked(Interrupt::LoseRequest) | Fate::Scripted(Misbehaviour::LoseRequest) => {
            return nobody(&line);
        }
        Fate::Hooked(Interrupt::HoldBeforeEffect) => return shared.hold().await,
        Fate::Scripted(Misbehaviour::Unavailable) => return refuse(&unavailable()),
        Fate::Scripted(Misbehaviour::InternalError(cause)) => return refuse(&Refusal::internal(cause)),
        _ => {}
    }
    if fate == Fate::Hooked(Interrupt::Twice) {
        let first = find(&head.method, plain_path(head.uri.path()));
        handle(&shared, &call, first, (&content_type, &body));
    }
    let (status, answer) = handle(&shared, &call, found, (&content_type, &body));
    match fate {
        Fate::Hooked(Interrupt::LoseAnswer) | Fate::Scripted(Misbehaviour::LoseAnswer) => nobody(&line),
        Fate::Hooked(Interrupt::HoldAfterEffect) => shared.hold().await,
        Fate::Scripted(Misbehaviour::CutAnswerShort) => half(status, &answer),
        Fate::Scripted(Misbehaviour::Garbled) => page(),
        Fate::Scripted(Misbehaviour::Slow(wait)) => {
            let then = *shared.clock.borrow() + super::job::millis(wait);
            let _ = shared.clock.subscribe().wait_for(|now| *now >= then).await;
            respond(status, &answer)
        }
        _ => respond(status, &answer),
    }
}

fn plain_path(path: &str) -> &str {
    path.strip_prefix("/v1")
        .filter(|rest| rest.starts_with('/'))
        .unwrap_or(path)
}

fn find(method: &Method, path: &str) -> Option<Found> {
    ROUTES
        .iter()
        .filter(|route| method == route.method)
        .find_map(|route| {
            let path = fits(route.path, path)?;
            Some(Found { route, path })
        })
}

fn fits(template: &'static str, path: &str) -> Option<BTreeMap<&'static str, String>> {
    let (wanted, given): (Vec<&str>, Vec<&str>) = (template.split('/').collect(), path.split('/').collect());
    if wanted.len() != given.len() {
        return None;
    }
    let mut parameters = BTreeMap::new();
    for (wanted, given) in wanted.into_iter().zip(given) {
        match wanted.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
            Some(name) => {
                parameters.insert(name, decoded(given));
            }
            None if wanted == given => {}
            None => return None,
        }
    }
    Some(parameters)
}

/// A path segment without its percent signs; a plus is a plus there.
fn decoded(segment: &str) -> String {
    let escaped = segment
        .replace('+', "%2B")
        .replace('&', "%26")
        .replace('=', "%3D");
    url::form_urlencoded::parse(escaped.as_bytes())
        .next()
        .map_or_else(String::new, |(text, _)| text.into_owned())
}

fn note(shared: &Shared, method: &Method, uri: &Uri, found: Option<&Found>, body: &Bytes) -> Call {
    shared.note(Call {
        number: 0,
        method: method.to_string(),
        path: uri.path().to_owned(),
        route: found.map(|found| found.route.path),
        query: uri.query().unwrap_or_default().to_owned(),
        body: serde_json::from_slice(body).ok(),
    })
}

/// Lets the model answer, and holds question and answer against the official description.
fn handle(shared: &Shared, call: &Call, found: Option<Found>, body: (&str, &Bytes)) -> (u16, Value) {
    let answer = match found {
        Some(found) => judged(shared, call, &found, body),
        None => {
            shared.accuse(call, "no such route");
            Err(if call.method == "GET" {
                unknown_path(&call.path)
            } else {
                wrong_method()
            })
        }
    };
    let (status, value) = answer.unwrap_or_else(|refusal| (refusal.status, refusal.body()));
    if let Some(path) = call.route {
        for complaint in CONTRACT.judge_answer(&call.method, path, status, &value) {
            shared.accuse(call, &format!("the fake's own answer {status}: {complaint}"));
        }
    }
    (status, value)
}

fn judged(shared: &Shared, call: &Call, found: &Found, (content_type, body): (&str, &Bytes)) -> Answer {
    for (name, value) in found.path.iter().filter(|(name, _)| **name != "taskmanagerid") {
        let is_id = value.len() == 32
            && value
                .bytes()
                .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        if !is_id {
            shared.accuse(call, &format!("{name} is no id"));
            return Err(malformed_id(name, value));
        }
    }
    let query = query_of(shared, call, found.route);
    let body = body_of(shared, call, found.route, (content_type, body))?;
    let request = Request {
        call: call.number,
        path: found.path.clone(),
        query,
        body,
    };
    let mut cluster = shared.cluster();
    cluster.start_unplaced();
    let answer = (found.route.answer)(&mut cluster, &request);
    let now = cluster.now;
    cluster.advance_to(now);
    let unreadable = |refusal: &Refusal| refusal.errors.iter().any(|text| text.contains("query parameter"));
    if answer.as_ref().is_err_and(unreadable) {
        shared.accuse(call, "a query parameter that Flink cannot read");
    }
    answer
}

/// Flink passes over parameters it does not know; the fake tells.
fn query_of(shared: &Shared, call: &Call, route: &Route) -> BTreeMap<String, String> {
    let pairs = url::form_urlencoded::parse(call.query.as_bytes()).into_owned();
    let query: BTreeMap<String, String> = pairs.collect();
    for name in query.keys().filter(|name| !route.query.contains(&name.as_str())) {
        shared.accuse(call, &format!("unknown query parameter {name}"));
    }
    query
}

/// An empty body stands for `{}`, as in Flink, whose reader also passes over the content type.
fn body_of(
    shared: &Shared,
    call: &Call,
    route: &Route,
    (content_type, body): (&str, &Bytes),
) -> Result<Value, Refusal> {
    if route.body.is_empty() {
        if !body.is_empty() {
            shared.accuse(call, "a body where none belongs");
        }
        return Ok(Value::Null);
    }
    if body.is_empty() {
        return Ok(json!({}));
    }
    if !content_type.starts_with("application/json") {
        shared.accuse(call, &format!("content type {content_type:?} for a JSON body"));
    }
    let Ok(value) = serde_json::from_slice(body) else {
        shared.accuse(call, "a body that is no JSON");
        return Err(unexpected_format(route.body));
    };
    let complaints = CONTRACT.judge_request(&call.method, route.path, &value);
    for complaint in &complaints {
        shared.accuse(call, &format!("body: {complaint}"));
    }
    if complaints.is_empty() {
        Ok(value)
    } else {
        Err(unexpected_format(route.body))
    }
}

/// Nobody will read this: the connection is gone.
fn nobody(line: &Line) -> Response {
    line.cut();
    Response::new(Body::empty())
}

fn refuse(refusal: &Refusal) -> Response {
    respond(refusal.status, &refusal.body())
}

fn respond(status: u16, body: &Value) -> Response {
    with_body(
        status,
        "application/json; charset=UTF-8",
        Body::from(body.to_string()),
    )
}

/// The head and half of the body; then the connection breaks.
fn half(status: u16, body: &Value) -> Response {
    let text = body.to_string();
    let start = Bytes::copy_from_slice(&text.as_bytes()[..text.len() / 2]);
    let broken = io::Error::new(io::ErrorKind::ConnectionAborted, "the fake cut this answer short");
    let parts = stream::iter([Ok(start), Err(broken)]);
    with_body(
        status,
        "application/json; charset=UTF-8",
        Body::from_stream(parts),
    )
}

/// What a proxy in between might say.
fn page() -> Response {
    with_body(
        200,
        "text/html",
        Body::from("<html><body>Please sign in</body></html>"),
    )
}

fn with_body(status: u16, content_type: &'static str, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        header::HeaderValue::from_static(content_type),
    );
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_of_the_fake_is_in_the_official_description() {
        for route in ROUTES {
            assert!(
                CONTRACT.knows(route.method, route.path),
                "{} {}",
                route.method,
                route.path
            );
        }
    }

    #[test]
    fn fixed_words_win_over_parameters() {
        let found = find(&Method::GET, "/jobs/overview").unwrap();
        assert_eq!(found.route.path, "/jobs/overview");
        assert!(find(&Method::GET, "/v2/jobs").is_none());
        assert_eq!(plain_path("/v1/jobs"), "/jobs");
    }

    #[test]
    fn the_captured_answers_fit_the_description_as_mended() {
        for (sample, method, path, status) in crate::flink::samples::ALL {
            let complaints =
                CONTRACT.judge_answer(method, path, *status, &crate::flink::samples::read(sample));
            assert_eq!(complaints, Vec::<String>::new(), "{sample}");
        }
    }

    #[test]
    fn no_deviation_is_listed_without_a_sample_that_needs_it() {
        let exempt = [
            // Said of a live job with a legacy source; there is no sample of one.
            "/components/schemas/IOMetricsInfo/properties/accumulated-busy-time",
            // Beside two that were captured as null.
            "/components/schemas/LatestRescales/properties/completed",
            // Only narrows what the document means by its discriminator.
            "/components/schemas/CheckpointingStatistics/properties/history/items",
        ];
        let document = include_str!("../../data/flink/rest_v1_dispatcher_2.3.json");
        for left_out in deviations::KNOWN
            .iter()
            .map(|deviation| deviation.at)
            .filter(|at| !exempt.contains(at))
        {
            let kept = deviations::KNOWN
                .iter()
                .filter(|deviation| deviation.at != left_out);
            let contract = Contract::load(document, &kept.copied().collect::<Vec<_>>(), REFUSAL).unwrap();
            let needed = crate::flink::samples::ALL
                .iter()
                .any(|(sample, method, path, status)| {
                    !contract
                        .judge_answer(method, path, *status, &crate::flink::samples::read(sample))
                        .is_empty()
                });
            assert!(needed, "{left_out}");
        }
    }
}
