//! A cluster: its TaskManagers, its jobs, the means to start more.

use serde::{Deserialize, Serialize};

use super::{Job, Version};
use crate::names::{JobId, Millis, TaskManagerId};

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
