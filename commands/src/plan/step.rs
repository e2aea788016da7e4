//! What is done, in order, with which bytes, and how it is undone.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::canonical_sha256;
use crate::condition::Condition;
use crate::names::{JobId, Millis, TaskManagerId, VertexId};
use crate::observed::Bounds;

/// One thing that is done, or that a person does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Counted from 1; undo steps go on upwards when they run.
    pub number: u16,
    /// What will be sent.
    pub action: Action,
    /// What must hold right before the send; else nothing is sent.
    pub precondition: Vec<Condition>,
    /// What proves it done.
    pub done_when: Condition,
    /// The steps that take it back, in the order in which they run; numbers in them count from 1 within this list. A
    /// [`Value::From`] in them names a step of the plan itself: its output is recorded by then.
    pub undo: Vec<Step>,
    /// What a repeated send does.
    pub delivery: Delivery,
    /// How long after the send `done_when` may take to hold; then the outcome is unknown.
    pub budget: Millis,
}

impl Step {
    /// SHA-256 over the canonical JSON of the step, in hex; a permit carries it.
    pub fn digest(&self) -> String {
        canonical_sha256(self)
    }
}

/// The payload of a step, typed. The adapter encodes it to bytes and decides nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// `POST /jobs/:job/checkpoints`, `triggerId` from the step's key.
    Checkpoint {
        /// The job.
        job: JobId,
    },
    /// `PUT /jobs/:job/resource-requirements` with every vertex.
    SetBounds {
        /// The job.
        job: JobId,
        /// Every vertex of the job.
        bounds: BTreeMap<VertexId, Bounds>,
    },
    /// Start one TaskManager process on this host, `taskmanager.resource-id` from the step's key.
    StartTaskManager {
        /// Slots it offers.
        slots: u32,
        /// `taskmanager.memory.process.size`, bytes.
        memory_bytes: u64,
    },
    /// Nothing is sent: wait until one of these TaskManagers has no task, and name it.
    AwaitIdleTaskManager {
        /// TaskManagers of ours, any of which may be stopped.
        among: Vec<TaskManagerId>,
        /// Whether one with tasks is named when the budget ends, at the price of one more restart.
        or_busy: bool,
    },
    /// SIGTERM to a TaskManager that Sluice started.
    StopTaskManager {
        /// Which.
        id: Value<TaskManagerId>,
    },
    /// A person does it and presses Done.
    AskPerson {
        /// What to do, as a key of the wording.
        what: String,
    },
}

/// A value known now, or given by an earlier step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value<T> {
    /// Known when the plan was made.
    Known(T),
    /// The output of the earlier step with this number.
    From {
        /// That step's number.
        step: u16,
    },
}

/// What a done step gives to later ones and to the message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Output {
    /// Nothing beyond being done.
    Nothing,
    /// A completed checkpoint.
    Checkpoint {
        /// Its number.
        id: u64,
        /// Its state, bytes.
        size_bytes: u64,
        /// How long it took.
        duration: Millis,
    },
    /// A TaskManager: started, or named to be stopped.
    TaskManager(TaskManagerId),
    /// The job runs at this parallelism.
    Parallelism(u32),
}

/// What a repeated send of the same step does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// The target refuses or ignores a repeat.
    Fenced,
    /// We look, compare and act; between the look and the act somebody else may act.
    Comparing,
    /// Neither; harmless when repeated.
    AtLeastOnce,
}

/// What happens when a step is rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnRejected {
    /// The request ends as failed; what was done stays.
    Leave,
    /// The undo of the steps done runs, last step first.
    Undo,
}
