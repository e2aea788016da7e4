//! The gateway: a socket that we open, so that no public address is needed. Interactions come without any intent.
//!
//! An interaction is answered once it is stored, and each is worked off in a task of its own: neither a slow disk nor a
//! panic makes the socket deaf. After a break the session is resumed where Discord said that it can be, and what was missed
//! meanwhile comes again. <https://discord.com/developers/docs/events/gateway>

mod session;
mod sign;

use std::sync::Arc;
use std::time::Duration;

use approvals::ports::Dice;
use secrecy::SecretString;
use tokio::sync::watch;
use tokio::time::Instant;
use url::Url;

pub use self::session::AtHand;
use self::session::{Ended, Session};
use super::api::{Api, Call};
use super::hearing::Hearing;
use crate::chat::connect;
use crate::chat::link::Trouble;
use crate::chat::pauses::{PAUSE_MIN, jittered, pause};
use crate::http::Reach;

/// The pause where only a person can mend it.
const PAUSE_HELPLESS: Duration = Duration::from_secs(60);
/// Discord wants one to five seconds before a session that it refused is begun anew.
const PAUSE_REFUSED: Duration = Duration::from_secs(5);
/// The longest pause for want of sessions.
const PAUSE_SPENT: Duration = Duration::from_secs(24 * 3_600);
/// Sessions that are left for a person who starts us by hand; who uses up all loses the token.
const SESSIONS_LEFT: u64 = 10;
/// A socket that lived so long is no failure.
const STEADY_AFTER: Duration = Duration::from_secs(60);
/// How often the address for resuming may fail before the first one is taken.
const RESUMES: u32 = 3;
/// Where gateways are.
const GATEWAYS: &str = ".discord.gg";

/// Keeps the gateway open.
pub struct Gateway {
    /// Who hears.
    pub hearing: Arc<Hearing>,
    /// The bot's token.
    pub token: SecretString,
    /// Jitter.
    pub dice: Arc<dyn Dice>,
    /// Where the socket may lead to.
    pub reach: Reach,
}

/// Where a socket is to be opened.
enum Address {
    Here(Url),
    Not(Ended),
}

impl Gateway {
    /// Hears until it is time to stop.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        tokio::select! {
            () = self.keep_open() => {}
            _ = stop.wait_for(|stop| *stop) => {}
        }
    }

    async fn keep_open(&self) {
        let mut at_hand: Option<AtHand> = None;
        let mut failures = 0;
        loop {
            let begun = Instant::now();
            let ended = self.once(&mut at_hand, failures).await;
            if begun.elapsed() >= STEADY_AFTER {
                failures = 0;
            }
            let pause = match ended {
                Ended::Reconnect => {
                    failures = 0;
                    PAUSE_MIN
                }
                Ended::Refused => PAUSE_REFUSED,
                Ended::Disabled => self.helpless(Trouble::Disabled),
                Ended::Token => self.helpless(Trouble::Token),
                Ended::Spent(wait) => {
                    tracing::error!(
                        ?wait,
                        "Discord allows no more sessions for now: who restarts the bot so often?"
                    );
                    wait.min(PAUSE_SPENT)
                }
                Ended::Deaf => {
                    self.hearing.link.was_deaf();
                    tracing::error!("the gateway heard nothing any more: it is made anew");
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
            Trouble::Disabled => tracing::error!("Discord does not let this bot use the gateway as we do"),
            Trouble::Token => tracing::error!("discord.bot_token is refused: give it a new one"),
        }
        self.hearing.link.has(trouble);
        PAUSE_HELPLESS
    }

    /// Opens the socket once and hears until it ends.
    async fn once(&self, at_hand: &mut Option<AtHand>, failures: u32) -> Ended {
        let address = match self.address(at_hand.as_ref(), failures).await {
            Address::Here(address) => address,
            Address::Not(ended) => return ended,
        };
        let api = self.hearing.discord.api.base();
        match connect::connect(&address, api, self.reach).await {
            Ok(socket) => {
                let session = Session::new(self.hearing.clone(), &self.token, self.dice.as_ref());
                session.run(socket, at_hand).await
            }
            Err(error) => {
                tracing::warn!(error = &*error, "the gateway was not opened");
                Ended::Broken
            }
        }
    }

    async fn address(&self, at_hand: Option<&AtHand>, failures: u32) -> Address {
        let resume_at = at_hand.and_then(|at_hand| at_hand.resume_at.as_deref());
        if let Some(resume_at) = resume_at
            .filter(|_| failures < RESUMES)
            .and_then(|url| self.checked(url))
        {
            return Address::Here(resume_at);
        }
        let told = match self.hearing.discord.api.call(&Call::gateway()).await {
            Ok(told) => told,
            Err(fault) => {
                tracing::warn!(
                    error = &fault as &dyn std::error::Error,
                    "Discord gave no gateway"
                );
                return Address::Not(if Api::is_token_refused(&fault) {
                    Ended::Token
                } else {
                    Ended::Broken
                });
            }
        };
        let left = told["session_start_limit"]["remaining"]
            .as_u64()
            .unwrap_or(u64::MAX);
        if at_hand.is_none() && left <= SESSIONS_LEFT {
            let wait = told["session_start_limit"]["reset_after"].as_u64();
            return Address::Not(Ended::Spent(Duration::from_millis(wait.unwrap_or(3_600_000))));
        }
        match told["url"].as_str().and_then(|url| self.checked(url)) {
            Some(url) => Address::Here(url),
            None => {
                tracing::error!("Discord gave an address for its gateway that is not Discord's");
                Address::Not(Ended::Broken)
            }
        }
    }

    /// An address that is Discord's, or that of the API which the config names: the token is sent there.
    fn checked(&self, url: &str) -> Option<Url> {
        gateway(url, self.hearing.discord.api.base())
    }
}

fn gateway(url: &str, api: &Url) -> Option<Url> {
    let mut url = Url::parse(url).ok()?;
    let host = url.host_str()?;
    let plain = url.username().is_empty() && url.password().is_none();
    let discords = host.ends_with(GATEWAYS) && url.scheme() == "wss" && url.port().is_none();
    if !plain || !(discords || url.host_str() == api.host_str()) {
        return None;
    }
    url.set_query(Some("v=10&encoding=json"));
    Some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_goes_to_discords_own_gateways_only() {
        let api = Url::parse("http://127.0.0.1:9/api/v10").unwrap();
        for (given, expected) in [
            (
                "wss://gateway.discord.gg",
                Some("wss://gateway.discord.gg/?v=10&encoding=json"),
            ),
            (
                "wss://gateway-us-east1-b.discord.gg/",
                Some("wss://gateway-us-east1-b.discord.gg/?v=10&encoding=json"),
            ),
            (
                "ws://127.0.0.1:7/gateway",
                Some("ws://127.0.0.1:7/gateway?v=10&encoding=json"),
            ),
            ("ws://gateway.discord.gg", None),
            ("wss://gateway.discord.gg.evil.org", None),
            ("wss://evil-discord.gg", None),
            ("wss://a:b@gateway.discord.gg", None),
            ("wss://gateway.discord.gg:444", None),
            ("nonsense", None),
        ] {
            assert_eq!(
                gateway(given, &api).map(String::from).as_deref(),
                expected,
                "{given}"
            );
        }
    }
}
