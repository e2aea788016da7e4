//! Answers to looks.

mod cluster;
mod help;
mod record;

use approvals::notice::{Answer, EnvView};
use commands::names::Person;
use rust_i18n::t;

use super::{Voice, visible};
use crate::chat::card::{Card, Part, Text, Tone, mark};

impl Voice<'_> {
    pub(super) fn answer(&self, answer: &Answer) -> Card {
        match answer {
            Answer::Help {
                verb,
                environment,
                jobs,
            } => self.help(verb.as_deref(), environment.as_ref(), jobs),
            Answer::Whoami {
                person,
                account,
                groups,
            } => self.whoami(person.as_ref(), account, groups),
            Answer::Envs(environments) => self.environments(environments),
            Answer::Status {
                observed,
                job,
                recent,
                open,
                here,
            } => self.status(observed, job.as_ref(), recent, open, *here),
            Answer::Jobs { observed } => self.jobs(observed),
            Answer::Settings { observed, job } => self.settings(observed, job.as_ref()),
            Answer::Snapshot { job, window, samples } => self.snapshot(job, window.as_ref(), samples),
            Answer::Requests(rows) => self.requests(rows),
            Answer::Show(view) => self.show(view),
            Answer::Explain {
                view,
                person,
                why_not,
            } => self.explain(view, person.as_ref(), why_not.as_ref()),
            Answer::DryRun {
                environment: _,
                command,
                plan,
                need,
            } => self.dry_run(command, plan, need),
        }
    }

    fn whoami(&self, person: Option<&Person>, account: &str, groups: &[String]) -> Card {
        let (locale, account) = (self.locale(), mark::code(&visible(account)));
        let Some(person) = person else {
            return Card::new(
                Tone::Bad,
                t!("whoami.unknown", locale = locale, account = account),
            )
            .line(t!("whoami.unknown_then", locale = locale));
        };
        let card = Card::new(
            Tone::Plain,
            t!(
                "whoami.known",
                locale = locale,
                person = mark::person(person),
                account = account
            ),
        );
        if groups.is_empty() {
            card.line(t!("whoami.no_groups", locale = locale))
        } else {
            card.fact(
                t!("label.groups", locale = locale),
                self.list(groups, MOST_GROUPS),
            )
        }
    }

    fn environments(&self, environments: &[EnvView]) -> Card {
        let locale = self.locale();
        if environments.is_empty() {
            return Card::new(Tone::Plain, t!("envs.none", locale = locale));
        }
        let line = |env: &EnvView| -> Part {
            let (name, platform) = (mark::code(env.name.as_str()), visible(&env.platform));
            let text: Text = if env.here {
                t!("envs.here", locale = locale, name = name, platform = platform).into()
            } else {
                t!("envs.other", locale = locale, name = name, platform = platform).into()
            };
            Part::Line { text }
        };
        Card::new(Tone::Plain, t!("envs.headline", locale = locale)).parts(environments.iter().map(line))
    }
}

/// How many groups are named before the rest are counted.
const MOST_GROUPS: usize = 12;
