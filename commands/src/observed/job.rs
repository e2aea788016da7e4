//! A job: its state, its vertices, their bounds.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Checkpoints, RescaleTimes, Version};
use crate::names::{At, JobId, JobName, VertexId};

/// JobStatus of Flink (<https://nightlies.apache.org/flink/flink-docs-release-2.3/docs/internals/job_scheduling/>).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[allow(missing_docs)]
pub enum JobState {
    Initializing,
    Created,
    Running,
    Failing,
    Failed,
    Cancelling,
    Canceled,
    Finished,
    Restarting,
    Suspended,
    Reconciling,
    /// A state this version does not know.
    #[serde(other)]
    Unknown,
}

impl JobState {
    /// The state as people read it, such as `running`.
    pub fn word(self) -> &'static str {
        match self {
            JobState::Initializing => "initializing",
            JobState::Created => "created",
            JobState::Running => "running",
            JobState::Failing => "failing",
            JobState::Failed => "failed",
            JobState::Cancelling => "cancelling",
            JobState::Canceled => "canceled",
            JobState::Finished => "finished",
            JobState::Restarting => "restarting",
            JobState::Suspended => "suspended",
            JobState::Reconciling => "reconciling",
            JobState::Unknown => "unknown",
        }
    }

    /// Whether a job in this state has or wants slots.
    pub fn holds_slots(self) -> bool {
        !matches!(
            self,
            JobState::Failed | JobState::Canceled | JobState::Finished | JobState::Suspended
        )
    }
}

/// Which scheduler runs a job (`schedulerType`, since 2.3; before that from `/config` `features.web-rescale`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scheduler {
    /// Takes new bounds while the job runs.
    Adaptive,
    /// Adaptive in reactive mode: takes all slots, and no bounds.
    Reactive,
    /// Any other: no rescale in place.
    Other,
}

/// A job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Job {
    /// Digest over job id and bounds.
    pub version: Version,
    /// 32 hex digits.
    pub id: JobId,
    /// As its author named it.
    pub name: JobName,
    /// Its state.
    pub state: JobState,
    /// The scheduler that runs it.
    pub scheduler: Scheduler,
    /// Its vertices, in topological order.
    pub vertices: Vec<Vertex>,
    /// The bounds of each vertex; `None` where the scheduler has none.
    pub bounds: Option<BTreeMap<VertexId, Bounds>>,
    /// How it checkpoints.
    pub checkpoints: Checkpoints,
    /// The adaptive scheduler's own times.
    pub rescale_times: RescaleTimes,
    /// `numRestarts`, rescales included.
    pub restarts: u64,
    /// When its present attempt began to run.
    pub running_since: Option<At>,
}

impl Job {
    /// The widest vertex's parallelism: what people call the job's parallelism.
    pub fn parallelism(&self) -> u32 {
        self.vertices.iter().map(|v| v.parallelism).max().unwrap_or(0)
    }

    /// The widest upper bound; the parallelism where there are no bounds.
    pub fn wanted_parallelism(&self) -> u32 {
        match &self.bounds {
            Some(bounds) => bounds.values().map(|b| b.upper).max().unwrap_or(0),
            None => self.parallelism(),
        }
    }

    /// The smallest max parallelism of its vertices.
    pub fn max_parallelism(&self) -> u32 {
        self.vertices.iter().map(|v| v.max_parallelism).min().unwrap_or(0)
    }

    /// Slots it needs as it runs: the sum over slot sharing groups of the widest vertex in each.
    pub fn slots_needed(&self) -> u32 {
        self.slots_needed_at(|vertex| vertex.parallelism)
    }

    /// Slots it would need if each vertex had the parallelism that `wide` says.
    pub fn slots_needed_at(&self, wide: impl Fn(&Vertex) -> u32) -> u32 {
        let mut groups: BTreeMap<&str, u32> = BTreeMap::new();
        for vertex in &self.vertices {
            let widest = groups.entry(vertex.slot_sharing_group.as_str()).or_default();
            *widest = (*widest).max(wide(vertex));
        }
        groups.values().sum()
    }

    /// Whether every vertex runs.
    pub fn all_running(&self) -> bool {
        self.state == JobState::Running
            && !self.vertices.is_empty()
            && self.vertices.iter().all(|v| v.running == v.parallelism)
    }
}

/// A vertex of a job's graph.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Vertex {
    /// 32 hex digits.
    pub id: VertexId,
    /// As Flink names it, such as `Source: log`.
    pub name: String,
    /// Subtasks it has or will have.
    pub parallelism: u32,
    /// Key groups it can be spread over.
    pub max_parallelism: u32,
    /// Subtasks that are RUNNING (or FINISHED).
    pub running: u32,
    /// Its slot sharing group's id.
    pub slot_sharing_group: String,
    /// Vertices that feed it; empty for a source.
    pub inputs: Vec<VertexId>,
}

/// The bounds of one vertex (`resource-requirements`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bounds {
    /// `lowerBound`, at least 1.
    pub lower: u32,
    /// `upperBound`, at most the vertex's max parallelism.
    pub upper: u32,
}
