//! Slack over HTTP: three addresses on the public listener. Nothing is read before its signature was checked.
//!
//! <https://docs.slack.dev/apis/events-api/using-http-request-urls>

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use secrecy::SecretString;
use serde_json::{Value, json};

use super::decode::{Unreadable, form};
use super::hearing::{Acknowledged, Hearing, Kind};
use super::signature;

/// The largest request that is read, bytes.
const BODY_MAX: usize = 1 << 20;

/// What the addresses work with.
#[derive(Clone)]
pub struct Door {
    /// Who hears.
    pub hearing: Arc<Hearing>,
    /// What Slack signs with.
    pub signing_secret: Arc<SecretString>,
}

/// The addresses.
pub fn router(door: Door) -> Router {
    door.hearing.link.will_be_called();
    Router::new()
        .route("/slack/commands", post(commands))
        .route("/slack/interactions", post(interactions))
        .route("/slack/events", post(events))
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .with_state(door)
}

async fn commands(State(door): State<Door>, headers: HeaderMap, body: Bytes) -> Response {
    if let Err(refused) = door.check(&headers, &body) {
        return refused.into_response();
    }
    let fields = form(&body);
    if fields.get("ssl_check").is_some() && fields.get("command").is_none() {
        return StatusCode::OK.into_response();
    }
    door.hear(Kind::Command, &fields).await
}

async fn interactions(State(door): State<Door>, headers: HeaderMap, body: Bytes) -> Response {
    if let Err(refused) = door.check(&headers, &body) {
        return refused.into_response();
    }
    match form(&body)["payload"].as_str().map(serde_json::from_str) {
        Some(Ok(payload)) => door.hear(Kind::Interaction, &payload).await,
        _ => door.unreadable(Unreadable("payload")),
    }
}

async fn events(State(door): State<Door>, headers: HeaderMap, body: Bytes) -> Response {
    if let Err(refused) = door.check(&headers, &body) {
        return refused.into_response();
    }
    let Ok(payload) = serde_json::from_slice::<Value>(&body) else {
        return door.unreadable(Unreadable("body"));
    };
    match payload["type"].as_str() {
        // <https://docs.slack.dev/reference/events/url_verification>
        Some("url_verification") => Json(json!({ "challenge": payload["challenge"] })).into_response(),
        Some("event_callback") => door.hear(Kind::Event, &payload).await,
        // app_rate_limited: Slack dropped events; there is nothing to answer.
        _ => {
            tracing::warn!(
                kind = payload["type"].as_str(),
                "Slack sent an event of another kind"
            );
            StatusCode::OK.into_response()
        }
    }
}

impl Door {
    fn check(&self, headers: &HeaderMap, body: &Bytes) -> Result<(), StatusCode> {
        if headers.contains_key(header::CONTENT_ENCODING) {
            return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE);
        }
        let now = self.hearing.slack.clock.now();
        signature::verify(&self.signing_secret, headers, body, now).map_err(|forged| {
            self.hearing.link.did_not_let_in();
            tracing::warn!(why = %forged, "a request that is not Slack's was refused");
            StatusCode::UNAUTHORIZED
        })
    }

    async fn hear(&self, kind: Kind, payload: &Value) -> Response {
        match self.hearing.hear(kind, payload).await {
            Ok(Acknowledged::Silently) => StatusCode::OK.into_response(),
            Ok(Acknowledged::With(answer)) => Json(answer).into_response(),
            Ok(Acknowledged::Not) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
            Err(unreadable) => self.unreadable(unreadable),
        }
    }

    /// Slack shows the person that it went wrong, and sends an event again.
    fn unreadable(&self, why: Unreadable) -> Response {
        tracing::error!(%why, "Slack sent something that cannot be read");
        StatusCode::BAD_REQUEST.into_response()
    }
}
