//! Guilds that the bot is in: their roles, channels and members.

use super::{Done, Outcome, Request};
use crate::discord::model::guilds::Guild;
use crate::discord::model::{Model, Refusal};
use serde_json::{Value, json};

fn joined<'a>(model: &'a Model, request: &Request) -> Result<&'a Guild, Refusal> {
    let guild = model.guild(&request.ids[0]).ok_or_else(|| Refusal::new(10_004))?;
    if model.is_installed(&guild.id) {
        Ok(guild)
    } else {
        Err(Refusal::new(50_001))
    }
}

pub(super) fn get(model: &mut Model, request: Request) -> Outcome {
    let guild = joined(model, &request)?;
    let mut shown = guild.shown();
    if request.says("with_counts") {
        shown["approximate_member_count"] = json!(guild.members.len());
        shown["approximate_presence_count"] = json!(guild.members.len());
    }
    Ok(Done::with(shown))
}

pub(super) fn roles(model: &mut Model, request: Request) -> Outcome {
    Ok(Done::with(joined(model, &request)?.shown_roles()))
}

pub(super) fn channels(model: &mut Model, request: Request) -> Outcome {
    let guild = joined(model, &request)?.id.clone();
    let of_guild = model
        .channels
        .iter()
        .filter(|channel| channel.guild.as_ref() == Some(&guild) && !channel.is_thread());
    let shown: Vec<Value> = of_guild.map(|channel| model.shown_channel(channel)).collect();
    Ok(Done::with(Value::Array(shown)))
}

pub(super) fn member(model: &mut Model, request: Request) -> Outcome {
    let guild = joined(model, &request)?;
    let user = &request.ids[1];
    let member = guild.member(user).ok_or_else(|| {
        let known = model.user(user).is_some();
        Refusal::new(if known { 10_007 } else { 10_013 })
    })?;
    Ok(Done::with(model.shown_member(member)))
}
