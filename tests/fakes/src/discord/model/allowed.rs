//! Mentions: what stands in the text, what `allowed_mentions` lets through, and who is really told.
//! <https://docs.discord.com/developers/resources/message#allowed-mentions-object>

use super::Model;
use crate::discord::permissions::{MENTION_EVERYONE, VIEW_CHANNEL};
use serde_json::Value;

/// What stands in a text.
#[derive(Debug, PartialEq)]
enum Mention {
    User(String),
    Role(String),
    /// `everyone` or `here`.
    All(&'static str),
}

fn mentions(text: &str) -> Vec<Mention> {
    let mut found = Vec::new();
    for inside in text
        .split('<')
        .skip(1)
        .filter_map(|rest| rest.split_once('>').map(|(inside, _)| inside))
    {
        let number = |id: &str| {
            (!id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit())).then(|| id.to_owned())
        };
        if let Some(id) = inside.strip_prefix("@&").and_then(number) {
            found.push(Mention::Role(id));
        } else if let Some(id) = inside
            .strip_prefix('@')
            .and_then(|id| number(id.strip_prefix('!').unwrap_or(id)))
        {
            found.push(Mention::User(id));
        }
    }
    for word in ["everyone", "here"] {
        if text.contains(&format!("@{word}")) {
            found.push(Mention::All(word));
        }
    }
    found
}

/// Without the field everything is let through.
fn lets_through(allowed: &Value, mention: &Mention) -> bool {
    if allowed.is_null() {
        return true;
    }
    let lists = |field: &str, word: &str| {
        allowed[field]
            .as_array()
            .into_iter()
            .flatten()
            .any(|known| known == word)
    };
    match mention {
        Mention::User(id) => lists("parse", "users") || lists("users", id),
        Mention::Role(id) => lists("parse", "roles") || lists("roles", id),
        Mention::All(_) => lists("parse", "everyone"),
    }
}

impl Model {
    /// Ids of users and roles, and `everyone`, as the wire names them as mentioned.
    pub fn mentioned(&self, channel: &str, text: &str, allowed: &Value) -> Vec<String> {
        let mut ids = Vec::new();
        let through = mentions(text).into_iter();
        for mention in through.filter(|mention| lets_through(allowed, mention)) {
            let id = match mention {
                Mention::User(id) if self.user(&id).is_some() => id,
                Mention::Role(id) if self.has_role(channel, &id) => id,
                Mention::All(_) if self.may_tell_all(channel, &self.app.id) => "everyone".to_owned(),
                _ => continue,
            };
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        ids
    }

    /// Who is told: users who see the channel, roles that are mentionable, everybody where the author may.
    pub fn told(&self, channel: &str, author: &str, text: &str, allowed: &Value) -> Vec<String> {
        let mut told = Vec::new();
        let through = mentions(text).into_iter();
        for mention in through.filter(|mention| lets_through(allowed, mention)) {
            let who = match mention {
                Mention::User(id) if self.sees(channel, &id) => id,
                Mention::Role(id) if self.is_mentionable(channel, &id, author) => id,
                Mention::All(word) if self.may_tell_all(channel, author) => word.to_owned(),
                _ => continue,
            };
            if !told.contains(&who) {
                told.push(who);
            }
        }
        told
    }

    fn sees(&self, channel: &str, user: &str) -> bool {
        self.channel(channel)
            .is_some_and(|channel| self.permissions(user, channel) & VIEW_CHANNEL != 0)
    }

    fn may_tell_all(&self, channel: &str, author: &str) -> bool {
        self.channel(channel)
            .is_some_and(|channel| self.permissions(author, channel) & MENTION_EVERYONE != 0)
    }

    fn has_role(&self, channel: &str, role: &str) -> bool {
        self.role_at(channel, role).is_some()
    }

    fn role_at(&self, channel: &str, role: &str) -> Option<&super::guilds::Role> {
        let guild = self.channel(channel)?.guild.as_deref()?;
        self.guild(guild)?.role(role)
    }

    fn is_mentionable(&self, channel: &str, role: &str, author: &str) -> bool {
        self.role_at(channel, role)
            .is_some_and(|role| role.mentionable || self.may_tell_all(channel, author))
    }
}

#[cfg(test)]
mod tests {
    use super::{Mention, lets_through, mentions};
    use serde_json::{Value, json};

    #[test]
    fn mentions_are_read_from_the_text() {
        let found = mentions("<@12> <@!13> <@&14> <#15> <@x> @here");
        let user = |id: &str| Mention::User(id.to_owned());
        assert_eq!(
            found,
            [
                user("12"),
                user("13"),
                Mention::Role("14".to_owned()),
                Mention::All("here")
            ]
        );
    }

    #[test]
    fn only_what_is_allowed_is_let_through() {
        let user = Mention::User("12".to_owned());
        assert!(lets_through(&Value::Null, &Mention::All("everyone")));
        assert!(!lets_through(&json!({ "parse": [] }), &user));
        assert!(lets_through(&json!({ "parse": [], "users": ["12"] }), &user));
        assert!(!lets_through(
            &json!({ "parse": ["users"] }),
            &Mention::Role("1".to_owned())
        ));
    }
}
