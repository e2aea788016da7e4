//! What is asked, made before it is asked: the asking side shares the machine with what is measured.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use fakes::sending::Signed;
use serde_json::json;

use crate::wire::request;

/// Signed requests made at one time: more than are asked in a round.
pub const AT_ONCE: usize = 60_000;

/// Requests, and the status that they are acknowledged with.
#[derive(Debug)]
pub struct Asked {
    /// The status of the acknowledgement.
    pub status: u16,
    requests: Vec<Vec<u8>>,
    /// Whether the only one is asked again and again.
    is_same: bool,
    next: AtomicUsize,
}

impl Asked {
    /// The same thing, again and again: it gets an id where it comes in.
    pub fn same(status: u16, request: Vec<u8>) -> Self {
        Self {
            status,
            requests: vec![request],
            is_same: true,
            next: AtomicUsize::new(0),
        }
    }

    /// Each once: the same thing once more would not be stored.
    pub fn each(status: u16, requests: impl Iterator<Item = Signed>) -> Self {
        Self {
            status,
            requests: requests.map(|request| bytes(&request)).collect(),
            is_same: false,
            next: AtomicUsize::new(0),
        }
    }

    /// The next one; `None` where all were asked.
    pub fn next(&self) -> Option<&[u8]> {
        let next = if self.is_same {
            0
        } else {
            self.next.fetch_add(1, Relaxed)
        };
        self.requests.get(next).map(Vec::as_slice)
    }
}

/// A request of a chat as it goes over a kept connection.
fn bytes(request: &Signed) -> Vec<u8> {
    let path = request.url.split_once("127.0.0.1").map_or("/", |(_, path)| path);
    let headers: String = request
        .headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect();
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\n{headers}content-length: {}\r\n\r\n",
        request.body.len()
    );
    [head.as_bytes(), &request.body].concat()
}

/// A console command, as the page sends it.
pub fn command(address: SocketAddr, token: &str) -> Vec<u8> {
    let body = json!({
        "as": "ana",
        "channel": "ops",
        "text": "scale orders parallelism 4 because \"the backlog grows\"",
    });
    request("POST", "/api/say", address, token, Some(&body))
}
