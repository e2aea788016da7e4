//! The end of a run: the verdict, what it rests on, before beside after, estimates beside what was measured.

use approvals::notice::{FinishedView, RequestView};
use commands::grammar::quoted;
use commands::names::At;
use commands::plan::{Aim, Plan, Promise};
use commands::signals::Signal;
use commands::verdict::{Reason, Verdict};
use commands::windows::{Measured, Window};
use rust_i18n::t;

use super::Voice;
use super::request::tone;
use crate::chat::card::{Card, Part};

/// Windows shorter than this are a first impression, in ms.
const SHORT_WINDOW: u64 = 60_000;

impl Voice<'_> {
    pub(super) fn finished(&self, view: &RequestView, finished: &FinishedView) -> Card {
        let subject = view
            .plan
            .as_deref()
            .map_or_else(String::new, |plan| self.subject(plan));
        Card::new(tone(&view.state), self.verdict_headline(view, finished, &subject))
            .parts(self.reasons(finished))
            .parts(self.comparisons(view, finished))
            .parts(self.measured(view, finished))
            .parts(self.windows_said(finished))
            .parts(self.undo_said(view))
            .parts(self.next_said(view, finished))
            .with_chart(self.picture_of_change(&subject, finished))
    }

    /// `Better. orders runs at parallelism 4; the backlog shrinks. #R-18`
    fn verdict_headline(&self, view: &RequestView, finished: &FinishedView, subject: &str) -> String {
        let locale = self.locale();
        let verdict = match finished.judgement.verdict {
            Verdict::Better => t!("verdict.better", locale = locale),
            Verdict::Same => t!("verdict.same", locale = locale),
            Verdict::Worse => t!("verdict.worse", locale = locale),
            Verdict::Inconclusive => t!("verdict.inconclusive", locale = locale),
        };
        let now = self.stands(view, finished, subject);
        let id = self.hash(view.id);
        match finished.judgement.reasons.first() {
            Some(reason) => t!(
                "verdict.headline",
                locale = locale,
                verdict = verdict,
                now = now,
                reason = self.first_reason(finished, reason),
                id = id
            ),
            None => t!(
                "verdict.headline_bare",
                locale = locale,
                verdict = verdict,
                now = now,
                id = id
            ),
        }
        .into_owned()
    }

    /// `orders runs at parallelism 4`
    fn stands(&self, view: &RequestView, finished: &FinishedView, subject: &str) -> String {
        let locale = self.locale();
        match view.plan.as_deref().map(|plan| &plan.aim) {
            Some(Aim::Parallelism { to, .. }) => t!(
                "verdict.parallelism",
                locale = locale,
                subject = subject,
                parallelism = seen_parallelism(finished).unwrap_or(*to)
            ),
            Some(Aim::TaskManagers { to, .. }) => {
                t!(
                    "verdict.task_managers",
                    locale = locale,
                    subject = subject,
                    count = self
                        .quantities()
                        .amount(seen_task_managers(finished).unwrap_or(f64::from(*to)))
                )
            }
            None => t!("verdict.changed", locale = locale, subject = subject),
        }
        .into_owned()
    }

    /// The first reason, with the job's name where several were measured.
    fn first_reason(&self, finished: &FinishedView, reason: &Reason) -> String {
        let reason = self.reason(reason);
        match &finished.judgement.job {
            Some(job) => t!(
                "verdict.of_job",
                locale = self.locale(),
                job = self.name(job.as_str()),
                reason = reason
            )
            .into_owned(),
            None => reason,
        }
    }

    /// Every reason after the first, which stands in the headline.
    fn reasons(&self, finished: &FinishedView) -> Vec<Part> {
        let reasons = finished.judgement.reasons.iter().skip(1);
        reasons
            .map(|reason| Part::Line {
                text: capitalised(&self.reason(reason)).into(),
            })
            .collect()
    }

    fn reason(&self, reason: &Reason) -> String {
        let (locale, quantities) = (self.locale(), self.quantities());
        match reason {
            Reason::Throughput {
                before,
                after,
                expected,
            } => t!(
                "reason.throughput",
                locale = locale,
                before = quantities.rate(*before),
                after = quantities.rate(*after),
                expected = quantities.rate(*expected)
            ),
            Reason::BacklogSlope { before, after } if *after < 0.0 => t!(
                "reason.backlog_shrinks",
                locale = locale,
                before = quantities.slope(*before),
                after = quantities.slope(*after)
            ),
            Reason::BacklogSlope { before, after } if quantities.amount(*after) == "0" => {
                t!(
                    "reason.backlog_steady",
                    locale = locale,
                    before = quantities.slope(*before)
                )
            }
            Reason::BacklogSlope { before, after } => t!(
                "reason.backlog_grows",
                locale = locale,
                before = quantities.slope(*before),
                after = quantities.slope(*after)
            ),
            Reason::Restarts(count) => t!("reason.restarts", locale = locale, count = count),
            Reason::CheckpointsStopped => t!("reason.checkpoints_stopped", locale = locale),
            Reason::ArrivalsMoved { before, after } => t!(
                "reason.arrivals_moved",
                locale = locale,
                before = quantities.rate(*before),
                after = quantities.rate(*after)
            ),
            Reason::RatesUnknown => t!("reason.rates_unknown", locale = locale),
            Reason::TooFewSamples => t!("reason.too_few_samples", locale = locale),
            Reason::NoGainExpected => t!("reason.no_gain_expected", locale = locale),
        }
        .into_owned()
    }

    /// `Down: 6.8 s (said 8 s)`, and when the backlog will be gone.
    fn measured(&self, view: &RequestView, finished: &FinishedView) -> Vec<Part> {
        let plan = view.plan.as_deref();
        let mut parts = Vec::new();
        parts.extend(plan.and_then(|plan| self.down_said(plan, finished)));
        parts.extend(self.gone_said(plan, finished));
        parts
    }

    fn down_said(&self, plan: &Plan, finished: &FinishedView) -> Option<Part> {
        let (locale, quantities) = (self.locale(), self.quantities());
        let said = plan.estimates.down.map(|down| quantities.span(down));
        let text = match (finished.down.map(|down| quantities.span(down)), said) {
            (Some(down), Some(said)) => t!("measured.down_said", locale = locale, down = down, said = said),
            (Some(down), None) => t!("measured.down_not_said", locale = locale, down = down),
            (None, Some(said)) => t!("measured.down_unknown", locale = locale, said = said),
            (None, None) => return None,
        };
        Some(self.labelled(t!("label.down", locale = locale), text))
    }

    fn gone_said(&self, plan: Option<&Plan>, finished: &FinishedView) -> Option<Part> {
        let locale = self.locale();
        let said = plan.and_then(|plan| match plan.promise {
            Promise::Throughput {
                backlog_gone_after, ..
            } => backlog_gone_after,
            _ => None,
        });
        let said = said.map(|span| self.time(finished.changed_at.plus(span)));
        let text = match (backlog_gone(pictured_window(finished)?)?, said) {
            (Gone::Already, Some(said)) => t!("measured.gone_already_said", locale = locale, said = said),
            (Gone::Already, None) => t!("measured.gone_already", locale = locale),
            (Gone::At(at), Some(said)) => t!(
                "measured.gone_said",
                locale = locale,
                at = self.time(at),
                said = said
            ),
            (Gone::At(at), None) => t!("measured.gone", locale = locale, at = self.time(at)),
            (Gone::Never, Some(said)) => t!("measured.gone_never_said", locale = locale, said = said),
            (Gone::Never, None) => return None,
        };
        Some(self.labelled(t!("label.backlog", locale = locale), text))
    }

    /// `Windows: 5 min before, 5 min after`
    fn windows_said(&self, finished: &FinishedView) -> Option<Part> {
        let (locale, quantities) = (self.locale(), self.quantities());
        let both = |measured: &Measured| Some((measured.before.clone()?, measured.after.clone()?));
        let (before, after) = finished.measured.iter().find_map(both)?;
        let (before, after) = (before.to.since(before.from), after.to.since(after.from));
        let (shorter, before, after) = (before.min(after), quantities.span(before), quantities.span(after));
        let text = if shorter.0 < SHORT_WINDOW {
            t!(
                "measured.short_windows",
                locale = locale,
                before = before,
                after = after
            )
        } else {
            t!(
                "measured.windows",
                locale = locale,
                before = before,
                after = after
            )
        };
        Some(self.labelled(t!("label.windows", locale = locale), text))
    }

    /// Where it did not help, where to look next.
    fn next_said(&self, view: &RequestView, finished: &FinishedView) -> Option<Part> {
        let plan = view.plan.as_deref()?;
        let target = match &plan.target.job {
            Some(job) => quoted(job.name.as_str()),
            None => plan.target.environment.to_string(),
        };
        let command = self.code(&format!("status {target}"));
        let helped = finished.judgement.verdict == Verdict::Better;
        (!helped).then(|| Part::Hint {
            text: t!("measured.next", locale = self.locale(), command = command).into(),
        })
    }

    fn undo_said(&self, view: &RequestView) -> Vec<Part> {
        let label = t!("label.undo", locale = self.locale());
        let command = self.code(&format!("rollback {}", view.id));
        vec![self.labelled(label, command)]
    }
}

