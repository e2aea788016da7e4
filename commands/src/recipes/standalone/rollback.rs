//! `rollback <request>`: back to the settings that request recorded, by the same recipes.

use super::cluster_of;
use super::rescale::{AllBounds, Rescale, rescalable, room_for};
use super::scale_parallelism::{check_room, plan_rescale};
use super::scale_task_managers::set_task_managers;
use crate::names::{Environment, RequestId};
use crate::observed::{Cluster, Job, Observed};
use crate::plan::{JobRef, Plan, Settings};
use crate::recipes::{Limits, typed_name};
use crate::refusal::{Code, Refusal};

/// Plans the way back to recorded settings: the exact bounds, or the number of TaskManagers with the bounds of the job
/// that had narrowed with them.
///
/// Refused: `UNREACHABLE`, `NOTHING_TO_ROLL_BACK` (the settings are so, or the job has other vertices now),
/// `UNKNOWN_JOB` (it is gone), `ABOVE_MAX_PARALLELISM`, and what the recipes refuse.
pub fn rollback(
    request: RequestId,
    recorded: &Settings,
    observed: &Observed,
    limits: &Limits,
) -> Result<Plan, Refusal> {
    let cluster = cluster_of(observed)?;
    match recorded {
        Settings::Bounds { job, bounds } => bounds_back(request, job, bounds, observed, cluster, limits),
        Settings::TaskManagers { count, narrowed } => {
            let narrowed = match narrowed {
                Some((job, bounds)) => {
                    Some(restorable(request, job, bounds, &observed.environment, cluster)?)
                }
                None => None,
            };
            set_task_managers(*count, narrowed, observed, cluster, limits).map_err(|refusal| {
                match refusal.code {
                    Code::NothingToChange => nothing_to_roll_back(request, "as_recorded"),
                    _ => refusal,
                }
            })
        }
    }
}

fn bounds_back(
    request: RequestId,
    recorded: &JobRef,
    bounds: &AllBounds,
    observed: &Observed,
    cluster: &Cluster,
    limits: &Limits,
) -> Result<Plan, Refusal> {
    let rescale = restorable(request, recorded, bounds, &observed.environment, cluster)?;
    if rescale.to == *rescale.from {
        return Err(nothing_to_roll_back(request, "as_recorded"));
    }
    check_room(
        &rescale,
        cluster,
        &observed.environment,
        &typed_name(cluster, rescale.job),
    )?;
    Ok(plan_rescale(&rescale, observed, cluster, limits))
}

/// The rescale that restores these bounds, slots apart.
fn restorable<'a>(
    request: RequestId,
    recorded: &JobRef,
    bounds: &AllBounds,
    environment: &Environment,
    cluster: &'a Cluster,
) -> Result<Rescale<'a>, Refusal> {
    let job = cluster
        .job(&recorded.id)
        .ok_or_else(|| gone(recorded, environment))?;
    let name = typed_name(cluster, job);
    let from = rescalable(job, environment.as_str(), &name)?;
    if !from.keys().eq(bounds.keys()) {
        return Err(nothing_to_roll_back(request, "other_vertices"));
    }
    match above_max(job, bounds) {
        Some((max, asked)) => Err(Refusal::new(Code::AboveMaxParallelism)
            .with("job", &job.name)
            .with("max", max)
            .with("asked", asked)
            .try_instead(format!("scale {name} parallelism {max}"))),
        None => Ok(Rescale {
            job,
            from,
            to: bounds.clone(),
            room: room_for(cluster, job),
        }),
    }
}

fn above_max(job: &Job, bounds: &AllBounds) -> Option<(u32, u32)> {
    job.vertices.iter().find_map(|vertex| {
        let upper = bounds.get(&vertex.id)?.upper;
        (upper > vertex.max_parallelism).then_some((vertex.max_parallelism, upper))
    })
}

fn gone(job: &JobRef, environment: &Environment) -> Refusal {
    Refusal::new(Code::UnknownJob)
        .with("job", &job.name)
        .with("environment", environment)
        .with("known", "")
        .try_instead(format!("jobs {environment}"))
}

/// `state` is `changed_nothing`, `as_recorded` or `other_vertices`, a key of the wording.
pub(in crate::recipes) fn nothing_to_roll_back(request: RequestId, state: &str) -> Refusal {
    Refusal::new(Code::NothingToRollBack)
        .with("request", request)
        .with("state", state)
        .try_instead(format!("show {request}"))
}
