//! `/jobs/:id/resource-requirements`: reading the bounds, and changing them. A change is only accepted here; the scheduler
//! acts on it later.

use super::refusals::{bad_bounds, default_scheduler, no_job_inside};
use super::{Answer, Request};
use crate::flink::Bounds;
use crate::flink::model::running::Running;
use crate::flink::model::{Cluster, Deed, Effect, Scheduler};
use serde_json::{Map, Value, json};

pub(super) fn read(cluster: &mut Cluster, request: &Request) -> Answer {
    let at = adjustable(cluster, request.of("jobid"))?;
    let job = &cluster.jobs[at];
    let vertices = job.spec.vertices.iter().zip(&job.bounds);
    let body: Map<String, Value> = vertices
        .map(|(vertex, bounds)| (vertex.id.clone(), written(*bounds)))
        .collect();
    Ok((200, Value::Object(body)))
}

fn written(bounds: Bounds) -> Value {
    json!({ "parallelism": { "lowerBound": bounds.lower, "upperBound": bounds.upper } })
}

fn adjustable(cluster: &Cluster, id: &str) -> Result<usize, super::Refusal> {
    let at = cluster
        .jobs
        .iter()
        .position(|job| job.spec.id == id && !job.status().is_over());
    let at = at.ok_or_else(|| no_job_inside(id))?;
    if cluster.settings.scheduler == Scheduler::Default {
        return Err(default_scheduler());
    }
    Ok(at)
}

pub(super) fn write(cluster: &mut Cluster, request: &Request) -> Answer {
    let at = adjustable(cluster, request.of("jobid"))?;
    let bounds = checked(&cluster.jobs[at], &request.body)?;
    if bounds != cluster.jobs[at].bounds {
        let effect = Effect {
            call: request.call,
            at: cluster.now,
            job: cluster.jobs[at].spec.name.clone(),
            deed: Deed::ChangedBounds(sorted(&request.body).to_string()),
        };
        cluster.effects.push(effect);
        cluster.set_bounds(at, bounds);
    }
    Ok((200, json!({})))
}

/// The same object with its keys in order, however this build of `serde_json` keeps them.
fn sorted(body: &Value) -> Value {
    let mut entries: Vec<_> = body.as_object().into_iter().flatten().collect();
    entries.sort_by_key(|(id, _)| *id);
    entries
        .into_iter()
        .map(|(id, entry)| (id.clone(), entry.clone()))
        .collect::<Map<_, _>>()
        .into()
}

/// Flink's `JobResourceRequirements.validate`: one line for each mistake.
fn checked(job: &Running, body: &Value) -> Result<Vec<Bounds>, super::Refusal> {
    let mut complaints = Vec::new();
    let mut entries: Vec<_> = body.as_object().into_iter().flatten().collect();
    entries.sort_by_key(|(id, _)| *id);
    for (id, entry) in &entries {
        if job.spec.vertices.iter().any(|vertex| vertex.id == **id) {
            complaints.extend(complaint(job, id, entry));
        } else {
            complaints.push(format!("Job vertex [{id}] was not found in the JobGraph."));
        }
    }
    let mut missing: Vec<&str> = job
        .spec
        .vertices
        .iter()
        .map(|vertex| vertex.id.as_str())
        .collect();
    missing.retain(|id| body.get(*id).is_none());
    missing.sort_unstable();
    let missing = missing.iter();
    complaints
        .extend(missing.map(|id| {
            format!("The request is incomplete, missing job vertex [{id}] resource requirements.")
        }));
    if !complaints.is_empty() {
        return Err(bad_bounds(&complaints));
    }
    Ok(job
        .spec
        .vertices
        .iter()
        .map(|vertex| bounds(job, &body[&vertex.id]))
        .collect())
}

fn complaint(job: &Running, id: &str, entry: &Value) -> Vec<String> {
    let (lower, upper) = asked(job, entry);
    let max = i64::from(job.spec.max_parallelism);
    if lower < 1 || upper < 1 {
        return vec![format!(
            "Both, the requested lower bound [{lower}] and upper bound [{upper}] for job vertex [{id}] must be greater \
             than zero."
        )];
    }
    let mut complaints = Vec::new();
    if lower > upper {
        complaints.push(format!(
            "The requested lower bound [{lower}] for job vertex [{id}] is higher than the upper bound [{upper}]."
        ));
    }
    if upper > max {
        complaints.push(format!(
            "The newly requested parallelism {upper} for the job vertex {id} exceeds its maximum parallelism {max}."
        ));
    }
    complaints
}

/// Lower and upper bound as asked for; -1 stands for the widest.
fn asked(job: &Running, entry: &Value) -> (i64, i64) {
    let bound = |name: &str| entry["parallelism"][name].as_i64().unwrap_or(0);
    let (lower, upper) = (bound("lowerBound"), bound("upperBound"));
    let lower = if lower == -1 { 1 } else { lower };
    let upper = if upper == -1 {
        i64::from(job.spec.max_parallelism)
    } else {
        upper
    };
    (lower, upper)
}

fn bounds(job: &Running, entry: &Value) -> Bounds {
    let (lower, upper) = asked(job, entry);
    let narrow = |bound: i64| u32::try_from(bound).unwrap_or(u32::MAX);
    Bounds {
        lower: narrow(lower),
        upper: narrow(upper),
    }
}
