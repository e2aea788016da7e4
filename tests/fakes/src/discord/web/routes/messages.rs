//! Messages of a channel or thread, by the bot.

use super::{Done, Outcome, Request};
use crate::discord::model::bodies::{Draft, check};
use crate::discord::model::channels::Channel;
use crate::discord::model::messages::Message;
use crate::discord::model::{Model, Refusal};
use crate::discord::permissions::{
    ATTACH_FILES, EMBED_LINKS, MANAGE_MESSAGES, MANAGE_THREADS, READ_MESSAGE_HISTORY, SEND_MESSAGES,
    SEND_MESSAGES_IN_THREADS,
};
use serde_json::{Value, json};

pub(super) fn create(model: &mut Model, request: Request) -> Outcome {
    let channel = model.seen_by_bot(&request.ids[0])?;
    let may = model.bot_permissions(channel);
    let mut needed = if channel.is_thread() {
        SEND_MESSAGES_IN_THREADS
    } else {
        SEND_MESSAGES
    };
    let draft = Draft::of(&request.json, request.parts);
    if !draft.embeds.is_empty() {
        needed |= EMBED_LINKS;
    }
    if !draft.parts.is_empty() {
        needed |= ATTACH_FILES;
    }
    if may & needed != needed {
        return Err(Refusal::new(50_013));
    }
    let locked = channel.thread.as_ref().is_some_and(|thread| thread.locked);
    if locked && may & MANAGE_THREADS == 0 {
        return Err(Refusal::new(160_005));
    }
    check(&request.json, &draft.parts, &[], false)?;
    if draft.is_empty() {
        return Err(Refusal::new(50_006));
    }
    let (app, place) = (model.app.id.clone(), request.ids[0].clone());
    if request.json["enforce_nonce"] == true {
        let Some(nonce) = &draft.nonce else {
            return Err(Refusal::invalid(
                "nonce",
                "BASE_TYPE_REQUIRED",
                "enforce_nonce without a nonce",
            ));
        };
        if let Some(known) = model.under_nonce(&place, &app, nonce) {
            return shown(model, &place, &known);
        }
    }
    let id = model.post(&place, &app, draft);
    shown(model, &place, &id)
}

fn shown(model: &Model, channel: &str, id: &str) -> Outcome {
    let message = model.message(channel, id);
    let message = message.ok_or_else(|| Refusal::new(10_008))?;
    Ok(Done::with(as_bots_read(model, message)))
}

/// Without the privileged intent a bot reads only what it wrote itself and what mentions it.
fn as_bots_read(model: &Model, message: &Message) -> Value {
    let mut shown = model.shown_message(message);
    if !message.by_app && !message.mentions.contains(&model.app.id) {
        shown["content"] = json!("");
        for field in ["embeds", "attachments", "components"] {
            shown[field] = json!([]);
        }
    }
    shown
}

pub(super) fn list(model: &mut Model, request: Request) -> Outcome {
    let channel = model.seen_by_bot(&request.ids[0])?;
    let limit = request.query.get("limit").map_or(Ok(50), |limit| limit.parse());
    let limit = limit.ok().filter(|limit| (1..=100).contains(limit));
    let Some(limit) = limit else {
        return Err(Refusal::invalid(
            "limit",
            "NUMBER_TYPE_MAX",
            "int value should be between 1 and 100.",
        ));
    };
    if model.bot_permissions(channel) & READ_MESSAGE_HISTORY == 0 {
        return Ok(Done::with(json!([])));
    }
    let number = |name: &str| request.query.get(name).and_then(|id| id.parse::<u64>().ok());
    let public = channel
        .messages
        .iter()
        .filter(|message| message.only_for.is_none() && !message.deleted);
    let id = |message: &Message| message.id.parse::<u64>().unwrap_or_default();
    let found: Vec<&Message> = if let Some(after) = number("after") {
        let mut found: Vec<_> = public.filter(|message| id(message) > after).take(limit).collect();
        found.reverse();
        found
    } else {
        let before = number("before").or(number("around").map(|id| id + 1));
        let before = before.unwrap_or(u64::MAX);
        public
            .rev()
            .filter(|message| id(message) < before)
            .take(limit)
            .collect()
    };
    let shown: Vec<Value> = found
        .into_iter()
        .map(|message| as_bots_read(model, message))
        .collect();
    Ok(Done::with(Value::Array(shown)))
}

/// The channel and one of its messages that everybody there sees.
fn public<'a>(model: &'a Model, request: &Request) -> Result<(&'a Channel, &'a Message), Refusal> {
    let channel = model.seen_by_bot(&request.ids[0])?;
    let message = channel
        .message(&request.ids[1])
        .filter(|message| message.only_for.is_none());
    Ok((channel, message.ok_or_else(|| Refusal::new(10_008))?))
}

pub(super) fn get(model: &mut Model, request: Request) -> Outcome {
    let (channel, message) = public(model, &request)?;
    if model.bot_permissions(channel) & READ_MESSAGE_HISTORY == 0 {
        return Err(Refusal::new(50_013));
    }
    Ok(Done::with(as_bots_read(model, message)))
}

pub(super) fn edit(model: &mut Model, request: Request) -> Outcome {
    let (channel, message) = public(model, &request)?;
    if !message.by_app {
        return Err(Refusal::new(50_005));
    }
    if is_archived(channel) {
        return Err(Refusal::new(50_083));
    }
    check(&request.json, &request.parts, &message.files, false)?;
    model.edit(&request.ids[0], &request.ids[1], &request.json, request.parts)?;
    shown(model, &request.ids[0], &request.ids[1])
}

pub(super) fn delete(model: &mut Model, request: Request) -> Outcome {
    let (channel, message) = public(model, &request)?;
    if !message.by_app && model.bot_permissions(channel) & MANAGE_MESSAGES == 0 {
        return Err(Refusal::new(50_013));
    }
    if is_archived(channel) {
        return Err(Refusal::new(50_083));
    }
    if let Some(message) = model.message_mut(&request.ids[0], &request.ids[1]) {
        message.deleted = true;
    }
    Ok(Done::empty())
}

fn is_archived(channel: &Channel) -> bool {
    channel.thread.as_ref().is_some_and(|thread| thread.archived)
}
