//! Presses, forms and shortcuts. <https://docs.slack.dev/reference/interaction-payloads>

use approvals::intake::{DeliveryId, Said};
use serde_json::Value;

use super::{Heard, Unreadable, What, channel, delivery, message, needed, text, tokens};
use crate::chat::slack::gate::Origin;

/// A form that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled {
    /// What makes it the same form sent: the view and its state.
    pub id: DeliveryId,
    /// Which form.
    pub form: String,
    /// What we gave it along.
    pub given: String,
    /// What was filled in, by block.
    pub values: Vec<(String, String)>,
}

/// An interaction of any kind.
pub fn interaction(payload: &Value) -> Result<Heard, Unreadable> {
    let kind = needed(payload, "/type", "type")?;
    let (channel, what) = match kind {
        "block_actions" => press(payload)?,
        "view_submission" => (None, What::Form(filled(payload)?)),
        "message_action" => {
            let thread = message(payload, "/message/thread_ts")?.or(message(payload, "/message/ts")?);
            let thread = thread.ok_or(Unreadable("message.ts"))?;
            (Some(channel(payload, "/channel/id")?), What::Shortcut { thread })
        }
        "view_closed" => (None, What::Nothing("a form that was closed")),
        _ => (None, What::Nothing("an interaction that we do not offer")),
    };
    Ok(Heard {
        origin: origin(payload, kind),
        user: needed(payload, "/user/id", "user.id")?.to_owned(),
        channel,
        what,
        tokens: tokens(payload),
    })
}

fn press(payload: &Value) -> Result<(Option<commands::names::Channel>, What), Unreadable> {
    let action = payload.pointer("/actions/0").ok_or(Unreadable("actions"))?;
    if text(action, "/type") != Some("button") {
        return Ok((None, What::Nothing("a choice in a form")));
    }
    let Some(pressed) = message(payload, "/container/message_ts")? else {
        return Ok((None, What::Nothing("a button of a form")));
    };
    let thread = message(payload, "/container/thread_ts")?
        .or(message(payload, "/message/thread_ts")?)
        .unwrap_or_else(|| pressed.clone());
    let channel_id = match text(payload, "/container/channel_id") {
        Some(_) => channel(payload, "/container/channel_id")?,
        None => channel(payload, "/channel/id")?,
    };
    let button = text(action, "/value").unwrap_or_default().to_owned();
    let trigger = needed(payload, "/trigger_id", "trigger_id")?;
    let what = What::Delivery {
        id: delivery("press", &[trigger]),
        message: Some(pressed.clone()),
        thread: Some(thread),
        said: Said::Press {
            message: pressed,
            button,
            reason: None,
        },
    };
    Ok((Some(channel_id), what))
}

fn filled(payload: &Value) -> Result<Filled, Unreadable> {
    let view = needed(payload, "/view/id", "view.id")?;
    let hash = text(payload, "/view/hash").unwrap_or_default();
    let blocks = payload.pointer("/view/state/values").and_then(Value::as_object);
    let values = blocks.into_iter().flatten().filter_map(|(block, actions)| {
        let action = actions.as_object()?.values().next()?;
        let value = text(action, "/value").or(text(action, "/selected_option/value"))?;
        Some((block.clone(), value.to_owned()))
    });
    Ok(Filled {
        id: delivery("form", &[view, hash]),
        form: text(payload, "/view/callback_id").unwrap_or_default().to_owned(),
        given: text(payload, "/view/private_metadata")
            .unwrap_or_default()
            .to_owned(),
        values: values.collect(),
    })
}

fn origin(payload: &Value, kind: &str) -> Origin {
    let owned = |pointer| text(payload, pointer).map(str::to_owned);
    let says_its_app = !matches!(kind, "message_action" | "shortcut");
    Origin {
        app: match owned("/api_app_id") {
            None if says_its_app => Some(String::new()),
            app => app,
        },
        team: owned("/team/id"),
        user_team: owned("/user/team_id"),
        shared: payload["is_ext_shared_channel"] == Value::Bool(true)
            || payload.pointer("/channel/is_ext_shared") == Some(&Value::Bool(true)),
    }
}
