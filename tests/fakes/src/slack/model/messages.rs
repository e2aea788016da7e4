//! Messages and threads: what was posted, how it was edited, what a person sees of it.

use super::channels::Channel;
use super::people::Install;
use super::{Model, Refusal};
use serde_json::{Value, json};

/// One message as Slack keeps it now. A clone is a snapshot: pressing a button of an old one is pressing on an old copy.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// The id of the channel, `C...` or `D...`.
    pub channel: String,
    /// Its timestamp, which is its id in the channel.
    pub ts: String,
    /// The parent's timestamp where it is part of a thread; of a parent with replies its own.
    pub thread_ts: Option<String>,
    /// The author's user id.
    pub author: String,
    /// Whether the app posted it.
    pub by_app: bool,
    /// What notifications and screen readers say.
    pub text: String,
    /// Block Kit, with the ids and defaults Slack filled in.
    pub blocks: Vec<Value>,
    /// The app's own data.
    pub metadata: Option<Value>,
    /// Ids of attached files.
    pub files: Vec<String>,
    /// Who alone sees it.
    pub only_for: Option<String>,
    /// A reply that the channel shows too.
    pub broadcast: bool,
    /// Deleted; a parent with replies stays as a tombstone.
    pub deleted: bool,
    /// Epoch milliseconds of the posting.
    pub posted: u64,
    /// Epoch milliseconds of the last edit.
    pub edited: Option<u64>,
    /// How it looked before each edit, the oldest first.
    pub before: Vec<Version>,
}

/// What an edit replaced.
#[derive(Clone, Debug, PartialEq)]
pub struct Version {
    /// Epoch milliseconds of the edit that ended it.
    pub until: u64,
    /// Its text.
    pub text: String,
    /// Its blocks.
    pub blocks: Vec<Value>,
}

/// What is to be posted.
#[derive(Clone, Default)]
pub(in crate::slack) struct Draft {
    pub text: String,
    pub blocks: Vec<Value>,
    pub metadata: Option<Value>,
    pub thread_ts: Option<String>,
    pub files: Vec<String>,
    pub broadcast: bool,
    pub only_for: Option<String>,
}

impl Model {
    /// Puts a message into a channel and returns its timestamp.
    pub fn post(&mut self, channel: &str, author: &str, draft: Draft) -> String {
        let ts = self.ts();
        let by_app = self
            .teams
            .iter()
            .filter_map(|team| team.install.as_ref())
            .any(|install| install.bot_user == author);
        let message = Message {
            channel: channel.to_owned(),
            ts: ts.clone(),
            thread_ts: draft.thread_ts,
            author: author.to_owned(),
            by_app,
            text: draft.text,
            blocks: self.completed(draft.blocks),
            metadata: draft.metadata,
            files: draft.files,
            only_for: draft.only_for,
            broadcast: draft.broadcast,
            deleted: false,
            posted: self.now,
            edited: None,
            before: Vec::new(),
        };
        if let Some(channel) = self.channel_mut(channel) {
            channel.messages.push(message);
        }
        ts
    }

    /// Replaces what a message shows; `metadata` stays where `None`.
    pub fn edit(
        &mut self,
        channel: &str,
        ts: &str,
        text: String,
        blocks: Vec<Value>,
        metadata: Option<Value>,
    ) {
        let blocks = self.completed(blocks);
        let now = self.now;
        let Some(message) = self.message_mut(channel, ts) else {
            return;
        };
        let old = Version {
            until: now,
            text: std::mem::replace(&mut message.text, text),
            blocks: std::mem::replace(&mut message.blocks, blocks),
        };
        message.before.push(old);
        message.edited = Some(now);
        match metadata {
            Some(metadata) if metadata == json!({}) => message.metadata = None,
            Some(metadata) => message.metadata = Some(metadata),
            None => {}
        }
    }

    pub fn message(&self, channel: &str, ts: &str) -> Option<&Message> {
        self.channel(channel)?.message(ts)
    }

    pub fn message_mut(&mut self, channel: &str, ts: &str) -> Option<&mut Message> {
        let channel = self.channel_mut(channel)?;
        channel.messages.iter_mut().find(|message| message.ts == ts)
    }

