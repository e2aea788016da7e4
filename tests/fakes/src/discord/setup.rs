//! Who and what is there: the beginning of a story, and what changes in its course.

use super::FakeDiscord;
use super::deliveries::deliver;
use super::model::channels::{Channel, Kind as ChannelKind, Overwrite, ThreadState};
use super::model::guilds::{Member, Role, User};
use super::model::interactions::Kind;
use super::permissions::VIEW_CHANNEL;
use super::person::{Act, Person};
use serde_json::Value;

/// What is particular about an account or a membership. Live Discord lets most of these not act at all; here they do, so
/// that a story sees what the app makes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trait {
    /// `bot`
    Bot,
    /// `system`
    System,
    /// `pending`: has not passed the guild's membership screening.
    Pending,
    /// `communication_disabled_until` is an hour away.
    TimedOut,
    /// Installed the app for their account, and takes it to every guild.
    Installed,
}

/// A channel or thread, for changing it. Clones are the same channel.
#[derive(Clone)]
pub struct Room {
    discord: FakeDiscord,
    id: String,
}

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

impl Room {
    /// A snowflake.
    pub fn id(&self) -> &str {
        &self.id
    }

    fn change(&self, change: impl FnOnce(&mut Channel)) -> &Self {
        if let Some(channel) = self.discord.shared.model().channel_mut(&self.id) {
            change(channel);
        }
        self.discord.shared.changed();
        self
    }

    fn overwrite(&self, id: &str, allow: u64, deny: u64) -> &Self {
        self.change(|channel| {
            channel.overwrites.retain(|known| known.id != id);
            channel.overwrites.push(Overwrite {
                id: id.to_owned(),
                allow,
                deny,
            });
        })
    }

    /// Nobody else sees it: these people, and the bot.
    pub fn with(&self, people: &[&Person]) -> &Self {
        let everyone = {
            let model = self.discord.shared.model();
            model
                .channel(&self.id)
                .and_then(|channel| channel.guild.clone())
                .unwrap_or_default()
        };
        self.overwrite(&everyone, 0, VIEW_CHANNEL);
        let bot = self.discord.app_id();
        for id in people
            .iter()
            .map(|person| person.id.as_str())
            .chain([bot.as_str()])
        {
            self.overwrite(id, VIEW_CHANNEL, 0);
        }
        self
    }

    /// The bot does not see it.
    pub fn without_bot(&self) -> &Self {
        self.denies_bot(VIEW_CHANNEL)
    }

    /// The bot may not do these things here (bits of [`super::permissions`]).
    pub fn denies_bot(&self, permissions: u64) -> &Self {
        let bot = self.discord.app_id();
        self.overwrite(&bot, 0, permissions)
    }

    /// The bot may do these things here, whatever its role says.
    pub fn allows_bot(&self, permissions: u64) -> &Self {
        let bot = self.discord.app_id();
        self.overwrite(&bot, permissions, 0)
    }

    fn thread_state(&self, change: impl FnOnce(&mut ThreadState)) -> &Self {
        self.change(|channel| {
            if let Some(thread) = &mut channel.thread {
                change(thread);
            }
        })
    }

    /// The thread is archived.
    pub fn is_archived(&self) -> &Self {
        let now = self.discord.now();
        self.thread_state(|thread| {
            thread.archived = true;
            thread.changed = now;
        })
    }

    /// The thread is locked, or no longer.
    pub fn is_locked(&self, locked: bool) -> &Self {
        self.thread_state(|thread| thread.locked = locked)
    }

    /// Somebody begins a thread in this channel, at no message; it is public unless `private`.
    pub fn begins_thread(&self, name: &str, by: &Person, private: bool) -> Self {
        let mut model = self.discord.shared.model();
        let id = model.add_thread(&self.id, None, name, &by.id, 1_440, private);
        Self {
            discord: self.discord.clone(),
            id,
        }
    }

    /// Somebody with the right to it deletes a message; a thread at it stays.
    pub fn loses(&self, message: &str) -> &Self {
        self.change(|channel| {
            if let Some(message) = channel.messages.iter_mut().find(|known| known.id == message) {
                message.deleted = true;
            }
        })
    }

    /// The channel or thread is deleted, with the threads below it.
    pub fn is_deleted(&self) {
        let mut model = self.discord.shared.model();
        model
            .channels
            .retain(|channel| channel.id != self.id && channel.parent.as_ref() != Some(&self.id));
    }

    /// Whether it is a direct conversation.
    pub fn is_direct(&self) -> bool {
        let model = self.discord.shared.model();
        model
            .channel(&self.id)
            .is_some_and(|channel| channel.kind == ChannelKind::Direct)
    }
}

impl Person {
    /// What is particular about them, from now on.
    pub fn is(&self, what: Trait) -> &Self {
        let until = self.discord.now() + 3_600_000;
        match what {
            Trait::Bot => self.change(|user| user.traits.bot = true),
            Trait::System => self.change(|user| user.traits.system = true),
            Trait::Installed => self.change(|user| user.traits.installed = true),
            Trait::Pending => self.change_memberships(|member| member.pending = true),
            Trait::TimedOut => self.change_memberships(|member| member.timed_out_until = Some(until)),
        }
    }

    fn change(&self, change: impl FnOnce(&mut User)) -> &Self {
        if let Some(user) = self.discord.shared.model().user_mut(&self.id) {
            change(user);
        }
        self
    }

    fn change_memberships(&self, change: impl Fn(&mut Member)) -> &Self {
        let mut model = self.discord.shared.model();
        let members = model
            .guilds
            .iter_mut()
            .filter_map(|guild| guild.member_mut(&self.id));
        members.for_each(change);
        self
    }

    /// Has this role (an id of [`FakeDiscord::role`]) from now on.
    pub fn has_role(&self, role: &str) -> &Self {
        let mut model = self.discord.shared.model();
        let guild = model.guilds.iter_mut().find(|guild| guild.role(role).is_some());
        if let Some(member) = guild.and_then(|guild| guild.member_mut(&self.id))
            && !member.roles.iter().any(|known| known == role)
        {
            member.roles.push(role.to_owned());
        }
        self
    }

    /// Has this role no more.
    pub fn lost_role(&self, role: &str) -> &Self {
        self.change_memberships(|member| member.roles.retain(|known| known != role))
    }

    /// Joins a guild.
    pub fn joins(&self, guild: &str) -> &Self {
        self.discord.shared.model().join(guild, &self.id, Vec::new());
        self
    }

    /// Leaves the home guild.
    pub fn leaves(&self) -> &Self {
        let home = self.discord.guild_id();
        if let Some(guild) = self.discord.shared.model().guild_mut(&home) {
            guild.members.retain(|member| member.user != self.id);
        }
        self
    }

    /// The language of their client, `de`.
    pub fn speaks(&self, locale: &str) -> &Self {
        self.change(|user| locale.clone_into(&mut user.locale))
    }

    /// They are called something else from now on; the id stays.
    pub fn is_renamed(&self, name: &str) -> &Self {
        self.change(|user| {
            name.clone_into(&mut user.name);
            user.global_name = Some(name.to_owned());
        })
    }

    /// What they are called in the home guild.
    pub fn has_nick(&self, nick: &str) -> &Self {
        self.change_memberships(|member| member.nick = Some(nick.to_owned()))
    }
}
