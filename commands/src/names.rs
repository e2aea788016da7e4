//! Small types that cannot be wrong: each is made by `parse` (or a checked constructor) and by nothing else.

mod parallelism;
mod place;
mod request;
#[cfg(test)]
mod tests;
mod time;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

pub use parallelism::Parallelism;
pub use place::{Chat, Place};
pub use request::RequestId;
pub use time::{At, Millis};

/// A text that is not what its type asks for: which type, and what it must look like.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a {what}: {must}")]
pub struct Misnamed {
    /// The kind of name that was wanted, as people say it ("person", "job id").
    pub what: &'static str,
    /// What such a name looks like.
    pub must: &'static str,
}

macro_rules! text_name {
    ($(#[$doc:meta])* $name:ident, $what:literal, $must:literal, $valid:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Takes the text if it is such a name.
            pub fn parse(text: &str) -> Result<Self, Misnamed> {
                let valid: fn(&str) -> bool = $valid;
                if valid(text) { Ok(Self(text.to_owned())) } else { Err(Misnamed { what: $what, must: $must }) }
            }

            /// The name as it was given.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = Misnamed;
            fn from_str(text: &str) -> Result<Self, Misnamed> {
                Self::parse(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = Misnamed;
            fn try_from(text: String) -> Result<Self, Misnamed> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> String {
                name.0
            }
        }
    };
}

fn is_key(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
}

fn is_hex32(text: &str) -> bool {
    text.len() == 32
        && text
            .bytes()
            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

fn is_printable(text: &str) -> bool {
    (1..=256).contains(&text.chars().count()) && !text.chars().any(char::is_control)
}

text_name!(
    /// One human being, by the key under `people` in the config; `sluice` is the machine itself.
    Person, "person", "1 to 64 letters, digits, dots, underscores or hyphens", is_key);
text_name!(
    /// A group of people, by its key under `groups` in the config.
    Group, "group", "1 to 64 letters, digits, dots, underscores or hyphens", is_key);
text_name!(
    /// An environment, by its key under `environments` in the config.
    Environment, "environment", "1 to 64 letters, digits, dots, underscores or hyphens", is_key);
text_name!(
    /// A Flink job id: 32 hexadecimal digits
    /// (<https://nightlies.apache.org/flink/flink-docs-release-2.3/docs/ops/rest_api/>).
    JobId, "job id", "32 hexadecimal digits", is_hex32);
text_name!(
    /// A Flink job vertex id: 32 hexadecimal digits.
    VertexId, "vertex id", "32 hexadecimal digits", is_hex32);
text_name!(
    /// A job's name as its author gave it: 1 to 256 characters without control characters.
    JobName, "job name", "1 to 256 characters, no control characters", is_printable);
text_name!(
    /// A TaskManager's id (`taskmanager.resource-id`, else host:port-random).
    TaskManagerId, "TaskManager id", "1 to 256 characters, no control characters", is_printable);
text_name!(
    /// The name of an incident elsewhere, as people type it.
    Incident, "incident", "1 to 64 letters, digits, dots, underscores or hyphens", is_key);
text_name!(
    /// A channel of a chat, by the chat's own id, or the console channel's name.
    Channel, "channel", "1 to 64 letters, digits, dots, underscores or hyphens", is_key);
text_name!(
    /// A message of a chat, by the chat's own id.
    MessageId, "message id", "1 to 64 letters, digits, dots, underscores or hyphens", is_key);
text_name!(
    /// The idempotency key of one step under one ballot: SHA-256(request, ballot, step), its first 16 bytes in hex.
    /// It serves as Flink's `triggerId` and names the TaskManager that a step starts.
    StepKey, "step key", "32 hexadecimal digits", is_hex32);

impl Person {
    /// The machine principal: requester of proposals, author of what happens by itself. It never has a vote.
    pub fn sluice() -> Self {
        Self("sluice".to_owned())
    }

    /// Whether this is the machine principal.
    pub fn is_sluice(&self) -> bool {
        self.0 == "sluice"
    }
}

/// What a stand-in begins with; no chat's own ids do.
const STAND_IN: &str = "delivery-";

impl MessageId {
    /// Stands for a command that is no message in its chat, such as a slash command: the `number`-th delivery. The first
    /// message said openly in its thread takes its place.
    pub fn stand_in(number: u64) -> Self {
        Self(format!("{STAND_IN}{number}"))
    }

    /// Stands for the thread in which a request is shown beside the one in which it was asked.
    pub fn for_copy_of(request: RequestId) -> Self {
        Self(format!("{STAND_IN}{request}"))
    }

    /// The request that is shown in the thread which this stands for, where it is a copy's.
    pub fn copied_request(&self) -> Option<RequestId> {
        RequestId::parse(self.0.strip_prefix(STAND_IN)?).ok()
    }

    /// Whether it stands for what is no message: a command, or a copy's beginning.
    pub fn is_stand_in(&self) -> bool {
        self.0.starts_with(STAND_IN)
    }
}

impl TaskManagerId {
    /// The `taskmanager.resource-id` of the TaskManager that the step with this key starts: `sluice-` and the key. A
    /// repeated step finds it again in `/taskmanagers`; a prefix that marks it as ours.
    pub fn of_step(key: &StepKey) -> Self {
        Self(format!("sluice-{key}"))
    }
}
