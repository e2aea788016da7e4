//! `scale <job> parallelism N`: another parallelism for one job, in place.

use std::collections::BTreeMap;

use super::outlook::{self, estimates_of_rescale, slots_needed, warnings_of_cluster};
use super::rescale::{
    AllBounds, Rescale, bounds_for, highest_parallelism, job_ref, rescalable, room_for, slots_with,
    widest_within,
};
use super::{RUN_WITHIN, cluster_of};
use crate::ask::{Amount, Target};
use crate::names::Environment;
use crate::observed::{Cluster, Job, Observed};
use crate::plan::{self, Aim, Claim, ClaimMode, OnRejected, Path, Plan, Promise, Settings};
use crate::recipes::{Limits, find_job, typed_name};
use crate::refusal::{Code, Refusal};

/// Plans another parallelism for a job of the adaptive scheduler.
///
/// Refused: `UNREACHABLE`, `UNKNOWN_JOB`, `AMBIGUOUS_JOB`, `JOB_NOT_RUNNING`, `REACTIVE_MODE`, `NOT_ADAPTIVE`,
/// `NO_CHECKPOINTING`, `BAD_NUMBER`, `ABOVE_MAX_PARALLELISM`, `NOTHING_TO_CHANGE`, `NOT_ENOUGH_SLOTS`. That the gain is
/// not enough is a warning.
pub fn scale_parallelism(
    typed: &Target,
    to: Amount,
    observed: &Observed,
    limits: &Limits,
) -> Result<Plan, Refusal> {
    let cluster = cluster_of(observed)?;
    let amount = to.to_string();
    let job = find_job(cluster, &observed.environment, typed, |job| {
        format!("scale {job} parallelism {amount}")
    })?;
    let name = typed_name(cluster, job);
    let bounds = rescalable(job, observed.environment.as_str(), &name)?;
    let wanted = wanted_parallelism(job, bounds, to, &name)?;
    let new = bounds_for(job, bounds, wanted);
    if new == *bounds {
        return Err(Refusal::new(Code::NothingToChange)
            .with("job", &job.name)
            .with("now", wanted)
            .try_instead(format!("status {name}")));
    }
    let rescale = Rescale {
        job,
        from: bounds,
        to: new,
        room: room_for(cluster, job),
    };
    check_room(&rescale, cluster, &observed.environment, &name)?;
    Ok(plan_rescale(&rescale, observed, cluster, limits))
}

/// The absolute number that is asked for: relative amounts count from the parallelism people see.
fn wanted_parallelism(job: &Job, bounds: &AllBounds, to: Amount, name: &str) -> Result<u32, Refusal> {
    let highest = highest_parallelism(job, bounds);
    let wanted = to.from_now(job.parallelism());
    match wanted {
        Some(wanted) if (1..=highest).contains(&wanted) => Ok(wanted),
        _ if wanted == Some(0) || matches!(to, Amount::Minus(_)) => Err(Refusal::new(Code::BadNumber)
            .with("number", to)
            .with("must", format!("1…{highest}"))
            .try_instead(format!("scale {name} parallelism 1"))),
        _ => Err(Refusal::new(Code::AboveMaxParallelism)
            .with("job", &job.name)
            .with("max", highest)
            .with(
                "asked",
                wanted.map_or_else(|| to.to_string(), |wanted| wanted.to_string()),
            )
            .try_instead(format!("scale {name} parallelism {highest}"))),
    }
}

/// There is room when slots in all minus what *other* jobs need are enough.
pub(super) fn check_room(
    rescale: &Rescale<'_>,
    cluster: &Cluster,
    environment: &Environment,
    name: &str,
) -> Result<(), Refusal> {
    let needed = slots_with(rescale.job, &rescale.to);
    if needed <= rescale.room {
        return Ok(());
    }
    let asked = rescale.to.values().map(|bounds| bounds.upper).max().unwrap_or(0);
    let refusal = Refusal::new(Code::NotEnoughSlots)
        .with("job", &rescale.job.name)
        .with("asked", asked)
        .with("room", rescale.room)
        .with("total", cluster.slots())
        .with("others", cluster.slots_needed_by_others(&rescale.job.id));
    let now = rescale.job.parallelism();
    let narrower = widest_within(rescale.job, rescale.from, asked, rescale.room)
        .filter(|narrower| *narrower > now)
        .map(|narrower| format!("scale {name} parallelism {narrower}"));
    let more = task_managers_for(cluster, needed - rescale.room)
        .map(|count| format!("scale {environment} taskmanagers {count}"));
    let commands: Vec<String> = narrower.into_iter().chain(more).collect();
    Err(if commands.is_empty() {
        refusal.try_instead(format!("jobs {environment}"))
    } else {
        commands.into_iter().fold(refusal, Refusal::try_instead)
    })
}

/// How many TaskManagers there must be for this many more slots, where the launcher may provide them.
fn task_managers_for(cluster: &Cluster, missing: u32) -> Option<u32> {
    let launcher = cluster.launcher.as_ref()?;
    let more = missing.div_ceil(launcher.slots.max(1));
    let count = u32::try_from(cluster.task_managers.len())
        .ok()?
        .checked_add(more)?;
    (count <= launcher.max).then_some(count)
}

/// The plan for new bounds that fit.
pub(super) fn plan_rescale(
    rescale: &Rescale<'_>,
    observed: &Observed,
    cluster: &Cluster,
    limits: &Limits,
) -> Plan {
    let job = rescale.job;
    let path = Path::job(&observed.environment, &job.id);
    let slots = (job.slots_needed(), slots_with(job, &rescale.to));
    let (from, to) = from_to(rescale);
    let estimates = estimates_of_rescale(job);
    let mut warnings = warnings_of_cluster(cluster, slots_needed(cluster) - slots.0 + slots.1);
    let highest = highest_parallelism(job, rescale.from);
    let promise = if to > from {
        let (promise, more) = outlook::throughput(from, to, highest, &estimates, limits);
        warnings.extend(more);
        promise
    } else {
        warnings.extend(outlook::too_narrow(from, to, highest, limits));
        Promise::Resources
    };
    Plan {
        aim: Aim::Parallelism { from, to },
        target: plan::Target {
            environment: observed.environment.clone(),
            job: Some(job_ref(job)),
        },
        seen: BTreeMap::from([(path.clone(), job.version.clone())]),
        steps: rescale.steps(1),
        on_rejected: OnRejected::Undo,
        claims: vec![
            Claim {
                path,
                mode: ClaimMode::Exclusive,
            },
            Claim {
                path: Path::cluster(&observed.environment),
                mode: ClaimMode::Shared,
            },
        ],
        promise,
        measured: vec![job_ref(job)],
        estimates,
        resources: outlook::same_cluster(cluster, slots),
        warnings,
        settings_before: Settings::Bounds {
            job: job_ref(job),
            bounds: rescale.from.clone(),
        },
        run_within: limits.run_within.unwrap_or(RUN_WITHIN),
    }
}

/// The parallelism people see now and then; where the job already runs as asked and only its bound moves, the bounds.
fn from_to(rescale: &Rescale<'_>) -> (u32, u32) {
    let widest = |bounds: &AllBounds| bounds.values().map(|bounds| bounds.upper).max().unwrap_or(0);
    let to = widest(&rescale.to);
    let now = rescale.job.parallelism();
    (if now == to { widest(rescale.from) } else { now }, to)
}
