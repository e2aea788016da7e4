//! Messages: what was posted, how it was edited, what came with it, whom it woke.

use super::bodies::{Draft, Part};
use super::{Model, Refusal};
use serde_json::{Value, json};

/// `EPHEMERAL`: only one person sees it.
pub(in crate::discord) const EPHEMERAL: u64 = 1 << 6;
/// `LOADING`: the app is thinking.
pub(in crate::discord) const LOADING: u64 = 1 << 7;
/// `SUPPRESS_NOTIFICATIONS`
pub(in crate::discord) const SILENT: u64 = 1 << 12;

/// One message as Discord keeps it now. A clone is a snapshot.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// The id of the channel or thread it is in.
    pub channel: String,
    /// Its id.
    pub id: String,
    /// The author's user id.
    pub author: String,
    /// Whether the app posted it.
    pub by_app: bool,
    /// Its text, in Discord's Markdown.
    pub content: String,
    /// Its embeds, with what Discord filled in.
    pub embeds: Vec<Value>,
    /// Its components, with the ids Discord filled in.
    pub components: Vec<Value>,
    /// Ids of attached files.
    pub files: Vec<String>,
    /// The bit set of its flags.
    pub flags: u64,
    /// Who alone sees it.
    pub only_for: Option<String>,
    /// Whom its posting told: user ids, role ids, `everyone`, `here`. An edit tells nobody.
    pub told: Vec<String>,
    /// The app's own word against doubles.
    pub nonce: Option<Value>,
    /// The app is thinking: a deferred answer that nothing followed yet.
    pub loading: bool,
    /// Deleted.
    pub deleted: bool,
    /// The interaction it answers.
    pub interaction: Option<String>,
    /// Epoch milliseconds of the posting.
    pub posted: u64,
    /// Epoch milliseconds of the last edit.
    pub edited: Option<u64>,
    /// How it looked before each edit, the oldest first.
    pub before: Vec<Version>,
    /// Users and roles that it mentions with effect, as the wire names them.
    pub(in crate::discord) mentions: Vec<String>,
    /// Edits since it was an hour old.
    pub(in crate::discord) old_edits: u32,
}

/// What an edit replaced.
#[derive(Clone, Debug, PartialEq)]
pub struct Version {
    /// Epoch milliseconds of the edit that ended it.
    pub until: u64,
    /// Its text.
    pub content: String,
    /// Its embeds.
    pub embeds: Vec<Value>,
    /// Its components.
    pub components: Vec<Value>,
}

/// A file at a message.
#[derive(Clone, Debug)]
pub(in crate::discord) struct Stored {
    pub id: String,
    pub channel: String,
    pub message: String,
    pub name: String,
    pub description: Option<String>,
    pub content_type: String,
    pub bytes: Vec<u8>,
}

impl Stored {
    /// Width and height of a PNG.
    pub fn size(&self) -> Option<(u32, u32)> {
        let is_png = self.bytes.starts_with(b"\x89PNG\r\n\x1a\n");
        let number = |at: usize| Some(u32::from_be_bytes(self.bytes.get(at..at + 4)?.try_into().ok()?));
        is_png.then(|| Some((number(16)?, number(20)?))).flatten()
    }
}

/// How old a message is when edits of it have a limit of their own.
const OLD_MS: u64 = 3_600_000;
/// How often an old message may be edited here; the real number is not published.
const OLD_EDITS: u32 = 20;
/// A nonce is remembered for this long.
const NONCE_MS: u64 = 180_000;

