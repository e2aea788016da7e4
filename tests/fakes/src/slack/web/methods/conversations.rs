//! `conversations.*`. Reading what was said needs a history scope, which Sluice does not ask for.

use super::{Outcome, Request, ok};
use crate::slack::model::messages::Message;
use crate::slack::model::{Model, Refusal};
use serde_json::{Value, json};

pub(super) fn info(model: &mut Model, request: Request<'_>) -> Outcome {
    let id = request.needed("channel")?;
    let bot = &request.granted.bot_user;
    let channel = model.visible(&id, bot)?;
    request.has_scope(&channel.scope("read"))?;
    let with_count = request.arguments.flag("include_num_members");
    ok(json!({ "channel": model.channel_json(channel, bot, with_count) }))
}

pub(super) fn history(model: &mut Model, request: Request<'_>) -> Outcome {
    let id = request.needed("channel")?;
    let channel = model.visible(&id, &request.granted.bot_user)?;
    request.has_scope(&channel.scope("history"))?;
    if !channel.members.contains(&request.granted.bot_user) {
        return Err(Refusal::new("not_in_channel"));
    }
    let in_channel = |message: &&Message| {
        message.broadcast || message.thread_ts.as_ref().is_none_or(|root| *root == message.ts)
    };
    let mut newest_first: Vec<&Message> = channel.messages.iter().filter(in_channel).collect();
    newest_first.reverse();
    let (messages, has_more) = page(model, &request, &newest_first)?;
    let mut answer = json!({
        "messages": messages, "has_more": has_more, "pin_count": 0, "channel_actions_ts": null,
        "channel_actions_count": 0,
    });
    if has_more {
        answer["response_metadata"] = json!({ "next_cursor": cursor_of(&messages) });
    }
    ok(answer)
}

pub(super) fn replies(model: &mut Model, request: Request<'_>) -> Outcome {
    let (id, root) = (request.needed("channel")?, request.needed("ts")?);
    let channel = model.visible(&id, &request.granted.bot_user)?;
    request.has_scope(&channel.scope("history"))?;
    if channel.message(&root).is_none() {
        return Err(Refusal::new("thread_not_found"));
    }
    let (messages, has_more) = page(model, &request, &channel.thread(&root))?;
    let mut answer = json!({ "messages": messages, "has_more": has_more });
    if has_more {
        answer["response_metadata"] = json!({ "next_cursor": cursor_of(&messages) });
    }
    ok(answer)
}

/// One page of what the bot can see: bounds, cursor, limit.
fn page(model: &Model, request: &Request<'_>, messages: &[&Message]) -> Result<(Vec<Value>, bool), Refusal> {
    let number = |name: &str| request.text(name).and_then(|text| text.parse::<f64>().ok());
    let oldest = number("oldest").unwrap_or(0.0);
    let latest = number("latest").unwrap_or(f64::MAX);
    let limit = request
        .text("limit")
        .and_then(|text| text.parse().ok())
        .unwrap_or(100)
        .clamp(1, 1_000);
    let after = request.text("cursor");
    let with_metadata = request.arguments.flag("include_all_metadata");
    let within = |message: &&&Message| {
        let ts = message.ts.parse::<f64>().unwrap_or(0.0);
        message.only_for.is_none() && !message.deleted && ts >= oldest && ts <= latest
    };
    let all: Vec<&&Message> = messages.iter().filter(within).collect();
    let start = match after {
        None => 0,
        Some(cursor) => {
            1 + all
                .iter()
                .position(|message| message.ts == cursor)
                .ok_or_else(|| Refusal::new("invalid_cursor"))?
        }
    };
    let rest = &all[start..];
    let shown = rest
        .iter()
        .take(limit)
        .map(|message| model.message_json(message, with_metadata));
    Ok((shown.collect(), rest.len() > limit))
}

fn cursor_of(messages: &[Value]) -> Value {
    messages.last().map_or(json!(""), |message| message["ts"].clone())
}
