//! `(Ask, Observed, Limits) -> Plan or Refusal`, one pure function per platform and verb.

mod find;
pub mod standalone;

use serde::{Deserialize, Serialize};

use crate::ask::ChangeVerb;
use crate::names::Millis;
use crate::observed::Observed;
use crate::plan::{Plan, Settings};
use crate::refusal::Refusal;
use crate::windows::Window;

pub use find::{find_job, typed_name};

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

impl Default for Limits {
    /// No policy, no history, and half an hour to work a backlog off.
    fn default() -> Self {
        Self {
            run_within: None,
            recent: None,
            catch_up: Millis::minutes(30),
        }
    }
}

/// The plan for a change, or why there is none. `recorded` is what the request that is to be rolled back recorded as
/// `settings_before`; the other verbs do not look at it.
///
/// Every refusal carries its code and, where something near works, the command for it.
pub fn plan(
    verb: &ChangeVerb,
    observed: &Observed,
    limits: &Limits,
    recorded: Option<&Settings>,
) -> Result<Plan, Refusal> {
    match verb {
        ChangeVerb::ScaleParallelism { job, to } => standalone::scale_parallelism(job, *to, observed, limits),
        ChangeVerb::ScaleTaskManagers { cluster, to } => {
            standalone::scale_task_managers(cluster, *to, observed, limits)
        }
        ChangeVerb::Rollback { request } => match recorded {
            Some(settings) => standalone::rollback(*request, settings, observed, limits),
            None => Err(standalone::nothing_to_roll_back(*request, "changed_nothing")),
        },
    }
}
