//! Opening a socket: only to where the API could lead, and to addresses that may be connected to.

use std::time::Duration;

use approvals::ports::BoxError;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, client_async_tls_with_config};
use url::Url;

use crate::http::{Reach, egress};

/// An open socket.
pub type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// How long opening may take.
const WITHIN: Duration = Duration::from_secs(10);
/// The largest message that is read, bytes.
const MESSAGE_MAX: usize = 1 << 20;

/// Opens a socket. Without TLS only where the API itself has none, which is for tests and proxies of this machine.
pub async fn connect(address: &Url, api: &Url, reach: Reach) -> Result<Socket, BoxError> {
    match address.scheme() {
        "wss" => {}
        "ws" if api.scheme() == "http" => {}
        other => return Err(format!("a socket over {other} is not opened").into()),
    }
    tokio::time::timeout(WITHIN, open(address, reach)).await?
}

async fn open(address: &Url, reach: Reach) -> Result<Socket, BoxError> {
    let host = address.host_str().ok_or("a socket's address without a host")?;
    let port = address
        .port_or_known_default()
        .ok_or("a socket's address without a port")?;
    let found = tokio::net::lookup_host((host.trim_matches(['[', ']']), port)).await?;
    let mut last: BoxError = "no address of the host may be connected to".into();
    for target in found {
        if let Err(refused) = egress::check(target.ip(), reach) {
            last = refused.into();
            continue;
        }
        match TcpStream::connect(target).await {
            Ok(stream) => return upgraded(address, stream).await,
            Err(error) => last = error.into(),
        }
    }
    Err(last)
}

async fn upgraded(address: &Url, stream: TcpStream) -> Result<Socket, BoxError> {
    stream.set_nodelay(true)?;
    let limits = WebSocketConfig::default()
        .max_message_size(Some(MESSAGE_MAX))
        .max_frame_size(Some(MESSAGE_MAX));
    let (socket, _) = client_async_tls_with_config(address.as_str(), stream, Some(limits), None).await?;
    Ok(socket)
}
