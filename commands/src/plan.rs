//! A plan: exactly what will be done, in which order, with which bytes, and how it is undone.
//!
//! A plan leaves nothing to choose later. What only an earlier step can know stands in it as a [`Value::From`]; the
//! value is open, who gives it is not. Its [`digest`](Plan::digest) is in the ballot that people vote for.

mod drift;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::condition::Condition;
use crate::names::{At, Environment, JobId, JobName, Millis, TaskManagerId, VertexId};
use crate::observed::{Bounds, Version};
use crate::signals::Signal;

pub use drift::Drift;

/// Everything that an approval covers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// What it does in one line's worth of facts.
    pub aim: Aim,
    /// Where it acts.
    pub target: Target,
    /// The version of each object the plan was made for; another version later is drift.
    pub seen: BTreeMap<Path, Version>,
    /// What is done, in order, numbered from 1.
    pub steps: Vec<Step>,
    /// What happens when a step is rejected.
    pub on_rejected: OnRejected,
    /// Paths reserved from the start to the end of settling.
    pub claims: Vec<Claim>,
    /// What will be better.
    pub promise: Promise,
    /// What it is thought to cost.
    pub estimates: Estimates,
    /// Resources now and then.
    pub resources: Resources,
    /// What the approver should know before saying yes.
    pub warnings: Vec<Warning>,
    /// The settings as they are now: what a rollback restores.
    pub settings_before: Settings,
    /// After this span from the start no further step is sent without asking.
    pub run_within: Millis,
}

/// SHA-256 over a plan's canonical JSON (RFC 8785).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PlanDigest(pub String);

impl Plan {
    /// SHA-256 over the canonical JSON of the plan, in hex.
    pub fn digest(&self) -> PlanDigest {
        PlanDigest(canonical_sha256(self))
    }

    /// The step with this number, counted from 1.
    pub fn step(&self, number: u16) -> Option<&Step> {
        self.steps.iter().find(|step| step.number == number)
    }
}

/// SHA-256, in hex, over the canonical JSON (RFC 8785) of a value of ours.
pub fn canonical_sha256<T: Serialize>(value: &T) -> String {
    let bytes =
        serde_json_canonicalizer::to_vec(value).expect("values of ours have string keys and finite numbers");
    hex::encode(Sha256::digest(&bytes))
}

/// What a plan is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Aim {
    /// Another parallelism of one job.
    Parallelism {
        /// Now.
        from: u32,
        /// Then.
        to: u32,
    },
    /// Another number of TaskManagers.
    TaskManagers {
        /// Now.
        from: u32,
        /// Then.
        to: u32,
    },
}

impl Aim {
    /// Now and then.
    pub fn from_to(&self) -> (u32, u32) {
        match *self {
            Aim::Parallelism { from, to } | Aim::TaskManagers { from, to } => (from, to),
        }
    }
}

/// Where a plan acts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// The environment; a standalone one is one cluster of the same name.
    pub environment: Environment,
    /// The job, where it is about one.
    pub job: Option<JobRef>,
}

/// A job, resolved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobRef {
    /// 32 hex digits.
    pub id: JobId,
    /// Its name when the plan was made.
    pub name: JobName,
}

/// A path in the tree environment/cluster/job, such as `shop/shop/7f2c…`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Path(pub String);

impl Path {
    /// The path of a standalone environment's cluster.
    pub fn cluster(environment: &Environment) -> Self {
        Self(format!("{environment}/{environment}"))
    }

    /// The path of a job on it.
    pub fn job(environment: &Environment, job: &JobId) -> Self {
        Self(format!("{environment}/{environment}/{job}"))
    }

    /// Whether `self` is `other`, above it or below it.
    pub fn touches(&self, other: &Path) -> bool {
        let within = |inner: &str, outer: &str| {
            inner == outer
                || inner
                    .strip_prefix(outer)
                    .is_some_and(|rest| rest.starts_with('/'))
        };
        within(&self.0, &other.0) || within(&other.0, &self.0)
    }
}

