//! The console's page and its words: everything on it that a person reads comes from the locale files.

use std::collections::BTreeSet;

use super::keys::Uses;
use crate::chat::console::page::{Files, TEMPLATE};

/// What is called the same in every language: the program, and keys of the keyboard.
const NAMES: [&str; 3] = ["Sluice", "Tab", "Esc"];

/// Attributes that are read out or shown.
const READ: [&str; 4] = ["aria-label", "placeholder", "title", "alt"];

/// Texts in the scripts that begin with a capital and are for the machine: names of headers and keys, and the program's.
const FOR_THE_MACHINE: [&str; 7] = [
    "Sluice",
    "Bearer ${token}",
    "Content-Type",
    "ArrowDown",
    "Tab",
    "Enter",
    "Escape",
];

/// Every key that the page uses, with the placeholders that its scripts fill.
pub(super) fn uses() -> Uses {
    let in_template = template_keys().into_iter().map(|key| (key, BTreeSet::new()));
    let mut uses: Uses = in_template.collect();
    for (key, facts) in script_words() {
        uses.entry(key).or_default().extend(facts);
    }
    uses.into_iter()
        .map(|(key, facts)| (format!("console.page.{key}"), facts))
        .collect()
}

fn template_keys() -> Vec<String> {
    let keys = TEMPLATE
        .split("{{")
        .skip(1)
        .map(|rest| rest.split_once("}}").unwrap().0);
    keys.map(str::to_owned).collect()
}

/// Every `word("key", { fact: ... })` of the scripts.
fn script_words() -> Vec<(String, BTreeSet<String>)> {
    let mut words = Vec::new();
    for (_, script) in scripts() {
        for call in script.split("word(\"").skip(1) {
            let (key, rest) = call.split_once('"').unwrap();
            words.push((key.to_owned(), facts(rest)));
        }
    }
    words
}

/// The names in `, { person: row.asked_by, command }`.
fn facts(rest: &str) -> BTreeSet<String> {
    let Some((facts, _)) = rest.strip_prefix(", {").and_then(|facts| facts.split_once('}')) else {
        return BTreeSet::new();
    };
    let names = facts
        .split(',')
        .map(|fact| fact.split(':').next().unwrap().trim());
    names.map(str::to_owned).collect()
}

fn scripts() -> Vec<(String, String)> {
    let names = Files::iter().filter(|name| name.ends_with(".js"));
    names
        .map(|name| {
            let text = String::from_utf8(Files::get(&name).unwrap().data.into_owned()).unwrap();
            (name.into_owned(), text)
        })
        .collect()
}

/// The page's tags without their brackets, and the texts between them.
fn tags_and_texts() -> (Vec<&'static str>, Vec<&'static str>) {
    let pieces = TEMPLATE.split('<').skip(1);
    pieces.map(|piece| piece.split_once('>').unwrap()).unzip()
}

/// The value of an attribute.
fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    rest.split('"').next()
}

fn is_read_by_somebody(text: &str) -> bool {
    let without_words = text.split("{{").enumerate().map(|(at, piece)| match at {
        0 => piece,
        _ => piece.split_once("}}").unwrap().1,
    });
    let left: String = without_words.collect();
    left.chars().any(char::is_alphabetic) && !NAMES.contains(&left.trim())
}

#[test]
fn every_text_and_label_of_the_page_comes_from_the_words() {
    let (tags, texts) = tags_and_texts();
    let labels = tags
        .iter()
        .flat_map(|tag| READ.iter().filter_map(|name| attribute(tag, name)));
    let left: Vec<&str> = texts
        .iter()
        .copied()
        .chain(labels)
        .filter(|text| is_read_by_somebody(text))
        .collect();
    assert!(left.is_empty(), "in one language only: {left:?}");
}

#[test]
fn the_page_hands_its_scripts_the_words_they_say_and_no_others() {
    let (tags, _) = tags_and_texts();
    let template = tags.iter().find(|tag| tag.contains("id=\"words\"")).unwrap();
    let handed: BTreeSet<(&str, &str)> = template
        .split("data-")
        .skip(1)
        .map(|data| data.split_once("=\"").unwrap())
        .map(|(name, value)| (name, value.split('"').next().unwrap()))
        .collect();
    let said: BTreeSet<String> = script_words().into_iter().map(|(key, _)| key).collect();
    let names: BTreeSet<String> = handed.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(names, said);
    for (name, value) in handed {
        assert_eq!(value, format!("{{{{{name}}}}}"));
    }
}

/// Texts that begin with a capital, or in which words stand side by side. A single small word is not told from a name.
#[test]
fn the_scripts_hold_no_sentence_of_their_own() {
    let mut own = Vec::new();
    for (name, script) in scripts() {
        for text in literals(&script) {
            let is_sentence = text.starts_with(char::is_uppercase) && text.chars().any(char::is_lowercase)
                || text.contains(' ') && text.split(' ').filter(|word| is_word(word)).count() > 1;
            if is_sentence && !FOR_THE_MACHINE.contains(&text.as_str()) {
                own.push(format!("{name}: {text:?}"));
            }
        }
    }
    assert!(own.is_empty(), "in one language only: {own:#?}");
}

fn is_word(word: &str) -> bool {
    let bare = word.trim_end_matches([',', '.', ':']);
    !bare.is_empty() && bare.chars().all(char::is_alphabetic)
}

/// The texts in quotes of any kind; comments left out.
fn literals(script: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = script;
    while let Some(at) = rest.find(['"', '\'', '`', '/']) {
        let (mark, after) = rest[at..].split_at(1);
        rest = match mark {
            "/" if after.starts_with('/') => after.split_once('\n').map_or("", |(_, rest)| rest),
            "/" if after.starts_with('*') => after.split_once("*/").map_or("", |(_, rest)| rest),
            "/" => after,
            quote => {
                let (text, rest) = after.split_once(quote).unwrap();
                found.push(text.to_owned());
                rest
            }
        };
    }
    found
}
