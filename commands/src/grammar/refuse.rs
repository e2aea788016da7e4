//! What is wrong, where, and what was probably meant.

use super::lex::Word;
use super::quote::is_invisible;
use super::repair::corrections;
use super::text_of;
use super::walk::{Stuck, Wrong};
use crate::catalog::{self, Misfit};
use crate::refusal::{Code, Refusal};

/// The widest line that is shown: a code block on a phone holds 40 columns, and the line is set in by two.
const WIDEST: usize = 38;

/// The longest word that is quoted back.
const LONGEST_FOUND: usize = 40;

/// The refusal for a text that no row takes.
///
/// Facts: `text` is one line around the mistake, never wider than a phone and without invisible characters; `at` and
/// `length` count its characters, so a caret line under it fits; `found` is the word there (empty where one is missing),
/// `wanted` what could stand there, in the catalog's notation (empty where nothing more fits).
pub(super) fn refusal(text: &str, words: &[Word], stuck: &Stuck) -> Refusal {
    let refusal = match &stuck.wrong {
        Some(Wrong::Number(Misfit::Number { must, .. })) => Refusal::new(Code::BadNumber)
            .with("number", words.get(stuck.at).map_or("", |word| &word.text))
            .with("must", must),
        _ => Refusal::new(Code::NotUnderstood),
    };
    let line = Line::around(text, words, stuck.at);
    let wanted: Vec<String> = stuck.wanted.iter().map(|wanted| wanted.notation()).collect();
    let refusal = refusal
        .with("text", line.text)
        .with("at", line.at)
        .with("length", line.length)
        .with("found", found(words, stuck))
        .with("wanted", wanted.join(" | "));
    next(text, words, stuck)
        .into_iter()
        .fold(refusal, Refusal::try_instead)
}

fn found(words: &[Word], stuck: &Stuck) -> String {
    match (&stuck.wrong, words.get(stuck.at)) {
        (Some(Wrong::Invisible(c)), _) => format!("U+{:04X}", u32::from(*c)),
        (_, Some(word)) => visible(&word.text.chars().take(LONGEST_FOUND).collect::<String>()),
        (_, None) => String::new(),
    }
}

/// The commands that were probably meant; else the example of the verb, else help.
fn next(text: &str, words: &[Word], stuck: &Stuck) -> Vec<String> {
    let corrections: Vec<String> = corrections(text, words, stuck).iter().map(text_of).collect();
    if !corrections.is_empty() {
        return corrections;
    }
    let verb = words
        .first()
        .and_then(|word| catalog::forms_of(&word.text).next());
    match verb {
        Some(row) => vec![format!("help {}", row.verb)],
        None => vec!["help".to_owned()],
    }
}

/// One line of the text with a place in it.
struct Line {
    text: String,
    at: usize,
    length: usize,
}

impl Line {
    /// From the first word to the last, cut to [`WIDEST`] around the word with this number.
    fn around(text: &str, words: &[Word], number: usize) -> Self {
        let start = words.first().map_or(0, |word| word.span.start);
        let end = words.last().map_or(start, |word| word.span.end).max(start);
        let columns = |bytes: usize| text[start..bytes.max(start)].chars().count();
        let whole: Vec<char> = visible(&text[start..end]).chars().collect();
        let (from, to) = match words.get(number) {
            Some(word) => (columns(word.span.start), columns(word.span.end)),
            None => {
                let after = if whole.is_empty() { 0 } else { whole.len() + 1 };
                (after, after + 1)
            }
        };
        Self::cut(&whole, from, to)
    }

    fn cut(whole: &[char], from: usize, to: usize) -> Self {
        let length = to.saturating_sub(from).clamp(1, WIDEST / 2);
        if whole.len().max(from + length) <= WIDEST {
            return Self {
                text: whole.iter().collect(),
                at: from,
                length,
            };
        }
        let first = (from + length)
            .saturating_sub(WIDEST * 3 / 4)
            .min(from.saturating_sub(1));
        let cut = &whole[first.min(whole.len())..whole.len().min(first + WIDEST - 2)];
        let before = if first > 0 { "…" } else { "" };
        let after = if first + cut.len() < whole.len() {
            "…"
        } else {
            ""
        };
        Self {
            text: format!("{before}{}{after}", cut.iter().collect::<String>()),
            at: from - first + before.chars().count(),
            length,
        }
    }
}

/// The text on one line, with a mark for each character that could not be seen.
fn visible(text: &str) -> String {
    let shown = |c: char| match c {
        c if c.is_whitespace() => ' ',
        c if is_invisible(c) => '\u{fffd}',
        c => c,
    };
    text.chars().map(shown).collect()
}
