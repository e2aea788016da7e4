//! Forms: the reason for a no, and a line for a whole command. Their rows are action rows, which Discord still takes.
//!
//! <https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-response-object-modal>

use approvals::intake::Said;
use serenity::all::InputTextStyle;
use serenity::builder::{CreateActionRow, CreateInputText, CreateInteractionResponse, CreateModal};

use super::decode::{Filled, Press};
use crate::chat::card::clipped;
use crate::wording::discord as words;
use crate::wording::{Reader, Wording};

/// The form that asks for a whole command. No button is called so.
const ASK: &str = "ask";
/// The one field of each form.
const FIELD: &str = "text";
/// Characters of a form's title and labels.
const TITLE_CHARS: usize = 45;
/// Characters of a field.
const FIELD_CHARS: u16 = 2_000;

/// What a form that was sent says.
#[derive(Debug, Clone, PartialEq)]
pub enum Sent {
    /// A command.
    Text(String),
    /// A button with its reason.
    Press(Press, String),
}

/// The form that a button asks for; `None`: it asks for none.
pub fn reason(button: &str, wording: &Wording, reader: &Reader) -> Option<CreateInteractionResponse> {
    let prompt = wording.prompt(button, reader)?;
    Some(form(
        button,
        &prompt.title,
        field(&prompt.label, InputTextStyle::Paragraph),
    ))
}

/// The form that asks for a whole command.
pub fn ask(reader: &Reader) -> CreateInteractionResponse {
    let prompt = words::guide(&reader.locale);
    let field = field(&prompt.label, InputTextStyle::Short).placeholder(words::example());
    form(ASK, &prompt.title, field)
}

/// What a form that was sent says; `None`: it is none of ours.
pub fn sent(filled: Filled) -> Option<Sent> {
    let said = filled.values.into_iter().find(|(field, _)| field == FIELD);
    let said = said.map(|(_, said)| said.trim().to_owned()).unwrap_or_default();
    match filled.under {
        Some(press) => Some(Sent::Press(press, said)),
        None if filled.form == ASK => Some(Sent::Text(said)),
        None => None,
    }
}

/// The press that a form completes.
pub fn said(press: &Press, reason: Option<String>) -> Said {
    Said::Press {
        message: press.message.clone(),
        button: press.button.clone(),
        reason,
    }
}

fn field(label: &str, style: InputTextStyle) -> CreateInputText {
    CreateInputText::new(style, clipped(label, TITLE_CHARS), FIELD).max_length(FIELD_CHARS)
}

fn form(id: &str, title: &str, field: CreateInputText) -> CreateInteractionResponse {
    let row = CreateActionRow::InputText(field.required(true));
    CreateInteractionResponse::Modal(CreateModal::new(id, clipped(title, TITLE_CHARS)).components(vec![row]))
}

#[cfg(test)]
mod tests {
    use approvals::intake::{FirstAnswer, first_answer};
    use commands::names::MessageId;

    use super::*;

    #[test]
    fn the_form_of_a_button_carries_the_button_and_comes_back_as_its_press() {
        let (wording, reader) = (Wording::new("/flink"), Reader::new("en", None));
        let form = reason("deny:R-1:ab", &wording, &reader).unwrap();
        let form = serde_json::to_value(form).unwrap();
        assert_eq!(
            (form["type"].as_u64(), &form["data"]["custom_id"]),
            (Some(9), &"deny:R-1:ab".into())
        );
        assert!(form["data"]["title"].as_str().unwrap().chars().count() <= TITLE_CHARS);
        assert!(reason("approve:R-1:ab", &wording, &reader).is_none());

        let press = Press {
            message: MessageId::parse("7").unwrap(),
            is_private: false,
            button: "deny:R-1:ab".to_owned(),
        };
        let filled = Filled {
            form: "deny:R-1:ab".to_owned(),
            values: vec![("text".to_owned(), " not now ".to_owned())],
            under: Some(press.clone()),
        };
        let sent = sent(filled).unwrap();
        assert_eq!(sent, Sent::Press(press.clone(), "not now".to_owned()));
        assert_eq!(
            first_answer(&said(&press, Some("not now".to_owned()))),
            FirstAnswer::Private
        );
    }

    #[test]
    fn a_form_that_is_none_of_ours_says_nothing() {
        let filled = Filled {
            form: "theirs".to_owned(),
            values: Vec::new(),
            under: None,
        };
        assert_eq!(sent(filled), None);
    }
}
