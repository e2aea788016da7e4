//! Who and what is there: the beginning of a story, and what changes in its course.

mod people;
mod rooms;

pub use people::Trait;
pub use rooms::Room;

use super::FakeDiscord;
use super::deliveries::deliver;
use super::model::guilds::{Role, User};
use super::model::interactions::Kind;
use super::person::{Act, Person};
use serde_json::Value;

impl FakeDiscord {
    /// The member of the home guild with this name, new where there was none.
    pub fn person(&self, name: &str) -> Person {
        let home = self.guild_id();
        self.person_of(&home, name)
    }

    /// Somebody of another guild only.
    pub fn outsider(&self, name: &str, guild: &str) -> Person {
        self.person_of(guild, name)
    }

    fn person_of(&self, guild: &str, name: &str) -> Person {
        let mut model = self.shared.model();
        let known = model.users.iter().find(|user| user.name == name);
        let id = match known.map(|user| user.id.clone()) {
            Some(id) => id,
            None => {
                let id = model.id();
                model.users.push(User::named(id.clone(), name));
                model.join(guild, &id, Vec::new());
                id
            }
        };
        Person {
            discord: self.clone(),
            id,
        }
    }

    /// The person with this user id.
    pub fn person_by_id(&self, id: &str) -> Option<Person> {
        let known = self.shared.model().user(id).is_some();
        known.then(|| Person {
            discord: self.clone(),
            id: id.to_owned(),
        })
    }

    /// The text channel of the home guild with this name (with or without `#`), new where there was none: everybody sees
    /// it, the bot too.
    pub fn channel(&self, name: &str) -> Room {
        let home = self.guild_id();
        self.channel_of(&home, name)
    }

    /// The same in another guild.
    pub fn channel_of(&self, guild: &str, name: &str) -> Room {
        let name = name.trim_start_matches('#');
        let mut model = self.shared.model();
        let known = model
            .channels
            .iter()
            .find(|channel| channel.name == name && channel.guild.as_deref() == Some(guild));
        let id = match known.map(|channel| channel.id.clone()) {
            Some(id) => id,
            None => model.add_channel(guild, name),
        };
        Room {
            discord: self.clone(),
            id,
        }
    }

    /// The channel or thread with this id.
    ///
    /// # Panics
    /// When there is none.
    pub fn room(&self, id: &str) -> Room {
        Room {
            id: self.channel_id(id),
            discord: self.clone(),
        }
    }

    /// The direct conversation of a person with the bot.
    pub fn direct(&self, person: &Person) -> Room {
        let id = self.shared.model().direct(&person.id);
        Room {
            discord: self.clone(),
            id,
        }
    }

    /// A role of the home guild, new where there was none, not mentionable to begin with; returns its id.
    pub fn role(&self, name: &str) -> String {
        let home = self.guild_id();
        let mut model = self.shared.model();
        let known = model
            .guild(&home)
            .and_then(|guild| guild.roles.iter().find(|role| role.name == name))
            .map(|role| role.id.clone());
        known.unwrap_or_else(|| model.add_role(&home, name, 0, false))
    }

    /// Whether the role may be mentioned with effect.
    pub fn role_is_mentionable(&self, role: &str, mentionable: bool) -> &Self {
        self.change_role(role, |role| role.mentionable = mentionable)
    }

    /// The role has exactly these permissions (bits of [`super::permissions`]); the guild's id is the role of everybody.
    pub fn role_may(&self, role: &str, permissions: u64) -> &Self {
        self.change_role(role, |role| role.permissions = permissions)
    }

    fn change_role(&self, id: &str, change: impl FnOnce(&mut Role)) -> &Self {
        let mut model = self.shared.model();
        let mut roles = model.guilds.iter_mut().flat_map(|guild| &mut guild.roles);
        if let Some(role) = roles.find(|role| role.id == id) {
            change(role);
        }
        self
    }

    /// Deletes a role; who had it, has it no more.
    pub fn deletes_role(&self, id: &str) {
        for guild in &mut self.shared.model().guilds {
            guild.roles.retain(|role| role.id != id);
            for member in &mut guild.members {
                member.roles.retain(|role| role != id);
            }
        }
    }

    /// The id of the bot's own role in the home guild.
    pub fn bot_role(&self) -> String {
        self.role("sluice")
    }

    /// A guild without the app; returns its id.
    pub fn other_guild(&self, name: &str) -> String {
        self.shared.model().found_guild(name)
    }

    /// A guild that has the app as well; returns its id.
    pub fn another_guild(&self, name: &str) -> String {
        let mut model = self.shared.model();
        let id = model.found_guild(name);
        model.install(&id);
        id
    }

    /// The bot is thrown out of the home guild.
    pub fn removes_bot(&self) {
        let (home, bot) = (self.guild_id(), self.app_id());
        if let Some(guild) = self.shared.model().guild_mut(&home) {
            guild.members.retain(|member| member.user != bot);
        }
    }

    /// The bot's token is good for nothing from now on.
    pub fn resets_token(&self) {
        self.shared.model().app.token_works = false;
    }

    /// How many threads of a guild may be open at once.
    pub fn has_threads(&self, most: usize) -> &Self {
        self.shared.model().most_threads = most;
        self
    }

    /// Commands of the home guild, as `PUT` would register them.
    ///
    /// # Panics
    /// When Discord would not take them.
    pub fn registers(&self, commands: &Value) -> &Self {
        let home = self.guild_id();
        let list = commands.as_array().cloned().unwrap_or_default();
        let done = self.shared.model().register(Some(&home), &list);
        assert!(done.is_ok(), "{done:?}");
        self
    }

    /// Any payload, as it is: a recorded one, or one that nobody can read.
    pub fn delivers(&self, kind: Kind, payload: Value) -> Act {
        self.shared.model().adopt(kind, &payload);
        Act::new(self, deliver(&self.shared, kind, payload, None))
    }

    /// Rate limits are kept from now on: buckets, and fifty calls a second over all.
    pub fn limits_rates(&self) -> &Self {
        self.shared.limits().on = true;
        self
    }
}
