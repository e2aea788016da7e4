//! Block Kit, checked: which blocks a surface takes, which fields they have, how long everything may be. Facts of
//! <https://docs.slack.dev/reference/block-kit>. Stricter than Slack, which ignores some unknown fields.

mod elements;
mod kinds;
mod texts;

use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// Where blocks are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surface {
    /// A message: at most 50 blocks.
    Message,
    /// A modal: at most 100.
    Modal,
    /// The App Home: at most 100.
    Home,
}

impl Surface {
    fn most_blocks(self) -> usize {
        match self {
            Self::Message => 50,
            Self::Modal | Self::Home => 100,
        }
    }
}

/// What is wrong with these blocks, each with the JSON pointer of the place, as Slack words it:
/// `must be less than 76 characters [json-pointer:/blocks/0/text/text]`. Empty when nothing is.
pub fn complaints_about_blocks(blocks: &Value, surface: Surface) -> Vec<String> {
    let mut check = Check::default();
    check.at("blocks", |check| check.blocks(blocks, surface));
    check.found
}

/// What is wrong with a modal or App Home view.
pub fn complaints_about_view(view: &Value) -> Vec<String> {
    let mut check = Check::default();
    check.at("view", |check| check.view(view));
    check.found
}

/// What is wrong with a text beside the blocks.
pub(super) fn complaints_about_text(text: &str) -> Vec<String> {
    let mut check = Check::default();
    check.at("text", |check| check.mrkdwn(text));
    check.found
}

/// What is wrong with the options that answer a `block_suggestion`.
pub(super) fn complaints_about_options(answer: &Value) -> Vec<String> {
    let mut check = Check::default();
    check.only(answer, &["options", "option_groups"]);
    check.options_or_none(answer);
    check.found
}

/// A walk through a value that remembers where it is.
#[derive(Default)]
struct Check {
    path: Vec<String>,
    found: Vec<String>,
    block_ids: BTreeSet<String>,
    action_ids: BTreeSet<String>,
    /// Characters in markdown blocks so far: their limit counts all of a message together.
    markdown: usize,
}

impl Check {
    fn complain(&mut self, what: &str) {
        let pointer: String = self.path.iter().map(|part| format!("/{part}")).collect();
        self.found.push(format!("{what} [json-pointer:{pointer}]"));
    }

    fn at(&mut self, part: impl ToString, look: impl FnOnce(&mut Self)) {
        self.path.push(part.to_string());
        look(self);
        self.path.pop();
    }

    /// Looks at a field where it is there.
    fn optional(&mut self, object: &Value, field: &str, look: impl FnOnce(&mut Self, &Value)) {
        if let Some(value) = object.get(field) {
            self.at(field, |check| look(check, value));
        }
    }

    /// Looks at a field that must be there.
    fn required(&mut self, object: &Value, field: &str, look: impl FnOnce(&mut Self, &Value)) {
        match object.get(field) {
            Some(value) => self.at(field, |check| look(check, value)),
            None => self.complain(&format!("missing required field: {field}")),
        }
    }

    /// Complains about fields beyond `known`.
    fn only(&mut self, object: &Value, known: &[&str]) {
        for field in object.as_object().map(Map::keys).into_iter().flatten() {
            if !known.contains(&field.as_str()) {
                self.complain(&format!("unknown field: {field}"));
            }
        }
    }

    /// The items of an array of `least..=most`; empty where it is none.
    fn items(&mut self, value: &Value, least: usize, most: usize, mut look: impl FnMut(&mut Self, &Value)) {
        let Some(items) = value.as_array() else {
            return self.complain("must be an array");
        };
        if items.len() > most {
            self.complain(&format!("no more than {most} items allowed"));
        }
        if items.len() < least {
            self.complain(&format!("no fewer than {least} items allowed"));
        }
        for (at, item) in items.iter().enumerate() {
            self.at(at, |check| look(check, item));
        }
    }

    fn boolean(&mut self, value: &Value) {
        if !value.is_boolean() {
            self.complain("must be a boolean");
        }
    }

    fn one_of(&mut self, value: &Value, words: &[&str]) {
        if !value.as_str().is_some_and(|word| words.contains(&word)) {
            self.complain(&format!("must be one of {words:?}"));
        }
    }

    fn blocks(&mut self, blocks: &Value, surface: Surface) {
        self.items(blocks, 0, surface.most_blocks(), |check, block| {
            check.block(block, surface);
        });
    }

    fn view(&mut self, view: &Value) {
        let home = view["type"] == "home";
        self.required(view, "type", |check, kind| check.one_of(kind, &["modal", "home"]));
        let known: &[&str] = &["type", "blocks", "private_metadata", "callback_id", "external_id"];
        let of_modals: &[&str] = &[
            "title",
            "submit",
            "close",
            "clear_on_close",
            "notify_on_close",
            "submit_disabled",
        ];
        self.only(
            view,
            &if home {
                known.to_vec()
            } else {
                [known, of_modals].concat()
            },
        );
        self.optional(view, "private_metadata", |check, text| {
            check.string(text, 0, 3_000);
        });
        for id in ["callback_id", "external_id"] {
            self.optional(view, id, |check, text| check.string(text, 0, 255));
        }
        if !home {
            self.modal_words(view);
        }
        let surface = if home { Surface::Home } else { Surface::Modal };
        self.required(view, "blocks", |check, blocks| check.blocks(blocks, surface));
    }

    fn modal_words(&mut self, view: &Value) {
        self.required(view, "title", |check, text| check.plain(text, 24));
        for button in ["submit", "close"] {
            self.optional(view, button, |check, text| check.plain(text, 24));
        }
        for flag in ["clear_on_close", "notify_on_close", "submit_disabled"] {
            self.optional(view, flag, Check::boolean);
        }
        let asks = view["blocks"]
            .as_array()
            .into_iter()
            .flatten()
            .any(|block| block["type"] == "input");
        if asks && view.get("submit").is_none() {
            self.complain("a modal with input blocks needs a submit button");
        }
    }
}

#[cfg(test)]
mod tests;
