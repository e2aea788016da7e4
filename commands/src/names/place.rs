//! Where people speak.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Channel, Misnamed};

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
