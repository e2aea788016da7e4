//! Small types that cannot be wrong: each is made by `parse` (or a checked constructor) and by nothing else.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

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

impl TaskManagerId {
    /// The `taskmanager.resource-id` of the TaskManager that the step with this key starts: `sluice-` and the key. A
    /// repeated step finds it again in `/taskmanagers`; a prefix that marks it as ours.
    pub fn of_step(key: &StepKey) -> Self {
        Self(format!("sluice-{key}"))
    }
}

/// The number of a request; people see and type `R-18`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RequestId(u64);

impl RequestId {
    /// The request with this number, counted from 1.
    pub fn new(number: u64) -> Self {
        Self(number)
    }

    /// Its number.
    pub fn number(self) -> u64 {
        self.0
    }

    /// Reads `R-18`, `r-18` or `#R-18`.
    pub fn parse(text: &str) -> Result<Self, Misnamed> {
        let wrong = Misnamed {
            what: "request",
            must: "R- and a number, such as R-18",
        };
        let text = text.strip_prefix('#').unwrap_or(text);
        let digits = text
            .strip_prefix("R-")
            .or_else(|| text.strip_prefix("r-"))
            .ok_or_else(|| wrong.clone())?;
        match digits.parse() {
            Ok(number) if number > 0 && digits.bytes().all(|b| b.is_ascii_digit()) => Ok(Self(number)),
            _ => Err(wrong),
        }
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "R-{}", self.0)
    }
}

impl TryFrom<String> for RequestId {
    type Error = Misnamed;
    fn try_from(text: String) -> Result<Self, Misnamed> {
        Self::parse(&text)
    }
}

impl From<RequestId> for String {
    fn from(id: RequestId) -> String {
        id.to_string()
    }
}

/// How many parallel subtasks a job or vertex has: 1 to 32,768 (Flink's own upper bound of max parallelism).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct Parallelism(u32);

impl Parallelism {
    /// Flink's bound of max parallelism, `1 << 15`.
    pub const MAX: u32 = 32_768;

    /// The parallelism, if it is 1 to [`Parallelism::MAX`].
    pub fn new(count: u32) -> Result<Self, Misnamed> {
        if (1..=Self::MAX).contains(&count) {
            Ok(Self(count))
        } else {
            Err(Misnamed {
                what: "parallelism",
                must: "1 to 32768",
            })
        }
    }

    /// The number of subtasks.
    pub fn get(self) -> u32 {
        self.0
    }
}

impl fmt::Display for Parallelism {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl TryFrom<u32> for Parallelism {
    type Error = Misnamed;
    fn try_from(count: u32) -> Result<Self, Misnamed> {
        Self::new(count)
    }
}

impl From<Parallelism> for u32 {
    fn from(parallelism: Parallelism) -> u32 {
        parallelism.0
    }
}

/// A chat that Sluice hears and speaks in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Chat {
    /// The local page.
    Console,
    /// Slack.
    Slack,
    /// Discord.
    Discord,
}

impl Chat {
    /// Its name in the config, such as `console`.
    pub fn as_str(self) -> &'static str {
        match self {
            Chat::Console => "console",
            Chat::Slack => "slack",
            Chat::Discord => "discord",
        }
    }
}

/// A channel of a chat: `console:ops`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Place {
    /// The chat.
    pub chat: Chat,
    /// The channel in it.
    pub channel: Channel,
}

impl Place {
    /// Reads `chat:channel`.
    pub fn parse(text: &str) -> Result<Self, Misnamed> {
        let wrong = Misnamed {
            what: "place",
            must: "chat:channel, such as console:ops",
        };
        let (chat, channel) = text.split_once(':').ok_or_else(|| wrong.clone())?;
        let chat = match chat {
            "console" => Chat::Console,
            "slack" => Chat::Slack,
            "discord" => Chat::Discord,
            _ => return Err(wrong),
        };
        Ok(Self {
            chat,
            channel: Channel::parse(channel).map_err(|_| wrong)?,
        })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.chat.as_str(), self.channel)
    }
}

impl TryFrom<String> for Place {
    type Error = Misnamed;
    fn try_from(text: String) -> Result<Self, Misnamed> {
        Self::parse(&text)
    }
}

impl From<Place> for String {
    fn from(place: Place) -> String {
        place.to_string()
    }
}

/// An instant: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct At(pub i64);

impl At {
    /// This instant and a span later; saturates at the end of time.
    pub fn plus(self, span: Millis) -> At {
        At(self.0.saturating_add_unsigned(span.0))
    }

    /// This instant less a span; saturates at the beginning of time.
    pub fn minus(self, span: Millis) -> At {
        At(self.0.saturating_sub_unsigned(span.0))
    }

    /// The span from `earlier` to this instant; zero where `earlier` is not earlier.
    pub fn since(self, earlier: At) -> Millis {
        Millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

/// A span of time in milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Millis(pub u64);

impl Millis {
    /// This many seconds.
    pub const fn seconds(seconds: u64) -> Self {
        Self(seconds * 1000)
    }

    /// This many minutes.
    pub const fn minutes(minutes: u64) -> Self {
        Self(minutes * 60_000)
    }

    /// In seconds, with a fraction.
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / 1000.0
    }
}

impl std::ops::Add for Millis {
    type Output = Millis;
    fn add(self, other: Millis) -> Millis {
        Millis(self.0.saturating_add(other.0))
    }
}

impl From<Millis> for Duration {
    fn from(span: Millis) -> Duration {
        Duration::from_millis(span.0)
    }
}

impl From<Duration> for Millis {
    fn from(span: Duration) -> Millis {
        Millis(u64::try_from(span.as_millis()).unwrap_or(u64::MAX))
    }
}
