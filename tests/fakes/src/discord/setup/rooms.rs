//! Channels and threads, changed behind the app's back.

use crate::discord::FakeDiscord;
use crate::discord::model::channels::{Channel, Kind as ChannelKind, Overwrite, ThreadState};
use crate::discord::permissions::VIEW_CHANNEL;
use crate::discord::person::Person;

/// A channel or thread, for changing it. Clones are the same channel.
#[derive(Clone)]
pub struct Room {
    pub(super) discord: FakeDiscord,
    pub(super) id: String,
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
