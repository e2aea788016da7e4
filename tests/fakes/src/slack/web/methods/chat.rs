//! `chat.*`: posting, editing, deleting, whispering, linking.

use super::{Outcome, Request, ok};
use crate::slack::blocks::{Surface, complaints_about_blocks};
use crate::slack::model::messages::Draft;
use crate::slack::model::{Model, Refusal};
use serde_json::{Value, json};

/// Longer text is cut off by Slack, which nobody should rely on.
const TEXT_ADVISED: usize = 4_000;
const TEXT_HARD: usize = 40_000;

/// What is to be shown: text and blocks, checked.
struct Content {
    text: String,
    blocks: Vec<Value>,
}

impl Request<'_> {
    /// Text and blocks of a message. Complains about what breaks a limit or an advice of Slack's.
    fn content(&mut self, model: &Model) -> Result<Content, Refusal> {
        let markdown = self.text("markdown_text");
        let blocks = self.arguments.json("blocks").cloned().unwrap_or(json!([]));
        if markdown.is_some() && (self.text("text").is_some() || blocks != json!([])) {
            return Err(Refusal::new("markdown_text_conflict"));
        }
        if self.arguments.json("attachments").is_some() {
            self.complain("attachments are a thing of the past: use blocks");
        }
        let Some(blocks_given) = blocks.as_array() else {
            return Err(Refusal::new("invalid_blocks_format"));
        };
        let text = self.text("text").or(markdown).unwrap_or_default();
        if text.is_empty() && blocks_given.is_empty() && self.arguments.json("file_ids").is_none() {
            return Err(Refusal::new("no_text"));
        }
        if text.is_empty() && !blocks_given.is_empty() {
            self.complain("blocks without text: notifications and screen readers say nothing");
        }
        let length = text.chars().count();
        if length > TEXT_ADVISED {
            self.complain(format!(
                "text of {length} characters; {TEXT_ADVISED} are advised, {TEXT_HARD} cut off"
            ));
        }
        for complaint in crate::slack::blocks::complaints_about_text(&text) {
            self.complain(complaint);
        }
        self.checked_blocks(model, &blocks)?;
        Ok(Content {
            text,
            blocks: blocks_given.clone(),
        })
    }

    fn checked_blocks(&mut self, model: &Model, blocks: &Value) -> Result<(), Refusal> {
        let complaints = complaints_about_blocks(blocks, Surface::Message);
        for complaint in &complaints {
            self.complain(format!("Block Kit: {complaint}"));
        }
        let mut messages: Vec<String> = complaints.iter().map(|what| format!("[ERROR] {what}")).collect();
        messages.extend(model.unusable_files(blocks));
        if messages.is_empty() {
            Ok(())
        } else {
            Err(Refusal::explained("invalid_blocks", &messages))
        }
    }

    /// The parent's timestamp. A reply's, or one of nothing, makes a thread that nobody finds.
    fn thread(&mut self, model: &Model, channel: &str) -> Result<Option<String>, Refusal> {
        let Some(thread) = self.text("thread_ts") else {
            return Ok(None);
        };
        let Some(parent) = model.message(channel, &thread) else {
            self.complain(format!("thread_ts {thread}: no message in {channel} has it"));
            return Ok(Some(thread));
        };
        if parent.only_for.is_some() {
            return Err(Refusal::new("cannot_reply_to_message"));
        }
        if parent.thread_ts.as_ref().is_some_and(|root| *root != thread) {
            self.complain(format!("thread_ts {thread} is a reply's: pass the parent's"));
        }
        let locked = model
            .channel(channel)
            .is_some_and(|channel| channel.locked.contains(&thread));
        if locked {
            return Err(Refusal::new("restricted_action_thread_locked"));
        }
        Ok(Some(thread))
    }

    fn metadata(&mut self) -> Result<Option<Value>, Refusal> {
        let Some(metadata) = self.arguments.json("metadata").cloned() else {
            return Ok(None);
        };
        let is_empty = metadata == json!({});
        let is_whole = metadata["event_type"].is_string() && metadata["event_payload"].is_object();
        if !is_empty && !is_whole {
            return Err(Refusal::new("invalid_metadata_format"));
        }
        let known = ["event_type", "event_payload"];
        for field in metadata.as_object().into_iter().flatten().map(|(field, _)| field) {
            if !known.contains(&field.as_str()) {
                self.complain(format!("metadata: unknown field {field}"));
            }
        }
        Ok(Some(metadata))
    }

    /// A channel by id. Names are taken over by others; ids stay.
    fn channel(&mut self) -> Result<String, Refusal> {
        let channel = self.needed("channel")?;
        if !channel.starts_with(['C', 'D', 'G', 'U', 'W']) {
            self.complain(format!("channel {channel:?} is no id"));
        }
        Ok(channel)
    }
}

