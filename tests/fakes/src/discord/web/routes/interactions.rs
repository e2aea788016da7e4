//! First answers over REST, and what follows under an interaction's token.

use super::{Done, Outcome, Request};
use crate::discord::model::bodies::check;
use crate::discord::model::interactions::Interaction;
use crate::discord::model::messages::EPHEMERAL;
use crate::discord::model::{Model, Refusal};
use serde_json::{Value, json};

pub(super) fn callback(model: &mut Model, request: Request) -> Outcome {
    let (id, token) = (&request.ids[0], &request.ids[1]);
    let shows = request.says("with_response");
    model.answer(id, token, &request.json, request.parts)?;
    if !shows {
        return Ok(Done::empty());
    }
    let interaction = model
        .by_token(token)
        .cloned()
        .ok_or_else(|| Refusal::new(10_062))?;
    Ok(Done::with(response(model, &interaction, &request.json["type"])))
}

fn response(model: &Model, interaction: &Interaction, kind: &Value) -> Value {
    let mut shown = json!({ "id": interaction.id, "type": interaction.kind as u8,
        "channel_id": interaction.channel });
    let guild = model
        .channel(&interaction.channel)
        .and_then(|channel| channel.guild.as_ref());
    if let Some(guild) = guild {
        shown["guild_id"] = json!(guild);
    }
    let message = interaction
        .original
        .as_deref()
        .and_then(|id| model.message(&interaction.channel, id));
    let Some(message) = message else {
        return json!({ "interaction": shown });
    };
    shown["response_message_id"] = json!(message.id);
    shown["response_message_loading"] = json!(message.loading);
    shown["response_message_ephemeral"] = json!(message.flags & EPHEMERAL != 0);
    if *kind != 4 && *kind != 7 {
        return json!({ "interaction": shown });
    }
    json!({ "interaction": shown, "resource": { "type": kind, "message": model.shown_message(message) } })
}

pub(super) fn follow_up(model: &mut Model, request: Request) -> Outcome {
    let interaction = model.under_token(&request.ids[0], &request.ids[1])?;
    let (id, replaced) = model.follow_up(&interaction, &request.json, request.parts)?;
    let what = "a follow-up took the place of the awaited answer; that is deprecated: PATCH @original first";
    Ok(Done {
        complaint: replaced.then(|| what.to_owned()),
        ..shown(model, &interaction, &id)?
    })
}

fn shown(model: &Model, interaction: &Interaction, id: &str) -> Outcome {
    let message = model.message(&interaction.channel, id);
    let message = message.ok_or_else(|| Refusal::new(10_008))?;
    Ok(Done::with(model.shown_message(message)))
}

/// Where a route means one message: its interaction and its id. Other messages than the interaction's own are unknown.
fn meant(model: &Model, request: &Request) -> Result<(Interaction, String), Refusal> {
    let interaction = model.under_token(&request.ids[0], &request.ids[1])?;
    let id = request.ids.get(2).or(interaction.original.as_ref());
    let id = id.ok_or_else(|| Refusal::new(10_008))?.clone();
    let message = model.message(&interaction.channel, &id);
    let message = message.ok_or_else(|| Refusal::new(10_008))?;
    let is_own =
        message.interaction.as_ref() == Some(&interaction.id) || interaction.original.as_ref() == Some(&id);
    if is_own {
        Ok((interaction, id))
    } else {
        Err(Refusal::new(10_008))
    }
}

pub(super) fn get(model: &mut Model, request: Request) -> Outcome {
    let (interaction, id) = meant(model, &request)?;
    shown(model, &interaction, &id)
}

pub(super) fn edit(model: &mut Model, request: Request) -> Outcome {
    let (interaction, id) = meant(model, &request)?;
    let old = model
        .message(&interaction.channel, &id)
        .map(|message| message.files.clone());
    check(&request.json, &request.parts, &old.unwrap_or_default(), true)?;
    model.edit(&interaction.channel, &id, &request.json, request.parts)?;
    shown(model, &interaction, &id)
}

pub(super) fn delete(model: &mut Model, request: Request) -> Outcome {
    let (interaction, id) = meant(model, &request)?;
    if let Some(message) = model.message_mut(&interaction.channel, &id) {
        message.deleted = true;
    }
    Ok(Done::empty())
}

pub(super) fn get_original(model: &mut Model, request: Request) -> Outcome {
    get(model, request)
}

pub(super) fn edit_original(model: &mut Model, request: Request) -> Outcome {
    edit(model, request)
}

pub(super) fn delete_original(model: &mut Model, request: Request) -> Outcome {
    delete(model, request)
}
