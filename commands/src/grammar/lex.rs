//! Cutting a text into words, each with its span in bytes.

use std::ops::Range;

use winnow::combinator::{alt, delimited, opt, preceded, repeat, terminated};
use winnow::error::EmptyError;
use winnow::prelude::*;
use winnow::stream::LocatingSlice;
use winnow::token::{any, none_of, one_of, take_while};

use super::quote::{QUOTES, is_invisible};
use crate::catalog;

type Input<'a> = LocatingSlice<&'a str>;
type Lexed<T> = Result<T, EmptyError>;

/// One word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// What it says: without quotes, and without the backslashes before quotes in it.
    pub text: String,
    /// Whether it stood in quotes, and whether they were closed.
    pub quotes: Quotes,
    /// Where it stands, quotes included.
    pub span: Range<usize>,
}

/// Whether a word stood in quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quotes {
    /// No.
    None,
    /// Yes.
    Closed,
    /// The closing one is missing: the word reaches to the end.
    Open,
}

impl Word {
    pub fn is_quoted(&self) -> bool {
        self.quotes != Quotes::None
    }

    /// A character in it that cannot be seen: a name with it would not be what it seems.
    pub fn invisible(&self) -> Option<char> {
        self.text.chars().find(|c| is_invisible(*c))
    }
}

/// The words of a text, without the bot's own name before them and a full stop after them.
pub(super) fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = delimited(spaces, repeat(0.., raw_word), spaces)
        .parse(LocatingSlice::new(text))
        .unwrap_or_default();
    if words.first().is_some_and(|first| is_own_name(&first.text)) {
        words.remove(0);
    }
    if let Some(first) = words.first_mut() {
        drop_slash(first);
    }
    if let Some(last) = words.last_mut().filter(|last| !last.is_quoted()) {
        drop_full_stop(last);
    }
    words.retain(|word| word.is_quoted() || !word.text.is_empty());
    words
}

/// Whether a character separates words: every space, the unbreakable ones too, and a mark of byte order.
pub(super) fn is_space(c: char) -> bool {
    c.is_whitespace() || c == '\u{feff}'
}

fn spaces(input: &mut Input<'_>) -> Lexed<()> {
    take_while(0.., is_space).void().parse_next(input)
}

fn raw_word(input: &mut Input<'_>) -> Lexed<Word> {
    let word = alt((in_quotes, plain))
        .with_span()
        .map(|((text, quotes), span)| Word { text, quotes, span });
    terminated(word, spaces).parse_next(input)
}

fn plain(input: &mut Input<'_>) -> Lexed<(String, Quotes)> {
    take_while(1.., |c| !is_space(c) && !QUOTES.contains(&c))
        .map(|text: &str| (text.to_owned(), Quotes::None))
        .parse_next(input)
}

fn in_quotes(input: &mut Input<'_>) -> Lexed<(String, Quotes)> {
    let escaped = preceded('\\', one_of(|c| QUOTES.contains(&c) || c == '\\'));
    let character = alt((escaped, none_of(QUOTES)));
    let text = preceded(one_of(QUOTES), repeat(0.., character));
    let closing = opt(any).map(|quote| {
        if quote.is_some() {
            Quotes::Closed
        } else {
            Quotes::Open
        }
    });
    (text, closing).parse_next(input)
}

/// What people type before the command where none is needed: `/flink`, `sluice`, `@sluice`.
fn is_own_name(text: &str) -> bool {
    let name = text.trim_start_matches(['/', '@']).trim_end_matches([':', ',']);
    ["flink", "sluice"]
        .iter()
        .any(|own| own.eq_ignore_ascii_case(name))
}

/// `/status` is `status`.
fn drop_slash(word: &mut Word) {
    if let Some(verb) = word.text.strip_prefix('/').filter(|verb| catalog::is_verb(verb)) {
        word.text = verb.to_owned();
        word.span.start += 1;
    }
}

fn drop_full_stop(word: &mut Word) {
    if let Some(without) = word.text.strip_suffix(['.', '。']).map(str::to_owned) {
        word.span.end = word.span.start + without.len();
        word.text = without;
    }
}
