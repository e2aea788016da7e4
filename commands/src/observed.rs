//! What was seen of an environment at one instant; each object is seen, with a version, or unreachable.

mod checkpoints;
mod cluster;
mod job;

use serde::{Deserialize, Serialize};

use crate::names::{At, Environment};

pub use checkpoints::{Checkpoint, Checkpoints, RescaleTimes, Trigger};
pub use cluster::{Cluster, Launcher, TaskManager};
pub use job::{Bounds, Job, JobState, Scheduler, Vertex};

/// A digest of what identifies an object's present configuration. Flink REST has no version of its own, so the adapter
/// digests job id and bounds (job), TaskManager ids and slots (cluster).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Version(pub String);

/// One object, seen or not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Seen<T> {
    /// It answered.
    Seen(T),
    /// It did not; why, in a few words from the adapter (never shown as a decision, only quoted).
    Unreachable {
        /// What was tried and how it failed.
        why: String,
    },
}

impl<T> Seen<T> {
    /// The object, if it was seen.
    pub fn get(&self) -> Option<&T> {
        match self {
            Seen::Seen(object) => Some(object),
            Seen::Unreachable { .. } => None,
        }
    }
}

/// An environment at one instant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Observed {
    /// When the look began.
    pub at: At,
    /// Which environment.
    pub environment: Environment,
    /// Its cluster.
    pub cluster: Seen<Cluster>,
}