/// When a backlog that changes as it does now is gone.
enum Gone {
    Already,
    At(At),
    Never,
}

fn backlog_gone(after: &Window) -> Option<Gone> {
    let backlog = after.stats.get(&Signal::Backlog)?;
    Some(match (backlog.last, backlog.per_s) {
        (left, _) if left < 1.0 => Gone::Already,
        (_, None) => return None,
        (left, Some(slope)) if slope < 0.0 => {
            Gone::At(At(after.to.0.saturating_add((left / -slope * 1000.0) as i64)))
        }
        _ => Gone::Never,
    })
}

/// The parallelism the job was last sampled at.
fn seen_parallelism(finished: &FinishedView) -> Option<u32> {
    let pictured = finished.pictured.as_ref()?;
    Some(pictured.samples.last()?.parallelism)
}

/// The TaskManagers of the cluster at the end.
fn seen_task_managers(finished: &FinishedView) -> Option<f64> {
    let cluster = finished.measured.iter().find(|measured| measured.job.is_none())?;
    Some(cluster.after.as_ref()?.stats.get(&Signal::TaskManagers)?.last)
}

/// The window after of the job that the picture shows.
fn pictured_window(finished: &FinishedView) -> Option<&Window> {
    let job = finished.pictured.as_ref()?.job.as_ref()?;
    let is_it = |measured: &&Measured| measured.job.as_ref().is_some_and(|of| of.name == *job);
    finished.measured.iter().find(is_it)?.after.as_ref()
}

fn capitalised(sentence: &str) -> String {
    let mut chars = sentence.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}
