//! `/jobs/:id/checkpoints`: statistics, configuration, triggering one and asking how it went.

use super::refusals::{no_incremental, no_job, no_operation};
use super::{Answer, Request, STATE_SIZE};
use crate::flink::job::{to_float, whole};
use crate::flink::model::checkpoints::{Checkpoint, InFlight};
use crate::flink::model::running::{Phase, Running};
use crate::flink::model::{Cluster, Deed, Effect, Operation};
use serde_json::{Value, json};

pub(super) fn statistics(cluster: &mut Cluster, request: &Request) -> Answer {
    let id = request.of("jobid");
    let job = cluster.graph(id).ok_or_else(|| no_job(id))?;
    let checkpoints = &job.checkpoints;
    let newest = checkpoints.in_flight.iter().map(in_flight);
    let ended = checkpoints
        .history
        .iter()
        .map(|checkpoint| shown(&job, checkpoint));
    let history: Vec<Value> = newest.chain(ended).take(10).collect();
    let restored = checkpoints.restored.map(|restored| {
        json!({
            "id": restored.id,
            "restore_timestamp": restored.at,
            "is_savepoint": false,
            "external_path": job.checkpoint_path(restored.id),
        })
    });
    let body = json!({
        "counts": {
            "restored": checkpoints.counts.restored,
            "total": checkpoints.total(),
            "in_progress": u8::from(checkpoints.in_flight.is_some()),
            "completed": checkpoints.counts.completed,
            "failed": checkpoints.counts.failed,
        },
        "summary": summary(&checkpoints.durations),
        "latest": {
            "completed": checkpoints.completed.as_ref().map(|checkpoint| shown(&job, checkpoint)),
            "savepoint": null,
            "failed": checkpoints.failed.as_ref().map(|checkpoint| shown(&job, checkpoint)),
            "restored": restored,
        },
        "history": history,
    });
    Ok((200, body))
}

fn in_flight(checkpoint: &InFlight) -> Value {
    let span = (checkpoint.triggered, checkpoint.triggered);
    common(
        checkpoint.id,
        ("in_progress", "IN_PROGRESS"),
        span,
        (checkpoint.subtasks, 0),
        0,
    )
}

fn shown(job: &Running, checkpoint: &Checkpoint) -> Value {
    let span = (checkpoint.triggered, checkpoint.ended);
    let all = checkpoint.subtasks;
    if let Some(why) = &checkpoint.failure {
        let mut body = common(checkpoint.id, ("failed", "FAILED"), span, (all, 0), 0);
        body["failure_timestamp"] = json!(checkpoint.ended);
        body["failure_message"] = json!(why);
        return body;
    }
    let newest = job
        .checkpoints
        .completed
        .as_ref()
        .is_some_and(|newest| newest.id == checkpoint.id);
    let mut body = common(
        checkpoint.id,
        ("completed", "COMPLETED"),
        span,
        (all, all),
        STATE_SIZE,
    );
    body["external_path"] = json!(job.checkpoint_path(checkpoint.id));
    body["discarded"] = json!(!newest);
    body
}

fn common(
    id: u64,
    (class, status): (&str, &str),
    (triggered, latest): (u64, u64),
    (subtasks, acknowledged): (u32, u32),
    size: u64,
) -> Value {
    json!({
        "className": class,
        "id": id,
        "status": status,
        "is_savepoint": false,
        "savepointFormat": null,
        "trigger_timestamp": triggered,
        "latest_ack_timestamp": latest,
        "checkpointed_size": size,
        "state_size": size,
        "end_to_end_duration": latest - triggered,
        "alignment_buffered": 0,
        "processed_data": 0,
        "persisted_data": 0,
        "num_subtasks": subtasks,
        "num_acknowledged_subtasks": acknowledged,
        "checkpoint_type": "CHECKPOINT",
        "tasks": {},
    })
}

fn summary(durations: &[u64]) -> Value {
    let sizes = vec![STATE_SIZE; durations.len()];
    let nothing = vec![0; durations.len()];
    json!({
        "checkpointed_size": statistic(&sizes),
        "state_size": statistic(&sizes),
        "end_to_end_duration": statistic(durations),
        // The one statistic that is nought and never "NaN": Flink keeps it for compatibility only.
        "alignment_buffered": statistic(&[0]),
        "processed_data": statistic(&nothing),
        "persisted_data": statistic(&nothing),
    })
}

