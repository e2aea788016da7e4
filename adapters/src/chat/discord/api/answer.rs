//! What an answer of the REST API means: done, not done, or nobody knows.
//! <https://discord.com/developers/docs/topics/opcodes-and-status-codes>

use approvals::ports::Fault;
use commands::names::Millis;
use serde_json::Value;

use crate::chat::discord::budget::seconds;
use crate::http::{Answer, Effect, fault_of_status, lost, rejected};

/// What an answer says.
pub(super) enum Read {
    Done(Value),
    Failed(Fault),
    /// Not yet: in this bucket, or anywhere.
    Wait {
        wait: Millis,
        with_everything: bool,
    },
    TokenRefused,
}

/// The cause of a fault for a refused token.
#[derive(Debug, thiserror::Error)]
#[error("Discord refuses the token")]
pub(super) struct TokenRefused;

pub(super) fn read(answer: &Answer, effect: Effect) -> Read {
    let said = serde_json::from_slice::<Value>(&answer.body);
    match answer.status {
        204 => Read::Done(Value::Null),
        200..=299 => said.map_or_else(|error| Read::Failed(lost(effect, error)), Read::Done),
        401 => Read::TokenRefused,
        429 => wait(answer, &said.unwrap_or_default()),
        400..=499 => match said {
            Ok(said) if said["code"].is_u64() => of_code(&said),
            _ => Read::Failed(plain(answer, effect)),
        },
        _ => Read::Failed(plain(answer, effect)),
    }
}

/// An answer without Discord's own code, such as a page of what stands before it.
fn plain(answer: &Answer, effect: Effect) -> Fault {
    fault_of_status(answer, effect, &String::from_utf8_lossy(&answer.body))
}

fn wait(answer: &Answer, said: &Value) -> Read {
    let of_body = said["retry_after"].as_f64().map(|wait| wait.to_string());
    let wait = of_body.as_deref().and_then(seconds).max(answer.retry_after);
    let header = |name| answer.headers.get(name).and_then(|value| value.to_str().ok());
    Read::Wait {
        wait: wait.unwrap_or(Millis::seconds(1)),
        with_everything: said["global"] == Value::Bool(true)
            || header("x-ratelimit-scope") == Some("global")
            || header("x-ratelimit-global").is_some(),
    }
}

/// Discord's own word for what went wrong.
#[derive(Debug, thiserror::Error)]
#[error("Discord's error {0}")]
struct Refused(u64);

fn of_code(said: &Value) -> Read {
    let number = said["code"].as_u64().unwrap_or_default();
    if LATER.contains(&number) {
        return Read::Failed(Fault::Transient {
            retry_after: None,
            source: Refused(number).into(),
        });
    }
    let known = CODES.iter().find(|(known, _)| *known == number);
    let code = known.map_or("REFUSED_BY_DISCORD", |(_, code)| code);
    Read::Failed(rejected(code, words(number, said), Refused(number)))
}

/// Discord's words with the fields that it names, for logs and `/status`.
fn words(number: u64, said: &Value) -> String {
    let message = said["message"].as_str().unwrap_or_default();
    match said.get("errors") {
        Some(errors) => format!("{number} {message}; {errors}"),
        None => format!("{number} {message}"),
    }
}

/// Discord is busy, or this resource is.
const LATER: [u64; 3] = [40_062, 130_000, 20_016];

/// Errors that somebody looks at, by their codes here.
const CODES: [(u64, &str); 18] = [
    (10_003, NO_SUCH_CHANNEL),
    (10_004, ACCESS),
    (10_007, NO_SUCH_MEMBER),
    (10_013, NO_SUCH_MEMBER),
    (10_008, MESSAGE_GONE),
    (10_015, TOO_LATE),
    (10_062, TOO_LATE),
    (50_027, TOO_LATE),
    (40_060, "ANSWERED_ALREADY"),
    (40_005, TOO_LARGE),
    (50_001, ACCESS),
    (50_013, ACCESS),
    (50_007, "TAKES_NO_DIRECT_MESSAGES"),
    (50_083, ARCHIVED),
    (160_004, THREAD_EXISTS),
    (160_005, THREAD_CLOSED),
    (160_006, THREAD_CLOSED),
    (30_046, EDITS_USED_UP),
];

