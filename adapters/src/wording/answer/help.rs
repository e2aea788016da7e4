//! `help`: what one may type, made from the catalog.

use commands::catalog::{Group, ROWS, Row, forms_of};
use commands::grammar::quoted;
use commands::names::{Environment, JobName};
use rust_i18n::t;

use crate::chat::card::{Card, Part, Tone};
use crate::wording::{Voice, visible};

impl Voice<'_> {
    pub(super) fn help(
        &self,
        verb: Option<&str>,
        environment: Option<&Environment>,
        jobs: &[JobName],
    ) -> Card {
        match verb {
            Some(verb) => self.help_on(verb),
            None => self.help_here(environment, jobs),
        }
    }

    /// The most useful lines for this channel, with its real names; then every verb by group.
    fn help_here(&self, environment: Option<&Environment>, jobs: &[JobName]) -> Card {
        let locale = self.locale();
        let card = match environment {
            Some(environment) => Card::new(
                Tone::Plain,
                t!("help.headline", locale = locale, environment = environment),
            ),
            None => Card::new(Tone::Plain, t!("help.headline_nowhere", locale = locale)),
        };
        card.parts(useful(environment, jobs).iter().map(|command| Part::Command {
            text: self.typed(command),
        }))
        .parts(Group::ALL.iter().map(|group| self.group(*group)))
        .hint(t!(
            "help.then",
            locale = locale,
            command = self.code("help scale")
        ))
    }

    fn group(&self, group: Group) -> Part {
        let mut verbs: Vec<&str> = ROWS
            .iter()
            .filter(|row| row.group == group)
            .map(|row| row.verb)
            .collect();
        verbs.dedup();
        let key = format!("help.group.{}", group.as_str());
        self.labelled(t!(key.as_str(), locale = self.locale()), verbs.join(", "))
    }

    /// Grammar, an example, what it does and needs, for each form of a verb.
    fn help_on(&self, verb: &str) -> Card {
        let locale = self.locale();
        let rows: Vec<&Row> = forms_of(verb).collect();
        let Some(first) = rows.first() else {
            return Card::new(
                Tone::Bad,
                t!("help.unknown", locale = locale, verb = visible(verb)),
            )
            .command(self.typed("help"));
        };
        let card = Card::new(Tone::Plain, t!("help.verb", locale = locale, verb = first.verb));
        let card = rows.iter().fold(card, |card, row| self.form(card, row));
        let modifiers = first.modifiers.iter().filter_map(|modifier| modifier.row());
        card.parts(modifiers.map(|row| self.labelled(row.notation(), t!(row.key, locale = locale))))
    }

    fn form(&self, card: Card, row: &Row) -> Card {
        let locale = self.locale();
        let risk = format!("help.risk.{}", row.risk.as_str());
        card.command(self.typed(&row.usage()))
            .line(t!(row.key, locale = locale))
            .hint(t!(risk.as_str(), locale = locale))
            .hint(t!(
                "help.example",
                locale = locale,
                command = self.code(row.example)
            ))
    }
}

/// Five lines that make sense here.
fn useful(environment: Option<&Environment>, jobs: &[JobName]) -> Vec<String> {
    let job = jobs.first().map(|job| quoted(job.as_str()));
    let mut lines = vec!["status".to_owned()];
    match &job {
        Some(job) => {
            lines.push(format!("snapshot {job}"));
            lines.push(format!("scale {job} parallelism +1"));
        }
        None => lines.push("jobs".to_owned()),
    }
    lines.extend(environment.map(|environment| format!("scale {environment} taskmanagers +1")));
    lines.push("requests".to_owned());
    lines
}