fn statistic(values: &[u64]) -> Value {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let average = if sorted.is_empty() {
        0
    } else {
        sorted.iter().sum::<u64>() / sorted.len() as u64
    };
    let percentile = |share: f64| {
        let rank = whole((share * to_float(sorted.len() as u64)).ceil()).max(1) as usize - 1;
        sorted
            .get(rank)
            .map_or(json!("NaN"), |value| json!(to_float(*value)))
    };
    json!({
        "min": sorted.first().unwrap_or(&0),
        "max": sorted.last().unwrap_or(&0),
        "avg": average,
        "p50": percentile(0.5),
        "p90": percentile(0.9),
        "p95": percentile(0.95),
        "p99": percentile(0.99),
        "p999": percentile(0.999),
    })
}

pub(super) fn config(cluster: &mut Cluster, request: &Request) -> Answer {
    let id = request.of("jobid");
    let job = cluster.graph(id).ok_or_else(|| no_job(id))?;
    let on = job.checkpoints.interval.is_some();
    let body = json!({
        "mode": if on { "exactly_once" } else { "at_least_once" },
        "interval": job.checkpoints.interval.map_or(json!(i64::MAX), |interval| json!(interval)),
        "timeout": 600_000,
        "min_pause": 0,
        "max_concurrent": 1,
        "externalization": { "enabled": false, "delete_on_cancellation": true },
        "state_backend": "HashMapStateBackend",
        "checkpoint_storage":
            if on { "FileSystemCheckpointStorage" } else { "JobManagerCheckpointStorage" },
        "unaligned_checkpoints": false,
        "tolerable_failed_checkpoints": job.checkpoints.tolerable_failures,
        "aligned_checkpoint_timeout": 0,
        "checkpoints_after_tasks_finish": true,
        "state_changelog_enabled": false,
        "changelog_periodic_materialization_interval": 600_000,
        "changelog_storage": "memory",
    });
    Ok((200, body))
}

/// Under one trigger id at most one checkpoint is begun, as long as the operation is remembered.
pub(super) fn trigger(cluster: &mut Cluster, request: &Request) -> Answer {
    let id = request.of("jobid").to_owned();
    let trigger = match request.body["triggerId"].as_str() {
        Some(chosen) => chosen.to_owned(),
        None => cluster.fresh_id(),
    };
    if request.body["checkpointType"] == "INCREMENTAL" {
        return Err(no_incremental(&trigger, &id));
    }
    if cluster.operation(&id, &trigger).is_none() {
        let operation = begin(cluster, &id, &trigger, request.call);
        cluster.operations.insert((id, trigger.clone()), operation);
    }
    Ok((202, json!({ "request-id": trigger })))
}

fn begin(cluster: &mut Cluster, id: &str, trigger: &str, call: usize) -> Operation {
    let at = cluster.now;
    let Some(job) = cluster
        .jobs
        .iter_mut()
        .find(|job| job.spec.id == id && !job.status().is_over())
    else {
        let class = "org.apache.flink.runtime.messages.FlinkJobNotFoundException".to_owned();
        return Operation::Failed {
            class,
            message: format!("Could not find Flink job ({id})"),
            at,
        };
    };
    if job.phase != Phase::Executing {
        return Operation::checkpoint_failed("The Flink job is currently not executing.", at);
    }
    let (position, subtasks) = (job.flow.position, job.subtasks());
    job.checkpoints
        .trigger(at, position, subtasks, Some(trigger.to_owned()));
    let deed = Deed::TriggeredCheckpoint(trigger.to_owned());
    let job = job.spec.name.clone();
    cluster.effects.push(Effect { call, at, job, deed });
    Operation::InProgress
}

/// A failure is `COMPLETED` as well.
pub(super) fn operation(cluster: &mut Cluster, request: &Request) -> Answer {
    let (job, trigger) = (request.of("jobid").to_owned(), request.of("triggerid").to_owned());
    let operation = cluster
        .operation(&job, &trigger)
        .ok_or_else(|| no_operation(&trigger, &job))?;
    let body = match operation {
        Operation::InProgress => json!({ "status": { "id": "IN_PROGRESS" }, "operation": null }),
        Operation::Completed { checkpoint, .. } => {
            json!({ "status": { "id": "COMPLETED" }, "operation": { "checkpointId": checkpoint } })
        }
        Operation::Failed { class, message, .. } => json!({
            "status": { "id": "COMPLETED" },
            "operation": { "failureCause": {
                "class": class,
                "stack-trace": format!("{class}: {message}\n\tat java.base/java.lang.Thread.run(Thread.java:840)\n"),
                "serialized-throwable": "rO0ABQ==",
            } },
        }),
    };
    Ok((200, body))
}
