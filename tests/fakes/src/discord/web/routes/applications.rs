//! The application itself, its commands, and where its gateway is.

use super::super::or_null;
use super::{Done, Outcome, Request};
use crate::discord::model::guilds::User;
use crate::discord::model::shown::merge;
use crate::discord::model::{Model, Refusal};
use serde_json::json;

pub(super) fn me(model: &mut Model, _: Request) -> Outcome {
    let mut shown = or_null(model.user(&model.app.id).map(User::shown));
    merge(
        &mut shown,
        json!({ "mfa_enabled": true, "locale": "en-US", "verified": true, "email": null }),
    );
    Ok(Done::with(shown))
}

pub(super) fn get(model: &mut Model, _: Request) -> Outcome {
    Ok(Done::with(model.shown_application()))
}

/// The address was verified before: see `sender::verify`.
pub(super) fn edit(model: &mut Model, request: Request) -> Outcome {
    if let Some(url) = request
        .json
        .as_object()
        .and_then(|fields| fields.get("interactions_endpoint_url"))
    {
        model.app.endpoint = url.as_str().filter(|url| !url.is_empty()).map(str::to_owned);
    }
    Ok(Done::with(model.shown_application()))
}

fn is_ours(model: &Model, request: &Request) -> Result<(), Refusal> {
    if request.ids[0] == model.app.id {
        Ok(())
    } else {
        Err(Refusal::new(10_002))
    }
}

/// The guild in the path, where the app is in it.
fn scope(model: &Model, request: &Request) -> Result<String, Refusal> {
    is_ours(model, request)?;
    let guild = request.ids[1].clone();
    if model.is_installed(&guild) {
        Ok(guild)
    } else {
        Err(Refusal::new(50_001))
    }
}

pub(super) fn commands(model: &mut Model, request: Request) -> Outcome {
    let guild = scope(model, &request)?;
    Ok(Done::with(model.shown_commands(
        Some(&guild),
        request.says("with_localizations"),
    )))
}

pub(super) fn register(model: &mut Model, request: Request) -> Outcome {
    let guild = scope(model, &request)?;
    model.register(Some(&guild), request.json.as_array().map_or(&[], Vec::as_slice))?;
    Ok(Done::with(model.shown_commands(Some(&guild), true)))
}

pub(super) fn global_commands(model: &mut Model, request: Request) -> Outcome {
    is_ours(model, &request)?;
    Ok(Done::with(
        model.shown_commands(None, request.says("with_localizations")),
    ))
}

pub(super) fn register_globally(model: &mut Model, request: Request) -> Outcome {
    is_ours(model, &request)?;
    model.register(None, request.json.as_array().map_or(&[], Vec::as_slice))?;
    Ok(Done::with(model.shown_commands(None, true)))
}

pub(super) fn gateway(model: &mut Model, _: Request) -> Outcome {
    Ok(Done::with(json!({ "url": model.socket_base })))
}

pub(super) fn gateway_bot(model: &mut Model, _: Request) -> Outcome {
    Ok(Done::with(json!({
        "url": model.socket_base, "shards": 1,
        "session_start_limit": { "total": 1_000, "remaining": model.app.identifies, "reset_after": 43_200_000,
            "max_concurrency": 1 },
    })))
}
