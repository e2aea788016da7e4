//! What Slack sends, read: the same [`Heard`] comes out of a form over HTTP and of an envelope on a socket.
//!
//! Everything is read from the raw JSON: the models of slack-morphism leave out fields that security depends on (the app
//! of a command, the thread of a press under a private message, whether a channel is shared), and refuse `"team": null`.

mod events;
mod interactions;
mod typed;

#[cfg(test)]
mod tests;

use approvals::intake::{DeliveryId, Said};
use commands::names::{Channel, MessageId};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

pub use events::event;
pub use interactions::{Filled, interaction};
pub use typed::typed;

use super::gate::Origin;

/// One thing that Slack sent, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// Where it comes from.
    pub origin: Origin,
    /// Who; empty where nobody in particular did anything.
    pub user: String,
    /// In which channel, where in one.
    pub channel: Option<Channel>,
    /// What.
    pub what: What,
    /// What may be opened or answered with it.
    pub tokens: Tokens,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// Something was typed or pressed.
    Delivery {
        /// What makes it the same delivery.
        id: DeliveryId,
        /// The message it is, or that was pressed; a slash command is none.
        message: Option<MessageId>,
        /// The root of its thread, where it is in one.
        thread: Option<MessageId>,
        /// What.
        said: Said,
    },
    /// "Ask Sluice about this" under a message: its thread's root.
    Shortcut {
        /// The root.
        thread: MessageId,
    },
    /// A form was sent.
    Form(Filled),
    /// The App Home was opened.
    Home,
    /// Who is in this user group changed.
    Group(String),
    /// It means nothing to us; why, for the log.
    Nothing(&'static str),
}

/// Short-lived secrets that came with it. Never shown.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Tokens {
    /// Opens a form, once, within three seconds.
    pub trigger: Option<String>,
    /// Takes answers.
    pub reply_to: Option<String>,
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tokens(..)")
    }
}

/// What cannot be read: which field is missing or wrong. Never quotes the payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no usable `{0}`")]
pub struct Unreadable(pub &'static str);

/// A slash command, from the fields of its form or of its envelope.
/// <https://docs.slack.dev/interactivity/implementing-slash-commands>
pub fn command(fields: &Value) -> Result<Heard, Unreadable> {
    let trigger = needed(fields, "/trigger_id", "trigger_id")?;
    Ok(Heard {
        origin: Origin {
            app: Some(text(fields, "/api_app_id").unwrap_or_default().to_owned()),
            team: Some(text(fields, "/team_id").unwrap_or_default().to_owned()),
            user_team: None,
            shared: false,
        },
        user: needed(fields, "/user_id", "user_id")?.to_owned(),
        channel: Some(channel(fields, "/channel_id")?),
        what: What::Delivery {
            id: delivery("command", &[trigger]),
            message: None,
            thread: None,
            said: Said::Text(typed(text(fields, "/text").unwrap_or_default())),
        },
        tokens: tokens(fields),
    })
}

/// The fields of a form as JSON, the first of each name.
pub fn form(body: &[u8]) -> Value {
    let mut fields = serde_json::Map::new();
    for (name, value) in url::form_urlencoded::parse(body) {
        fields
            .entry(name.into_owned())
            .or_insert_with(|| value.into_owned().into());
    }
    Value::Object(fields)
}

/// The id of a delivery: its kind, and a digest of what Slack says only once. The parts themselves may be secrets.
fn delivery(kind: &str, parts: &[&str]) -> DeliveryId {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update(part.as_bytes());
        digest.update([0]);
    }
    DeliveryId(format!("slack-{kind}-{}", hex::encode(&digest.finalize()[..16])))
}

/// A text in the payload that is there and not empty.
fn text<'v>(value: &'v Value, pointer: &str) -> Option<&'v str> {
    value.pointer(pointer)?.as_str().filter(|text| !text.is_empty())
}

fn needed<'v>(value: &'v Value, pointer: &str, name: &'static str) -> Result<&'v str, Unreadable> {
    text(value, pointer).ok_or(Unreadable(name))
}

fn channel(value: &Value, pointer: &str) -> Result<Channel, Unreadable> {
    Channel::parse(needed(value, pointer, "channel")?).map_err(|_| Unreadable("channel"))
}

fn message(value: &Value, pointer: &str) -> Result<Option<MessageId>, Unreadable> {
    text(value, pointer)
        .map(|ts| MessageId::parse(ts).map_err(|_| Unreadable("ts")))
        .transpose()
}

fn tokens(value: &Value) -> Tokens {
    let owned = |pointer| text(value, pointer).map(str::to_owned);
    Tokens {
        trigger: owned("/trigger_id"),
        reply_to: owned("/response_url"),
    }
}
