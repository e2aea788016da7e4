//! The metric vocabulary: name, unit, which way is better.

use serde::{Deserialize, Serialize};

/// One measured quantity of a job or its cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signal {
    /// Records waiting at the sources (`pendingRecords`, summed); absent where the job does not tell.
    Backlog,
    /// Records the sources have read, counted since the attempt began (`numRecordsOut` of the source vertices).
    RecordsRead,
    /// Records that reached the last vertices, counted since the attempt began (`numRecordsIn` of the sinks).
    RecordsWritten,
    /// Busy time of the busiest subtask that is no source, ms/s (`busyTimeMsPerSecond`).
    Busy,
    /// Back-pressured time of the most back-pressured vertex, ms/s.
    BackPressure,
    /// Idle time of the least idle vertex, ms/s.
    Idle,
    /// Duration of the last completed checkpoint, ms.
    CheckpointDuration,
    /// Checkpoints completed since the job began.
    CheckpointsCompleted,
    /// Checkpoints failed since the job began.
    CheckpointsFailed,
    /// Heap used of heap allowed, 0 to 1, of the fullest TaskManager.
    Heap,
    /// Time spent in garbage collection by the worst TaskManager, ms/s.
    Gc,
    /// CPU load of the busiest TaskManager's machine share, 0 to 1.
    Cpu,
    /// Slots of the cluster.
    Slots,
    /// Slots that the job's subtasks occupy.
    SlotsUsed,
    /// TaskManagers of the cluster.
    TaskManagers,
    /// Restarts since the job began, rescales included (`numRestarts`).
    Restarts,
}

/// How a signal's readings over a window are summed up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A reading that goes up and down: its mean counts.
    Gauge,
    /// A number that only grows within an attempt: its difference over time counts.
    Counter,
}

/// Which way a signal is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Better {
    /// Less is better.
    Lower,
    /// More is better.
    Higher,
    /// Neither: a fact beside the others.
    Neither,
}

impl Signal {
    /// Every signal, in the order in which a snapshot shows them.
    pub const ALL: [Signal; 16] = [
        Signal::Backlog,
        Signal::RecordsRead,
        Signal::RecordsWritten,
        Signal::Busy,
        Signal::BackPressure,
        Signal::Idle,
        Signal::CheckpointDuration,
        Signal::CheckpointsCompleted,
        Signal::CheckpointsFailed,
        Signal::Heap,
        Signal::Gc,
        Signal::Cpu,
        Signal::Slots,
        Signal::SlotsUsed,
        Signal::TaskManagers,
        Signal::Restarts,
    ];

    /// How its readings are summed up.
    pub fn kind(self) -> Kind {
        match self {
            Signal::RecordsRead
            | Signal::RecordsWritten
            | Signal::CheckpointsCompleted
            | Signal::CheckpointsFailed
            | Signal::Restarts => Kind::Counter,
            _ => Kind::Gauge,
        }
    }

    /// Whether it is told by the subtasks of one attempt, not by the job or the cluster: its counters begin at zero with
    /// each attempt, and for a while after a restart Flink goes on telling what the old subtasks told.
    pub fn is_of_attempt(self) -> bool {
        matches!(
            self,
            Signal::Backlog
                | Signal::RecordsRead
                | Signal::RecordsWritten
                | Signal::Busy
                | Signal::BackPressure
                | Signal::Idle
        )
    }

    /// Which way it is better.
    pub fn better(self) -> Better {
        match self {
            Signal::RecordsRead | Signal::RecordsWritten | Signal::CheckpointsCompleted => Better::Higher,
            Signal::Backlog
            | Signal::Busy
            | Signal::BackPressure
            | Signal::CheckpointDuration
            | Signal::CheckpointsFailed
            | Signal::Heap
            | Signal::Gc
            | Signal::Restarts => Better::Lower,
            Signal::Idle | Signal::Cpu | Signal::Slots | Signal::SlotsUsed | Signal::TaskManagers => {
                Better::Neither
            }
        }
    }
}
