//! Canonical persons, the links between their accounts, and roster evidence.

use std::collections::{BTreeMap, BTreeSet};

use commands::names::{At, Chat, Group, Person};
use serde::{Deserialize, Serialize};

/// An account of a chat: immutable ids only, never a display name or an address.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Account {
    /// The chat.
    pub chat: Chat,
    /// The chat's own user id; on the console the person's key.
    pub id: String,
}

/// Everybody the config names, and the groups they form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct People {
    /// Each person's profile.
    pub persons: BTreeMap<Person, Profile>,
    /// Each group's members as the config lists them, and where the chats keep the group.
    pub groups: BTreeMap<Group, Members>,
}

/// What the config says of a person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// How people call him or her.
    pub name: String,
    /// Slack user id.
    pub slack: Option<String>,
    /// Discord user id.
    pub discord: Option<String>,
    /// BCP 47 language of private answers.
    pub language: Option<String>,
    /// IANA time zone of times shown.
    pub time_zone: Option<String>,
}

/// A group of the config.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Members {
    /// Listed in the file.
    pub people: BTreeSet<Person>,
    /// A Slack user group that counts too.
    pub slack_usergroup: Option<String>,
    /// A Discord role that counts too.
    pub discord_role: Option<String>,
}

/// The groups a person was in, and when that was looked up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The groups.
    pub groups: BTreeSet<Group>,
    /// When.
    pub looked_up_at: At,
}

impl People {
    /// The person an account belongs to; on the console the account is the person's key.
    pub fn person_of(&self, account: &Account) -> Option<Person> {
        self.persons
            .iter()
            .find(|(person, profile)| match account.chat {
                Chat::Console => person.as_str() == account.id,
                Chat::Slack => profile.slack.as_deref() == Some(account.id.as_str()),
                Chat::Discord => profile.discord.as_deref() == Some(account.id.as_str()),
            })
            .map(|(person, _)| person.clone())
    }
}
