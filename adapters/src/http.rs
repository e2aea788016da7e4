//! The one HTTP client: bounded in time, size, rate and number, and honest about what a failure means.
//!
//! A call is a [`Request`] value, made by an adapter's pure `encode`; [`Client::exchange`] carries it out. What went
//! wrong comes back as a [`Fault`], sorted by what may be done about it:
//!
//! | what happened | a look (GET) | a change (all else) |
//! |---|---|---|
//! | it never left: no address, refused connection, own queue full | `Transient` | `Transient` |
//! | it left, and the answer is late, cut, reset or too long | `Transient` | `Unknown` |
//! | 408, 425, 429, 503 | `Transient`, `Retry-After` honoured | the same |
//! | any other 3xx or 4xx | `Rejected` | `Rejected` |
//! | any other 5xx | `Transient` | `Unknown` |
//!
//! There are no redirects, no proxies from the environment, and no connection to an address that [`egress`] refuses.
//! Changes travel on connections of their own, never on one that was left idle: a server that closes an idle connection
//! in the very moment would make a change's outcome unknown without need.

pub mod egress;
mod fault;
mod request;
pub mod said;

use std::num::NonZeroU32;
use std::sync::Once;
use std::time::Duration;

use approvals::ports::Fault;
use commands::names::Millis;
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue, RETRY_AFTER, USER_AGENT};
use reqwest::redirect;
use tokio::sync::Semaphore;
use url::Url;

pub use egress::Reach;
pub use fault::{Trouble, fault_of_status, is_refusal, lost, rejected, why};
pub use request::{Effect, Request};

/// One outside system: where it is and how much may be asked of it.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where its paths begin, such as `http://127.0.0.1:8081` or `https://proxy/flink`. Only `http` and `https`.
    pub base: Url,
    /// Which addresses its host may resolve to.
    pub reach: Reach,
    /// The bounds.
    pub limits: Limits,
}

/// What one outside system may cost us.
#[derive(Debug, Clone)]
pub struct Limits {
    /// To open a connection, TLS included.
    pub connect: Duration,
    /// Between two pieces of an answer.
    pub read: Duration,
    /// For a whole call, from the first byte sent. Longer than `connect`.
    pub total: Duration,
    /// To wait for our own turn before anything is sent.
    pub queue: Duration,
    /// The longest body that is read, in bytes. A job of a thousand vertices takes Flink about 2 MB.
    pub body_bytes: usize,
    /// Calls a second, averaged; as many may go at once after a pause.
    pub per_second: NonZeroU32,
    /// Calls under way at the same time.
    pub at_once: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(3),
            read: Duration::from_secs(10),
            total: Duration::from_secs(20),
            queue: Duration::from_secs(20),
            body_bytes: 8 * 1024 * 1024,
            per_second: NonZeroU32::new(200).unwrap_or(NonZeroU32::MIN),
            at_once: 8,
        }
    }
}

/// Why a client cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum Misconfigured {
    /// The base is no `http` or `https` address with a host.
    #[error("not an http or https address")]
    Address,
    /// The base names an address that is never connected to.
    #[error(transparent)]
    Refused(#[from] egress::RefusedAddress),
    /// The token cannot stand in a header.
    #[error("the token holds characters that no token has")]
    Token,
    /// TLS cannot be set up, for want of certificates for example.
    #[error("no HTTP client")]
    Client(#[source] reqwest::Error),
}

/// A complete answer, whatever its status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// How long the server asked to wait (`Retry-After` in seconds; a date there is not understood).
    pub retry_after: Option<Millis>,
    /// All its headers.
    pub headers: HeaderMap,
    /// The body, whole.
    pub body: Vec<u8>,
}

/// A client for one outside system. Cheap to use from many tasks at once; its bounds hold over all of them.
#[derive(Debug)]
pub struct Client {
    looks: reqwest::Client,
    changes: reqwest::Client,
    base: Url,
    authorization: Option<HeaderValue>,
    agent: Option<HeaderValue>,
    limits: Limits,
    rate: DefaultDirectRateLimiter,
    turns: Semaphore,
}

