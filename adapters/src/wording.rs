//! Notices become words here, and only here: one [`Notice`] and one [`Reader`] give one [`Card`].
//!
//! Sentences live in `locales/*.yml`; code picks them by key, always with the reader's language. What comes from outside
//! (job names, reasons, other systems' words) is made [`visible`] before it stands in a sentence. A sentence never needs
//! a plural: numbers stand after their noun ("slots 4") or with a unit.

pub mod chart;
pub mod chats;
pub mod console;
pub mod discord;
mod quantity;
mod reader;
pub mod slack;
mod visible;

mod acknowledged;
mod answer;
mod board;
mod comparison;
mod doubt;
mod governed;
mod picture;
mod plan;
mod press;
mod progress;
mod refusal;
mod reminder;
mod request;
mod step;
mod turn;
mod verdict;
mod vote;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use approvals::notice::{Notice, Press, RequestView};
use commands::names::{At, Environment, JobId, Person, RequestId};
use rust_i18n::t;

pub use quantity::Quantities;
pub use reader::{Reader, Readers};
pub use visible::{NAME_CHARS, QUOTE_CHARS, cut, fit, visible};

use crate::chat::card::{Card, Part, Prompt, mark};

/// What the words need to know beyond a notice.
#[derive(Debug, Clone)]
pub struct Wording {
    /// The slash command people type, such as `/flink`.
    pub command: String,
    /// Where each environment's Flink answers, for commands that people paste into a terminal.
    pub flink_urls: BTreeMap<Environment, String>,
}

impl Wording {
    /// With this slash command, and no environment.
    pub fn new(command: impl Into<String>) -> Self {
        Self {
            command: command.into(),
            flink_urls: BTreeMap::new(),
        }
    }

    /// What a notice says to a reader at that instant.
    pub fn card(&self, notice: &Notice, reader: &Reader, now: At) -> Card {
        self.voice(reader, now).card(notice)
    }
}

impl Wording {
    /// An open request on the board, for a reader at that instant: what it is about, and where it stands.
    pub fn on_board(&self, view: &RequestView, reader: &Reader, now: At) -> Card {
        self.voice(reader, now).on_board(view)
    }

    /// The plan behind it, part by part.
    pub fn plan_on_board(&self, view: &RequestView, reader: &Reader, now: At) -> Vec<Part> {
        self.voice(reader, now).plan_on_board(view)
    }

    fn voice<'a>(&'a self, reader: &'a Reader, now: At) -> Voice<'a> {
        Voice {
            wording: self,
            reader,
            now,
        }
    }

    /// What the button with this id asks before it counts; `None`: nothing.
    pub fn prompt(&self, button: &str, reader: &Reader) -> Option<Prompt> {
        let (request, press) = Press::parse(button)?;
        self.voice(reader, At(0)).asks(&press, request)
    }
}

/// One notice being put into words for one reader.
#[derive(Clone, Copy)]
struct Voice<'a> {
    wording: &'a Wording,
    reader: &'a Reader,
    now: At,
}

impl Voice<'_> {
    fn card(&self, notice: &Notice) -> Card {
        match notice {
            Notice::Answer(answer) => self.answer(answer),
            Notice::Refused { refusal, request } => self.refused(refusal, *request),
            Notice::Card(view) => self.request_card(view),
            Notice::Progress(view) => self.progress(view),
            Notice::Turn(view) => self.turn(view),
            Notice::Opener { by, command } => self.opener(by, command),
            Notice::Reminder(view, woken) => self.reminder(view, woken.as_ref()),
            Notice::EnvironmentGone(view) => self.environment_gone(view),
            Notice::PolicyChanged(change) => self.policy_changed(change),
            Notice::Done(what, request) => self.acknowledged(*what, *request),
        }
    }

    fn locale(&self) -> &str {
        &self.reader.locale
    }

    fn quantities(&self) -> Quantities<'_> {
        Quantities {
            locale: self.locale(),
        }
    }

    /// A command as it is typed, such as `/flink status`.
    fn typed(&self, command: &str) -> String {
        format!("{} {}", self.wording.command, visible(command))
    }

    /// The same, marked as a literal inside a sentence.
    fn code(&self, command: &str) -> String {
        mark::code(&self.typed(command))
    }

    /// A name from outside, short enough for a sentence.
    fn name(&self, name: &str) -> String {
        cut(name, NAME_CHARS, self.locale())
    }

    /// Somebody's or another system's own words.
    fn quote(&self, text: &str) -> String {
        cut(text, QUOTE_CHARS, self.locale())
    }

    fn time(&self, at: At) -> String {
        self.reader.time(at, self.now)
    }

    fn second(&self, at: At) -> String {
        self.reader.second(at, self.now)
    }

    /// Things in a row: `bo, cy`; at most `most`, the rest counted.
    fn list<T: AsRef<str>>(&self, items: impl IntoIterator<Item = T>, most: usize) -> String {
        let items: Vec<T> = items.into_iter().collect();
        let comma = t!("list.comma", locale = self.locale());
        let shown: Vec<&str> = items.iter().take(most).map(AsRef::as_ref).collect();
        let shown = shown.join(&comma);
        match items.len().checked_sub(most) {
            Some(more) if more > 0 => {
                let more = t!("more", locale = self.locale(), count = more);
                format!("{shown} {more}")
            }
            _ => shown,
        }
    }

    fn people<'p>(&self, people: impl IntoIterator<Item = &'p Person>) -> String {
        self.list(people.into_iter().map(mark::person), MOST_PEOPLE)
    }

    fn hash(&self, request: RequestId) -> String {
        format!("#{request}")
    }
}

/// That so many more are not shown.
pub fn more(count: usize, locale: &str) -> String {
    t!("more", locale = locale, count = count).into_owned()
}

/// How many people a sentence names before it counts the rest.
const MOST_PEOPLE: usize = 8;

/// A Flink id short enough for a phone: `7f2c…`.
fn short_id(id: &JobId) -> String {
    let head: String = id.as_str().chars().take(4).collect();
    format!("{head}…")
}
