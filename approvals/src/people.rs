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

impl Members {
    /// Whether a chat keeps the group too, so that the config does not say who is in it.
    pub fn is_kept_elsewhere(&self) -> bool {
        self.slack_usergroup.is_some() || self.discord_role.is_some()
    }
}

impl People {
    /// The groups that list a person in the config.
    pub fn groups_of(&self, person: &Person) -> BTreeSet<Group> {
        self.groups
            .iter()
            .filter(|(_, members)| members.people.contains(person))
            .map(|(group, _)| group.clone())
            .collect()
    }

    /// The person an account belongs to; on the console the account is the person's key. No account is the machine's.
    pub fn person_of(&self, account: &Account) -> Option<Person> {
        self.persons
            .iter()
            .filter(|(person, _)| !person.is_sluice())
            .find(|(person, profile)| match account.chat {
                Chat::Console => person.as_str() == account.id,
                Chat::Slack => profile.slack.as_deref() == Some(account.id.as_str()),
                Chat::Discord => profile.discord.as_deref() == Some(account.id.as_str()),
            })
            .map(|(person, _)| person.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(chat: Chat, id: &str) -> Account {
        Account {
            chat,
            id: id.to_owned(),
        }
    }

    fn people() -> People {
        let ana = Profile {
            slack: Some("U01".to_owned()),
            discord: Some("11".to_owned()),
            ..Profile::default()
        };
        let owners = Members {
            people: BTreeSet::from([person("ana")]),
            ..Members::default()
        };
        People {
            persons: BTreeMap::from([
                (person("ana"), ana),
                (person("bo"), Profile::default()),
                (person("sluice"), Profile::default()),
            ]),
            groups: BTreeMap::from([(Group::parse("owners").unwrap(), owners)]),
        }
    }

    fn person(name: &str) -> Person {
        Person::parse(name).unwrap()
    }

    #[test]
    fn i2_one_person_is_the_same_over_all_chats() {
        for account in [
            account(Chat::Console, "ana"),
            account(Chat::Slack, "U01"),
            account(Chat::Discord, "11"),
        ] {
            assert_eq!(people().person_of(&account), Some(person("ana")));
        }
    }

    #[test]
    fn i18_an_account_of_one_chat_says_nothing_in_another() {
        for account in [
            account(Chat::Slack, "ana"),
            account(Chat::Discord, "U01"),
            account(Chat::Console, "11"),
            account(Chat::Slack, ""),
            account(Chat::Slack, "u01"),
        ] {
            assert_eq!(people().person_of(&account), None, "{account:?}");
        }
    }

    #[test]
    fn i18_nobody_speaks_as_the_machine() {
        assert_eq!(people().person_of(&account(Chat::Console, "sluice")), None);
    }

    #[test]
    fn groups_are_those_that_list_the_person() {
        assert_eq!(
            people().groups_of(&person("ana")),
            BTreeSet::from([Group::parse("owners").unwrap()])
        );
        assert_eq!(people().groups_of(&person("bo")), BTreeSet::new());
    }
}