impl Client {
    /// Makes a client; nothing is connected yet.
    ///
    /// # Errors
    /// When the base is no address that may be connected to, or TLS cannot be set up.
    pub fn new(config: Config) -> Result<Self, Misconfigured> {
        let Config { base, reach, limits } = config;
        if !matches!(base.scheme(), "http" | "https") || base.host().is_none() {
            return Err(Misconfigured::Address);
        }
        egress::check_host(&base, reach)?;
        let build = |idle: usize| build(&base, reach, &limits, idle).map_err(Misconfigured::Client);
        Ok(Self {
            looks: build(limits.at_once)?,
            changes: build(0)?,
            rate: RateLimiter::direct(Quota::per_second(limits.per_second)),
            turns: Semaphore::new(limits.at_once),
            base,
            authorization: None,
            agent: None,
            limits,
        })
    }

    /// Sends this `Authorization` with every request, such as `Bearer TOKEN`. It is never shown.
    ///
    /// # Errors
    /// [`Misconfigured::Token`], where it cannot stand in a header.
    pub fn with_authorization(mut self, authorization: &str) -> Result<Self, Misconfigured> {
        let mut value = HeaderValue::from_str(authorization).map_err(|_| Misconfigured::Token)?;
        value.set_sensitive(true);
        self.authorization = Some(value);
        Ok(self)
    }

    /// Calls itself by this name, where the other side wants one of its own form.
    #[must_use]
    pub fn with_agent(mut self, agent: &'static str) -> Self {
        self.agent = Some(HeaderValue::from_static(agent));
        self
    }

    /// Carries out one request and reads its answer whole, whatever the status.
    ///
    /// # Errors
    /// A [`Fault`] as the table of this module says, where there is no complete answer.
    pub async fn exchange(&self, request: &Request) -> Result<Answer, Fault> {
        let turn = async {
            let turn = self.turns.acquire().await;
            self.rate.until_ready().await;
            turn
        };
        let _turn = tokio::time::timeout(self.limits.queue, turn)
            .await
            .map_err(|_| Trouble::QueueFull.fault(request.effect()))?;
        match self.attempt(request).await {
            // The server closed an idle connection in the very moment: asked once more, on another one.
            Err(Trouble::Broken(_)) if request.effect() == Effect::Look => self.attempt(request).await,
            outcome => outcome,
        }
        .map_err(|trouble| trouble.fault(request.effect()))
    }

    async fn attempt(&self, request: &Request) -> Result<Answer, Trouble> {
        let client = match request.effect() {
            Effect::Look => &self.looks,
            Effect::Change => &self.changes,
        };
        let mut sent = request.against(&self.base)?;
        if let Some(authorization) = &self.authorization {
            sent.headers_mut().insert(AUTHORIZATION, authorization.clone());
        }
        if let Some(agent) = &self.agent {
            sent.headers_mut().insert(USER_AGENT, agent.clone());
        }
        let mut response = client.execute(sent).await?;
        let headers = response.headers().clone();
        let retry_after = headers
            .get(RETRY_AFTER)
            .and_then(|value| value.to_str().ok()?.trim().parse().ok())
            .map(Millis::seconds);
        let mut body = Vec::new();
        while let Some(piece) = response.chunk().await? {
            if body.len() + piece.len() > self.limits.body_bytes {
                return Err(Trouble::TooLong(self.limits.body_bytes));
            }
            body.extend_from_slice(&piece);
        }
        Ok(Answer {
            status: response.status().as_u16(),
            retry_after,
            headers,
            body,
        })
    }
}

fn build(base: &Url, reach: Reach, limits: &Limits, idle: usize) -> reqwest::Result<reqwest::Client> {
    static RING: Once = Once::new();
    RING.call_once(|| {
        // An error says that the process has a provider already: that one is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
    let client = reqwest::Client::builder()
        .user_agent("sluice")
        .redirect(redirect::Policy::none())
        .retry(reqwest::retry::never())
        .no_proxy()
        .referer(false)
        .dns_resolver(egress::CheckedResolver(reach))
        .connect_timeout(limits.connect)
        .read_timeout(limits.read)
        .timeout(limits.total)
        .pool_idle_timeout(Duration::from_secs(20))
        .pool_max_idle_per_host(idle);
    match base.scheme() {
        // Plain HTTP needs no certificates: none are read, and a machine without any can still look at its Flink.
        "http" => client.tls_certs_only([]),
        _ => client.https_only(true),
    }
    .build()
}

#[cfg(test)]
mod tests;
