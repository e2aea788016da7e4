//! Recipes for Flink clusters that are reached by Flink REST alone.
//!
//! A job is rescaled in place, by the bounds of its vertices ([`rescale`]); TaskManagers are processes of this host
//! that Sluice starts and stops itself. What a change is thought to bring and to cost is in [`outlook`].

mod outlook;
mod rescale;
mod rollback;
mod scale_parallelism;
mod scale_task_managers;
#[cfg(test)]
mod tests;

use crate::names::Millis;
use crate::observed::{Cluster, Observed, Seen};
use crate::refusal::{Code, Refusal};

pub(super) use rollback::nothing_to_roll_back;
pub use rollback::rollback;
pub use scale_parallelism::scale_parallelism;
pub use scale_task_managers::scale_task_managers;

/// How long a step may take to be done, where nothing better is known of it.
const STEP_BUDGET: Millis = Millis::seconds(120);

/// After this span no further step is sent without asking, where the policy says nothing.
const RUN_WITHIN: Millis = Millis::minutes(20);

/// The cluster, or the refusal that it does not answer.
fn cluster_of(observed: &Observed) -> Result<&Cluster, Refusal> {
    match &observed.cluster {
        Seen::Seen(cluster) => Ok(cluster),
        Seen::Unreachable { why } => Err(Refusal::new(Code::Unreachable)
            .with("environment", &observed.environment)
            .with("why", why)
            .try_instead(format!("status {}", observed.environment))),
    }
}
