//! Socket Mode: two sockets that we open, so that no public address is needed.
//!
//! An envelope is acknowledged once it is stored, and each is worked off in a task of its own: neither a slow disk nor a
//! panic makes a socket deaf. What cannot be read is logged and not acknowledged, so that its sender learns of it.
//! <https://docs.slack.dev/apis/events-api/using-socket-mode>

mod session;

use std::sync::Arc;
use std::time::Duration;

use approvals::ports::{Dice, Fault};
use serde_json::json;
use tokio::sync::watch;
use url::Url;

use self::session::{Ended, Session};
use super::api::{self, Api};
use super::hearing::Hearing;
use crate::chat::connect;
use crate::chat::link::Trouble;
use crate::chat::pauses::{PAUSE_MIN, jittered, pause};
use crate::http::Reach;

/// Sockets that are kept open: while one is made anew, the other hears.
pub const SOCKETS: usize = 2;
/// The pause where only a person can mend it.
const PAUSE_HELPLESS: Duration = Duration::from_secs(60);

/// Keeps the sockets open.
pub struct Sockets {
    /// The API under the app's token.
    pub api: Api,
    /// Who hears.
    pub hearing: Arc<Hearing>,
    /// Jitter.
    pub dice: Arc<dyn Dice>,
    /// Where a socket may lead to.
    pub reach: Reach,
}

impl Sockets {
    /// Hears until it is time to stop.
    pub async fn run(self, stop: watch::Receiver<bool>) {
        let this = Arc::new(self);
        let sockets = (0..SOCKETS).map(|_| {
            let (this, mut stop) = (this.clone(), stop.clone());
            tokio::spawn(async move {
                tokio::select! {
                    () = this.keep_open() => {}
                    _ = stop.wait_for(|stop| *stop) => {}
                }
            })
        });
        futures::future::join_all(sockets.collect::<Vec<_>>()).await;
    }

    async fn keep_open(&self) {
        let mut failures = 0;
        loop {
            let ended = self.once().await;
            let pause = match ended {
                // Slack recycles sockets every few hours: the next one is opened at once.
                Ended::Recycled => {
                    failures = 0;
                    PAUSE_MIN
                }
                Ended::Disabled => self.helpless(Trouble::Disabled),
                Ended::Token => self.helpless(Trouble::Token),
                Ended::Deaf => {
                    self.hearing.link.was_deaf();
                    tracing::error!("a socket to Slack heard nothing any more: it is made anew");
                    PAUSE_MIN
                }
                Ended::Broken => {
                    failures += 1;
                    pause(failures)
                }
            };
            tokio::time::sleep(jittered(pause, self.dice.as_ref())).await;
        }
    }

    fn helpless(&self, trouble: Trouble) -> Duration {
        match trouble {
            Trouble::Disabled => {
                tracing::error!("Socket Mode is switched off: switch it on in the app's settings");
            }
            Trouble::Token => {
                tracing::error!("slack.app_token is refused or another app's: give the app's own");
            }
        }
        self.hearing.link.has(trouble);
        PAUSE_HELPLESS
    }

    /// Opens one socket and hears until it ends.
    async fn once(&self) -> Ended {
        let address = match self.address().await {
            Ok(address) => address,
            Err(ended) => return ended,
        };
        match connect::connect(&address, self.api.base(), self.reach).await {
            Ok(socket) => Session::new(self.hearing.clone()).run(socket).await,
            Err(error) => {
                tracing::warn!(error = &*error, "a socket to Slack was not opened");
                Ended::Broken
            }
        }
    }

    /// The one-time address of a socket. It is a secret.
    async fn address(&self) -> Result<Url, Ended> {
        let opened = self
            .api
            .write(api::OPEN_CONNECTION, "", &json!({}))
            .await
            .map_err(|fault| {
                tracing::warn!(error = &fault as &dyn std::error::Error, "Slack gave no socket");
                match fault {
                    Fault::Rejected { .. } => Ended::Token,
                    _ => Ended::Broken,
                }
            })?;
        let address = opened["url"].as_str().and_then(|url| Url::parse(url).ok());
        address.ok_or(Ended::Broken)
    }
}
