//! People, changed behind the app's back: traits, roles, guilds, names.

use crate::discord::model::guilds::{Member, User};
use crate::discord::person::Person;

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
