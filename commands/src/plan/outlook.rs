//! What a plan promises, what it costs, and what to be careful about.

use serde::{Deserialize, Serialize};

use crate::names::{JobName, Millis};

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
