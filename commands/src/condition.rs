//! What must hold before a step, and what proves it done: data in the plan, judged purely on what was observed.
//!
//! [`Condition::holds`] gives one of four answers. For a step's `done_when` they mean:
//!
//! | answer | the send is not recorded | the send is recorded |
//! |---|---|---|
//! | `Yes` | it was sent after all: done | done |
//! | `NotYet` | send it (again), if its precondition holds | look again until the budget ends, then unknown |
//! | `No` | send it (again), if its precondition holds | it did not work: the step is rejected |
//! | `CannotTell` | look again, send nothing | look again until the budget ends, then unknown |
//!
//! The order matters: first `done_when`, then the precondition, then the send. Our own effect changes what a
//! precondition compares (the bounds, the list of TaskManagers), so a step that was sent unrecorded is recognised by
//! `Yes` before its precondition could call it drift. Sending again on `NotYet` is safe for every [action]: a checkpoint
//! carries its key as Flink's `triggerId`, the same bounds twice restart nothing, a TaskManager is found by the id made
//! from the step's key, and a stopped one stays stopped. [`Holds::lets_send`] says it in code.
//!
//! [action]: crate::plan::Action

mod holds;
pub(crate) use holds::bounds_differ;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::names::{At, JobId, StepKey, TaskManagerId, VertexId};
use crate::observed::{Bounds, Observed, Version};
use crate::plan::{Output, Value};

/// Something that can be seen to hold or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// The job exists, under this id and with this version (its bounds are those the plan was made for).
    JobIs {
        /// Which job.
        job: JobId,
        /// Its version.
        version: Version,
    },
    /// The job is RUNNING with all subtasks.
    JobRuns {
        /// Which job.
        job: JobId,
    },
    /// The other jobs leave this many slots.
    RoomFor {
        /// Which job needs them.
        job: JobId,
        /// How many.
        slots: u32,
    },
    /// The checkpoint asked for under the step's key completed, or another one triggered after the send did.
    CheckpointCompleted {
        /// Of which job.
        job: JobId,
    },
    /// The bounds are these.
    BoundsAre {
        /// Of which job.
        job: JobId,
        /// Every vertex.
        bounds: BTreeMap<VertexId, Bounds>,
    },
    /// Every vertex runs at this parallelism, and a checkpoint triggered after the step was sent completed.
    RunsAt {
        /// Which job.
        job: JobId,
        /// Parallelism of every vertex.
        parallelism: BTreeMap<VertexId, u32>,
    },
    /// The cluster has this many TaskManagers or fewer.
    TaskManagersAtMost(u32),
    /// The cluster's TaskManagers, with their slots, are those the plan was made for.
    ClusterIs(Version),
    /// The TaskManager that this step starts is registered.
    OwnTaskManagerRegistered,
    /// One of these has no task. When the budget has ended without one that is a `No`, not an unknown outcome: nothing was
    /// sent.
    IdleTaskManager {
        /// Candidates.
        among: Vec<TaskManagerId>,
        /// Whether a busy one counts once the budget has ended.
        or_busy: bool,
    },
    /// This TaskManager has no task (or, where `or_busy`, is there at all).
    TaskManagerIdle {
        /// Which.
        id: Value<TaskManagerId>,
        /// Whether tasks on it are accepted.
        or_busy: bool,
    },
    /// This TaskManager is gone from the list.
    TaskManagerGone {
        /// Which.
        id: Value<TaskManagerId>,
    },
    /// A person said so.
    PersonSaid,
}

/// What a condition is judged with.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// What was seen.
    pub observed: &'a Observed,
    /// The step's key.
    pub key: &'a StepKey,
    /// When the step was (first) sent; before the send: now.
    pub sent_at: At,
    /// Whether the step's budget has ended.
    pub budget_ended: bool,
    /// Outputs of the steps done so far, by number.
    pub outputs: &'a BTreeMap<u16, Output>,
}

/// Whether a condition holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holds {
    /// It does; what the step thereby gives.
    Yes(Output),
    /// Not yet; it may come by itself.
    NotYet(Progress),
    /// It does not and will not by itself; why.
    No(Mismatch),
    /// What is needed to tell could not be seen.
    CannotTell,
}

impl Holds {
    /// Whether a step whose send is *not* recorded may be sent (again), given its `done_when`.
    pub fn lets_send(&self) -> bool {
        matches!(self, Holds::NotYet(_) | Holds::No(_))
    }

    /// Whether it holds.
    pub fn is_yes(&self) -> bool {
        matches!(self, Holds::Yes(_))
    }
}

/// How far a step that is under way has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    /// Nothing to count.
    Waiting,
    /// A checkpoint is under way.
    CheckpointUnderWay,
    /// Subtasks that run, of those wanted.
    Subtasks {
        /// Running at the wanted parallelism.
        running: u32,
        /// Wanted.
        wanted: u32,
    },
    /// All subtasks run; the first checkpoint since is awaited.
    FirstCheckpoint,
    /// Tasks left on the emptiest TaskManager that may be stopped.
    TasksLeft(u32),
    /// A TaskManager has not registered yet.
    NotRegistered,
}

/// What was planned and what is there instead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mismatch {
    /// What differs, such as `parallelism`, `slots`, `job`.
    pub what: String,
    /// As planned.
    pub planned: String,
    /// As seen.
    pub now: String,
}
