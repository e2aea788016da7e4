//! `/jobs`, `/jobs/overview`, `/jobs/:id`, its state and its exceptions.

use super::refusals::{no_job, no_job_inside};
use super::vertices::{io_metrics, tasks_by_state};
use super::{Answer, Request};
use crate::flink::job::hex_id;
use crate::flink::model::running::{Failure, Phase, Running};
use crate::flink::model::{Cluster, Scheduler};
use serde_json::{Map, Value, json};

const STATES: &[&str] = &[
    "FAILING",
    "FINISHED",
    "FAILED",
    "CANCELLING",
    "CANCELED",
    "RECONCILING",
    "SUSPENDED",
    "INITIALIZING",
    "CREATED",
    "RUNNING",
    "RESTARTING",
];
/// How many exceptions are shown when nobody says how many.
const EXCEPTIONS: usize = 20;

pub(super) fn ids(cluster: &mut Cluster, _: &Request) -> Answer {
    let id = |job: &Running| json!({ "id": job.spec.id, "status": job.status().spelling() });
    let jobs: Vec<Value> = cluster.jobs.iter().map(id).collect();
    Ok((200, json!({ "jobs": jobs })))
}

pub(super) fn overview(cluster: &mut Cluster, _: &Request) -> Answer {
    let (now, scheduler) = (cluster.now, scheduler(cluster));
    let jobs: Vec<Value> = cluster
        .jobs
        .iter()
        .map(|job| summary(job, now, scheduler))
        .collect();
    Ok((200, json!({ "jobs": jobs })))
}

fn scheduler(cluster: &Cluster) -> &'static str {
    match cluster.settings.scheduler {
        Scheduler::Adaptive => "Adaptive",
        Scheduler::Default => "Default",
    }
}

fn summary(job: &Running, now: u64, scheduler: &str) -> Value {
    let mut tasks: Map<String, Value> = tasks_by_state(job.task_state(), u64::from(job.subtasks()))
        .into_iter()
        .map(|(state, count)| (state.to_lowercase(), count))
        .collect();
    tasks.insert("total".to_owned(), json!(job.subtasks()));
    json!({
        "jid": job.spec.id,
        "name": job.spec.name,
        "jobType": "STREAMING",
        "schedulerType": scheduler,
        "start-time": job.started,
        "end-time": end(job),
        "duration": job.ended.unwrap_or(now) - job.started,
        "state": job.status().spelling(),
        "last-modification": last_modification(job),
        "tasks": tasks,
        "pending-operators": 0,
    })
}

fn last_modification(job: &Running) -> u64 {
    job.timestamps.values().copied().max().unwrap_or(job.started)
}

/// End times are -1 while there is none.
fn end(job: &Running) -> Value {
    job.ended.map_or(json!(-1), |end| json!(end))
}

pub(super) fn status(cluster: &mut Cluster, request: &Request) -> Answer {
    let id = request.of("jobid");
    let job = cluster.job(id).ok_or_else(|| no_job_inside(id))?;
    Ok((200, json!({ "status": job.status().spelling() })))
}

pub(super) fn details(cluster: &mut Cluster, request: &Request) -> Answer {
    cluster.touch_metrics();
    let id = request.of("jobid");
    let job = cluster.graph(id).ok_or_else(|| no_job(id))?;
    let (now, group) = (cluster.now, hex_id(&["group", &job.spec.id]));
    let vertices: Vec<Value> = (0..job.spec.vertices.len())
        .map(|at| vertex(cluster, &job, at, &group))
        .collect();
    let body = json!({
        "jid": job.spec.id,
        "application-id": job.spec.id,
        "name": job.spec.name,
        "isStoppable": false,
        "state": job.status().spelling(),
        "job-type": "STREAMING",
        "schedulerType": scheduler(cluster),
        "start-time": job.started,
        "end-time": end(&job),
        "duration": job.ended.unwrap_or(now) - job.started,
        "maxParallelism": job.spec.max_parallelism,
        "now": now,
        "timestamps": timestamps(&job),
        "vertices": vertices,
        "status-counts": tasks_by_state(job.task_state(), job.spec.vertices.len() as u64),
        "plan": plan(&job),
        "pending-operators": 0,
    });
    Ok((200, body))
}

fn timestamps(job: &Running) -> Map<String, Value> {
    let stamp = |state: &str| job.timestamps.get(state).copied().unwrap_or_default();
    STATES
        .iter()
        .map(|state| ((*state).to_owned(), json!(stamp(state))))
        .collect()
}

fn vertex(cluster: &Cluster, job: &Running, at: usize, group: &str) -> Value {
    let vertex = &job.spec.vertices[at];
    let created = matches!(job.phase, Phase::Creating { .. } | Phase::Waiting { .. });
    let parallelism = u64::from(job.parallelism[at]);
    // While its tasks are deployed a vertex counts as running (captured).
    let status = if job.task_state() == "DEPLOYING" {
        "RUNNING"
    } else {
        job.task_state()
    };
    json!({
        "id": vertex.id,
        "slotSharingGroupId": group,
        "name": vertex.name,
        "maxParallelism": job.spec.max_parallelism,
        "parallelism": parallelism,
        "status": status,
        "start-time": if created { json!(-1) } else { json!(job.tasks_started) },
        "end-time": end(job),
        "duration": if created { json!(-1) } else { json!(job.ended.unwrap_or(cluster.now) - job.tasks_started) },
        "tasks": tasks_by_state(job.task_state(), parallelism),
        "metrics": io_metrics(cluster, job, at, None),
    })
}

fn plan(job: &Running) -> Value {
    let node = |at: usize| {
        let vertex = &job.spec.vertices[at];
        let mut node = json!({
            "id": vertex.id,
            "operator": "",
            "parallelism": job.parallelism[at],
            "operator_strategy": "",
            "description": format!("{}<br/>", vertex.name),
            "optimizer_properties": {},
        });
        if at > 0 {
            let ship = if at == 1 { "HASH" } else { "REBALANCE" };
            let from = &job.spec.vertices[at - 1].id;
            node["inputs"] =
                json!([{ "id": from, "num": 0, "exchange": "pipelined_bounded", "ship_strategy": ship }]);
        }
        node
    };
    let nodes: Vec<Value> = (0..job.spec.vertices.len()).map(node).collect();
    json!({ "jid": job.spec.id, "name": job.spec.name, "type": "STREAMING", "nodes": nodes })
}

pub(super) fn exceptions(cluster: &mut Cluster, request: &Request) -> Answer {
    let id = request.of("jobid");
    let most = request
        .query
        .get("maxExceptions")
        .and_then(|most| most.parse().ok())
        .unwrap_or(EXCEPTIONS);
    let job = cluster.graph(id).ok_or_else(|| no_job(id))?;
    let entries: Vec<Value> = job.failures.iter().take(most).map(exception).collect();
    let truncated = job.failures.len() > most;
    Ok((
        200,
        json!({ "exceptionHistory": { "entries": entries, "truncated": truncated } }),
    ))
}

fn exception(failure: &Failure) -> Value {
    let Failure {
        class,
        message,
        at,
        taskmanager,
    } = failure;
    let mut entry = json!({
        "exceptionName": class,
        "stacktrace": format!("{class}: {message}\n\tat java.base/java.lang.Thread.run(Thread.java:840)\n"),
        "timestamp": at,
        "failureLabels": {},
        "concurrentExceptions": [],
    });
    if let Some((id, port)) = taskmanager {
        entry["taskManagerId"] = json!(id);
        entry["endpoint"] = json!(format!("localhost:{port}"));
    }
    entry
}