impl Model {
    /// Puts a message into a channel and returns its id.
    pub fn post(&mut self, channel: &str, author: &str, draft: Draft) -> String {
        let id = self.id();
        let files = self.store(channel, &id, &draft.attachments, draft.parts);
        let told = if draft.only_for.is_none() && draft.flags & SILENT == 0 {
            self.told(channel, author, &draft.content, &draft.allowed)
        } else {
            Vec::new()
        };
        let mentions = self.mentioned(channel, &draft.content, &draft.allowed);
        let message = Message {
            channel: channel.to_owned(),
            id: id.clone(),
            author: author.to_owned(),
            by_app: author == self.app.id,
            embeds: self.completed_embeds(draft.embeds, &files),
            components: completed_components(draft.components),
            content: draft.content,
            files,
            flags: draft.flags,
            only_for: draft.only_for,
            told,
            nonce: draft.nonce,
            loading: draft.flags & LOADING != 0,
            deleted: false,
            interaction: draft.interaction,
            posted: self.now,
            edited: None,
            before: Vec::new(),
            mentions,
            old_edits: 0,
        };
        let now = self.now;
        if let Some(channel) = self.channel_mut(channel) {
            if let (Some(thread), None) = (&mut channel.thread, &message.only_for) {
                thread.active = now;
                if thread.archived && !thread.locked {
                    thread.archived = false;
                    thread.changed = now;
                }
            }
            channel.messages.push(message);
        }
        id
    }

    /// The message that this author posted under this nonce a moment ago.
    pub fn under_nonce(&self, channel: &str, author: &str, nonce: &Value) -> Option<String> {
        let channel = self.channel(channel)?;
        let same = |message: &&Message| {
            message.author == author
                && message.nonce.as_ref() == Some(nonce)
                && self.now - message.posted < NONCE_MS
        };
        channel
            .messages
            .iter()
            .find(same)
            .map(|message| message.id.clone())
    }

    /// Replaces what a message shows with what the body says; what it does not say stays.
    pub fn edit(&mut self, channel: &str, id: &str, body: &Value, parts: Vec<Part>) -> Result<(), Refusal> {
        let now = self.now;
        let Some(old) = self.message(channel, id).cloned() else {
            return Err(Refusal::new(10_008));
        };
        let is_old = now.saturating_sub(old.posted) > OLD_MS;
        if is_old && old.old_edits >= OLD_EDITS {
            return Err(Refusal::new(30_046));
        }
        let listed = body["attachments"].as_array().cloned().unwrap_or_default();
        let kept = |file: &&String| {
            body["attachments"].is_null()
                || listed
                    .iter()
                    .any(|known| known["id"].as_str() == Some(file.as_str()))
                || body["embeds"].to_string().contains(file.as_str())
        };
        let mut files: Vec<String> = old.files.iter().filter(kept).cloned().collect();
        files.extend(self.store(channel, id, &listed, parts));
        let embeds = body["embeds"]
            .as_array()
            .map(|embeds| self.completed_embeds(embeds.clone(), &files));
        let content = given(body, "content").map(|content| content.as_str().unwrap_or_default().to_owned());
        let components = given(body, "components")
            .map(|rows| completed_components(rows.as_array().cloned().unwrap_or_default()));
        let allowed = body["allowed_mentions"].clone();
        let mentions = content
            .as_ref()
            .map(|content| self.mentioned(channel, content, &allowed));
        let Some(message) = self.message_mut(channel, id) else {
            return Ok(());
        };
        if message.loading {
            message.loading = false;
            message.flags &= !LOADING;
        } else {
            message.before.push(Version {
                until: now,
                content: old.content,
                embeds: old.embeds,
                components: old.components,
            });
            message.edited = Some(now);
            message.old_edits += u32::from(is_old);
        }
        message.files = files;
        message.content = content.unwrap_or_else(|| message.content.clone());
        message.embeds = embeds.unwrap_or_else(|| std::mem::take(&mut message.embeds));
        message.components = components.unwrap_or_else(|| std::mem::take(&mut message.components));
        message.mentions = mentions.unwrap_or_else(|| std::mem::take(&mut message.mentions));
        if let Some(flags) = body["flags"].as_u64() {
            message.flags = (message.flags & EPHEMERAL) | (flags & !(EPHEMERAL | LOADING));
        }
        Ok(())
    }

    pub fn message(&self, channel: &str, id: &str) -> Option<&Message> {
        self.channel(channel)?.message(id)
    }

