//! What Discord sends, read: the same [`Heard`] comes out of a request over HTTP and of an event of the gateway.
//!
//! Everything is read from the raw JSON. The models of serenity refuse an interaction for a field that they do not know or
//! miss, and read a form of Label components as an empty one.
//! <https://discord.com/developers/docs/interactions/receiving-and-responding>

mod typed;

#[cfg(test)]
mod tests;

use commands::names::{At, Channel, MessageId};
use jiff::Timestamp;
use secrecy::SecretString;
use serde_json::Value;

pub use typed::Typed;

use super::gate::{Origin, Standing};

/// When Discord's ids begin, milliseconds since 1970.
const EPOCH_MS: i64 = 1_420_070_400_000;
/// Bits of an id below its time.
const BELOW_TIME: u32 = 22;
/// Channel types that are threads: of announcements, public, private.
const THREADS: [i64; 3] = [10, 11, 12];
/// The flag of a message that one person sees.
const EPHEMERAL: u64 = 1 << 6;

/// One interaction, read.
#[derive(Debug, Clone)]
pub struct Heard {
    /// Its id, by which it is the same interaction.
    pub id: String,
    /// What answers it, for a quarter of an hour. A secret.
    pub token: SecretString,
    /// Where it comes from.
    pub origin: Origin,
    /// Who; empty for a ping.
    pub user: String,
    /// The person's roles in the server.
    pub roles: Vec<String>,
    /// In which channel; for a thread the channel that it belongs to.
    pub channel: Option<Channel>,
    /// In which thread, where it is in one.
    pub thread: Option<MessageId>,
    /// What we may do there, as bits.
    pub our_permissions: Option<u64>,
    /// What.
    pub what: What,
}

/// What was done.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// Discord asks whether we are there.
    Ping,
    /// A command.
    Command(Typed),
    /// A command that is still being typed.
    Completion(Typed),
    /// A button.
    Press(Press),
    /// A form.
    Form(Filled),
    /// It means nothing to us; why, for the log.
    Nothing(&'static str),
}

/// A button that was pressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Press {
    /// The message it stands under.
    pub message: MessageId,
    /// Whether only who pressed it sees that message, so that no thread can hang on it.
    pub is_private: bool,
    /// The button.
    pub button: String,
}

/// A form that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled {
    /// Which form.
    pub form: String,
    /// What was filled in, by field.
    pub values: Vec<(String, String)>,
    /// The button that opened it; `None`: a command did.
    pub under: Option<Press>,
}

