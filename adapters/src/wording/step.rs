//! One step in people's words, with what exactly will be sent.

use approvals::notice::StepView;
use commands::condition::{Condition, Progress};
use commands::names::{TaskManagerId, VertexId};
use commands::observed::Bounds;
use commands::plan::{Action, Output, Plan, Settings, Step, Value};
use rust_i18n::t;
use std::collections::BTreeMap;

use super::{Voice, short_id};
use crate::chat::card::Part;

impl Voice<'_> {
    /// A step of the plan, with its payload.
    pub(super) fn planned_step(&self, plan: &Plan, step: &Step) -> Part {
        Part::Step {
            mark: step.number.to_string(),
            text: self.what(plan, step).into(),
            payload: Some(self.payload(&step.action, short_id)),
        }
    }

    /// What a step does: `raise upper bounds 1 → 4`.
    pub(super) fn what(&self, plan: &Plan, step: &Step) -> String {
        let locale = self.locale();
        match &step.action {
            Action::Checkpoint { .. } => match step.done_when {
                Condition::RunsAt { .. } => t!("step.checkpoint_changes", locale = locale),
                _ => t!("step.checkpoint_proves", locale = locale),
            },
            Action::SetBounds { bounds, .. } => return self.bounds(plan, bounds),
            Action::StartTaskManager { slots, memory_bytes } => t!(
                "step.start",
                locale = locale,
                slots = slots,
                memory = self.quantities().bytes(*memory_bytes)
            ),
            Action::AwaitIdleTaskManager { or_busy: false, .. } => t!("step.await_idle", locale = locale),
            Action::AwaitIdleTaskManager { or_busy: true, .. } => {
                t!("step.await_idle_or_busy", locale = locale)
            }
            Action::StopTaskManager { id: Value::Known(id) } => {
                t!("step.stop", locale = locale, id = self.name(id.as_str()))
            }
            Action::StopTaskManager {
                id: Value::From { step },
            } => t!("step.stop_of", locale = locale, step = step),
            Action::AskPerson { what } => return self.quote(what),
        }
        .into_owned()
    }

    fn bounds(&self, plan: &Plan, to: &BTreeMap<VertexId, Bounds>) -> String {
        let locale = self.locale();
        let then = range(to);
        let Some(from) = recorded(plan) else {
            return t!("step.bounds_set", locale = locale, then = then).into_owned();
        };
        let (now, widest) = (widest(from), widest(to));
        let change = self.change(&range(from), &then);
        match widest.cmp(&now) {
            std::cmp::Ordering::Greater => t!("step.bounds_raise", locale = locale, change = change),
            std::cmp::Ordering::Less => t!("step.bounds_lower", locale = locale, change = change),
            std::cmp::Ordering::Equal => t!("step.bounds_set", locale = locale, then = then),
        }
        .into_owned()
    }

    /// What is sent, as the other side's documentation writes it: `PUT /jobs/7f2c…/resource-requirements`.
    pub(super) fn payload(&self, action: &Action, id: impl Fn(&commands::names::JobId) -> String) -> String {
        let locale = self.locale();
        match action {
            Action::Checkpoint { job } => format!("POST /jobs/{}/checkpoints", id(job)),
            Action::SetBounds { job, .. } => format!("PUT /jobs/{}/resource-requirements", id(job)),
            Action::StartTaskManager { slots, memory_bytes } => {
                let memory = memory_option(*memory_bytes);
                format!("taskmanager.numberOfTaskSlots={slots}\ntaskmanager.memory.process.size={memory}")
            }
            Action::AwaitIdleTaskManager { .. } => t!("step.sends_nothing", locale = locale).into_owned(),
            Action::StopTaskManager { .. } => "SIGTERM".to_owned(),
            Action::AskPerson { .. } => t!("step.by_person", locale = locale).into_owned(),
        }
    }

    /// What a done step came to: `checkpoint 118, 3.10 MiB, 0.4 s`.
    pub(super) fn came_to(&self, plan: &Plan, step: &Step, output: &Output) -> String {
        let (locale, quantities) = (self.locale(), self.quantities());
        match (output, &step.action) {
            (
                Output::Checkpoint {
                    size_bytes: 0, id, ..
                },
                _,
            ) => t!("came.checkpoint", locale = locale, id = id).into_owned(),
            (
                Output::Checkpoint {
                    id,
                    size_bytes,
                    duration,
                },
                _,
            ) => t!(
                "came.checkpoint_of",
                locale = locale,
                id = id,
                size = quantities.bytes(*size_bytes),
                took = quantities.span(*duration)
            )
            .into_owned(),
            (Output::Parallelism(parallelism), _) => {
                t!("came.parallelism", locale = locale, parallelism = parallelism).into_owned()
            }
            (Output::TaskManager(id), Action::StartTaskManager { .. }) => {
                self.came_task_manager("came.started", id)
            }
            (Output::TaskManager(id), Action::StopTaskManager { .. }) => {
                self.came_task_manager("came.stopped", id)
            }
            (Output::TaskManager(id), _) => self.came_task_manager("came.chosen", id),
            (Output::Nothing, _) => self.what(plan, step),
        }
    }

    fn came_task_manager(&self, key: &str, id: &TaskManagerId) -> String {
        t!(key, locale = self.locale(), id = self.name(id.as_str())).into_owned()
    }

    /// How far a step under way is: `waiting for 4 of 4 subtasks (2 run)`.
    pub(super) fn how_far(&self, progress: &Progress) -> String {
        let locale = self.locale();
        match progress {
            Progress::Waiting => t!("progress.waiting", locale = locale),
            Progress::CheckpointUnderWay => t!("progress.checkpoint", locale = locale),
            Progress::Subtasks { running, wanted } => {
                t!(
                    "progress.subtasks",
                    locale = locale,
                    running = running,
                    wanted = wanted
                )
            }
            Progress::FirstCheckpoint => t!("progress.first_checkpoint", locale = locale),
            Progress::TasksLeft(tasks) => t!("progress.tasks_left", locale = locale, tasks = tasks),
            Progress::NotRegistered => t!("progress.not_registered", locale = locale),
        }
        .into_owned()
    }
}