    /// The bot's own message, if it may be changed.
    pub fn own_message(
        &self,
        channel: &str,
        ts: &str,
        install: &Install,
        no: &str,
    ) -> Result<&Message, Refusal> {
        let message = self
            .visible(channel, &install.bot_user)?
            .message(ts)
            .filter(|message| !message.deleted && message.only_for.is_none())
            .ok_or_else(|| Refusal::new("message_not_found"))?;
        if message.author == install.bot_user {
            Ok(message)
        } else {
            Err(Refusal::new(no))
        }
    }

    /// Gives blocks the ids and defaults that Slack adds: `block_id`, `emoji`, `verbatim`.
    pub fn completed(&mut self, mut blocks: Vec<Value>) -> Vec<Value> {
        for block in &mut blocks {
            if block.is_object() && block.get("block_id").is_none() {
                block["block_id"] = json!(self.secret(5));
            }
            fill_texts(block);
        }
        blocks
    }

    /// The message as the Web API and payloads show it.
    pub fn message_json(&self, message: &Message, with_metadata: bool) -> Value {
        let team = self.user(&message.author).map(|user| user.team.clone());
        let mut shown = json!({
            "type": "message", "user": message.author, "ts": message.ts, "text": message.text, "team": team,
        });
        let install = team.as_deref().and_then(|team| self.install_of(team));
        if let Some(install) = install.filter(|install| install.bot_user == message.author) {
            shown["bot_id"] = json!(install.bot_id);
            shown["app_id"] = json!(self.app.id);
            shown["bot_profile"] = json!({
                "id": install.bot_id, "app_id": self.app.id, "name": self.app.name, "deleted": false,
                "icons": {}, "updated": message.posted / 1_000, "team_id": team,
            });
        }
        if !message.blocks.is_empty() {
            shown["blocks"] = json!(message.blocks);
        }
        if let Some(thread) = &message.thread_ts {
            shown["thread_ts"] = json!(thread);
            let parent = self.message(&message.channel, thread);
            if let Some(parent) = parent.filter(|parent| parent.ts != message.ts) {
                shown["parent_user_id"] = json!(parent.author);
            }
        }
        if let Some(edited) = message.edited {
            shown["edited"] = json!({ "user": message.author, "ts": format!("{}.000000", edited / 1_000) });
        }
        if let Some(metadata) = message.metadata.as_ref().filter(|_| with_metadata) {
            shown["metadata"] = metadata.clone();
        }
        if !message.files.is_empty() {
            let files = message.files.iter().filter_map(|id| self.stored_file(id));
            shown["files"] = files.map(|file| self.file_json(file)).collect();
            shown["upload"] = json!(false);
        }
        if message.broadcast {
            shown["subtype"] = json!("thread_broadcast");
        }
        shown
    }

    /// Marks a parent as the root of a thread, once it has a reply.
    pub fn note_reply(&mut self, channel: &str, thread_ts: &str) {
        if let Some(parent) = self.message_mut(channel, thread_ts) {
            parent.thread_ts = Some(parent.ts.clone());
        }
    }
}

/// Fills in what Slack sends back: `emoji: true` in plain text, `verbatim: false` in mrkdwn.
pub(super) fn fill_texts(value: &mut Value) {
    match value {
        Value::Array(parts) => parts.iter_mut().for_each(fill_texts),
        Value::Object(fields) => {
            let kind = fields.get("type").and_then(Value::as_str);
            let default = match kind {
                Some("plain_text") => Some(("emoji", true)),
                Some("mrkdwn") => Some(("verbatim", false)),
                _ => None,
            };
            if let Some((field, value)) = default {
                fields.entry(field).or_insert_with(|| json!(value));
            }
            fields.values_mut().for_each(fill_texts);
        }
        _ => {}
    }
}

impl Channel {
    /// A thread in order: its parent and the replies, ephemerals among them.
    pub fn thread(&self, root: &str) -> Vec<&Message> {
        let in_thread = |message: &&Message| message.ts == root || message.thread_ts.as_deref() == Some(root);
        self.messages.iter().filter(in_thread).collect()
    }
}
