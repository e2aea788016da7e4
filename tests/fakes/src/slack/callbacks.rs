//! `response_url`: five uses in thirty minutes, no token, whispering unless told otherwise.

use super::blocks::{Surface, complaints_about_blocks, complaints_about_text};
use super::model::Model;
use super::model::messages::Draft;
use super::shared::Shared;
use super::web::Answer;
use crate::calls::Call;
use axum::body::Bytes;
use axum::http::Method;
use axum::http::header;
use axum::http::request::Parts;
use serde_json::{Value, json};

const KNOWN: [&str; 13] = [
    "text",
    "blocks",
    "attachments",
    "response_type",
    "replace_original",
    "delete_original",
    "thread_ts",
    "mrkdwn",
    "parse",
    "link_names",
    "unfurl_links",
    "unfurl_media",
    "metadata",
];

/// The name under which calls of these addresses are kept.
pub(super) fn route(path: &str) -> Option<&'static str> {
    let kinds = ["/commands/", "/actions/", "/app/"];
    kinds
        .iter()
        .any(|kind| path.starts_with(kind))
        .then_some("response_url")
}

/// One use of a `response_url`.
pub(super) fn receive(shared: &Shared, call: &Call, head: &Parts, body: &Bytes) -> Answer {
    if head.method != Method::POST {
        shared.accuse(call, "a response_url takes a POST");
    }
    if head.headers.contains_key(header::AUTHORIZATION) {
        shared.accuse(call, "the bot's token was sent to a response_url");
    }
    let message: Value = match serde_json::from_slice(body) {
        Ok(message) => message,
        Err(_) => {
            shared.accuse(call, "a body that is no JSON");
            return Answer::text(400, "invalid_payload");
        }
    };
    let complaints = complaints_about_answer(&message);
    for complaint in &complaints {
        shared.accuse(call, complaint);
    }
    let mut model = shared.model();
    match model.use_callback(&call.path) {
        Err(refusal) => Answer::json(404, &json!({ "ok": false, "error": refusal.error })),
        Ok(_) if complaints.iter().any(|what| what.starts_with("Block Kit")) => {
            Answer::text(400, "invalid_blocks")
        }
        Ok(_) => {
            model.answer_callback(&call.path, &message);
            Answer::text(200, "ok")
        }
    }
}

/// What is wrong with a message sent to a `response_url`, or as the direct answer to a command.
pub(super) fn complaints_about_answer(message: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for field in message.as_object().into_iter().flatten().map(|(field, _)| field) {
        if !KNOWN.contains(&field.as_str()) {
            found.push(format!("unknown field {field}"));
        }
    }
    let kind = &message["response_type"];
    if !kind.is_null() && kind != "ephemeral" && kind != "in_channel" {
        found.push(format!("response_type {kind}"));
    }
    let text = message["text"].as_str().unwrap_or_default();
    found.extend(complaints_about_text(text));
    if let Some(blocks) = message.get("blocks") {
        let blocks = complaints_about_blocks(blocks, Surface::Message);
        found.extend(blocks.iter().map(|what| format!("Block Kit: {what}")));
    }
    let says_something = !text.is_empty() || message["delete_original"] == true;
    if !says_something {
        found.push("no text: notifications and screen readers say nothing".to_owned());
    }
    found
}

impl Model {
    fn answer_callback(&mut self, path: &str, message: &Value) {
        let Some(callback) = self.callbacks.get(path) else {
            return;
        };
        let (channel, user, team) = (
            callback.channel.clone(),
            callback.user.clone(),
            callback.team.clone(),
        );
        let original = callback.original.clone();
        let thread_ts = message["thread_ts"].as_str().map(str::to_owned);
        let thread_ts = thread_ts.or_else(|| callback.thread_ts.clone());
        if let Some(ts) = original {
            if message["delete_original"] == true {
                if let Some(message) = self.message_mut(&channel, &ts) {
                    message.deleted = true;
                }
                return;
            }
            if message["replace_original"] == true {
                let (text, blocks) = content(message);
                return self.edit(&channel, &ts, text, blocks, None);
            }
        }
        self.say(&team, &channel, &user, message, thread_ts);
    }

    /// The app says something where a command was typed: to that person alone, or to the channel. Whoever comes from a
    /// team without the app is answered by the bot of the home team.
    pub(super) fn say(
        &mut self,
        team: &str,
        channel: &str,
        user: &str,
        message: &Value,
        thread_ts: Option<String>,
    ) {
        let bot = self.install_of(team).map(|install| install.bot_user.clone());
        let bot = bot.unwrap_or_else(|| self.home_bot());
        let (text, blocks) = content(message);
        let draft = Draft {
            text,
            blocks,
            thread_ts,
            only_for: (message["response_type"] != "in_channel").then(|| user.to_owned()),
            ..Draft::default()
        };
        self.post(channel, &bot, draft);
    }
}

fn content(message: &Value) -> (String, Vec<Value>) {
    let text = message["text"].as_str().unwrap_or_default().to_owned();
    (text, message["blocks"].as_array().cloned().unwrap_or_default())
}
