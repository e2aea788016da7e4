//! A card: what one message says, before any chat gives it a look.
//!
//! [`Card::text`] is complete: whoever reads only it misses nothing but the picture, and its numbers are in the text too.

mod plain;
mod text;

use serde::Serialize;

pub use plain::{bar_text, clipped, table_text};
pub use text::{Span, Text, mark};

use crate::wording::chart::Chart;

/// The widest a code block or table may be, in columns: a phone shows no more.
pub const CODE_COLUMNS: usize = 40;

/// What one message says.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Card {
    /// The first line: alone enough for a notification, and it names the state or the verdict.
    pub headline: Text,
    /// What kind of message it is, for a mark beside the words; never the only carrier of a meaning.
    pub tone: Tone,
    /// Everything below the first line, in reading order.
    pub body: Vec<Part>,
    /// What can be pressed under it.
    pub buttons: Vec<Button>,
    /// The picture; all its numbers stand in the body too.
    #[serde(skip)]
    pub chart: Option<Chart>,
}

/// What kind of message a card is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// An answer or a note.
    Plain,
    /// Somebody must decide.
    Waiting,
    /// Work is under way.
    Running,
    /// It went well.
    Good,
    /// It did not, or it was refused.
    Bad,
    /// Nobody knows yet.
    Unknown,
}

/// One part of a card's body.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "part", rename_all = "snake_case")]
pub enum Part {
    /// A line of text.
    Line {
        /// Its words.
        text: Text,
    },
    /// A fact: what it is about, and what it is.
    Fact {
        /// Such as `Why`.
        label: String,
        /// Such as `lag 1.2 M, growing`.
        text: Text,
    },
    /// A step of a plan or a run.
    Step {
        /// Its number, or a word such as `done`.
        mark: String,
        /// What it does.
        text: Text,
        /// What will be sent, where something is.
        payload: Option<String>,
    },
    /// How much is done.
    Bar {
        /// Parts done.
        done: u16,
        /// Parts in all, at least 1.
        of: u16,
    },
    /// Fixed-width text, at most [`CODE_COLUMNS`] wide.
    Code {
        /// Its lines.
        text: String,
    },
    /// Rows of cells; the first column is left-aligned, the others right.
    Table {
        /// Names of the columns; the first may be empty.
        head: Vec<String>,
        /// The rows, each as wide as the head.
        rows: Vec<Vec<String>>,
    },
    /// A command ready to type or to paste, never cut.
    Command {
        /// The command.
        text: String,
    },
    /// A remark of less weight: what one may do next, who is told, what to bear in mind.
    Hint {
        /// Its words.
        text: Text,
    },
}

/// A button under a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Button {
    /// What comes back when it is pressed.
    pub id: String,
    /// What stands on it.
    pub label: String,
    /// How it stands out.
    pub look: Look,
    /// What is asked before it counts, where something is.
    pub asks: Option<Prompt>,
}

/// How a button stands out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Look {
    /// The one that goes on.
    Primary,
    /// The one that ends something.
    Danger,
    /// Any other.
    Plain,
}

/// A question that a button asks before it counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Prompt {
    /// Title of the form.
    pub title: String,
    /// Label of its one field.
    pub label: String,
    /// Label of the button that sends it.
    pub send: String,
    /// Label of the button that closes it.
    pub cancel: String,
}

impl Card {
    /// A card of one line.
    pub fn new(tone: Tone, headline: impl Into<Text>) -> Self {
        Self {
            headline: headline.into(),
            tone,
            body: Vec::new(),
            buttons: Vec::new(),
            chart: None,
        }
    }

    /// With one more line.
    #[must_use]
    pub fn line(mut self, text: impl Into<Text>) -> Self {
        self.body.push(Part::Line { text: text.into() });
        self
    }

    /// With one more fact.
    #[must_use]
    pub fn fact(mut self, label: impl Into<String>, text: impl Into<Text>) -> Self {
        self.body.push(Part::Fact {
            label: label.into(),
            text: text.into(),
        });
        self
    }

    /// With one more remark.
    #[must_use]
    pub fn hint(mut self, text: impl Into<Text>) -> Self {
        self.body.push(Part::Hint { text: text.into() });
        self
    }

    /// With one more command.
    #[must_use]
    pub fn command(mut self, text: impl Into<String>) -> Self {
        self.body.push(Part::Command { text: text.into() });
        self
    }

    /// With more parts.
    #[must_use]
    pub fn parts(mut self, parts: impl IntoIterator<Item = Part>) -> Self {
        self.body.extend(parts);
        self
    }

    /// With these buttons.
    #[must_use]
    pub fn with_buttons(mut self, buttons: Vec<Button>) -> Self {
        self.buttons = buttons;
        self
    }

    /// With this picture, if there is one.
    #[must_use]
    pub fn with_chart(mut self, chart: Option<Chart>) -> Self {
        self.chart = chart;
        self
    }
}
