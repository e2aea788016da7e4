//! Forms: the reason for a no, and a guided way for people who do not know the words.
//!
//! <https://docs.slack.dev/surfaces/modals>

mod guide;
#[cfg(test)]
mod tests;

use approvals::intake::Said;
use commands::names::{Channel, MessageId};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::decode::{Filled, Unreadable};
use super::text::clipped;
use crate::wording::{Reader, Wording};

pub use guide::guide;

/// The form that asks for a reason.
const REASON: &str = "reason";
/// Characters of a form's title and buttons.
const TITLE_CHARS: usize = 24;
/// Characters of an option's text, and how many options a list has.
const OPTION_CHARS: usize = 75;
const OPTIONS: usize = 100;
/// Characters of a field.
const FIELD_CHARS: usize = 2_000;
/// Characters of a complaint under a field.
const COMPLAINT_CHARS: usize = 300;

/// What a form is given along, and gives back: where what it says shall be said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    /// In which channel.
    pub channel: Channel,
    /// Under which message.
    pub message: Option<MessageId>,
    /// In which thread.
    pub thread: Option<MessageId>,
    /// The button that asked.
    pub button: Option<String>,
}

/// What a form that was sent leads to.
#[derive(Debug, Clone, PartialEq)]
pub enum Sent {
    /// Another form, or a complaint.
    Answer(Value),
    /// Something is said; where it cannot be stored, the complaint stands under this block.
    Said {
        /// Where.
        given: Given,
        /// What.
        said: Said,
        /// Its first block.
        block: String,
    },
}

/// The form that a button asks for; `None`: it asks for none.
pub fn reason(given: &Given, wording: &Wording, reader: &Reader) -> Option<Value> {
    let prompt = wording.prompt(given.button.as_deref()?, reader)?;
    let field = input(REASON, &prompt.label, text_field(true), false, None);
    Some(modal(
        REASON,
        &prompt.title,
        &prompt.send,
        &prompt.cancel,
        given,
        vec![field],
    ))
}

/// What a form that was sent leads to.
///
/// # Errors
/// [`Unreadable`], where it is none of ours.
pub fn sent(
    filled: &Filled,
    wording: &Wording,
    reader: &Reader,
    jobs: &[String],
) -> Result<Sent, Unreadable> {
    let given: Given = serde_json::from_str(&filled.given).map_err(|_| Unreadable("private_metadata"))?;
    match filled.form.as_str() {
        REASON => reason_sent(filled, given),
        form => guide::sent(form, filled, given, wording, reader, jobs),
    }
}

/// A complaint under a block of the form, which stays open.
pub fn complaint(block: &str, words: &str) -> Value {
    json!({ "response_action": "errors", "errors": { block: clipped(words, COMPLAINT_CHARS) } })
}

fn reason_sent(filled: &Filled, given: Given) -> Result<Sent, Unreadable> {
    let said = Said::Press {
        message: given.message.clone().ok_or(Unreadable("message"))?,
        button: given.button.clone().ok_or(Unreadable("button"))?,
        reason: Some(value(filled, REASON).unwrap_or_default()),
    };
    Ok(Sent::Said {
        given,
        said,
        block: REASON.to_owned(),
    })
}

fn value(filled: &Filled, block: &str) -> Option<String> {
    let (_, value) = filled.values.iter().find(|(name, _)| name == block)?;
    let value = value.trim();
    (!value.is_empty()).then(|| value.to_owned())
}

fn text_field(long: bool) -> Value {
    json!({ "type": "plain_text_input", "action_id": "text", "multiline": long, "max_length": FIELD_CHARS })
}

fn select(options: impl Iterator<Item = (String, String)>) -> Value {
    let options: Vec<Value> = options
        .map(|(text, value)| json!({ "text": plain(&clipped(&text, OPTION_CHARS)), "value": value }))
        .collect();
    json!({ "type": "static_select", "action_id": "choice", "options": options })
}

fn input(block: &str, label: &str, element: Value, optional: bool, hint: Option<&str>) -> Value {
    let mut input = json!({ "type": "input", "block_id": block, "label": plain(label), "element": element, "optional": optional });
    if let Some(hint) = hint {
        input["hint"] = plain(hint);
    }
    input
}

fn modal(form: &str, title: &str, submit: &str, close: &str, given: &Given, blocks: Vec<Value>) -> Value {
    json!({
        "type": "modal",
        "callback_id": form,
        "title": plain(&clipped(title, TITLE_CHARS)),
        "submit": plain(&clipped(submit, TITLE_CHARS)),
        "close": plain(&clipped(close, TITLE_CHARS)),
        "private_metadata": json!(given).to_string(),
        "blocks": blocks,
    })
}

fn plain(text: &str) -> Value {
    json!({ "type": "plain_text", "text": text, "emoji": false })
}
