//! Channels, and threads: begun at a message, archived, locked, re-opened.
//! <https://docs.discord.com/developers/topics/threads>

use super::{Done, Outcome, Request};
use crate::discord::model::channels::{Kind, ThreadState};
use crate::discord::model::{Model, Refusal};
use crate::discord::permissions::{
    CREATE_PUBLIC_THREADS, MANAGE_CHANNELS, MANAGE_THREADS, READ_MESSAGE_HISTORY, SEND_MESSAGES_IN_THREADS,
};
use serde_json::Value;

/// `HAS_THREAD`
const HAS_THREAD: u64 = 1 << 5;
/// Minutes, where the request does not say.
const AUTO_ARCHIVE: u64 = 1_440;

/// A direct message with somebody whom the bot shares a guild with.
pub(super) fn direct(model: &mut Model, request: Request) -> Outcome {
    let user = request.json["recipient_id"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    if model.user(&user).is_none() {
        return Err(Refusal::new(10_013));
    }
    let id = model.direct(&user);
    let channel = model.channel(&id).ok_or_else(|| Refusal::new(10_003))?;
    Ok(Done::with(model.shown_channel(channel)))
}

pub(super) fn get(model: &mut Model, request: Request) -> Outcome {
    let channel = model.seen_by_bot(&request.ids[0])?;
    Ok(Done::with(model.shown_channel(channel)))
}

pub(super) fn start_thread(model: &mut Model, request: Request) -> Outcome {
    let (place, at) = (&request.ids[0], &request.ids[1]);
    let channel = model.seen_by_bot(place)?;
    if channel.kind != Kind::Text {
        return Err(Refusal::new(50_024));
    }
    let message = channel.message(at).filter(|message| message.only_for.is_none());
    if message.is_none() {
        return Err(Refusal::new(10_008));
    }
    let needed = CREATE_PUBLIC_THREADS | READ_MESSAGE_HISTORY;
    if model.bot_permissions(channel) & needed != needed {
        return Err(Refusal::new(50_013));
    }
    if model.channel(at).is_some() {
        return Err(Refusal::new(160_004));
    }
    let guild = channel.guild.clone().unwrap_or_default();
    if model.active_threads(&guild) >= model.most_threads {
        return Err(Refusal::new(160_006));
    }
    let name = request.json["name"].as_str().unwrap_or_default();
    let minutes = request.json["auto_archive_duration"]
        .as_u64()
        .unwrap_or(AUTO_ARCHIVE);
    let app = model.app.id.clone();
    let id = model.add_thread(place, Some(at), name, &app, minutes, false);
    if let Some(message) = model.message_mut(place, at) {
        message.flags |= HAS_THREAD;
    }
    let thread = model.channel(&id).ok_or_else(|| Refusal::new(10_003))?;
    Ok(Done::created(model.shown_channel(thread)))
}

pub(super) fn edit(model: &mut Model, request: Request) -> Outcome {
    let channel = model.seen_by_bot(&request.ids[0])?;
    let may = model.bot_permissions(channel);
    let (app, now) = (model.app.id.clone(), model.now);
    match &channel.thread {
        Some(thread) => may_change(thread, &request.json, may, &app)?,
        None if may & MANAGE_CHANNELS == 0 => return Err(Refusal::new(50_013)),
        None => {}
    }
    if let Some(channel) = model.channel_mut(&request.ids[0]) {
        if let Some(name) = request.json["name"].as_str() {
            name.clone_into(&mut channel.name);
        }
        if let Some(thread) = &mut channel.thread {
            change(thread, &request.json, now);
        }
    }
    let channel = model.seen_by_bot(&request.ids[0])?;
    Ok(Done::with(model.shown_channel(channel)))
}

/// A locked thread is for those who manage threads; an archived one has to be re-opened first; whoever may write in an
/// open one may re-open it.
fn may_change(thread: &ThreadState, body: &Value, may: u64, app: &str) -> Result<(), Refusal> {
    let manages = may & MANAGE_THREADS != 0;
    let fields = || {
        body.as_object()
            .into_iter()
            .flatten()
            .map(|(field, _)| field.as_str())
    };
    if manages {
        return Ok(());
    }
    if thread.locked {
        return Err(Refusal::new(160_005));
    }
    if body["locked"] == true {
        return Err(Refusal::new(50_013));
    }
    let reopens = body["archived"] == false;
    if thread.archived && !reopens {
        return Err(Refusal::new(50_083));
    }
    let only_reopens = reopens && fields().all(|field| field == "archived");
    let is_allowed = thread.owner == app || (only_reopens && may & SEND_MESSAGES_IN_THREADS != 0);
    if is_allowed {
        Ok(())
    } else {
        Err(Refusal::new(50_013))
    }
}

fn change(thread: &mut ThreadState, body: &Value, now: u64) {
    if let Some(archived) = body["archived"].as_bool() {
        thread.archived = archived;
        thread.changed = now;
    }
    if let Some(locked) = body["locked"].as_bool() {
        thread.locked = locked;
    }
    if let Some(minutes) = body["auto_archive_duration"].as_u64() {
        thread.auto_archive = minutes;
    }
}
