//! What a story sees and asserts: messages, threads, files, calls, deliveries, faults.

use super::FakeDiscord;
use super::deliveries::Delivery;
use super::model::bodies::inputs_of;
use super::model::messages::Message;
use crate::calls::Call;
use serde_json::Value;

/// A file as a story sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Uploaded {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What a screen reader says; empty where the app gave nothing.
    pub alt: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Channel and id of the message it is at.
    pub message: (String, String),
}

/// A thread as a story sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thread {
    /// Its id, which is that of the message it began at.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The id of its channel.
    pub parent: String,
    /// Nobody can use commands in it, until somebody writes.
    pub archived: bool,
    /// Only those who manage threads write in it.
    pub locked: bool,
    /// Minutes without a message after which it is archived.
    pub auto_archive: u64,
}

impl FakeDiscord {
    /// The id of a channel or thread, by `#name` or id.
    ///
    /// # Panics
    /// When there is none.
    pub fn channel_id(&self, name_or_id: &str) -> String {
        let model = self.shared.model();
        let name = name_or_id.strip_prefix('#');
        let found = model
            .channels
            .iter()
            .find(|channel| channel.id == name_or_id || Some(channel.name.as_str()) == name);
        found
            .map(|channel| channel.id.clone())
            .expect("a channel of this name or id")
    }

    /// Everything in a channel or thread that is not deleted, private answers too, the oldest first.
    pub fn messages(&self, channel: &str) -> Vec<Message> {
        let channel = self.channel_id(channel);
        let model = self.shared.model();
        let all = model.channel(&channel).map(|channel| channel.messages.clone());
        all.unwrap_or_default()
            .into_iter()
            .filter(|message| !message.deleted)
            .collect()
    }

    /// A message as it is now; `None` where it is deleted.
    pub fn message(&self, channel: &str, id: &str) -> Option<Message> {
        let channel = self.channel_id(channel);
        self.shared.model().message(&channel, id).cloned()
    }

    /// A thread: the message it began at, where that is still there, and what was written in it.
    pub fn thread(&self, id: &str) -> Vec<Message> {
        let model = self.shared.model();
        let Some(thread) = model.channel(id) else {
            return Vec::new();
        };
        let parent = thread.parent.as_deref();
        let start = parent.and_then(|parent| model.message(parent, id));
        let inside = thread.messages.iter().filter(|message| !message.deleted);
        start.into_iter().chain(inside).cloned().collect()
    }

    /// The threads of a channel, the oldest first.
    pub fn threads(&self, channel: &str) -> Vec<Thread> {
        let parent = self.channel_id(channel);
        let mut model = self.shared.model();
        model.archive_idle_threads();
        let below = model
            .channels
            .iter()
            .filter(|channel| channel.parent.as_ref() == Some(&parent));
        below
            .filter_map(|channel| {
                let state = channel.thread.as_ref()?;
                Some(Thread {
                    id: channel.id.clone(),
                    name: channel.name.clone(),
                    parent: parent.clone(),
                    archived: state.archived,
                    locked: state.locked,
                    auto_archive: state.auto_archive,
                })
            })
            .collect()
    }

    /// The newest message anywhere that has a button with this label.
    pub fn newest_with(&self, label: &str) -> Option<Message> {
        let model = self.shared.model();
        let all = model.channels.iter().flat_map(|channel| &channel.messages);
        let with_button =
            all.filter(|message| !message.deleted && message.buttons().iter().any(|known| known == label));
        with_button
            .max_by_key(|message| message.id.parse::<u64>().unwrap_or_default())
            .cloned()
    }

    /// Everybody whom the posting of a message really told, by user id: roles as those who have them.
    pub fn told(&self, message: &Message) -> Vec<String> {
        let model = self.shared.model();
        let Some(channel) = model.channel(&message.channel) else {
            return Vec::new();
        };
        let members = channel
            .guild
            .as_deref()
            .and_then(|id| model.guild(id))
            .map_or(&[][..], |guild| &guild.members);
        let mut told = Vec::new();
        for who in &message.told {
            let is_all = who == "everyone" || who == "here";
            let meant = members
                .iter()
                .filter(|member| is_all || member.user == *who || member.roles.contains(who))
                .filter(|member| model.shows(channel, &member.user));
            told.extend(meant.map(|member| member.user.clone()));
        }
        told.sort();
        told.dedup();
        told
    }

    /// All files that were uploaded.
    pub fn files(&self) -> Vec<Uploaded> {
        let model = self.shared.model();
        let all = model.stored.iter();
        all.map(|file| Uploaded {
            id: file.id.clone(),
            name: file.name.clone(),
            alt: file.description.clone().unwrap_or_default(),
            bytes: file.bytes.clone(),
            message: (file.channel.clone(), file.message.clone()),
        })
        .collect()
    }

    /// The files at a message as it is now.
    pub fn files_of(&self, message: &Message) -> Vec<Uploaded> {
        let now = self.message(&message.channel, &message.id);
        let kept = now.map(|message| message.files).unwrap_or_default();
        self.files()
            .into_iter()
            .filter(|file| kept.contains(&file.id))
            .collect()
    }

    /// Commands as they are registered in the home guild and everywhere.
    pub fn commands(&self) -> Vec<Value> {
        let home = self.guild_id();
        let model = self.shared.model();
        let both = [
            model.shown_commands(Some(&home), true),
            model.shown_commands(None, true),
        ];
        both.into_iter()
            .flat_map(|commands| commands.as_array().cloned().unwrap_or_default())
            .collect()
    }

    /// Every call of the REST API.
    pub fn calls(&self) -> Vec<Call> {
        self.shared.calls()
    }

    /// The calls of one route, its path as the description writes it: `/channels/{channel_id}/messages`.
    pub fn calls_of(&self, method: &str, route: &str) -> Vec<Call> {
        self.calls()
            .into_iter()
            .filter(|call| call.method == method && call.route == Some(route))
            .collect()
    }

    /// Everything Discord sent the app.
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.shared.deliveries().list.clone()
    }
}

impl Message {
    /// Labels of its buttons, in order.
    pub fn buttons(&self) -> Vec<String> {
        let inside = self.components.iter().flat_map(inputs_of);
        inside
            .filter(|component| component["type"] == 2)
            .filter_map(|button| button["label"].as_str().map(str::to_owned))
            .collect()
    }

    /// Whom its posting told (an edit tells nobody): user ids, role ids that are mentionable, `everyone`, `here`.
    pub fn wakes(&self) -> Vec<String> {
        self.told.clone()
    }

    /// How often it was edited; what takes the place of "is thinking" does not count.
    pub fn edits(&self) -> usize {
        self.before.len()
    }
}
