//! What an answer of the Web API means: done, not done, or nobody knows.

use approvals::ports::Fault;
use commands::names::Millis;
use serde_json::Value;

use crate::http::{Answer, Effect, fault_of_status, lost, rejected};

/// How long a token that Slack refuses is left alone: only a person can mend it, and messages shall wait for him.
const REFUSED_FOR: Millis = Millis::minutes(1);

/// What an answer says.
pub(super) fn read(method: &'static str, answer: &Answer, effect: Effect) -> Result<Value, Fault> {
    if !(200..300).contains(&answer.status) {
        return Err(fault_of_status(
            answer,
            effect,
            &String::from_utf8_lossy(&answer.body),
        ));
    }
    let said: Value = serde_json::from_slice(&answer.body).map_err(|error| lost(effect, error))?;
    match (said["ok"].as_bool(), said["error"].as_str()) {
        (Some(true), _) => Ok(said),
        (Some(false), Some(error)) => Err(fault(method, error, &said, answer, effect)),
        _ => Err(lost(effect, NotSlack)),
    }
}

#[derive(Debug, thiserror::Error)]
#[error("the answer is not the Web API's")]
struct NotSlack;

/// Slack's own word for what went wrong.
#[derive(Debug, thiserror::Error)]
#[error("{method}: {error}")]
struct Refused {
    method: &'static str,
    error: String,
}

fn fault(method: &'static str, error: &str, said: &Value, answer: &Answer, effect: Effect) -> Fault {
    let source = Refused {
        method,
        error: error.to_owned(),
    };
    let later = |retry_after, source: Refused| Fault::Transient {
        retry_after,
        source: source.into(),
    };
    match error {
        "ratelimited" | "rate_limited" => {
            later(Some(answer.retry_after.unwrap_or(Millis::seconds(1))), source)
        }
        "service_unavailable" | "request_timeout" | "team_added_to_org" | "accesslimited" => {
            later(None, source)
        }
        "invalid_auth" | "not_authed" | "account_inactive" | "token_revoked" | "token_expired" => {
            tracing::error!(error, "Slack refuses the bot's token: give it a new one");
            later(Some(REFUSED_FOR), source)
        }
        // Slack says that these may be partly done.
        "fatal_error" | "internal_error" => lost(effect, source),
        _ => rejected(code(error), words(error, said), source),
    }
}

/// Slack's word with its reasons, for logs and `/status`.
fn words(error: &str, said: &Value) -> String {
    let reasons = said
        .pointer("/response_metadata/messages")
        .and_then(Value::as_array);
    let reasons = reasons.into_iter().flatten().filter_map(Value::as_str);
    let needed = said["needed"].as_str().map(|needed| format!("needed: {needed}"));
    std::iter::once(error.to_owned())
        .chain(reasons.map(str::to_owned))
        .chain(needed)
        .collect::<Vec<_>>()
        .join("; ")
}

/// Errors that somebody looks at, by their codes here.
const CODES: [(&str, &str); 22] = [
    ("channel_not_found", NOT_IN_CHANNEL),
    ("not_in_channel", NOT_IN_CHANNEL),
    ("user_not_in_channel", "USER_NOT_IN_CHANNEL"),
    ("cannot_reply_to_message", "THREAD_CLOSED"),
    ("thread_not_found", "THREAD_CLOSED"),
    ("restricted_action_thread_locked", "THREAD_CLOSED"),
    ("is_archived", CHANNEL_CLOSED),
    ("is_inactive", CHANNEL_CLOSED),
    ("restricted_action", CHANNEL_CLOSED),
    ("restricted_action_read_only_channel", CHANNEL_CLOSED),
    ("restricted_action_non_threadable_channel", CHANNEL_CLOSED),
    ("invalid_blocks", INVALID_BLOCKS),
    ("invalid_blocks_format", INVALID_BLOCKS),
    ("message_not_found", "MESSAGE_GONE"),
    ("cant_update_message", "MESSAGE_GONE"),
    ("edit_window_closed", "MESSAGE_GONE"),
    ("exchanged_trigger_id", TRIGGER_USED),
    ("missing_scope", MISSING_SCOPE),
    ("user_not_found", NO_SUCH_USER),
    ("user_not_visible", NO_SUCH_USER),
    ("no_such_subteam", "NO_SUCH_GROUP"),
    ("plan_upgrade_required", NO_GROUPS),
];

