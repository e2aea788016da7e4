//! Nobody knows whether a step was done: what was sent, what to look at, and how to read it.

use approvals::notice::RequestView;
use commands::condition::Condition;
use commands::names::{At, JobId};
use commands::plan::{Action, Output, Plan, Step, Value};
use rust_i18n::t;

use super::request::tone;
use super::step::behind;
use super::{Voice, visible};
use crate::chat::card::{Card, mark};

impl Voice<'_> {
    pub(super) fn outcome_unknown(&self, view: &RequestView, step: u16, since: At) -> Card {
        let (locale, id) = (self.locale(), self.hash(view.id));
        let card = Card::new(
            tone(&view.state),
            t!("doubt.headline", locale = locale, id = id, step = step),
        );
        let Some((plan, sent)) = view
            .plan
            .as_ref()
            .and_then(|plan| Some((plan, behind(plan, &view.steps, step)?)))
        else {
            return card.line(t!("doubt.looking", locale = locale));
        };
        let card = card
            .line(t!(
                "doubt.sent",
                locale = locale,
                what = self.what(plan, sent),
                at = self.second(begun_at(view, step).unwrap_or(since))
            ))
            .line(t!("doubt.kept", locale = locale, subject = self.subject(plan)));
        let card = match self.where_to_look(plan, &sent.action, &sent.done_when) {
            Some(command) => card.line(t!("doubt.look", locale = locale)).command(command),
            None => card,
        };
        card.line(self.how_to_read(view, plan, sent))
            .hint(t!("doubt.looking", locale = locale))
    }

    /// A command that shows what became of the step.
    fn where_to_look(&self, plan: &Plan, action: &Action, done_when: &Condition) -> Option<String> {
        let path = match (action, done_when) {
            (Action::Checkpoint { job }, Condition::RunsAt { .. }) => format!("/jobs/{job}"),
            (Action::Checkpoint { job }, _) => format!("/jobs/{job}/checkpoints"),
            (Action::SetBounds { job, .. }, _) => format!("/jobs/{job}/resource-requirements"),
            (
                Action::StartTaskManager { .. }
                | Action::StopTaskManager { .. }
                | Action::AwaitIdleTaskManager { .. },
                _,
            ) => "/taskmanagers".to_owned(),
            (Action::AskPerson { .. }, _) => return None,
        };
        let url = self.wording.flink_urls.get(&plan.target.environment);
        let url = url.map_or("FLINK", |url| url.trim_end_matches('/'));
        Some(format!("curl -s {}{path}", visible(url)))
    }

    /// What the answer says if it was done, and if it was not.
    fn how_to_read(&self, view: &RequestView, plan: &Plan, step: &Step) -> String {
        let locale = self.locale();
        match (&step.action, &step.done_when) {
            (Action::Checkpoint { .. }, Condition::RunsAt { parallelism, .. }) => {
                let wanted = parallelism.values().max().copied().unwrap_or(0);
                t!("doubt.if_runs_at", locale = locale, parallelism = wanted)
            }
            (Action::Checkpoint { .. }, _) => t!(
                "doubt.if_checkpoint",
                locale = locale,
                at = begun_at(view, step.number).unwrap_or(view.at).0
            ),
            (Action::SetBounds { job, bounds }, _) => {
                let wanted = bounds.values().map(|b| b.upper).max().unwrap_or(0);
                match self.other_bounds(plan, job, wanted) {
                    Some(other) => t!("doubt.if_bounds", locale = locale, wanted = wanted, other = other),
                    None => t!("doubt.if_bounds_only", locale = locale, wanted = wanted),
                }
            }
            (Action::StartTaskManager { .. }, _) => t!("doubt.if_started", locale = locale),
            (Action::StopTaskManager { id }, _) => match stopped(view, id) {
                Some(id) => t!(
                    "doubt.if_stopped",
                    locale = locale,
                    id = mark::code(&self.name(&id))
                ),
                None => t!("doubt.if_fewer", locale = locale),
            },
            (Action::AwaitIdleTaskManager { .. }, _) => t!("doubt.if_idle", locale = locale),
            (Action::AskPerson { what }, _) => {
                t!("doubt.if_person", locale = locale, what = self.quote(what))
            }
        }
        .into_owned()
    }

    /// The upper bound that stands there if the step was not done: before it, or after the step it takes back.
    fn other_bounds(&self, plan: &Plan, job: &JobId, wanted: u32) -> Option<u32> {
        let set = plan.steps.iter().filter_map(|step| match &step.action {
            Action::SetBounds { job: of, bounds } if of == job => bounds.values().map(|b| b.upper).max(),
            _ => None,
        });
        std::iter::once(self.back_to(plan))
            .chain(set)
            .find(|upper| *upper != wanted && *upper > 0)
    }
}

fn begun_at(view: &RequestView, number: u16) -> Option<At> {
    view.steps
        .iter()
        .find(|step| step.number == number)
        .map(|step| step.from)
}

fn stopped(view: &RequestView, id: &Value<commands::names::TaskManagerId>) -> Option<String> {
    match id {
        Value::Known(id) => Some(id.to_string()),
        Value::From { step } => view
            .steps
            .iter()
            .find(|begun| begun.number == *step)
            .and_then(|begun| match &begun.output {
                Some(Output::TaskManager(id)) => Some(id.to_string()),
                _ => None,
            }),
    }
}