/// A path that a run holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// What is held.
    pub path: Path,
    /// Alone, or beside other shared holders.
    pub mode: ClaimMode,
}

/// How a path is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClaimMode {
    /// Nobody else may hold it, anything above it or below it.
    Exclusive,
    /// Others may hold it shared too.
    Shared,
}

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

/// What gets better, by how much, by when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Promise {
    /// Throughput rises, and with it the backlog falls.
    Throughput {
        /// Subtasks (or slots in use) before, for the expected ratio.
        before: u32,
        /// And after.
        after: u32,
        /// Records/s that arrive, as measured before; `None` where unknown.
        arriving_per_s: Option<f64>,
        /// Records/s that leave, as measured before.
        leaving_per_s: Option<f64>,
        /// How long the backlog takes to be gone, from the change on; `None` where it would still grow or is unknown.
        backlog_gone_after: Option<Millis>,
    },
    /// Resources are given back; nothing else gets worse.
    Resources,
    /// Room for a later change; nothing else changes.
    Room,
}

/// What the change is thought to cost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Estimates {
    /// How long the job does not process; `None`: not at all.
    pub down: Option<Millis>,
    /// How much event time is read again, at most.
    pub replay: Option<Millis>,
    /// How often jobs restart by it.
    pub restarts: u32,
}

/// Resources now and then.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Resources {
    /// Slots the target needs: now, then.
    pub slots: (u32, u32),
    /// Slots of the cluster: now, then.
    pub slots_total: (u32, u32),
    /// Cores that may be busy with it (one a slot): now, then.
    pub cores: (u32, u32),
    /// Cores of the hosts together.
    pub cores_total: u32,
    /// Memory of the TaskManager processes, bytes: now, then.
    pub memory_bytes: (u64, u64),
}

/// What the approver should know.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Warning {
    /// If the JobManager dies, job and bounds are lost.
    NoHighAvailability,
    /// The gain is not enough: the backlog still grows.
    StillGrows {
        /// Records/s by which it grows now.
        now_per_s: f64,
        /// And then.
        then_per_s: f64,
        /// The parallelism that would catch up, where one is possible.
        enough: Option<u32>,
    },
    /// More subtasks than cores.
    MoreSlotsThanCores {
        /// Slots in use then.
        slots: u32,
        /// Cores of the hosts.
        cores: u32,
    },
    /// New slots that no job will use; the command that uses them.
    SlotsUnused {
        /// Slots without a job.
        slots: u32,
        /// A command, ready to type, without the slash command's name.
        command: Option<String>,
    },
    /// These jobs grow by themselves when the TaskManagers join: one restart each, ours.
    JobsGrow {
        /// Their names.
        jobs: Vec<JobName>,
    },
    /// If no TaskManager of ours empties, one with tasks is stopped: one more restart.
    MayStopBusy,
    /// Nothing is known of the recent past, so nothing is promised in numbers.
    NoHistory,
    /// The job is busy for another reason than its parallelism would mend.
    Text(String),
}

/// Settings that a rollback restores.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Settings {
    /// The bounds of every vertex of a job.
    Bounds {
        /// The job.
        job: JobRef,
        /// Its bounds.
        bounds: BTreeMap<VertexId, Bounds>,
    },
    /// The number of TaskManagers, and the bounds of the job that was narrowed with them.
    TaskManagers {
        /// How many there were.
        count: u32,
        /// The job that narrowed, with its bounds.
        narrowed: Option<(JobRef, BTreeMap<VertexId, Bounds>)>,
    },
}

/// A span in which one of our own steps ran: restarts in it are not held against the change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// When the step was sent.
    pub from: At,
    /// When it was done.
    pub to: At,
}

/// The signals a promise is judged by, first the one that counts most.
pub const JUDGED: [Signal; 3] = [Signal::RecordsWritten, Signal::Backlog, Signal::Restarts];
