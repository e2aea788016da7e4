//! What a story sees and asserts: messages, threads, files, calls, deliveries, faults.

use super::FakeSlack;
use super::deliveries::Delivery;
use super::model::messages::Message;
use crate::calls::Call;
use serde_json::Value;

/// A file as a story sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Uploaded {
    /// `F...`
    pub id: String,
    /// Its name.
    pub name: String,
    /// What a screen reader says.
    pub alt: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Channel and timestamp of the messages it was shared in.
    pub shares: Vec<(String, String)>,
}

impl FakeSlack {
    /// The id of a channel, by `#name` or id.
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

    /// The id of a user group, by its handle.
    ///
    /// # Panics
    /// When there is none.
    pub fn group_id(&self, handle: &str) -> String {
        let model = self.shared.model();
        let found = model.groups.iter().find(|group| group.handle == handle);
        found
            .map(|group| group.id.clone())
            .expect("a group with this handle")
    }

    /// Everything in a channel that is not deleted, replies and whispers too, the oldest first.
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
    pub fn message(&self, channel: &str, ts: &str) -> Option<Message> {
        self.messages(channel)
            .into_iter()
            .find(|message| message.ts == ts)
    }

    /// A thread, its parent first.
    pub fn thread(&self, channel: &str, root: &str) -> Vec<Message> {
        let channel = self.channel_id(channel);
        let model = self.shared.model();
        let thread = model
            .channel(&channel)
            .map(|channel| channel.thread(root).into_iter().cloned().collect());
        thread.unwrap_or_default()
    }

    /// The newest message anywhere that has a button with this label.
    pub fn newest_with(&self, label: &str) -> Option<Message> {
        let model = self.shared.model();
        let all = model.channels.iter().flat_map(|channel| &channel.messages);
        let with_button =
            all.filter(|message| !message.deleted && message.buttons().iter().any(|known| known == label));
        with_button.max_by(|one, other| one.ts.cmp(&other.ts)).cloned()
    }

    pub(super) fn can_see(&self, message: &Message, user: &str) -> bool {
        let model = self.shared.model();
        let is_member = model
            .channel(&message.channel)
            .is_some_and(|channel| channel.members.contains(user));
        message.only_for.as_ref().map_or(is_member, |only| only == user)
    }

    /// Files whose upload was completed.
    pub fn files(&self) -> Vec<Uploaded> {
        let model = self.shared.model();
        let completed = model.stored.iter().filter(|file| file.completed.is_some());
        completed
            .map(|file| Uploaded {
                id: file.id.clone(),
                name: file.name.clone(),
                alt: file.alt.clone(),
                bytes: file.bytes.clone().unwrap_or_default(),
                shares: file.shares.clone(),
            })
            .collect()
    }

    /// Every call of the Web API, upload and `response_url`.
    pub fn calls(&self) -> Vec<Call> {
        self.shared.calls()
    }

    /// The calls of one method.
    pub fn calls_of(&self, method: &str) -> Vec<Call> {
        self.calls()
            .into_iter()
            .filter(|call| call.route == Some(method))
            .collect()
    }

    /// Everything Slack sent the app.
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.shared.deliveries().list.clone()
    }
}

impl Message {
    /// Labels of its buttons, in order.
    pub fn buttons(&self) -> Vec<String> {
        let inside = self.blocks.iter().flat_map(|block| {
            let elements = block["elements"].as_array().into_iter().flatten();
            elements.chain(block.get("accessory"))
        });
        inside
            .filter(|element| element["type"] == "button")
            .filter_map(|button| button["text"]["text"].as_str().map(str::to_owned))
            .collect()
    }

    /// Who is woken by it when it is posted (an edit wakes nobody): user ids, group ids, `channel`, `here`.
    pub fn wakes(&self) -> Vec<String> {
        let shown = Value::Array(self.blocks.clone()).to_string();
        let text = if self.blocks.is_empty() {
            &self.text
        } else {
            &shown
        };
        let mut woken: Vec<String> = Vec::new();
        for inside in text.split('<').skip(1).filter_map(|rest| rest.split('>').next()) {
            let word = inside.split('|').next().unwrap_or_default();
            let who = word
                .strip_prefix('@')
                .or_else(|| word.strip_prefix("!subteam^"))
                .or_else(|| {
                    word.strip_prefix('!')
                        .filter(|word| ["channel", "here", "everyone"].contains(word))
                });
            woken.extend(who.map(str::to_owned));
        }
        woken.dedup();
        woken
    }

    /// How often it was edited.
    pub fn edits(&self) -> usize {
        self.before.len()
    }
}
