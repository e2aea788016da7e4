//! Permission bits, and what they come to for somebody in a channel.
//! <https://docs.discord.com/developers/topics/permissions>

use super::model::Model;
use super::model::channels::Channel;
use super::model::guilds::Member;

/// Everything, whatever the channel says.
pub const ADMINISTRATOR: u64 = 1 << 3;
/// See the channel at all.
pub const VIEW_CHANNEL: u64 = 1 << 10;
/// Post; it has no effect inside threads.
pub const SEND_MESSAGES: u64 = 1 << 11;
/// Delete and pin messages of others.
pub const MANAGE_MESSAGES: u64 = 1 << 13;
/// Post embeds.
pub const EMBED_LINKS: u64 = 1 << 14;
/// Post files.
pub const ATTACH_FILES: u64 = 1 << 15;
/// Read what was said before.
pub const READ_MESSAGE_HISTORY: u64 = 1 << 16;
/// Wake everybody, and roles that are not mentionable.
pub const MENTION_EVERYONE: u64 = 1 << 17;
/// Change channels.
pub const MANAGE_CHANNELS: u64 = 1 << 4;
/// Use commands.
pub const USE_APPLICATION_COMMANDS: u64 = 1 << 31;
/// Archive, lock and re-open the threads of others.
pub const MANAGE_THREADS: u64 = 1 << 34;
/// Begin a thread at a message.
pub const CREATE_PUBLIC_THREADS: u64 = 1 << 35;
/// Post in threads.
pub const SEND_MESSAGES_IN_THREADS: u64 = 1 << 38;

/// What the bot's own role has to begin with: the bits of Sluice's invitation.
pub const INVITED: u64 = VIEW_CHANNEL
    | SEND_MESSAGES
    | EMBED_LINKS
    | ATTACH_FILES
    | READ_MESSAGE_HISTORY
    | CREATE_PUBLIC_THREADS
    | SEND_MESSAGES_IN_THREADS;

/// What `@everyone` has to begin with.
pub const EVERYONE: u64 =
    VIEW_CHANNEL | SEND_MESSAGES | READ_MESSAGE_HISTORY | SEND_MESSAGES_IN_THREADS | USE_APPLICATION_COMMANDS;

/// Every bit that Discord has given out.
const ALL: u64 = (1 << 53) - 1;

impl Model {
    /// What this user may do in this channel; a thread asks its parent.
    pub(super) fn permissions(&self, user: &str, channel: &Channel) -> u64 {
        let place = channel.parent.as_deref().and_then(|parent| self.channel(parent));
        let place = place.unwrap_or(channel);
        let Some(guild) = channel.guild.as_deref().and_then(|id| self.guild(id)) else {
            return VIEW_CHANNEL | SEND_MESSAGES | EMBED_LINKS | ATTACH_FILES | READ_MESSAGE_HISTORY;
        };
        let Some(member) = guild.member(user) else {
            return 0;
        };
        let of_roles = guild.roles.iter().filter(|role| has(&guild.id, member, &role.id));
        let base = of_roles.fold(0, |sum, role| sum | role.permissions);
        if base & ADMINISTRATOR != 0 || guild.owner == user {
            return ALL;
        }
        let sum = over(place, base, |id| id == guild.id);
        let sum = over(place, sum, |id| {
            id != guild.id && member.roles.iter().any(|role| role == id)
        });
        let sum = over(place, sum, |id| id == user);
        if member.timed_out_until.is_some_and(|until| until > self.now) {
            return sum & (VIEW_CHANNEL | READ_MESSAGE_HISTORY);
        }
        sum
    }

    /// What the app's bot may do there.
    pub(super) fn bot_permissions(&self, channel: &Channel) -> u64 {
        self.permissions(&self.app.id, channel)
    }
}

fn has(guild: &str, member: &Member, role: &str) -> bool {
    role == guild || member.roles.iter().any(|known| known == role)
}

/// Overwrites of one kind: all that is denied, then all that is allowed.
fn over(channel: &Channel, base: u64, is_meant: impl Fn(&str) -> bool) -> u64 {
    let meant = channel
        .overwrites
        .iter()
        .filter(|overwrite| is_meant(&overwrite.id));
    let (allow, deny) = meant.fold((0, 0), |(allow, deny), overwrite| {
        (allow | overwrite.allow, deny | overwrite.deny)
    });
    (base & !deny) | allow
}
