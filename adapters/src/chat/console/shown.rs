//! What the console API says, in its fixed JSON form.

use approvals::ledger::ConsoleMessage;
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
