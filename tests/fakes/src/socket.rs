//! A WebSocket on a line of a fake: upgraded where it is admitted, and kept open until the app goes.

use crate::line::Wire;
use tokio::io::AsyncReadExt;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::http::StatusCode;

/// The socket; `None` where the handshake failed, or `admit` said no.
pub(crate) async fn upgraded(
    wire: Wire,
    admit: impl FnOnce(&Request) -> Result<(), StatusCode> + Unpin,
) -> Option<WebSocketStream<Wire>> {
    // The refusal's type is the crate's.
    #[expect(clippy::result_large_err, reason = "the callback's type is tungstenite's")]
    let callback = |request: &Request, response: Response| match admit(request) {
        Ok(()) => Ok(response),
        Err(status) => {
            let mut refusal = ErrorResponse::new(None);
            *refusal.status_mut() = status;
            Err(refusal)
        }
    };
    tokio_tungstenite::accept_hdr_async(wire, callback).await.ok()
}

/// TCP stays open after the close handshake until the app leaves, as it does live.
pub(crate) async fn until_left(mut socket: WebSocketStream<Wire>) {
    let mut rest = [0; 64];
    while socket
        .get_mut()
        .read(&mut rest)
        .await
        .is_ok_and(|count| count > 0)
    {}
}