/// What cannot be read: which field is missing or wrong. Never quotes the payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no usable `{0}`")]
pub struct Unreadable(pub &'static str);

/// Reads an interaction.
///
/// # Errors
/// [`Unreadable`], where something that is needed is missing.
pub fn interaction(payload: &Value) -> Result<Heard, Unreadable> {
    let kind = payload["type"].as_u64().ok_or(Unreadable("type"))?;
    let what = match kind {
        1 => What::Ping,
        2 | 4 if !is_chat_input(payload) => What::Nothing("a command of another kind"),
        2 => What::Command(typed::typed(payload)?),
        3 => press(payload)?,
        4 => What::Completion(typed::typed(payload)?),
        5 => What::Form(filled(payload)?),
        _ => What::Nothing("an interaction of a kind that we do not offer"),
    };
    let is_ping = what == What::Ping;
    let user = text(payload, "/member/user/id").or(text(payload, "/user/id"));
    let channel = channel(payload)?;
    if !is_ping && (user.is_none() || channel.is_none()) {
        return Err(Unreadable("user or channel_id"));
    }
    Ok(Heard {
        id: needed(payload, "/id", "id")?.to_owned(),
        token: needed(payload, "/token", "token")?.into(),
        origin: origin(payload),
        user: user.unwrap_or_default().to_owned(),
        roles: roles(&payload["member"]),
        thread: thread(payload)?,
        channel,
        our_permissions: text(payload, "/app_permissions").and_then(|bits| bits.parse().ok()),
        what,
    })
}

/// When an id was given out; `None`: it is none.
pub fn made_at(id: &str) -> Option<At> {
    let id: u64 = id.parse().ok()?;
    Some(At(i64::try_from(id >> BELOW_TIME).ok()? + EPOCH_MS))
}

/// What a member's object says of the person.
pub fn standing(member: &Value) -> Standing {
    let is = |pointer| member.pointer(pointer) == Some(&Value::Bool(true));
    let until = text(member, "/communication_disabled_until");
    Standing {
        is_machine: is("/user/bot") || is("/user/system"),
        is_pending: is("/pending"),
        // A time that cannot be read is believed to be to come.
        timed_out_until: until.map(|until| {
            let read = until.parse::<Timestamp>().ok();
            At(read.map_or(i64::MAX, Timestamp::as_millisecond))
        }),
    }
}

/// The roles in a member's object.
pub fn roles(member: &Value) -> Vec<String> {
    let roles = member["roles"].as_array().into_iter().flatten();
    roles
        .filter_map(|role| role.as_str().map(str::to_owned))
        .collect()
}

fn is_chat_input(payload: &Value) -> bool {
    payload.pointer("/data/type").is_none_or(|kind| kind == 1)
}

fn press(payload: &Value) -> Result<What, Unreadable> {
    if payload.pointer("/data/component_type") != Some(&Value::from(2)) {
        return Ok(What::Nothing("a choice in a list"));
    }
    Ok(What::Press(Press {
        button: needed(payload, "/data/custom_id", "data.custom_id")?.to_owned(),
        ..pressed(payload)?.ok_or(Unreadable("message.id"))?
    }))
}

/// The message that was pressed under, without the button.
fn pressed(payload: &Value) -> Result<Option<Press>, Unreadable> {
    let Some(id) = text(payload, "/message/id") else {
        return Ok(None);
    };
    let flags = payload.pointer("/message/flags").and_then(Value::as_u64);
    Ok(Some(Press {
        message: MessageId::parse(id).map_err(|_| Unreadable("message.id"))?,
        is_private: flags.unwrap_or_default() & EPHEMERAL != 0,
        button: String::new(),
    }))
}

fn filled(payload: &Value) -> Result<Filled, Unreadable> {
    let form = needed(payload, "/data/custom_id", "data.custom_id")?;
    let mut values = Vec::new();
    for row in payload
        .pointer("/data/components")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        let inside = row["components"].as_array().into_iter().flatten();
        for field in inside.chain(row.get("component")) {
            let value = text(field, "/value").or(text(field, "/values/0"));
            if let (Some(name), Some(value)) = (text(field, "/custom_id"), value) {
                values.push((name.to_owned(), value.to_owned()));
            }
        }
    }
    Ok(Filled {
        form: form.to_owned(),
        values,
        under: pressed(payload)?.map(|press| Press {
            button: form.to_owned(),
            ..press
        }),
    })
}

fn origin(payload: &Value) -> Origin {
    let owned = |pointer| text(payload, pointer).map(str::to_owned);
    Origin {
        application: owned("/application_id"),
        guild: owned("/guild_id").filter(|_| payload["member"].is_object()),
        installed_in: owned("/authorizing_integration_owners/0"),
        member: standing(&payload["member"]),
    }
}

fn is_in_thread(payload: &Value) -> bool {
    let kind = payload.pointer("/channel/type").and_then(Value::as_i64);
    kind.is_some_and(|kind| THREADS.contains(&kind))
}

fn channel(payload: &Value) -> Result<Option<Channel>, Unreadable> {
    let id = if is_in_thread(payload) {
        text(payload, "/channel/parent_id")
    } else {
        text(payload, "/channel_id").or(text(payload, "/channel/id"))
    };
    id.map(|id| Channel::parse(id).map_err(|_| Unreadable("channel_id")))
        .transpose()
}

fn thread(payload: &Value) -> Result<Option<MessageId>, Unreadable> {
    if !is_in_thread(payload) {
        return Ok(None);
    }
    let id = text(payload, "/channel_id").or(text(payload, "/channel/id"));
    id.map(|id| MessageId::parse(id).map_err(|_| Unreadable("channel_id")))
        .transpose()
}

/// A text in the payload that is there and not empty.
fn text<'v>(value: &'v Value, pointer: &str) -> Option<&'v str> {
    value.pointer(pointer)?.as_str().filter(|text| !text.is_empty())
}

fn needed<'v>(value: &'v Value, pointer: &str, name: &'static str) -> Result<&'v str, Unreadable> {
    text(value, pointer).ok_or(Unreadable(name))
}
