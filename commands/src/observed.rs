//! What was seen of an environment at one instant; each object is seen, with a version, or unreachable.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::names::{At, Environment, JobId, JobName, Millis, TaskManagerId, VertexId};

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

/// A Flink cluster.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cluster {
    /// Digest over TaskManager ids and slots.
    pub version: Version,
    /// As `/overview` says, such as `2.3.0`.
    pub flink_version: String,
    /// Every registered TaskManager.
    pub task_managers: Vec<TaskManager>,
    /// Every job that has not ended for good.
    pub jobs: Vec<Job>,
    /// Whether the JobManager keeps jobs over its own death (`high-availability.type`); `None` where unknown.
    pub high_availability: Option<bool>,
    /// `heartbeat.timeout`: how long a dead TaskManager may stay listed.
    pub heartbeat_timeout: Millis,
    /// The means to start and stop TaskManagers here, where the config gives one.
    pub launcher: Option<Launcher>,
}

impl Cluster {
    /// Slots of all TaskManagers together.
    pub fn slots(&self) -> u32 {
        self.task_managers.iter().map(|tm| tm.slots).sum()
    }

    /// Slots that jobs other than `job` need: for each the sum over its slot sharing groups of the widest vertex.
    pub fn slots_needed_by_others(&self, job: &JobId) -> u32 {
        self.jobs
            .iter()
            .filter(|other| other.id != *job && other.state.holds_slots())
            .map(Job::slots_needed)
            .sum()
    }

    /// Slots that `job` may use: all, less what the other jobs need. Never `freeSlots`: it lags and counts the job's
    /// own.
    pub fn room_for(&self, job: &JobId) -> u32 {
        self.slots().saturating_sub(self.slots_needed_by_others(job))
    }

    /// The job with this id.
    pub fn job(&self, id: &JobId) -> Option<&Job> {
        self.jobs.iter().find(|job| job.id == *id)
    }
}

/// What the launcher of this host may do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Launcher {
    /// Slots of each TaskManager it starts.
    pub slots: u32,
    /// `taskmanager.memory.process.size` of each, bytes.
    pub memory_bytes: u64,
    /// The most TaskManagers this host shall carry, foreign ones included.
    pub max: u32,
}

/// A registered TaskManager.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TaskManager {
    /// `taskmanager.resource-id`, or host:port-random.
    pub id: TaskManagerId,
    /// Slots it offers.
    pub slots: u32,
    /// Tasks running on it (`assignedTasks`, since 2.3); before that derived from free slots: 0 or 1.
    pub assigned_tasks: u32,
    /// Whether Sluice started it, so that Sluice may stop it.
    pub ours: bool,
    /// The machine it runs on (host part of `path`).
    pub host: String,
    /// Processors of that machine, shared by its TaskManagers: count them once per host.
    pub host_cores: u32,
    /// Memory of that machine, bytes.
    pub host_memory_bytes: u64,
    /// Its own `totalProcessMemory`, bytes; 0 where it does not tell.
    pub process_memory_bytes: u64,
}

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

/// How a job checkpoints.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Checkpoints {
    /// `None`: checkpointing is off.
    pub interval: Option<Millis>,
    /// The newest completed one (savepoints excluded).
    pub last_completed: Option<Checkpoint>,
    /// Completed since the job began.
    pub completed: u64,
    /// Failed since the job began; a rescale raises it without fault.
    pub failed: u64,
    /// Why the last one failed.
    pub last_failure: Option<String>,
    /// State of checkpoints that were asked for by key (`POST /jobs/:id/checkpoints` with `triggerId`), where asked.
    pub triggers: BTreeMap<String, Trigger>,
}

/// A completed checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// Its number in the job.
    pub id: u64,
    /// When it was triggered.
    pub triggered_at: At,
    /// From trigger to last acknowledgement.
    pub duration: Millis,
    /// `state_size`, bytes.
    pub size_bytes: u64,
}

/// What became of a checkpoint that was asked for by key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    /// Flink does not know the key: never sent, or forgotten (five minutes, or a new JobManager).
    NotKnown,
    /// Under way.
    InProgress,
    /// Completed as checkpoint `id`.
    Completed {
        /// The checkpoint's number.
        id: u64,
    },
    /// Failed.
    Failed {
        /// Flink's words, cut.
        why: String,
    },
}

/// The adaptive scheduler's own times (`/jobs/:id/rescales/config`, else `/jobmanager/config`, else Flink's defaults).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RescaleTimes {
    /// `executing.cooldown-after-rescaling`, default 30 s.
    pub cooldown: Millis,
    /// `rescale-trigger.max-delay`, default 3 checkpoint intervals.
    pub max_delay: Millis,
    /// `executing.resource-stabilization-timeout`, default 60 s.
    pub stabilization: Millis,
}

impl RescaleTimes {
    /// The longest an in-place rescale may take to begin, and a minute for the restart itself.
    pub fn budget(&self) -> Millis {
        self.cooldown + self.max_delay + self.stabilization + Millis::seconds(60)
    }
}
