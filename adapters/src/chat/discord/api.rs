//! The REST API: its routes, one call, and what its answer means. <https://discord.com/developers/docs/reference>

mod answer;
mod route;

use std::fmt;
use std::sync::Arc;

use approvals::ports::{Clock, Fault};
use commands::names::Millis;
use serde_json::Value;
use url::Url;

use super::budget::{Budget, Said};
use crate::http::{self, Client, Misconfigured};

pub use crate::http::is_refusal;
pub use answer::{
    ACCESS, ARCHIVED, EDITS_USED_UP, MESSAGE_GONE, NO_SUCH_CHANNEL, NO_SUCH_MEMBER, THREAD_CLOSED,
    THREAD_EXISTS, TOO_LARGE, TOO_LATE,
};
pub use route::{Bucket, Call, Png};

/// Discord turns programs away that do not call themselves so.
/// <https://discord.com/developers/docs/reference#user-agent>
const AGENT: &str = concat!(
    "DiscordBot (https://sluice.example.org, ",
    env!("CARGO_PKG_VERSION"),
    ")"
);
/// How long nothing is called after Discord refused the token: only a person can mend it, and messages shall wait for him.
const REFUSED_FOR: Millis = Millis::minutes(1);

/// The REST API under the bot's token.
pub struct Api {
    client: Client,
    base: Url,
    budget: Budget,
}

impl fmt::Debug for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Api")
            .field("base", &self.base.as_str())
            .finish_non_exhaustive()
    }
}

impl Api {
    /// The API at `base`, spoken to with this token.
    ///
    /// # Errors
    /// [`Misconfigured`], where the address or the token cannot be used.
    pub fn new(config: http::Config, token: &str, clock: Arc<dyn Clock>) -> Result<Self, Misconfigured> {
        let base = config.base.clone();
        let client = Client::new(config)?.with_authorization(&format!("Bot {token}"))?;
        Ok(Self {
            client: client.with_agent(AGENT),
            base,
            budget: Budget::new(clock),
        })
    }

    /// Where it is.
    pub fn base(&self) -> &Url {
        &self.base
    }

    /// Carries out one call; an answer without a body is `null`.
    ///
    /// # Errors
    /// A [`Fault`]; `Unknown` where a change may have been done.
    pub async fn call(&self, call: &Call) -> Result<Value, Fault> {
        let bucket = call.bucket.as_ref();
        if let Some(bucket) = bucket {
            self.budget.take(bucket).map_err(|wait| Fault::Transient {
                retry_after: Some(wait),
                source: "our own budget of calls to Discord is used up for now".into(),
            })?;
        }
        let answer = self.client.exchange(&call.request).await?;
        if let Some(bucket) = bucket {
            self.budget.note(bucket, Said::of(&answer.headers));
        }
        match answer::read(&answer, call.request.effect()) {
            answer::Read::Done(value) => Ok(value),
            answer::Read::Failed(fault) => Err(fault),
            answer::Read::Wait {
                wait,
                with_everything,
            } => {
                if let Some(bucket) = bucket {
                    self.budget.wait(bucket, wait, with_everything);
                }
                Err(Fault::Transient {
                    retry_after: Some(wait),
                    source: "Discord asks to wait".into(),
                })
            }
            answer::Read::TokenRefused => {
                tracing::error!("Discord refuses the bot's token: give it a new one");
                if let Some(bucket) = bucket {
                    self.budget.wait(bucket, REFUSED_FOR, true);
                }
                Err(Fault::Transient {
                    retry_after: Some(REFUSED_FOR),
                    source: answer::TokenRefused.into(),
                })
            }
        }
    }

    /// Whether a fault says that the token is refused.
    pub fn is_token_refused(fault: &Fault) -> bool {
        matches!(fault, Fault::Transient { source, .. } if source.is::<answer::TokenRefused>())
    }
}