    pub fn message_mut(&mut self, channel: &str, id: &str) -> Option<&mut Message> {
        let channel = self.channel_mut(channel)?;
        channel
            .messages
            .iter_mut()
            .find(|message| message.id == id && !message.deleted)
    }

    pub fn file(&self, id: &str) -> Option<&Stored> {
        self.stored.iter().find(|file| file.id == id)
    }

    /// Keeps the uploaded parts, with what `attachments` says of them.
    fn store(&mut self, channel: &str, message: &str, listed: &[Value], parts: Vec<Part>) -> Vec<String> {
        let mut ids = Vec::new();
        for part in parts {
            let said = listed.iter().find(|known| is_number(&known["id"], part.number));
            let word = |field: &str| Some(said?[field].as_str()?.to_owned());
            let id = self.id();
            ids.push(id.clone());
            self.stored.push(Stored {
                id,
                channel: channel.to_owned(),
                message: message.to_owned(),
                name: word("filename").unwrap_or(part.name),
                description: word("description"),
                content_type: part.content_type,
                bytes: part.bytes,
            });
        }
        ids
    }

    /// Where a file can be read.
    pub fn address_of(&self, file: &Stored) -> String {
        format!(
            "{}/attachments/{}/{}/{}",
            self.base, file.channel, file.id, file.name
        )
    }

    /// Embeds as Discord gives them back: of type rich, their pictures at an address.
    fn completed_embeds(&self, mut embeds: Vec<Value>, files: &[String]) -> Vec<Value> {
        for embed in &mut embeds {
            drop_nulls(embed);
            embed["type"] = json!("rich");
            for field in embed["fields"].as_array_mut().into_iter().flatten() {
                if field["inline"].is_null() {
                    field["inline"] = json!(false);
                }
            }
            for place in ["image", "thumbnail"] {
                self.complete_picture(&mut embed[place], files);
            }
            drop_nulls(embed);
        }
        embeds
    }

    fn complete_picture(&self, picture: &mut Value, files: &[String]) {
        let named = picture["url"]
            .as_str()
            .and_then(|url| url.strip_prefix("attachment://"));
        let mut files = files.iter().filter_map(|id| self.file(id));
        let Some(file) = named.and_then(|name| files.find(|file| file.name == name)) else {
            return;
        };
        *picture = json!({ "url": self.address_of(file), "proxy_url": self.address_of(file) });
        if let Some((width, height)) = file.size() {
            picture["width"] = json!(width);
            picture["height"] = json!(height);
        }
        if let Some(description) = &file.description {
            picture["description"] = json!(description);
        }
    }
}

/// The field, where it stands there; `null` empties.
fn given<'a>(body: &'a Value, field: &str) -> Option<&'a Value> {
    body.as_object()?.get(field)
}

/// Whether an id means the part with this number.
pub(in crate::discord) fn is_number(id: &Value, number: u64) -> bool {
    id.as_u64() == Some(number) || id.as_str() == Some(&number.to_string())
}

fn drop_nulls(value: &mut Value) {
    if let Some(fields) = value.as_object_mut() {
        fields.retain(|_, field| !field.is_null());
        fields.values_mut().for_each(drop_nulls);
    }
}

/// Components as Discord gives them back: each with a number of its own.
pub(in crate::discord) fn completed_components(mut rows: Vec<Value>) -> Vec<Value> {
    let mut number = 0;
    rows.iter_mut().for_each(|row| complete(row, &mut number));
    rows
}

fn complete(component: &mut Value, number: &mut u64) {
    drop_nulls(component);
    *number += 1;
    if component["id"].as_u64().is_none_or(|id| id == 0) {
        component["id"] = json!(*number);
    }
    if component["type"] == 3 {
        for (field, value) in [("min_values", 1), ("max_values", 1)] {
            if component[field].is_null() {
                component[field] = json!(value);
            }
        }
    }
    for inner in component["components"].as_array_mut().into_iter().flatten() {
        complete(inner, number);
    }
    if component["component"].is_object() {
        complete(&mut component["component"], number);
    }
    drop_nulls(component);
}
