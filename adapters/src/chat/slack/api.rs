//! The Web API: one call, and what its answer means.
//!
//! Slack answers most errors with status 200 and `"ok": false`; some of them may have been done all the same.
//! <https://docs.slack.dev/apis/web-api#responses>

mod answer;

use std::fmt;
use std::sync::Arc;

use approvals::ports::{Clock, Fault};
use serde::Serialize;
use serde_json::Value;
use url::Url;

use super::budget::{Budget, Tier};
use crate::http::{self, Answer, Client, Misconfigured, Request, rejected};

pub use crate::http::is_refusal;
pub use answer::{
    CHANNEL_CLOSED, INVALID_BLOCKS, MISSING_SCOPE, NO_GROUPS, NO_SUCH_USER, NOT_IN_CHANNEL, TRIGGER_USED,
};

/// Write methods want the character set named, else they warn.
const JSON: &str = "application/json; charset=utf-8";

/// A method of the Web API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Method {
    name: &'static str,
    tier: Tier,
}

macro_rules! methods {
    ($($constant:ident = $name:literal, $tier:ident;)*) => {
        $(
            #[doc = concat!("<https://docs.slack.dev/reference/methods/", $name, ">")]
            pub const $constant: Method = Method { name: $name, tier: Tier::$tier };
        )*
    };
}

methods! {
    POST_MESSAGE = "chat.postMessage", Posting;
    UPDATE = "chat.update", Three;
    POST_EPHEMERAL = "chat.postEphemeral", Four;
    OPEN_VIEW = "views.open", Four;
    PUBLISH_VIEW = "views.publish", Four;
    UPLOAD_ADDRESS = "files.getUploadURLExternal", Four;
    COMPLETE_UPLOAD = "files.completeUploadExternal", Four;
    FILE = "files.info", Four;
    USER = "users.info", Four;
    GROUP_MEMBERS = "usergroups.users.list", Two;
    GROUPS = "usergroups.list", Two;
    CHANNEL = "conversations.info", Three;
    REPLIES = "conversations.replies", Three;
    HISTORY = "conversations.history", Three;
    WHO_WE_ARE = "auth.test", Three;
    OPEN_CONNECTION = "apps.connections.open", Three;
}

/// The Web API under one token.
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
        Ok(Self {
            client: Client::new(config)?.with_authorization(&format!("Bearer {token}"))?,
            base,
            budget: Budget::new(clock),
        })
    }

    /// Where it is.
    pub fn base(&self) -> &Url {
        &self.base
    }

    /// Writes something; `channel` is whose budget it takes, empty where it is of none.
    ///
    /// # Errors
    /// A [`Fault`]; `Unknown` where it may have been done.
    pub async fn write(&self, method: Method, channel: &str, body: &impl Serialize) -> Result<Value, Fault> {
        let body =
            serde_json::to_vec(body).map_err(|error| rejected("NOT_RENDERED", error.to_string(), error))?;
        let request = Request::post_bytes([method.name], body, JSON);
        self.call(method, channel, &request)
            .await
            .map(|(answer, _)| answer)
    }

    /// Reads something.
    ///
    /// # Errors
    /// A [`Fault`], never `Unknown`.
    pub async fn read(
        &self,
        method: Method,
        channel: &str,
        query: &[(&'static str, &str)],
    ) -> Result<Value, Fault> {
        let request = query
            .iter()
            .fold(Request::get([method.name]), |request, (name, value)| {
                request.with(name, *value)
            });
        self.call(method, channel, &request)
            .await
            .map(|(answer, _)| answer)
    }

    /// Who the token belongs to, and what it may do (`x-oauth-scopes`).
    ///
    /// # Errors
    /// A [`Fault`], where Slack does not say.
    pub async fn who_we_are(&self) -> Result<(Value, Vec<String>), Fault> {
        let request = Request::get([WHO_WE_ARE.name]);
        let (said, answer) = self.call(WHO_WE_ARE, "", &request).await?;
        let scopes = answer
            .headers
            .get("x-oauth-scopes")
            .and_then(|value| value.to_str().ok());
        let scopes = scopes.unwrap_or_default().split(',').map(str::trim);
        Ok((
            said,
            scopes
                .filter(|scope| !scope.is_empty())
                .map(str::to_owned)
                .collect(),
        ))
    }

    async fn call(&self, method: Method, channel: &str, request: &Request) -> Result<(Value, Answer), Fault> {
        self.budget
            .take(method.name, method.tier, channel)
            .map_err(|wait| Fault::Transient {
                retry_after: Some(wait),
                source: "our own budget of calls to Slack is used up for now".into(),
            })?;
        let answer = self.client.exchange(request).await?;
        let said = answer::read(method.name, &answer, request.effect());
        if let Err(Fault::Transient {
            retry_after: Some(wait),
            ..
        }) = &said
        {
            self.budget.wait(method.name, channel, *wait);
        }
        said.map(|said| (said, answer))
    }
}
