//! What Slack's own parts say: forms, the App Home, and words to somebody whose message could not be taken.

use approvals::notice::Row as Request;
use commands::catalog::{Argument, Modifier, Row};
use commands::names::{At, Person};
use rust_i18n::t;

use super::{Reader, Voice, Wording};
use crate::chat::card::{Card, Prompt, Tone};
use crate::chat::slack::gate::Stranger;

/// A form did not open.
pub fn no_form(locale: &str, command: &str) -> String {
    t!("slack.no_form", locale = locale, command = command).into_owned()
}

/// Something came from elsewhere.
pub fn stranger(stranger: Stranger, locale: &str) -> String {
    match stranger {
        Stranger::App => t!("slack.stranger.app", locale = locale),
        Stranger::Team => t!("slack.stranger.team", locale = locale),
        Stranger::Person => t!("slack.stranger.person", locale = locale),
    }
    .into_owned()
}

/// The form that asks what somebody wants to do.
pub fn guide(locale: &str) -> Prompt {
    Prompt {
        title: t!("slack.guide.title", locale = locale).into_owned(),
        label: t!("slack.guide.label", locale = locale).into_owned(),
        send: t!("slack.guide.next", locale = locale).into_owned(),
        cancel: t!("prompt.cancel", locale = locale).into_owned(),
    }
}

/// On the form that asks for the rest.
pub fn ask(locale: &str) -> String {
    t!("slack.guide.ask", locale = locale).into_owned()
}

/// A row of the catalog as one may choose it: `scale <job> parallelism <n>: Gives a job ...`
pub fn choice(row: &Row, locale: &str) -> String {
    let key = row.key;
    let about = t!(key, locale = locale);
    format!("{}: {about}", row.usage())
}

/// An argument's label.
pub fn argument(argument: &Argument) -> String {
    argument.notation()
}

/// A modifier's label and what it is about.
pub fn modifier(modifier: Modifier, locale: &str) -> Option<(String, String)> {
    let row = modifier.row()?;
    let key = row.key;
    Some((row.notation(), t!(key, locale = locale).into_owned()))
}

impl Wording {
    /// The App Home of somebody: what waits for him, and what he asked.
    pub fn home(
        &self,
        person: Option<&Person>,
        waiting: &[Request],
        asked: &[Request],
        reader: &Reader,
        now: At,
    ) -> Card {
        let voice = Voice {
            wording: self,
            reader,
            now,
        };
        voice.home(person, waiting, asked)
    }
}

impl Voice<'_> {
    fn home(&self, person: Option<&Person>, waiting: &[Request], asked: &[Request]) -> Card {
        let locale = self.locale();
        if person.is_none() {
            let who = self.code("whoami");
            return Card::new(
                Tone::Plain,
                t!("slack.home.unknown", locale = locale, command = who),
            );
        }
        let headline = if waiting.is_empty() {
            t!("slack.home.nothing_waits", locale = locale)
        } else {
            t!("slack.home.waits", locale = locale)
        };
        let card = Card::new(Tone::Plain, headline).parts(waiting.iter().map(|row| self.row_line(row)));
        let card = if asked.is_empty() {
            card
        } else {
            card.line(t!("slack.home.asked", locale = locale))
                .parts(asked.iter().map(|row| self.row_line(row)))
        };
        card.hint(t!(
            "slack.home.then",
            locale = locale,
            command = self.code("help")
        ))
    }
}
