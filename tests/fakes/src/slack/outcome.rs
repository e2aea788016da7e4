//! What an answer to a delivery brings about, or the lack of one: a message, the next form, words to the person.

use super::blocks::{complaints_about_options, complaints_about_view};
use super::callbacks::complaints_about_answer;
use super::deliveries::{Delivery, Kind};
use super::shared::Shared;
use crate::sending::End;
use serde_json::{Value, json};

/// Does what the app answered.
pub(super) fn apply(shared: &Shared, delivery: &Delivery, body: &Value) {
    match (delivery.kind, delivery.payload["type"].as_str()) {
        (Kind::Command, _) => say(shared, delivery, body),
        (Kind::Event, _) => {}
        (Kind::Interaction, Some("view_submission")) => next_view(shared, delivery, body),
        (Kind::Interaction, Some("block_suggestion")) => {
            for complaint in complaints_about_options(body) {
                accuse(shared, delivery, &complaint);
            }
        }
        (Kind::Interaction, _) => {
            if !body.is_null() {
                accuse(shared, delivery, "an answer with a body where none is read");
            }
        }
    }
}

fn accuse(shared: &Shared, delivery: &Delivery, what: &str) {
    let kind = delivery.payload["type"]
        .as_str()
        .unwrap_or(delivery.kind.envelope());
    shared.complain(format!("answer to delivery {} ({kind}): {what}", delivery.number));
}

/// The direct answer to a command is a message.
fn say(shared: &Shared, delivery: &Delivery, body: &Value) {
    let message = match body {
        Value::Null => return,
        Value::String(text) => json!({ "text": text }),
        message => message.clone(),
    };
    for complaint in complaints_about_answer(&message) {
        accuse(shared, delivery, &complaint);
    }
    let of = |field: &str| delivery.payload[field].as_str().unwrap_or_default().to_owned();
    let mut model = shared.model();
    model.say(&of("team_id"), &of("channel_id"), &of("user_id"), &message, None);
}

/// `response_action` of a submitted form.
fn next_view(shared: &Shared, delivery: &Delivery, body: &Value) {
    let of_view = |field: &str| {
        delivery.payload["view"][field]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    let (id, user) = (of_view("id"), delivery.user.clone().unwrap_or_default());
    let view = body["view"].clone();
    let mut complaints = Vec::new();
    for field in body.as_object().into_iter().flatten().map(|(field, _)| field) {
        if !["response_action", "view", "errors"].contains(&field.as_str()) {
            complaints.push(format!("unknown field {field}"));
        }
    }
    let action = body["response_action"].as_str();
    if matches!(action, Some("update" | "push")) {
        complaints.extend(complaints_about_view(&view));
    }
    let mut model = shared.model();
    let done = match action {
        None if body.is_null() || *body == json!({}) => {
            model.close_view(&id);
            Ok(())
        }
        Some("clear") => {
            model.close_all(&user);
            Ok(())
        }
        Some("update") => model.update_view(&id, view, None),
        Some("push") => model.push_view(&of_view("team_id"), &user, view).map(|_| ()),
        Some("errors") => {
            complaints.extend(unknown_inputs(&delivery.payload["view"], &body["errors"]));
            if let Some(view) = model.view_mut(&id) {
                view.errors = body["errors"].clone();
            }
            Ok(())
        }
        _ => {
            complaints.push(format!("response_action {}", body["response_action"]));
            Ok(())
        }
    };
    drop(model);
    if let Err(refusal) = done {
        complaints.push(refusal.error);
    }
    for complaint in complaints {
        accuse(shared, delivery, &complaint);
    }
}

/// Errors must name input blocks of the form.
fn unknown_inputs(view: &Value, errors: &Value) -> Vec<String> {
    let inputs: Vec<&str> = view["blocks"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|block| block["type"] == "input")
        .filter_map(|block| block["block_id"].as_str())
        .collect();
    let named = errors.as_object().into_iter().flatten();
    let unknown = named.filter(|(block, _)| !inputs.contains(&block.as_str()));
    let mut found: Vec<String> = unknown
        .map(|(block, _)| format!("errors: no input block {block}"))
        .collect();
    if errors.as_object().is_none_or(serde_json::Map::is_empty) {
        found.push("errors without any".to_owned());
    }
    found
}

/// Slack itself tells the person that the app did not answer.
pub(super) fn tell_failure(shared: &Shared, delivery: &Delivery, end: &End) {
    let error = match end {
        End::TimedOut => "operation_timeout",
        End::Refused(_) => "http_service_error",
        _ => "dispatch_failed",
    };
    let Some(user) = &delivery.user else { return };
    let words = match delivery.kind {
        Kind::Command => {
            let command = delivery.payload["command"].as_str().unwrap_or_default();
            format!("{command} failed with the error \"{error}\"")
        }
        _ => error.to_owned(),
    };
    let mut model = shared.model();
    if let Some(user) = model.user_mut(user) {
        user.errors.push(words);
    }
}
