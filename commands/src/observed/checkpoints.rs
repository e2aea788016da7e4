//! How a job checkpoints, and when it may rescale.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::names::{At, Millis};

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
