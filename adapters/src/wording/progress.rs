//! The one message of a run that is edited: how far it is.

use approvals::notice::{RequestView, StateView, StepView};
use commands::names::Millis;
use commands::plan::{Plan, Step};
use rust_i18n::t;

use super::Voice;
use super::request::tone;
use super::step::behind;
use crate::chat::card::{Card, Part};

impl Voice<'_> {
    pub(super) fn progress(&self, view: &RequestView) -> Card {
        Card::new(tone(&view.state), self.progress_headline(view))
            .parts(self.demo(view))
            .parts(self.bar(view))
            .parts(self.steps(view))
            .with_buttons(self.buttons_until_over(view))
    }

    /// `#R-18 running, step 3 of 3 · 41 s`
    fn progress_headline(&self, view: &RequestView) -> String {
        let (locale, id) = (self.locale(), self.hash(view.id));
        let elapsed = self.quantities().span(elapsed(view));
        match &view.state {
            StateView::Running {
                step,
                of,
                person: false,
            } => t!(
                "progress.running",
                locale = locale,
                id = id,
                step = step,
                of = of,
                elapsed = elapsed
            ),
            StateView::Running {
                step,
                of,
                person: true,
            } => t!(
                "progress.person",
                locale = locale,
                id = id,
                step = step,
                of = of,
                elapsed = elapsed
            ),
            StateView::Settling { until } => t!(
                "progress.settling",
                locale = locale,
                id = id,
                until = self.time(*until)
            ),
            StateView::Stopping { undoing: true, .. } => {
                t!("progress.undoing", locale = locale, id = id, elapsed = elapsed)
            }
            state => t!(
                "progress.other",
                locale = locale,
                id = id,
                state = self.state_word(state),
                elapsed = elapsed
            ),
        }
        .into_owned()
    }

    fn bar(&self, view: &RequestView) -> Option<Part> {
        let all = view.plan.as_ref()?.steps.len();
        let forward = view.steps.iter().filter(|step| step.undo_of.is_none());
        let done = forward.filter(|step| step.to.is_some()).count();
        Some(Part::Bar {
            done: u16::try_from(done).unwrap_or(u16::MAX),
            of: u16::try_from(all.max(1)).unwrap_or(u16::MAX),
        })
    }

    /// What is done, what is under way, what comes.
    pub(super) fn steps(&self, view: &RequestView) -> Vec<Part> {
        let Some(plan) = &view.plan else {
            return Vec::new();
        };
        let begun = view
            .steps
            .iter()
            .filter_map(|step| self.begun(plan, &view.steps, step));
        let coming = plan
            .steps
            .iter()
            .filter(|step| goes_on(&view.state) && view.steps.iter().all(|begun| begun.number != step.number))
            .map(|step| self.coming(plan, step));
        begun.chain(coming).collect()
    }

    fn begun(&self, plan: &Plan, begun: &[StepView], view: &StepView) -> Option<Part> {
        let step = behind(plan, begun, view.number)?;
        let locale = self.locale();
        let mark = if view.to.is_some() {
            t!("mark.done", locale = locale)
        } else {
            t!("mark.now", locale = locale)
        };
        let text = match (view.undo_of, view.to, &view.output) {
            (Some(forward), Some(_), _) => t!(
                "came.undone",
                locale = locale,
                step = forward,
                what = self.what(plan, step)
            )
            .into_owned(),
            (Some(forward), None, _) => t!(
                "came.undoing",
                locale = locale,
                step = forward,
                what = self.under_way(plan, step, view)
            )
            .into_owned(),
            (None, Some(_), Some(output)) => self.came_to(plan, step, output),
            (None, Some(_), None) => self.what(plan, step),
            (None, None, _) => self.under_way(plan, step, view),
        };
        Some(Part::Step {
            mark: mark.into_owned(),
            text: text.into(),
            payload: None,
        })
    }

    fn under_way(&self, plan: &Plan, step: &Step, view: &StepView) -> String {
        let (locale, what) = (self.locale(), self.what(plan, step));
        let said = match &view.progress {
            Some(progress) => t!(
                "progress.with",
                locale = locale,
                what = what,
                progress = self.how_far(progress)
            )
            .into_owned(),
            None => what,
        };
        if view.attempt > 1 {
            t!(
                "progress.attempt",
                locale = locale,
                what = said,
                attempt = view.attempt
            )
            .into_owned()
        } else {
            said
        }
    }

    fn coming(&self, plan: &Plan, step: &Step) -> Part {
        Part::Step {
            mark: t!("mark.next", locale = self.locale()).into_owned(),
            text: self.what(plan, step).into(),
            payload: None,
        }
    }
}

/// Whether steps that have not begun will still be done.
fn goes_on(state: &StateView) -> bool {
    matches!(
        state,
        StateView::Approved | StateView::Queued { .. } | StateView::Running { .. } | StateView::GoesOn { .. }
    )
}

fn elapsed(view: &RequestView) -> Millis {
    view.started_at
        .map_or(Millis(0), |started| view.at.since(started))
}