pub(super) fn post(model: &mut Model, mut request: Request<'_>) -> Outcome {
    let mut channel = request.channel()?;
    let bot = request.granted.bot_user.clone();
    if model.user(&channel).is_some() {
        channel = model.direct(&bot, &channel);
    }
    let unasked = request.has_scope("chat:write.public").is_ok();
    if model.writable(&channel, &bot, unasked)?.read_only {
        return Err(Refusal::new("restricted_action_read_only_channel"));
    }
    let content = request.content(model)?;
    let thread_ts = request.thread(model, &channel)?;
    let draft = Draft {
        text: content.text,
        blocks: content.blocks,
        metadata: request.metadata()?,
        broadcast: thread_ts.is_some() && request.arguments.flag("reply_broadcast"),
        thread_ts,
        ..Draft::default()
    };
    if let Some(root) = draft.thread_ts.clone() {
        model.note_reply(&channel, &root);
    }
    let ts = model.post(&channel, &bot, draft);
    let shown = model
        .message(&channel, &ts)
        .map(|message| model.message_json(message, true));
    ok(json!({ "channel": channel, "ts": ts, "message": shown }))
}

pub(super) fn update(model: &mut Model, mut request: Request<'_>) -> Outcome {
    let (channel, ts) = (request.channel()?, request.needed("ts")?);
    let team = request.granted.team.clone();
    let install = model
        .install_of(&team)
        .ok_or_else(|| Refusal::new("invalid_auth"))?;
    model.own_message(&channel, &ts, install, "cant_update_message")?;
    if model.channel(&channel).is_some_and(|channel| channel.archived) {
        return Err(Refusal::new("is_inactive"));
    }
    if request
        .text("text")
        .is_some_and(|text| text.chars().count() > TEXT_ADVISED)
    {
        request.complain("text of an edit beyond 4000 characters");
        return Err(Refusal::new("msg_too_long"));
    }
    let content = request.content(model)?;
    let metadata = request.metadata()?;
    if let Some(files) = request
        .arguments
        .json("file_ids")
        .and_then(Value::as_array)
        .cloned()
    {
        attach(model, &channel, &ts, &files)?;
    }
    model.edit(&channel, &ts, content.text.clone(), content.blocks, metadata);
    let message = model
        .message(&channel, &ts)
        .map(|message| model.message_json(message, true));
    ok(json!({ "channel": channel, "ts": ts, "text": content.text, "message": message }))
}

fn attach(model: &mut Model, channel: &str, ts: &str, files: &[Value]) -> Result<(), Refusal> {
    let files: Vec<String> = files
        .iter()
        .filter_map(|file| file.as_str().map(str::to_owned))
        .collect();
    if files.iter().any(|file| {
        model
            .stored_file(file)
            .is_none_or(|file| file.completed.is_none())
    }) {
        return Err(Refusal::new("file_not_found"));
    }
    for file in &files {
        if let Some(file) = model.stored_file_mut(file) {
            file.shares.push((channel.to_owned(), ts.to_owned()));
        }
    }
    if let Some(message) = model.message_mut(channel, ts) {
        message.files = files;
    }
    Ok(())
}

pub(super) fn delete(model: &mut Model, mut request: Request<'_>) -> Outcome {
    let (channel, ts) = (request.channel()?, request.needed("ts")?);
    let team = request.granted.team.clone();
    let install = model
        .install_of(&team)
        .ok_or_else(|| Refusal::new("invalid_auth"))?;
    model.own_message(&channel, &ts, install, "cant_delete_message")?;
    if let Some(message) = model.message_mut(&channel, &ts) {
        message.deleted = true;
    }
    ok(json!({ "channel": channel, "ts": ts }))
}

pub(super) fn post_ephemeral(model: &mut Model, mut request: Request<'_>) -> Outcome {
    let (channel, user) = (request.channel()?, request.needed("user")?);
    let bot = request.granted.bot_user.clone();
    let writable = model.writable(&channel, &bot, false)?;
    if !writable.members.contains(&user) {
        return Err(Refusal::new("user_not_in_channel"));
    }
    let content = request.content(model)?;
    let draft = Draft {
        text: content.text,
        blocks: content.blocks,
        thread_ts: request.thread(model, &channel)?,
        only_for: Some(user),
        ..Draft::default()
    };
    let ts = model.post(&channel, &bot, draft);
    ok(json!({ "message_ts": ts }))
}

pub(super) fn permalink(model: &mut Model, mut request: Request<'_>) -> Outcome {
    let (channel, ts) = (request.channel()?, request.needed("message_ts")?);
    let message = model
        .visible(&channel, &request.granted.bot_user)?
        .message(&ts)
        .filter(|message| message.only_for.is_none())
        .ok_or_else(|| Refusal::new("message_not_found"))?;
    let domain = model.domain(&request.granted.team);
    let mut permalink = format!(
        "https://{domain}.slack.com/archives/{channel}/p{}",
        ts.replace('.', "")
    );
    if let Some(root) = message.thread_ts.as_ref().filter(|root| **root != ts) {
        permalink.push_str(&format!("?thread_ts={root}&cid={channel}"));
    }
    ok(json!({ "channel": channel, "permalink": permalink }))
}
