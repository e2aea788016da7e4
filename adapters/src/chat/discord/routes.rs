//! Discord over HTTP: one address on the public listener. Nothing is read before its signature was checked.
//!
//! <https://discord.com/developers/docs/interactions/overview#setting-up-an-endpoint>

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use serde_json::Value;

use super::hearing::Hearing;
use super::signature::PublicKey;

/// The largest request that is read, bytes.
const BODY_MAX: usize = 1 << 20;

/// What the address works with.
#[derive(Clone)]
pub struct Door {
    /// Who hears.
    pub hearing: Arc<Hearing>,
    /// What Discord's signatures are checked with.
    pub public_key: Arc<PublicKey>,
}

/// The address.
pub fn router(door: Door) -> Router {
    door.hearing.link.will_be_called();
    Router::new()
        .route("/discord/interactions", post(interactions))
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .with_state(door)
}

async fn interactions(State(door): State<Door>, headers: HeaderMap, body: Bytes) -> Response {
    if let Err(refused) = door.check(&headers, &body) {
        return refused.into_response();
    }
    let Ok(payload) = serde_json::from_slice::<Value>(&body) else {
        tracing::error!("Discord sent something that is no JSON");
        return StatusCode::BAD_REQUEST.into_response();
    };
    match door.hearing.hear(&payload).await {
        Ok(answer) => Json(answer).into_response(),
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}

impl Door {
    fn check(&self, headers: &HeaderMap, body: &Bytes) -> Result<(), StatusCode> {
        if headers.contains_key(header::CONTENT_ENCODING) {
            return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE);
        }
        let now = self.hearing.discord.clock.now();
        self.public_key.verify(headers, body, now).map_err(|forged| {
            self.hearing.link.did_not_let_in();
            tracing::warn!(why = %forged, "a request that is not Discord's was refused");
            StatusCode::UNAUTHORIZED
        })
    }
}
