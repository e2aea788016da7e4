//! Text with the few things in it that chats show in their own way: people, code, times.
//!
//! Sentences come from templates, so a placeholder's value can only be a string. [`mark`] wraps such a value in two
//! private-use characters; [`Text::from`] finds them again. Text from outside cannot carry them: it passes through
//! [`crate::wording::visible`], which shows private-use characters as what they are.

use commands::names::{At, Person};
use serde::Serialize;

/// Words, with people, code and times marked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Text(Vec<Span>);

/// A stretch of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "span", rename_all = "snake_case")]
pub enum Span {
    /// Words.
    Plain {
        /// The words.
        text: String,
    },
    /// A person, named.
    Person {
        /// Who.
        person: String,
        /// Whether the person is to be told (`@ana`).
        ping: bool,
    },
    /// Something to type or a literal.
    Code {
        /// The literal.
        text: String,
    },
    /// A time, as written for one reader; a chat that knows its reader's zone may write it anew.
    Time {
        /// Milliseconds since 1970.
        at: i64,
        /// As written.
        text: String,
    },
}

impl Text {
    /// Its stretches.
    pub fn spans(&self) -> &[Span] {
        &self.0
    }

    /// As plain text.
    pub fn plain(&self) -> String {
        self.0.iter().map(Span::plain).collect()
    }
}

impl Span {
    fn plain(&self) -> String {
        match self {
            Span::Plain { text } | Span::Time { text, .. } => text.clone(),
            Span::Person { person, ping: true } => format!("@{person}"),
            Span::Person { person, ping: false } => person.clone(),
            Span::Code { text } => text.clone(),
        }
    }
}

const OPEN: char = '\u{E000}';
const CLOSE: char = '\u{E001}';

/// Values for placeholders that shall stay recognisable in the sentence.
pub mod mark {
    use super::{At, CLOSE, OPEN, Person};

    /// A person, named.
    pub fn person(person: &Person) -> String {
        format!("{OPEN}n{person}{CLOSE}")
    }

    /// A person, told.
    pub fn ping(person: &Person) -> String {
        format!("{OPEN}p{person}{CLOSE}")
    }

    /// Something to type, or a literal; already made visible.
    pub fn code(text: &str) -> String {
        format!("{OPEN}c{text}{CLOSE}")
    }

    /// A time, written.
    pub fn time(at: At, written: &str) -> String {
        format!("{OPEN}t{}|{written}{CLOSE}", at.0)
    }
}

impl<T: AsRef<str>> From<T> for Text {
    fn from(marked: T) -> Self {
        let mut spans = Vec::new();
        let mut rest = marked.as_ref();
        while let Some((before, inside, after)) = split_mark(rest) {
            push_plain(&mut spans, before);
            spans.push(read_mark(inside));
            rest = after;
        }
        push_plain(&mut spans, rest);
        Text(spans)
    }
}

fn split_mark(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once(OPEN)?;
    let (inside, after) = rest.split_once(CLOSE)?;
    Some((before, inside, after))
}

fn push_plain(spans: &mut Vec<Span>, text: &str) {
    if !text.is_empty() {
        spans.push(Span::Plain {
            text: text.to_owned(),
        });
    }
}

fn read_mark(inside: &str) -> Span {
    let mut chars = inside.chars();
    let kind = chars.next();
    let value = chars.as_str().to_owned();
    match kind {
        Some('n') => Span::Person {
            person: value,
            ping: false,
        },
        Some('p') => Span::Person {
            person: value,
            ping: true,
        },
        Some('c') => Span::Code { text: value },
        Some('t') => read_time(&value),
        _ => Span::Plain {
            text: inside.to_owned(),
        },
    }
}

fn read_time(value: &str) -> Span {
    let (at, text) = value.split_once('|').unwrap_or(("", value));
    match at.parse() {
        Ok(at) => Span::Time {
            at,
            text: text.to_owned(),
        },
        Err(_) => Span::Plain {
            text: text.to_owned(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marked_values_come_out_as_spans_and_read_as_plain_words() {
        let ana = Person::parse("ana").unwrap();
        let text = Text::from(format!(
            "{} asks at {}: {}",
            mark::ping(&ana),
            mark::time(At(1000), "14:32"),
            mark::code("/flink status")
        ));
        assert_eq!(text.plain(), "@ana asks at 14:32: /flink status");
        assert_eq!(text.spans().len(), 5);
    }

    #[test]
    fn a_mark_that_is_not_closed_is_plain_text() {
        assert_eq!(Text::from("a \u{E000}pana").spans().len(), 1);
    }
}
