//! Texts and the small objects made of them: plain_text, mrkdwn, options, confirmation dialogs.

use super::Check;
use serde_json::Value;

impl Check {
    /// A JSON string of `least..=most` characters.
    pub(super) fn string(&mut self, value: &Value, least: usize, most: usize) {
        let Some(text) = value.as_str() else {
            return self.complain("must be a string");
        };
        let length = text.chars().count();
        if length > most {
            self.complain(&format!("must be less than {} characters, is {length}", most + 1));
        }
        if length < least {
            self.complain(&format!(
                "must be more than {} characters",
                least.saturating_sub(1)
            ));
        }
    }

    /// A `plain_text` object.
    pub(super) fn plain(&mut self, value: &Value, most: usize) {
        self.text_object(value, &["plain_text"], most);
    }

    /// A `plain_text` or `mrkdwn` object.
    pub(super) fn text(&mut self, value: &Value, most: usize) {
        self.text_object(value, &["plain_text", "mrkdwn"], most);
    }

    fn text_object(&mut self, value: &Value, kinds: &[&str], most: usize) {
        if !value.is_object() {
            return self.complain("must be a text object");
        }
        self.required(value, "type", |check, kind| check.one_of(kind, kinds));
        self.required(value, "text", |check, text| check.string(text, 1, most));
        match value["type"].as_str() {
            Some("mrkdwn") => {
                self.only(value, &["type", "text", "verbatim"]);
                self.mrkdwn(value["text"].as_str().unwrap_or_default());
            }
            _ => self.only(value, &["type", "text", "emoji"]),
        }
        for flag in ["emoji", "verbatim"] {
            self.optional(value, flag, Check::boolean);
        }
    }

    /// Every `<` must begin something Slack knows, and every `&` an entity: what is not escaped came from outside.
    pub(super) fn mrkdwn(&mut self, text: &str) {
        for (at, _) in text.match_indices('<') {
            let inside = text[at + 1..].split('>').next().unwrap_or_default();
            let known = ["@", "#", "!", "http://", "https://", "mailto:", "tel:"];
            if !known.iter().any(|start| inside.starts_with(start)) {
                self.complain(&format!("unescaped < before {:?}", shortened(inside)));
            }
        }
        for (at, _) in text.match_indices('&') {
            let rest = &text[at..];
            if !["&amp;", "&lt;", "&gt;"]
                .iter()
                .any(|entity| rest.starts_with(entity))
            {
                self.complain(&format!("unescaped & in {:?}", shortened(rest)));
            }
        }
    }

    /// An option of a select, radio group, checkbox group or overflow menu.
    pub(super) fn option(&mut self, option: &Value, mrkdwn: bool) {
        self.only(option, &["text", "value", "description", "url"]);
        let kinds: &[&str] = if mrkdwn {
            &["plain_text", "mrkdwn"]
        } else {
            &["plain_text"]
        };
        self.required(option, "text", |check, text| check.text_object(text, kinds, 75));
        self.required(option, "value", |check, value| check.string(value, 1, 150));
        self.optional(option, "description", |check, text| {
            check.text_object(text, kinds, 75);
        });
        self.optional(option, "url", |check, url| check.string(url, 1, 3_000));
    }

    /// `options` or `option_groups` of a static select.
    pub(super) fn options(&mut self, element: &Value) {
        match (element.get("options"), element.get("option_groups")) {
            (Some(options), None) => self.at("options", |check| {
                check.items(options, 1, 100, |check, option| check.option(option, false));
            }),
            (None, Some(groups)) => self.at("option_groups", |check| {
                check.items(groups, 1, 100, Check::option_group);
            }),
            _ => self.complain("needs options or option_groups, and not both"),
        }
    }

    /// As [`Check::options`], but there may be none: an answer to a search.
    pub(super) fn options_or_none(&mut self, answer: &Value) {
        self.optional(answer, "options", |check, options| {
            check.items(options, 0, 100, |check, option| check.option(option, false));
        });
        self.optional(answer, "option_groups", |check, groups| {
            check.items(groups, 0, 100, Check::option_group);
        });
    }

    fn option_group(&mut self, group: &Value) {
        self.only(group, &["label", "options"]);
        self.required(group, "label", |check, text| check.plain(text, 75));
        self.required(group, "options", |check, options| {
            check.items(options, 1, 100, |check, option| check.option(option, false));
        });
    }

    /// A confirmation dialog.
    pub(super) fn confirm(&mut self, dialog: &Value) {
        self.only(dialog, &["title", "text", "confirm", "deny", "style"]);
        self.required(dialog, "title", |check, text| check.plain(text, 100));
        self.required(dialog, "text", |check, text| check.text(text, 300));
        self.required(dialog, "confirm", |check, text| check.plain(text, 30));
        self.required(dialog, "deny", |check, text| check.plain(text, 30));
        self.optional(dialog, "style", |check, style| {
            check.one_of(style, &["primary", "danger"]);
        });
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(20).collect()
}
