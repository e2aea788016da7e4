//! What the console's page is labelled with, what its API says against a call, and what its completions are about.

use std::borrow::Cow;

use rust_i18n::{replace_patterns, t};

use super::{QUOTE_CHARS, cut};
use crate::chat::console::problem::Said;

/// What is wrong, and what to do instead.
pub fn problem(said: &Said, locale: &str) -> (String, String) {
    let sentence = |part: &str| {
        let key = format!("console.problem.{}.{part}", said.key);
        let template = t!(key.as_str(), locale = locale);
        match &said.fact {
            Some((name, fact)) => replace_patterns(&template, &[name], &[cut(fact, QUOTE_CHARS, locale)]),
            None => template.into_owned(),
        }
    };
    (sentence("says"), sentence("next"))
}

/// A label or sentence of the page itself, its placeholders left for the page to fill.
pub fn page_word(key: &str, locale: &str) -> String {
    let key = format!("console.page.{key}");
    t!(key.as_str(), locale = locale).into_owned()
}

/// What a completion is about; empty for a name.
pub fn about(key: &str, locale: &str) -> String {
    if key.is_empty() {
        String::new()
    } else {
        t!(key, locale = locale).into_owned()
    }
}

/// The languages that have words, as BCP 47 tags.
pub fn languages() -> Vec<Cow<'static, str>> {
    rust_i18n::available_locales!()
}
