//! What could come next while somebody types.

use super::lex::{self, Word};
use super::quote::quoted;
use super::walk::{Wanted, expected_after};
use crate::catalog::{self, Kind, ROWS};

/// How many completions are offered: Discord shows 25.
const MOST: usize = 25;

/// The names of this channel's world, as the caller knows them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Vocabulary {
    /// Names of environments.
    pub environments: Vec<String>,
    /// Names of jobs.
    pub jobs: Vec<String>,
    /// Open requests, newest first, such as `R-18`.
    pub requests: Vec<String>,
}

/// One way to go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// Where the replaced text begins, in characters.
    pub from: usize,
    /// Where it ends, in characters: the cursor.
    pub to: usize,
    /// What takes its place.
    pub text: String,
    /// Its description, as a key of the wording; empty for a name.
    pub key: &'static str,
}

/// What could stand at the cursor (counted in characters; beyond the end is the end), in the catalog's order.
pub fn complete(text: &str, cursor: usize, vocabulary: &Vocabulary) -> Vec<Completion> {
    let cursor = cursor.min(text.chars().count()).min(super::LONGEST);
    let before: String = text.chars().take(cursor).collect();
    let mut words = lex::words(&before);
    let partial = words.pop_if(|last| last.span.end == before.len());
    let (from, typed) = match &partial {
        Some(word) => (before[..word.span.start].chars().count(), word.text.clone()),
        None => (cursor, String::new()),
    };
    offers(&before, &words, vocabulary)
        .into_iter()
        .filter(|offer| offer.starts_with(&typed) && quoted(&offer.name) != typed)
        .take(MOST)
        .map(|offer| Completion {
            from,
            to: cursor,
            text: offer.text(),
            key: offer.key,
        })
        .collect()
}

struct Offer {
    name: String,
    key: &'static str,
    is_name: bool,
}

impl Offer {
    fn word(word: &str, key: &'static str) -> Self {
        Self {
            name: word.to_owned(),
            key,
            is_name: false,
        }
    }

    fn starts_with(&self, typed: &str) -> bool {
        self.name.to_lowercase().starts_with(&typed.to_lowercase())
            || (!self.is_name && self.name.starts_with(&catalog::folded(typed)))
    }

    fn text(&self) -> String {
        if self.is_name {
            quoted(&self.name)
        } else {
            self.name.clone()
        }
    }
}

fn offers(text: &str, words: &[Word], vocabulary: &Vocabulary) -> Vec<Offer> {
    let mut offers: Vec<Offer> = Vec::new();
    for wanted in expected_after(text, words) {
        for offer in offers_for(wanted, vocabulary) {
            if offers.iter().all(|earlier| earlier.name != offer.name) {
                offers.push(offer);
            }
        }
    }
    offers
}

fn offers_for(wanted: Wanted, vocabulary: &Vocabulary) -> Vec<Offer> {
    let names = |names: &[String]| {
        names
            .iter()
            .map(|name| Offer {
                name: name.clone(),
                key: "",
                is_name: true,
            })
            .collect::<Vec<_>>()
    };
    match wanted {
        Wanted::Verb => verbs(),
        Wanted::Word(word) => vec![Offer::word(word.text, "")],
        Wanted::Modifier(modifier) => modifier
            .row()
            .map(|row| Offer::word(row.word.text, row.key))
            .into_iter()
            .collect(),
        Wanted::Argument(argument) => match argument.kind {
            Kind::Verb => verbs(),
            Kind::Job => names(&vocabulary.jobs),
            Kind::Cluster | Kind::Environment => names(&vocabulary.environments),
            Kind::Target => [names(&vocabulary.jobs), names(&vocabulary.environments)]
                .into_iter()
                .flatten()
                .collect(),
            Kind::Request => vocabulary
                .requests
                .iter()
                .map(|request| Offer::word(request, ""))
                .collect(),
            Kind::Amount { .. } | Kind::Incident | Kind::Reason => Vec::new(),
        },
    }
}

fn verbs() -> Vec<Offer> {
    let key = |verb: &str| ROWS.iter().find(|row| row.verb == verb).map_or("", |row| row.key);
    catalog::verbs()
        .map(|verb| Offer::word(verb, key(verb)))
        .collect()
}
