//! A "no": why, with its code, and what works instead, ready to type.

use approvals::notice::RequestView;
use commands::names::{At, RequestId};
use commands::refusal::{Code, Refusal};
use rust_i18n::{replace_patterns, t};
use unicode_width::UnicodeWidthStr;

use super::{Voice, visible};
use crate::chat::card::{Card, Part, Tone};

/// How many commands are offered at most.
const MOST_OFFERED: usize = 5;
/// The longest fact inside a refusal's sentence, in characters.
const FACT_CHARS: usize = 120;

impl Voice<'_> {
    pub(super) fn refused(&self, refusal: &Refusal, request: Option<RequestId>) -> Card {
        let locale = self.locale();
        let sentence = self.refusal_sentence(refusal);
        let headline = match request {
            Some(request) if !sentence.contains(&request.to_string()) => t!(
                "refused.of",
                locale = locale,
                id = self.hash(request),
                sentence = sentence,
                code = refusal.code.as_str()
            ),
            _ => t!(
                "refused.bare",
                locale = locale,
                sentence = sentence,
                code = refusal.code.as_str()
            ),
        };
        Card::new(Tone::Bad, headline)
            .parts(self.pointed_at(refusal))
            .parts(self.offered(refusal))
            .parts(self.advice(refusal.code))
    }

    /// A request that was refused: not possible, or not allowed.
    pub(super) fn ended_by_refusal(&self, view: &RequestView, refusal: &Refusal) -> Card {
        let headline = t!(
            "refused.request",
            locale = self.locale(),
            id = self.hash(view.id),
            sentence = self.refusal_sentence(refusal),
            code = refusal.code.as_str()
        );
        Card {
            headline: headline.into(),
            ..self.refused(refusal, None)
        }
    }

    /// The sentence of a refusal, its facts made visible and cut.
    pub(super) fn refusal_sentence(&self, refusal: &Refusal) -> String {
        let key = format!("refusal.{}.says", variant(refusal));
        let template = t!(key.as_str(), locale = self.locale());
        let names = placeholders(&template);
        let values: Vec<String> = names
            .iter()
            .map(|name| match refusal.facts.get(*name) {
                Some(fact) => self.refusal_fact(refusal.code, name, fact),
                None => self.quantities().unknown(),
            })
            .collect();
        replace_patterns(&template, &names, &values)
    }

    fn refusal_fact(&self, code: Code, name: &str, fact: &str) -> String {
        match (code, name, fact.parse::<i64>()) {
            (_, _, _) if fact.is_empty() => t!("none", locale = self.locale()).into_owned(),
            (Code::Frozen, "until", Ok(at)) => self.time(At(at)),
            (Code::TextTooLong, "length", Ok(length)) => self.quantities().count(length.unsigned_abs()),
            (Code::NotNow | Code::NothingToRollBack, "state", _) => self.word_of_state(fact),
            _ => super::cut(fact, FACT_CHARS, self.locale()),
        }
    }

    /// What helps where no single command does.
    fn advice(&self, code: Code) -> Option<Part> {
        let key = format!("refusal.{}.then", code.as_str());
        let advice = t!(key.as_str(), locale = self.locale());
        let said = *advice != *key;
        said.then(|| Part::Hint {
            text: replace_patterns(&advice, &["command"], std::slice::from_ref(&self.wording.command)).into(),
        })
    }

    fn offered(&self, refusal: &Refusal) -> Vec<Part> {
        if refusal.next.is_empty() {
            return Vec::new();
        }
        let locale = self.locale();
        let is_guess = refusal.code == Code::NotUnderstood && !refusal.next[0].starts_with("help");
        let lead = if is_guess {
            t!("refused.did_you_mean", locale = locale)
        } else {
            t!("refused.works", locale = locale)
        };
        let commands = refusal.next.iter().take(MOST_OFFERED);
        std::iter::once(Part::Line { text: lead.into() })
            .chain(commands.map(|command| Part::Command {
                text: self.typed(command),
            }))
            .collect()
    }

    /// The text as typed, with carets under what was not understood.
    fn pointed_at(&self, refusal: &Refusal) -> Option<Part> {
        let number = |name: &str| refusal.facts.get(name)?.parse::<usize>().ok();
        let text = refusal.facts.get("text")?;
        let (at, length) = (number("at")?, number("length")?);
        Some(Part::Code {
            text: pointed_at(text, at, length),
        })
    }
}

/// The names of the facts that a sentence wants.
fn placeholders(template: &str) -> Vec<&str> {
    let after = template.split("%{").skip(1);
    after
        .filter_map(|rest| rest.split_once('}'))
        .map(|(name, _)| name)
        .collect()
}

fn variant(refusal: &Refusal) -> String {
    let code = refusal.code.as_str();
    let missing = |name: &str| refusal.facts.get(name).is_none_or(String::is_empty);
    match refusal.code {
        Code::NotUnderstood if missing("found") => format!("{code}.missing"),
        _ => code.to_owned(),
    }
}

/// The line and, under it, carets below what was not understood, by the columns that characters take.
fn pointed_at(text: &str, at: usize, length: usize) -> String {
    let shown: Vec<String> = text
        .chars()
        .map(|c| visible(c.encode_utf8(&mut [0; 4])))
        .collect();
    let before = columns(shown.iter().take(at)) + at.saturating_sub(shown.len());
    let under = columns(shown.iter().skip(at).take(length)).max(1);
    format!("{}\n{}{}", shown.concat(), " ".repeat(before), "^".repeat(under))
}

fn columns<'a>(shown: impl Iterator<Item = &'a String>) -> usize {
    shown.map(|shown| shown.width()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn carets_stand_under_what_was_not_understood() {
        assert_eq!(
            pointed_at("scale orders paralellism 4", 13, 11),
            "scale orders paralellism 4\n             ^^^^^^^^^^^"
        );
    }

    #[test]
    fn what_is_missing_is_pointed_at_behind_the_text() {
        assert_eq!(pointed_at("scale orders", 13, 1), "scale orders\n             ^");
    }

    #[test]
    fn wide_and_hidden_characters_keep_the_carets_in_place() {
        assert_eq!(pointed_at("並\u{202e}x", 2, 1), "並\\u{202e}x\n          ^");
    }
}
