//! `(Ask, Observed, Limits) -> Plan or Refusal`, one pure function per platform and verb.

pub mod standalone;

use serde::{Deserialize, Serialize};

use crate::names::Millis;
use crate::windows::Window;

/// What a recipe is told besides the ask and what was observed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Limits {
    /// From the policy, else from `recipes`' own default.
    pub run_within: Option<Millis>,
    /// The recent past of the target job, where it was sampled.
    pub recent: Option<Window>,
    /// How long the backlog may take to be worked off when a parallelism is proposed, default 30 min.
    pub catch_up: Millis,
}