/// There is no such channel, or it was deleted.
pub const NO_SUCH_CHANNEL: &str = "NO_SUCH_CHANNEL";
/// The bot may not do this here.
pub const ACCESS: &str = "NOT_PERMITTED";
/// There is no such person in the server.
pub const NO_SUCH_MEMBER: &str = "NO_SUCH_MEMBER";
/// The message was deleted.
pub const MESSAGE_GONE: &str = "MESSAGE_GONE";
/// The interaction's token is used up, or not known yet.
pub const TOO_LATE: &str = "TOO_LATE";
/// The thread is archived.
pub const ARCHIVED: &str = "THREAD_ARCHIVED";
/// The thread is locked, or the server takes no more open ones.
pub const THREAD_CLOSED: &str = "THREAD_CLOSED";
/// The thread is there already.
pub const THREAD_EXISTS: &str = "THREAD_EXISTS";
/// The picture is larger than this server takes.
pub const TOO_LARGE: &str = "TOO_LARGE";
/// A message that is older than an hour was edited too often.
pub const EDITS_USED_UP: &str = "EDITS_USED_UP";

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(status: u16, body: &str, effect: Effect) -> String {
        let answer = Answer {
            status,
            retry_after: (status == 429).then_some(Millis::seconds(1)),
            headers: Default::default(),
            body: body.into(),
        };
        match read(&answer, effect) {
            Read::Done(value) => format!("done {value}"),
            Read::TokenRefused => "token".to_owned(),
            Read::Wait {
                wait,
                with_everything,
            } => format!("wait {} {with_everything}", wait.0),
            Read::Failed(Fault::Transient { .. }) => "transient".to_owned(),
            Read::Failed(Fault::Unknown { .. }) => "unknown".to_owned(),
            Read::Failed(Fault::Rejected { code, said, .. }) => format!("{code}: {said}"),
        }
    }

    #[test]
    fn an_answer_says_whether_it_was_done() {
        let change = |status, body| kind(status, body, Effect::Change);
        assert_eq!(change(200, r#"{"id":"1"}"#), r#"done {"id":"1"}"#);
        assert_eq!(change(204, ""), "done null");
        assert_eq!(change(200, "<html>"), "unknown");
        assert_eq!(kind(200, "<html>", Effect::Look), "transient");
        assert_eq!(change(500, ""), "unknown");
        assert_eq!(kind(502, "<html>", Effect::Look), "transient");
        assert_eq!(change(503, ""), "transient");
        assert_eq!(
            change(401, r#"{"code":0,"message":"401: Unauthorized"}"#),
            "token"
        );
    }

    #[test]
    fn a_limit_says_how_long_and_for_whom() {
        let limited = |body| kind(429, body, Effect::Change);
        assert_eq!(
            limited(r#"{"message":"x","retry_after":64.57,"global":false}"#),
            "wait 64570 false"
        );
        assert_eq!(
            limited(r#"{"message":"x","retry_after":0.3,"global":true}"#),
            "wait 1000 true"
        );
        assert_eq!(limited("<html>"), "wait 1000 false");
    }

    #[test]
    fn a_refusal_has_a_code_and_discords_reasons() {
        let refusal = |body| kind(403, body, Effect::Change);
        assert_eq!(
            refusal(r#"{"code":50013,"message":"Missing Permissions"}"#),
            "NOT_PERMITTED: 50013 Missing Permissions"
        );
        assert_eq!(
            refusal(r#"{"code":50035,"message":"Invalid Form Body","errors":{"content":{}}}"#),
            r#"REFUSED_BY_DISCORD: 50035 Invalid Form Body; {"content":{}}"#
        );
        assert_eq!(refusal("<html>"), "FORBIDDEN: <html>");
        assert_eq!(
            kind(400, r#"{"code":130000,"message":"overloaded"}"#, Effect::Change),
            "transient"
        );
    }
}