/// The step with this number: of the plan, or among those that take one of its steps back, in the order they began.
pub(super) fn behind<'p>(plan: &'p Plan, begun: &[StepView], number: u16) -> Option<&'p Step> {
    let undo_of = |step: &StepView| (step.number == number).then_some(step.undo_of);
    let Some(forward) = begun.iter().find_map(undo_of).flatten() else {
        return plan.step(number);
    };
    let earlier = begun
        .iter()
        .filter(|step| step.undo_of == Some(forward) && step.number < number);
    plan.step(forward)?.undo.get(earlier.count())
}

/// The bounds that the plan found, where it is about them.
fn recorded(plan: &Plan) -> Option<&BTreeMap<VertexId, Bounds>> {
    match &plan.settings_before {
        Settings::Bounds { bounds, .. } => Some(bounds),
        Settings::TaskManagers { narrowed, .. } => narrowed.as_ref().map(|(_, bounds)| bounds),
    }
}

fn widest(bounds: &BTreeMap<VertexId, Bounds>) -> u32 {
    bounds.values().map(|b| b.upper).max().unwrap_or(0)
}

/// `4` where every vertex may have as many, else `1…4`.
fn range(bounds: &BTreeMap<VertexId, Bounds>) -> String {
    let least = bounds.values().map(|b| b.upper).min().unwrap_or(0);
    match (least, widest(bounds)) {
        (least, most) if least == most => most.to_string(),
        (least, most) => format!("{least}…{most}"),
    }
}

/// Bytes as Flink's options take them: whole mebibytes where possible.
fn memory_option(bytes: u64) -> String {
    const MIB: u64 = 1 << 20;
    if bytes.is_multiple_of(MIB) {
        format!("{}m", bytes / MIB)
    } else {
        format!("{bytes}b")
    }
}
