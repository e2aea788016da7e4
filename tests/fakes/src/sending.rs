//! What a fake sends to the program under test: how it ended; and requests, signed, and changeable by who wants to forge.

use serde_json::Value;
use std::sync::LazyLock;
use tokio::sync::Semaphore;

/// Connections to the program at once: as many as one process may have open where nobody raised the limit, both ends counted.
const CONNECTIONS: usize = 256;

/// How an attempt to deliver something ended.
#[derive(Clone, Debug, PartialEq)]
pub enum End {
    /// In time.
    Answered {
        /// Milliseconds on the fake's clock.
        after: u64,
        /// What came with it: the body, or the acknowledgement's payload; `null` where nothing did.
        body: Value,
    },
    /// With a status that says no (HTTP only).
    Refused(u16),
    /// Not within three seconds.
    TimedOut,
    /// There was no connection, or it broke.
    Lost(String),
}

/// One HTTP request as a vendor, or somebody who would like to be the vendor, sends it.
#[derive(Clone, Debug)]
pub struct Signed {
    /// Where to.
    pub url: String,
    /// Its headers, their names in lower case. Change them to forge.
    pub headers: Vec<(String, String)>,
    /// Its body. Change it to forge.
    pub body: Vec<u8>,
}

/// What came back.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    /// 0 where the connection broke.
    pub status: u16,
    /// The body as text.
    pub body: String,
    /// The headers, their names in lower case.
    pub headers: Vec<(String, String)>,
}

impl Reply {
    /// The value of a header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        value_of(&self.headers, name)
    }
}

fn value_of<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let found = headers.iter().find(|(known, _)| known == name);
    found.map(|(_, value)| value.as_str())
}

impl Signed {
    pub(crate) fn header(&self, name: &str) -> String {
        value_of(&self.headers, name).unwrap_or_default().to_owned()
    }

    pub(crate) fn set(&mut self, name: &str, value: String) {
        if let Some(header) = self.headers.iter_mut().find(|(known, _)| known == name) {
            header.1 = value;
        }
    }

    pub(crate) fn remove(&mut self, name: &str) {
        self.headers.retain(|(known, _)| known != name);
    }

    /// A second header of the same name, before the true one.
    pub(crate) fn precede(&mut self, name: &str, value: String) {
        let at = self.headers.iter().position(|(known, _)| known == name);
        self.headers
            .insert(at.unwrap_or_default(), (name.to_owned(), value));
    }

    /// Sends it, whatever is in it, once there is room for one more connection.
    pub(crate) async fn transmit(&self) -> Reply {
        static ROOM: Semaphore = Semaphore::const_new(CONNECTIONS);
        let _one_more = ROOM.acquire().await;
        let lost = |error: reqwest::Error| Reply {
            status: 0,
            body: error.to_string(),
            headers: Vec::new(),
        };
        let mut sending = client().post(&self.url).body(self.body.clone());
        for (name, value) in &self.headers {
            sending = sending.header(name, value);
        }
        let answer = match sending.send().await {
            Ok(answer) => answer,
            Err(error) => return lost(error),
        };
        let status = answer.status().as_u16();
        let text =
            |value: &reqwest::header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers = answer.headers().iter();
        let headers = headers
            .map(|(name, value)| (name.as_str().to_owned(), text(value)))
            .collect();
        match answer.text().await {
            Ok(body) => Reply {
                status,
                body,
                headers,
            },
            Err(error) => lost(error),
        }
    }
}

/// One for all: it reads the machine's certificates once. No connection is kept, because each test has a runtime of its own.
fn client() -> &'static reqwest::Client {
    static CLIENT: LazyLock<reqwest::Client> = LazyLock::new(|| {
        // Whoever was first has installed the same one.
        let _ = rustls::crypto::ring::default_provider().install_default();
        reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .pool_max_idle_per_host(0)
            .build()
            .expect("a client without TLS roots can be built")
    });
    &CLIENT
}