/// The bot is no member of the channel, or there is no such channel: Slack does not say which.
pub const NOT_IN_CHANNEL: &str = "NOT_IN_CHANNEL";
/// The channel takes no new messages.
pub const CHANNEL_CLOSED: &str = "CHANNEL_CLOSED";
/// Slack does not take the blocks as they are, perhaps for a picture that it cannot show yet.
pub const INVALID_BLOCKS: &str = "INVALID_BLOCKS";
/// A form was opened with this trigger before: the same press came twice.
pub const TRIGGER_USED: &str = "TRIGGER_USED";
/// The app was not given a scope.
pub const MISSING_SCOPE: &str = "MISSING_SCOPE";
/// There is no such person that we may see.
pub const NO_SUCH_USER: &str = "NO_SUCH_USER";
/// The workspace's plan has no user groups.
pub const NO_GROUPS: &str = "NO_USER_GROUPS";

fn code(error: &str) -> &'static str {
    let known = CODES.iter().find(|(word, _)| *word == error);
    known.map_or("REFUSED_BY_SLACK", |(_, code)| code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(status: u16, body: &str, effect: Effect) -> String {
        let answer = Answer {
            status,
            retry_after: (status == 429).then_some(Millis::seconds(7)),
            headers: Default::default(),
            body: body.into(),
        };
        match read("chat.postMessage", &answer, effect) {
            Ok(_) => "ok".to_owned(),
            Err(Fault::Transient { retry_after, .. }) => {
                format!("transient {:?}", retry_after.map(|wait| wait.0))
            }
            Err(Fault::Unknown { .. }) => "unknown".to_owned(),
            Err(Fault::Rejected { code, said, .. }) => format!("{code}: {said}"),
        }
    }

    #[test]
    fn an_answer_says_whether_it_was_done() {
        let change = |status, body| kind(status, body, Effect::Change);
        assert_eq!(change(200, r#"{"ok":true,"ts":"1.2"}"#), "ok");
        assert_eq!(change(200, r#"{"ok":false,"error":"internal_error"}"#), "unknown");
        assert_eq!(
            kind(200, r#"{"ok":false,"error":"internal_error"}"#, Effect::Look),
            "transient None"
        );
        assert_eq!(change(200, "<html>"), "unknown");
        assert_eq!(change(200, r#"{"error":"x"}"#), "unknown");
        assert_eq!(
            change(429, r#"{"ok":false,"error":"ratelimited"}"#),
            "transient Some(7000)"
        );
        assert_eq!(
            change(200, r#"{"ok":false,"error":"rate_limited"}"#),
            "transient Some(1000)"
        );
        assert_eq!(change(500, ""), "unknown");
        assert_eq!(change(503, ""), "transient None");
    }

    #[test]
    fn a_refusal_has_a_code_and_slacks_reasons() {
        let refusal = |body| kind(200, body, Effect::Change);
        assert_eq!(
            refusal(r#"{"ok":false,"error":"not_in_channel"}"#),
            "NOT_IN_CHANNEL: not_in_channel"
        );
        assert_eq!(
            refusal(
                r#"{"ok":false,"error":"invalid_blocks","response_metadata":{"messages":["[ERROR] no such file"]}}"#
            ),
            "INVALID_BLOCKS: invalid_blocks; [ERROR] no such file"
        );
        assert_eq!(
            refusal(r#"{"ok":false,"error":"missing_scope","needed":"files:write","provided":"commands"}"#),
            "MISSING_SCOPE: missing_scope; needed: files:write"
        );
        assert_eq!(
            refusal(r#"{"ok":false,"error":"brand_new"}"#),
            "REFUSED_BY_SLACK: brand_new"
        );
    }

    #[test]
    fn a_message_waits_for_a_new_token_instead_of_being_lost() {
        assert_eq!(
            kind(200, r#"{"ok":false,"error":"token_revoked"}"#, Effect::Change),
            "transient Some(60000)"
        );
    }
}
