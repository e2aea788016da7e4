//! Guilds, roles, members, and the users behind them.

use super::Model;
use crate::discord::permissions::{EVERYONE, INVITED};

/// An account.
#[derive(Clone, Debug)]
pub(in crate::discord) struct User {
    pub id: String,
    pub name: String,
    pub global_name: Option<String>,
    pub locale: String,
    pub traits: Traits,
    /// What the client itself told this person.
    pub errors: Vec<String>,
    /// The forms in front of this person, the newest last: index of the interaction that opened each.
    pub forms: Vec<OpenForm>,
}

/// A form that an interaction brought.
#[derive(Clone, Debug)]
pub(in crate::discord) struct OpenForm {
    /// Id of the interaction that was answered with it.
    pub opened_by: String,
    pub data: serde_json::Value,
}

#[derive(Clone, Copy, Debug, Default)]
pub(in crate::discord) struct Traits {
    pub bot: bool,
    pub system: bool,
    /// Installed the app for their account: their interactions are theirs wherever they are.
    pub installed: bool,
}

/// A server.
#[derive(Clone, Debug)]
pub(in crate::discord) struct Guild {
    pub id: String,
    pub name: String,
    pub owner: String,
    pub locale: String,
    pub roles: Vec<Role>,
    pub members: Vec<Member>,
}

#[derive(Clone, Debug)]
pub(in crate::discord) struct Role {
    pub id: String,
    pub name: String,
    pub permissions: u64,
    pub mentionable: bool,
    /// Belongs to a bot.
    pub managed: bool,
}

#[derive(Clone, Debug)]
pub(in crate::discord) struct Member {
    pub user: String,
    pub roles: Vec<String>,
    pub nick: Option<String>,
    pub joined: u64,
    pub pending: bool,
    /// Epoch milliseconds.
    pub timed_out_until: Option<u64>,
}

impl User {
    pub fn named(id: String, name: &str) -> Self {
        Self {
            id,
            name: name.to_owned(),
            global_name: Some(name.to_owned()),
            locale: "en-US".to_owned(),
            traits: Traits::default(),
            errors: Vec::new(),
            forms: Vec::new(),
        }
    }
}

impl Guild {
    pub fn member(&self, user: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.user == user)
    }

    pub fn member_mut(&mut self, user: &str) -> Option<&mut Member> {
        self.members.iter_mut().find(|member| member.user == user)
    }

    pub fn role(&self, id: &str) -> Option<&Role> {
        self.roles.iter().find(|role| role.id == id)
    }
}

impl Model {
    pub fn user(&self, id: &str) -> Option<&User> {
        self.users.iter().find(|user| user.id == id)
    }

    pub fn user_mut(&mut self, id: &str) -> Option<&mut User> {
        self.users.iter_mut().find(|user| user.id == id)
    }

    pub fn guild(&self, id: &str) -> Option<&Guild> {
        self.guilds.iter().find(|guild| guild.id == id)
    }

    pub fn guild_mut(&mut self, id: &str) -> Option<&mut Guild> {
        self.guilds.iter_mut().find(|guild| guild.id == id)
    }

    /// The bot is in the guild.
    pub fn is_installed(&self, guild: &str) -> bool {
        self.guild(guild)
            .is_some_and(|guild| guild.member(&self.app.id).is_some())
    }

    /// The guild with this name, new where there was none. It belongs to somebody who does nothing else.
    pub fn found_guild(&mut self, name: &str) -> String {
        if let Some(known) = self.guilds.iter().find(|guild| guild.name == name) {
            return known.id.clone();
        }
        let owner = self.id();
        self.users
            .push(User::named(owner.clone(), &format!("{name}-owner")));
        let id = self.id();
        let everyone = Role {
            id: id.clone(),
            name: "@everyone".to_owned(),
            permissions: EVERYONE,
            mentionable: false,
            managed: false,
        };
        self.guilds.push(Guild {
            id: id.clone(),
            name: name.to_owned(),
            owner: owner.clone(),
            locale: "en-US".to_owned(),
            roles: vec![everyone],
            members: Vec::new(),
        });
        self.join(&id, &owner, Vec::new());
        id
    }

    /// The bot joins, with a role of its own.
    pub fn install(&mut self, guild: &str) {
        let (bot, name) = (self.app.id.clone(), self.app.name.clone());
        let role = self.add_role(guild, &name, INVITED, false);
        if let Some(role) = self
            .guild_mut(guild)
            .and_then(|guild| guild.roles.iter_mut().find(|known| known.id == role))
        {
            role.managed = true;
        }
        self.join(guild, &bot, vec![role]);
    }

    pub fn join(&mut self, guild: &str, user: &str, roles: Vec<String>) {
        let joined = self.now;
        let Some(guild) = self.guild_mut(guild) else {
            return;
        };
        guild.members.push(Member {
            user: user.to_owned(),
            roles,
            nick: None,
            joined,
            pending: false,
            timed_out_until: None,
        });
    }

    pub fn add_role(&mut self, guild: &str, name: &str, permissions: u64, mentionable: bool) -> String {
        let id = self.id();
        if let Some(guild) = self.guild_mut(guild) {
            guild.roles.push(Role {
                id: id.clone(),
                name: name.to_owned(),
                permissions,
                mentionable,
                managed: false,
            });
        }
        id
    }
}
