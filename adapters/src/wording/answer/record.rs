//! What is recorded of requests: `requests`, `show`, `explain`, and the plan of a `dry-run`.

use approvals::notice::{RequestView, Row};
use approvals::policy::Need;
use commands::names::Person;
use commands::plan::{Action, Plan};
use commands::refusal::Refusal;
use rust_i18n::t;

use crate::chat::card::{Card, Part, Tone, mark};
use crate::wording::Voice;
use crate::wording::request::tone;

/// How many requests a list shows before it counts the rest.
const MOST_ROWS: usize = 20;
/// How many vertices a payload lists before it counts the rest.
const MOST_VERTICES: usize = 64;

impl Voice<'_> {
    pub(super) fn requests(&self, rows: &[Row]) -> Card {
        let locale = self.locale();
        if rows.is_empty() {
            return Card::new(Tone::Plain, t!("requests.none", locale = locale));
        }
        let more = rows.len().checked_sub(MOST_ROWS).filter(|more| *more > 0);
        Card::new(Tone::Plain, t!("requests.headline", locale = locale))
            .parts(rows.iter().take(MOST_ROWS).map(|row| self.row_line(row)))
            .parts(more.map(|count| Part::Hint {
                text: t!("more", locale = locale, count = count).into(),
            }))
            .hint(t!(
                "requests.then",
                locale = locale,
                command = self.code("show R-…")
            ))
    }

    /// `#R-18 waiting · ana, 14:02 UTC · scale orders parallelism 4`
    pub(in crate::wording) fn row_line(&self, row: &Row) -> Part {
        let text = t!(
            "requests.row",
            locale = self.locale(),
            id = self.hash(row.id),
            state = self.word_of_state(&row.state),
            by = mark::person(&row.asked_by),
            at = self.time(row.asked_at),
            command = self.name(&row.command)
        );
        Part::Line { text: text.into() }
    }

    /// Everything: the plan with its whole payloads, the votes, the steps.
    pub(super) fn show(&self, view: &RequestView) -> Card {
        let locale = self.locale();
        let command = self.typed(&view.command);
        let asked = t!(
            "show.asked",
            locale = locale,
            by = mark::person(&view.asked_by),
            at = self.second(view.asked_at)
        );
        let card = Card::new(tone(&view.state), self.request_headline(view))
            .parts(self.demo(view))
            .line(asked)
            .command(command)
            .parts(self.why(view));
        let card = match &view.plan {
            Some(plan) => card.parts(self.plan(plan)).parts(self.payloads(plan)),
            None => card,
        };
        let card = match &view.voting {
            Some(voting) => card
                .fact(t!("label.needs", locale = locale), self.needed(voting))
                .fact(t!("label.ballot", locale = locale), mark::code(&voting.ballot.0))
                .parts(self.votes(voting)),
            None => card,
        };
        if view.steps.is_empty() {
            return card;
        }
        card.line(t!("show.steps", locale = locale))
            .parts(self.steps(view))
    }

    /// Each step's request in full, with every vertex and the whole job id.
    fn payloads(&self, plan: &Plan) -> Vec<Part> {
        let mut parts = Vec::new();
        for step in &plan.steps {
            parts.push(Part::Line {
                text: t!("show.sends", locale = self.locale(), step = step.number).into(),
            });
            parts.push(Part::Command {
                text: self.payload(&step.action, ToString::to_string),
            });
            if let Action::SetBounds { bounds, .. } = &step.action {
                let vertices = bounds.iter().take(MOST_VERTICES);
                let lines = vertices.map(|(vertex, bounds)| Part::Command {
                    text: format!("{vertex} lowerBound={} upperBound={}", bounds.lower, bounds.upper),
                });
                parts.extend(lines);
                parts.extend(
                    bounds
                        .len()
                        .checked_sub(MOST_VERTICES)
                        .filter(|more| *more > 0)
                        .map(|more| Part::Hint {
                            text: t!("more", locale = self.locale(), count = more).into(),
                        }),
                );
            }
        }
        parts
    }

    pub(super) fn explain(
        &self,
        view: &RequestView,
        person: Option<&Person>,
        why_not: Option<&Refusal>,
    ) -> Card {
        let (locale, id) = (self.locale(), self.hash(view.id));
        let headline = match (person, why_not) {
            (Some(person), None) => t!(
                "explain.you_can",
                locale = locale,
                id = id,
                person = mark::person(person)
            ),
            (_, Some(refusal)) => t!(
                "explain.you_cannot",
                locale = locale,
                id = id,
                why = self.refusal_sentence(refusal),
                code = refusal.code.as_str()
            ),
            (None, None) => t!("explain.unknown_person", locale = locale, id = id),
        };
        let card = Card::new(tone(&view.state), headline)
            .fact(t!("label.request", locale = locale), self.request_headline(view));
        let card = match &view.voting {
            Some(voting) => card
                .fact(t!("label.needs", locale = locale), self.needed(voting))
                .parts(self.votes(voting))
                .fact(t!("label.until", locale = locale), self.time(voting.vote_until))
                .fact(t!("label.ballot", locale = locale), self.ballot(&voting.ballot)),
            None => card.line(t!("explain.no_vote", locale = locale)),
        };
        let not = t!(
            "explain.never",
            locale = locale,
            requester = mark::person(&view.asked_by)
        );
        let card = card.hint(not);
        if person.is_some() && why_not.is_none() {
            card.command(self.typed(&format!("approve {}", view.id)))
        } else {
            card
        }
    }

    pub(super) fn dry_run(&self, command: &str, plan: &Plan, need: &[Need]) -> Card {
        let locale = self.locale();
        Card::new(
            Tone::Plain,
            t!("dry_run.headline", locale = locale, aim = self.aim(plan)),
        )
        .parts(self.plan(plan))
        .fact(t!("label.needs", locale = locale), self.needs(need))
        .line(t!("dry_run.then", locale = locale))
        .command(self.typed(command))
    }
}
