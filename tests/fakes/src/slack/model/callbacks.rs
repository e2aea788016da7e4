//! What Slack hands out with a payload and takes back once, or a few times: `trigger_id` and `response_url`.

use super::{Model, Refusal};

/// How long a trigger opens a form.
const TRIGGER_MS: u64 = 3_000;
/// How long, and how often, a `response_url` can be used.
const CALLBACK_MS: u64 = 30 * 60 * 1_000;
const CALLBACK_USES: u32 = 5;

/// The right to open one form for one person, soon.
pub(in crate::slack) struct Trigger {
    pub user: String,
    issued: u64,
    used: bool,
}

/// A `response_url`.
pub(in crate::slack) struct Callback {
    pub channel: String,
    pub user: String,
    /// The message that carried the button, and whether only its reader sees it.
    pub original: Option<String>,
    pub thread_ts: Option<String>,
    pub team: String,
    issued: u64,
    uses: u32,
}

/// What a callback answers in the channel or message it belongs to.
pub(in crate::slack) struct Origin<'a> {
    pub channel: &'a str,
    pub user: &'a str,
    pub original: Option<&'a str>,
    pub thread_ts: Option<&'a str>,
}

impl Model {
    pub fn issue_trigger(&mut self, user: &str) -> String {
        let (number, secret) = (self.number(), self.secret(32).to_lowercase());
        let id = format!("{number}.{}.{secret}", self.now);
        let trigger = Trigger {
            user: user.to_owned(),
            issued: self.now,
            used: false,
        };
        self.triggers.insert(id.clone(), trigger);
        id
    }

    /// Uses a trigger up and says whose it is.
    pub fn exchange_trigger(&mut self, id: &str) -> Result<String, Refusal> {
        let now = self.now;
        let Some(trigger) = self.triggers.get_mut(id) else {
            return Err(Refusal::new("invalid_trigger_id"));
        };
        if trigger.used {
            return Err(Refusal::new("exchanged_trigger_id"));
        }
        if now > trigger.issued + TRIGGER_MS {
            return Err(Refusal::new("expired_trigger_id"));
        }
        trigger.used = true;
        Ok(trigger.user.clone())
    }

    /// A new `response_url`; `kind` is the first word of its path: `commands`, `actions` or `app`.
    pub fn issue_callback(&mut self, kind: &str, team: &str, origin: &Origin<'_>) -> String {
        let path = format!("/{kind}/{team}/{}/{}", self.number(), self.secret(24));
        let callback = Callback {
            channel: origin.channel.to_owned(),
            user: origin.user.to_owned(),
            original: origin.original.map(str::to_owned),
            thread_ts: origin.thread_ts.map(str::to_owned),
            team: team.to_owned(),
            issued: self.now,
            uses: 0,
        };
        let url = format!("{}{path}", self.base);
        self.callbacks.insert(path, callback);
        url
    }

    /// Uses a `response_url` once more.
    pub fn use_callback(&mut self, path: &str) -> Result<&Callback, Refusal> {
        let now = self.now;
        let Some(callback) = self.callbacks.get_mut(path) else {
            return Err(Refusal::new("invalid_url"));
        };
        if now > callback.issued + CALLBACK_MS {
            return Err(Refusal::new("expired_url"));
        }
        if callback.uses >= CALLBACK_USES {
            return Err(Refusal::new("used_url"));
        }
        callback.uses += 1;
        Ok(callback)
    }
}
