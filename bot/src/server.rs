//! The private listener: console, health, status and metrics.
//!
//! It is bound before anything else happens, so that a port in use ends the start at once, and it answers `/healthz`
//! from then on. Nothing here contacts an outside system.

mod status;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use tokio::net::TcpListener;

pub use self::status::{ChatStatus, EnvironmentStatus, LedgerStatus, Status};
use crate::shutdown::Shutdown;
use crate::watch::Watch;

/// How long open connections may go on after the wish to stop: the page's event stream never ends by itself.
const DRAIN: Duration = Duration::from_secs(1);

/// The media type of the metrics.
/// <https://prometheus.io/docs/specs/om/open_metrics_spec/>
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Why the program does not listen.
#[derive(Debug, thiserror::Error)]
pub enum NotBound {
    /// Another program listens there.
    #[error(
        "{0} is in use: stop the other program, or choose another port with SLUICE__LISTEN__PRIVATE=127.0.0.1:PORT"
    )]
    InUse(SocketAddr),
    /// The system does not allow it.
    #[error("cannot listen on {address}: set listen.private to an address of this machine")]
    Refused {
        /// Where.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
}

/// Begins to listen.
///
/// # Errors
/// Where the port is in use or the address is not this machine's.
pub async fn bind(address: SocketAddr) -> Result<TcpListener, NotBound> {
    TcpListener::bind(address)
        .await
        .map_err(|source| match source.kind() {
            std::io::ErrorKind::AddrInUse => NotBound::InUse(address),
            _ => NotBound::Refused { address, source },
        })
}

/// Health, status and metrics: without a token, and without a plan, a person or a secret.
pub fn watched(watch: Arc<Watch>) -> Router {
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(readyz))
        .route("/status", get(status))
        .route("/metrics", get(metrics))
        .with_state(watch)
}

/// Whether this process can accept and answer.
async fn readyz(State(watch): State<Arc<Watch>>) -> Response {
    if watch.is_ready() {
        "ready\n".into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "not ready\n").into_response()
    }
}

async fn status(State(watch): State<Arc<Watch>>) -> Json<Status> {
    Json(status::of(&watch).await)
}

async fn metrics(State(watch): State<Arc<Watch>>) -> Response {
    match watch.metrics_text().await {
        Ok(text) => ([(header::CONTENT_TYPE, OPEN_METRICS)], text).into_response(),
        Err(std::fmt::Error) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// Serves until it is time to stop.
///
/// # Errors
/// Where the listener breaks.
pub async fn serve(listener: TcpListener, router: Router, shutdown: Shutdown) -> std::io::Result<()> {
    let asked = shutdown.clone();
    let serving = axum::serve(listener, router).with_graceful_shutdown(async move { asked.asked().await });
    tokio::select! {
        served = serving => served,
        () = async { shutdown.asked().await; tokio::time::sleep(DRAIN).await } => Ok(()),
    }
}
