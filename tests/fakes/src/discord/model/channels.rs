//! Channels, and threads, which are channels below a channel.

use super::messages::Message;
use super::{Model, Refusal};
use crate::discord::permissions;

/// What kind of a channel; the number is the wire's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::discord) enum Kind {
    Text = 0,
    Direct = 1,
    PublicThread = 11,
    PrivateThread = 12,
}

#[derive(Clone, Debug)]
pub(in crate::discord) struct Channel {
    pub id: String,
    pub kind: Kind,
    /// `None` for a direct conversation.
    pub guild: Option<String>,
    pub name: String,
    /// The channel of a thread.
    pub parent: Option<String>,
    pub overwrites: Vec<Overwrite>,
    pub messages: Vec<Message>,
    pub thread: Option<ThreadState>,
    /// Who is in a thread, or in a direct conversation.
    pub members: Vec<String>,
}

#[derive(Clone, Debug)]
pub(in crate::discord) struct Overwrite {
    /// Of a role or of a user.
    pub id: String,
    pub allow: u64,
    pub deny: u64,
}

#[derive(Clone, Debug)]
pub(in crate::discord) struct ThreadState {
    pub owner: String,
    pub archived: bool,
    pub locked: bool,
    /// Minutes without a message after which it is archived.
    pub auto_archive: u64,
    pub created: u64,
    /// When it was archived or re-opened last.
    pub changed: u64,
    /// When somebody wrote last.
    pub active: u64,
}

impl Channel {
    pub fn is_thread(&self) -> bool {
        self.thread.is_some()
    }

    pub fn message(&self, id: &str) -> Option<&Message> {
        self.messages
            .iter()
            .find(|message| message.id == id && !message.deleted)
    }
}

impl Model {
    pub fn channel(&self, id: &str) -> Option<&Channel> {
        self.channels.iter().find(|channel| channel.id == id)
    }

    pub fn channel_mut(&mut self, id: &str) -> Option<&mut Channel> {
        self.channels.iter_mut().find(|channel| channel.id == id)
    }

    pub fn add_channel(&mut self, guild: &str, name: &str) -> String {
        let id = self.id();
        self.channels
            .push(Channel::new(id.clone(), Kind::Text, Some(guild), name));
        id
    }

    /// The direct conversation of a person with the bot.
    pub fn direct(&mut self, user: &str) -> String {
        let known = self.channels.iter().find(|channel| {
            channel.kind == Kind::Direct && channel.members.iter().any(|member| member == user)
        });
        if let Some(known) = known {
            return known.id.clone();
        }
        let id = self.id();
        let mut channel = Channel::new(id.clone(), Kind::Direct, None, "");
        channel.members = vec![user.to_owned(), self.app.id.clone()];
        self.channels.push(channel);
        id
    }

    /// Begins a thread. A thread at a message has the message's id; a thread without one has its own.
    pub fn add_thread(
        &mut self,
        parent: &str,
        at: Option<&str>,
        name: &str,
        owner: &str,
        auto_archive: u64,
        private: bool,
    ) -> String {
        let id = at.map_or_else(|| self.id(), str::to_owned);
        let kind = if private {
            Kind::PrivateThread
        } else {
            Kind::PublicThread
        };
        let guild = self.channel(parent).and_then(|channel| channel.guild.clone());
        let mut thread = Channel::new(id.clone(), kind, guild.as_deref(), name);
        thread.parent = Some(parent.to_owned());
        thread.members.push(owner.to_owned());
        thread.thread = Some(ThreadState {
            owner: owner.to_owned(),
            archived: false,
            locked: false,
            auto_archive,
            created: self.now,
            changed: self.now,
            active: self.now,
        });
        self.channels.push(thread);
        id
    }

    /// How many threads of a guild are not archived.
    pub fn active_threads(&self, guild: &str) -> usize {
        let of_guild = self
            .channels
            .iter()
            .filter(|channel| channel.guild.as_deref() == Some(guild));
        of_guild
            .filter(|channel| channel.thread.as_ref().is_some_and(|thread| !thread.archived))
            .count()
    }

    /// Threads in which nobody wrote for long enough are archived.
    pub fn archive_idle_threads(&mut self) {
        let now = self.now;
        for thread in self
            .channels
            .iter_mut()
            .filter_map(|channel| channel.thread.as_mut())
        {
            let idle = now.saturating_sub(thread.active.max(thread.changed));
            if !thread.archived && idle >= thread.auto_archive * 60_000 {
                thread.archived = true;
                thread.changed = now;
            }
        }
    }

    /// The channel, where the bot may see it.
    pub fn seen_by_bot(&self, id: &str) -> Result<&Channel, Refusal> {
        let channel = self.channel(id).ok_or_else(|| Refusal::new(10_003))?;
        let is_there = match &channel.guild {
            Some(guild) => self.is_installed(guild),
            None => channel.members.contains(&self.app.id),
        };
        let sees = self.bot_permissions(channel) & permissions::VIEW_CHANNEL != 0;
        let joined = channel.kind != Kind::PrivateThread || channel.members.contains(&self.app.id);
        if is_there && sees && joined {
            Ok(channel)
        } else {
            Err(Refusal::new(50_001))
        }
    }

    /// Whether a person sees a channel and what is in it.
    pub fn shows(&self, channel: &Channel, user: &str) -> bool {
        match (&channel.guild, channel.kind) {
            (None, _) | (_, Kind::PrivateThread) => channel.members.iter().any(|member| member == user),
            _ => self.permissions(user, channel) & permissions::VIEW_CHANNEL != 0,
        }
    }
}

impl Channel {
    fn new(id: String, kind: Kind, guild: Option<&str>, name: &str) -> Self {
        Self {
            id,
            kind,
            guild: guild.map(str::to_owned),
            name: name.to_owned(),
            parent: None,
            overwrites: Vec::new(),
            messages: Vec::new(),
            thread: None,
            members: Vec::new(),
        }
    }
}
