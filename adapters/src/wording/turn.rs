//! A new message whenever a request takes a turn: it queues, stops and asks, is in doubt, goes on, or ends.

use approvals::notice::{RequestView, StateView};
use approvals::request::StopReason;
use commands::condition::Mismatch;
use commands::names::{At, Person, RequestId};
use rust_i18n::t;

use super::Voice;
use super::request::tone;
use super::vote::approved_by;
use super::{fit, visible};
use crate::chat::card::{Card, Part, mark};

impl Voice<'_> {
    pub(super) fn turn(&self, view: &RequestView) -> Card {
        let card = match &view.state {
            StateView::Finished(finished) => self.finished(view, finished),
            StateView::Queued {
                behind,
                holder,
                since,
                command,
            } => self.queued(view, *behind, holder.as_ref(), *since, command.as_deref()),
            StateView::Stopping { by, why, undoing } => self.stopping(view, by, why.as_ref(), *undoing),
            StateView::OutcomeUnknown { step, since } => self.outcome_unknown(view, *step, *since),
            StateView::GoesOn { step, done, by } => self.went_on(view, *step, *done, by),
            StateView::Drifted { mismatches } => self.drifted(view, mismatches),
            StateView::Refused { refusal } => self.ended_by_refusal(view, refusal),
            StateView::Failed { .. } => {
                Card::new(tone(&view.state), self.short(view)).parts(self.steps(view))
            }
            state => Card::new(tone(state), self.short(view)),
        };
        let card = if ended(&view.state) {
            card.parts([self.named(view)])
        } else {
            card
        };
        card.parts(self.demo(view)).with_buttons(self.buttons(view))
    }

    /// One line and, where there is more to say, a second: the turns that need no layout of their own.
    fn short(&self, view: &RequestView) -> String {
        let (locale, id, aim) = (self.locale(), self.hash(view.id), self.aim_of(view));
        match &view.state {
            StateView::Denied {
                by,
                reason: Some(reason),
            } => t!(
                "turn.denied_because",
                locale = locale,
                id = id,
                by = mark::person(by),
                reason = self.quote(reason)
            ),
            StateView::Denied { by, reason: None } => {
                t!("turn.denied", locale = locale, id = id, by = mark::person(by))
            }
            StateView::Withdrawn { by } => {
                t!("turn.withdrawn", locale = locale, id = id, by = mark::person(by))
            }
            StateView::Expired => t!("turn.expired", locale = locale, id = id, aim = aim),
            StateView::Failed { step, code, said } => t!(
                "turn.failed",
                locale = locale,
                id = id,
                step = step,
                said = self.quote(said),
                code = visible(code)
            ),
            StateView::RolledBack { why: None } => t!("turn.rolled_back", locale = locale, id = id),
            StateView::RolledBack { why: Some(why) } => t!(
                "turn.rolled_back_because",
                locale = locale,
                id = id,
                why = self.stop_reason(view, why)
            ),
            StateView::Settling { until } => t!(
                "turn.settling",
                locale = locale,
                id = id,
                aim = aim,
                until = self.time(*until)
            ),
            _ => return self.request_headline(view),
        }
        .into_owned()
    }

    /// Who asked and who approved: every end names them.
    fn named(&self, view: &RequestView) -> Part {
        let locale = self.locale();
        let asked = mark::ping(&view.asked_by);
        let approved = approved_by(view);
        let text = if approved.is_empty() {
            t!("turn.asked_by", locale = locale, asked = asked)
        } else {
            t!(
                "turn.asked_and_approved_by",
                locale = locale,
                asked = asked,
                approved = self.list(approved.iter().map(mark::ping), super::MOST_PEOPLE)
            )
        };
        Part::Hint { text: text.into() }
    }

    fn queued(
        &self,
        view: &RequestView,
        behind: RequestId,
        holder: Option<&Person>,
        since: Option<At>,
        command: Option<&str>,
    ) -> Card {
        let (locale, id, behind) = (self.locale(), self.hash(view.id), self.hash(behind));
        let place = view
            .plan
            .as_ref()
            .map_or_else(String::new, |plan| self.subject(plan));
        let headline = match holder {
            Some(holder) => t!(
                "turn.queued_behind",
                locale = locale,
                id = id,
                place = place,
                holder = mark::person(holder),
                behind = behind
            ),
            None => t!(
                "turn.queued",
                locale = locale,
                id = id,
                place = place,
                behind = behind
            ),
        };
        let does = command.map(|command| {
            self.labelled(
                t!("label.in_the_way", locale = locale),
                format!("{behind}: {}", self.quote(command)),
            )
        });
        let since = since.map(|since| self.labelled(t!("label.since", locale = locale), self.time(since)));
        Card::new(tone(&view.state), headline)
            .parts(does)
            .parts(since)
            .line(t!("turn.queued_then", locale = locale))
    }

    fn stopping(&self, view: &RequestView, by: &Person, why: Option<&StopReason>, undoing: bool) -> Card {
        let (locale, id) = (self.locale(), self.hash(view.id));
        let headline = match (undoing, why) {
            (true, _) => t!("turn.undoing", locale = locale, id = id),
            (false, Some(why)) => t!(
                "turn.stopped_because",
                locale = locale,
                id = id,
                why = self.stop_reason(view, why)
            ),
            (false, None) => t!("turn.stopped", locale = locale, id = id, by = mark::person(by)),
        };
        let card = Card::new(tone(&view.state), headline).parts(self.steps(view));
        let card = match why {
            Some(StopReason::Precondition { mismatches, .. }) => card.parts([self.mismatches(mismatches)]),
            _ => card,
        };
        if undoing {
            card
        } else {
            card.line(t!("turn.undo_or_leave", locale = locale))
        }
    }

    fn stop_reason(&self, view: &RequestView, why: &StopReason) -> String {
        let locale = self.locale();
        match why {
            StopReason::Rejected { step, code, said } => t!(
                "stop.rejected",
                locale = locale,
                step = step,
                said = self.quote(said),
                code = visible(code)
            ),
            StopReason::Precondition { step, .. } => t!("stop.precondition", locale = locale, step = step),
            StopReason::TimeUp => {
                let within = view
                    .plan
                    .as_ref()
                    .map(|plan| self.quantities().span(plan.run_within));
                t!(
                    "stop.time_up",
                    locale = locale,
                    within = within.unwrap_or_default()
                )
            }
        }
        .into_owned()
    }

    fn went_on(&self, view: &RequestView, step: u16, done: bool, by: &Person) -> Card {
        let (locale, id) = (self.locale(), self.hash(view.id));
        let headline = match (done, by.is_sluice()) {
            (true, true) => t!("turn.seen_done", locale = locale, id = id, step = step),
            (true, false) => t!(
                "turn.said_done",
                locale = locale,
                id = id,
                step = step,
                by = mark::person(by)
            ),
            (false, true) => t!("turn.seen_not_done", locale = locale, id = id, step = step),
            (false, false) => t!(
                "turn.said_not_done",
                locale = locale,
                id = id,
                step = step,
                by = mark::person(by)
            ),
        };
        Card::new(tone(&view.state), headline).parts(self.steps(view))
    }

    fn drifted(&self, view: &RequestView, mismatches: &[Mismatch]) -> Card {
        let (locale, id) = (self.locale(), self.hash(view.id));
        let subject = view
            .plan
            .as_ref()
            .map_or_else(String::new, |plan| self.subject(plan));
        Card::new(
            tone(&view.state),
            t!("turn.drifted", locale = locale, id = id, subject = subject),
        )
        .parts([self.mismatches(mismatches)])
        .line(t!("turn.drifted_why", locale = locale))
    }

    /// What was planned and what is there, as a table.
    fn mismatches(&self, mismatches: &[Mismatch]) -> Part {
        let locale = self.locale();
        let head = ["", "table.planned", "table.now"];
        Part::Table {
            head: head.map(|key| self.column(key)).to_vec(),
            rows: mismatches
                .iter()
                .take(MOST_MISMATCHES)
                .map(|m| self.mismatch(m))
                .collect(),
        }
        .capped(mismatches.len().saturating_sub(MOST_MISMATCHES), locale)
    }

    fn column(&self, key: &str) -> String {
        if key.is_empty() {
            String::new()
        } else {
            t!(key, locale = self.locale()).into_owned()
        }
    }

    fn mismatch(&self, mismatch: &Mismatch) -> Vec<String> {
        let what = match mismatch.what.as_str() {
            "job" => t!("mismatch.job", locale = self.locale()),
            "state" => t!("mismatch.state", locale = self.locale()),
            "version" => t!("mismatch.version", locale = self.locale()),
            "slots" => t!("mismatch.slots", locale = self.locale()),
            "parallelism" => t!("mismatch.parallelism", locale = self.locale()),
            "bounds" => t!("mismatch.bounds", locale = self.locale()),
            "vertices" => t!("mismatch.vertices", locale = self.locale()),
            "taskmanagers" => t!("mismatch.task_managers", locale = self.locale()),
            "checkpoint" => t!("mismatch.checkpoint", locale = self.locale()),
            other => fit(other, WHAT_COLUMNS).into(),
        };
        vec![
            what.into_owned(),
            self.value(&mismatch.planned),
            self.value(&mismatch.now),
        ]
    }

    /// A value of a mismatch, short enough for a column.
    fn value(&self, value: &str) -> String {
        match value {
            "there" => t!("mismatch.there", locale = self.locale()).into_owned(),
            "gone" => t!("mismatch.gone", locale = self.locale()).into_owned(),
            digest if digest.len() == 64 && digest.bytes().all(|b| b.is_ascii_hexdigit()) => {
                format!("{}…", &digest[..6])
            }
            other => fit(other, VALUE_COLUMNS),
        }
    }
}

/// How many differences a table shows.
const MOST_MISMATCHES: usize = 12;
/// How wide the name of what differs may be, and each of its two values, so that a phone shows all three.
const WHAT_COLUMNS: usize = 14;
const VALUE_COLUMNS: usize = 11;
impl Part {
    fn capped(mut self, more: usize, locale: &str) -> Self {
        if let (Part::Table { rows, head }, 1..) = (&mut self, more) {
            let mut row = vec![String::new(); head.len()];
            row[0] = t!("more", locale = locale, count = more).into_owned();
            rows.push(row);
        }
        self
    }
}

fn ended(state: &StateView) -> bool {
    matches!(
        state,
        StateView::Finished(_)
            | StateView::Refused { .. }
            | StateView::Denied { .. }
            | StateView::Withdrawn { .. }
            | StateView::Expired
            | StateView::Drifted { .. }
            | StateView::Failed { .. }
            | StateView::RolledBack { .. }
    )
}
