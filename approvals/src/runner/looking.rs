//! A look at the target, and what it says of a step's conditions.

use commands::condition::{Condition, Context, Holds, Mismatch};
use commands::names::{At, StepKey};
use commands::observed::Observed;
use commands::plan::{Action, Plan, Step};

use crate::ports::LookFor;
use crate::request::Request;
use crate::site::{Served, Site};

/// The environment a plan acts in; `None` where the config no longer names it.
pub(super) fn served<'a>(site: &'a Site, plan: &Plan) -> Option<&'a Served> {
    site.environments.get(&plan.target.environment)
}

/// Looks at the plan's target, at the step's checkpoint too.
pub(super) async fn look(served: &Served, plan: &Plan, step: &Step, key: &StepKey) -> Observed {
    let triggers = match &step.action {
        Action::Checkpoint { job } => vec![(job.clone(), key.clone())],
        _ => Vec::new(),
    };
    served
        .platform
        .look(&plan.target.environment, &LookFor { triggers })
        .await
}

/// What became of all preconditions of a step.
pub(super) enum Ready {
    /// All hold.
    Yes,
    /// Some do not yet, or cannot be told.
    NotYet,
    /// Some do not hold and will not.
    No(Vec<Mismatch>),
}

/// Judges a step's preconditions on what was observed.
pub(super) fn ready(request: &Request, step: &Step, key: &StepKey, observed: &Observed, now: At) -> Ready {
    let mut mismatches = Vec::new();
    let mut not_yet = false;
    for condition in &step.precondition {
        match holds(request, condition, key, observed, now, false) {
            Holds::Yes(_) => {}
            Holds::NotYet(_) | Holds::CannotTell => not_yet = true,
            Holds::No(mismatch) => mismatches.push(mismatch),
        }
    }
    match (mismatches.is_empty(), not_yet) {
        (false, _) => Ready::No(mismatches),
        (true, true) => Ready::NotYet,
        (true, false) => Ready::Yes,
    }
}

/// Judges one condition.
pub(super) fn holds(
    request: &Request,
    condition: &Condition,
    key: &StepKey,
    observed: &Observed,
    sent_at: At,
    budget_ended: bool,
) -> Holds {
    let outputs = request
        .run
        .as_ref()
        .map(crate::request::Run::outputs)
        .unwrap_or_default();
    condition.holds(&Context {
        observed,
        key,
        sent_at,
        budget_ended,
        outputs: &outputs,
    })
}
