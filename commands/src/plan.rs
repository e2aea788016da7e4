//! A plan: exactly what will be done, in which order, with which bytes, and how it is undone.
//!
//! A plan leaves nothing to choose later. What only an earlier step can know stands in it as a [`Value::From`]; the
//! value is open, who gives it is not. Its [`digest`](Plan::digest) is in the ballot that people vote for.

mod drift;
mod outlook;
mod place;
mod step;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::names::{At, Millis, VertexId};
use crate::observed::{Bounds, Version};
use crate::signals::Signal;

pub use drift::Drift;
pub use outlook::{Estimates, Promise, Resources, Warning};
pub use place::{Claim, ClaimMode, JobRef, Path, Target};
pub use step::{Action, Delivery, OnRejected, Output, Step, Value};

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
    /// Jobs whose metrics before and after the promise is judged by.
    pub measured: Vec<JobRef>,
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

impl Settings {
    /// The job whose bounds they hold, if any.
    pub fn job(&self) -> Option<&JobRef> {
        match self {
            Settings::Bounds { job, .. } => Some(job),
            Settings::TaskManagers { narrowed, .. } => narrowed.as_ref().map(|(job, _)| job),
        }
    }
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
