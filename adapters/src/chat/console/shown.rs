//! What the console API says, in its fixed JSON form.

use approvals::ledger::ConsoleMessage;
use axum::Json;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use commands::names::Person;
use serde::Serialize;
use serde_json::Value;

use crate::wording::visible;

/// A message as the API shows it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Message {
    /// Stays through edits.
    pub id: String,
    /// Id of the thread's root; a root has its own.
    pub thread: String,
    /// A person's key, or `sluice`.
    pub author: String,
    /// When it was last changed, in milliseconds since 1970.
    pub at: i64,
    /// Everything it says, the numbers too.
    pub text: String,
    /// What can be pressed.
    pub buttons: Vec<Button>,
    /// Pictures.
    pub images: Vec<Image>,
    /// `R-18`, or null.
    pub request: Option<String>,
    /// The only person who sees it, where it is private.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub only_for: Option<Person>,
    /// The same in parts, for the page; null for what a person typed.
    pub body: Value,
}

/// A button as the API shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Button {
    /// What `press` sends.
    pub id: String,
    /// What stands on it.
    pub label: String,
}

/// A picture as the API shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Image {
    /// A path, for the same token.
    pub url: String,
    /// What it shows.
    pub alt: String,
}

impl From<ConsoleMessage> for Message {
    fn from(kept: ConsoleMessage) -> Self {
        Self {
            thread: kept.thread.unwrap_or_else(|| kept.id.clone()),
            id: kept.id,
            author: kept.author,
            at: kept.at.0,
            text: if kept.body.is_null() {
                seen(&kept.text)
            } else {
                kept.text
            },
            buttons: kept
                .buttons
                .into_iter()
                .map(|(id, label)| Button { id, label })
                .collect(),
            images: kept
                .images
                .into_iter()
                .map(|(id, alt)| Image {
                    url: format!("/api/attachments/{id}"),
                    alt,
                })
                .collect(),
            request: kept.request.map(|request| request.to_string()),
            only_for: kept.only_for,
            body: kept.body,
        }
    }
}

/// What a person typed, with every character that would hide or turn text made visible; lines stay lines.
fn seen(typed: &str) -> String {
    typed.split('\n').map(visible).collect::<Vec<_>>().join("\n")
}

/// Why the API does not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// The Host is not this listener's.
    WrongHost,
    /// The Origin is another page's.
    WrongOrigin,
    /// The token is missing or of another start.
    NoToken,
    /// Nobody acts here outside demo mode.
    ReadOnly,
    /// Who names nobody may only look.
    LooksOnly,
    /// No such channel.
    UnknownChannel(Vec<String>),
    /// No such person.
    UnknownPerson(Vec<String>),
    /// No such message, thread or picture.
    NotFound(&'static str),
    /// No such button under that message.
    UnknownButton(Vec<String>),
    /// The body is not what the API takes; what is wrong with it.
    BadBody(String),
    /// The text is empty.
    Empty,
    /// The text is too long.
    TooLong(usize),
    /// The ledger cannot write.
    NotRecorded,
}

/// The answer to a problem: status, and `{"error": {code, message, next}}`.
pub fn problem(problem: Problem) -> impl IntoResponse {
    let (status, code, message, next) = words(&problem);
    let body = serde_json::json!({ "error": { "code": code, "message": message, "next": next } });
    (status, Json(body))
}

fn words(problem: &Problem) -> (StatusCode, &'static str, String, String) {
    use crate::wording::console as say;
    let status = match problem {
        Problem::WrongHost | Problem::WrongOrigin | Problem::ReadOnly | Problem::LooksOnly => {
            StatusCode::FORBIDDEN
        }
        Problem::NoToken => StatusCode::UNAUTHORIZED,
        Problem::UnknownChannel(_) | Problem::NotFound(_) => StatusCode::NOT_FOUND,
        Problem::UnknownPerson(_) | Problem::UnknownButton(_) | Problem::BadBody(_) | Problem::Empty => {
            StatusCode::BAD_REQUEST
        }
        Problem::TooLong(_) => StatusCode::PAYLOAD_TOO_LARGE,
        Problem::NotRecorded => StatusCode::SERVICE_UNAVAILABLE,
    };
    let (code, message, next) = say::problem(problem);
    (status, code, message, next)
}

#[cfg(test)]
mod tests {
    use super::seen;

    #[test]
    fn what_hides_in_a_typed_text_is_shown_and_lines_stay_lines() {
        let shown = seen("status\u{202e} a\u{200b}b\njobs");
        assert!(!shown.contains(['\u{202e}', '\u{200b}']), "{shown:?}");
        assert_eq!(shown.lines().count(), 2);
        assert!(shown.ends_with("\njobs"));
    }
}
