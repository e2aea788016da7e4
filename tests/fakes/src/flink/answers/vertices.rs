//! `/jobs/:id/vertices/:vid`, and the parts of a vertex that other answers show too.

use super::refusals::{no_job, no_vertex};
use super::{Answer, Request};
use crate::flink::job::{to_float, whole};
use crate::flink::model::Cluster;
use crate::flink::model::metrics::{Component, Values};
use crate::flink::model::running::Running;
use serde_json::{Map, Value, json};

const TASK_STATES: &[&str] = &[
    "DEPLOYING",
    "CREATED",
    "FAILED",
    "INITIALIZING",
    "FINISHED",
    "RECONCILING",
    "RUNNING",
    "CANCELING",
    "SCHEDULED",
    "CANCELED",
];
/// How long tasks were in the states before RUNNING, in ms, as captured.
const BEFORE_RUNNING: &[(&str, u64)] = &[
    ("CREATED", 90),
    ("SCHEDULED", 35),
    ("DEPLOYING", 386),
    ("INITIALIZING", 218),
];
/// `IOMetricsInfo`: field and the metric it is read from.
const IO: &[(&str, &str)] = &[
    ("read-bytes", "numBytesIn"),
    ("write-bytes", "numBytesOut"),
    ("read-records", "numRecordsIn"),
    ("write-records", "numRecordsOut"),
    ("accumulated-backpressured-time", "accumulateBackPressuredTimeMs"),
    ("accumulated-idle-time", "accumulateIdleTimeMs"),
    ("accumulated-busy-time", "accumulateBusyTimeMs"),
];

/// `count` tasks in `state`, none in any other.
pub(super) fn tasks_by_state(state: &str, count: u64) -> Map<String, Value> {
    TASK_STATES
        .iter()
        .map(|s| ((*s).to_owned(), json!(if *s == state { count } else { 0 })))
        .collect()
}

/// What the store knows of the present attempt of one subtask, or of all subtasks of a vertex. Nothing known: zeros, not
/// complete.
pub(super) fn io_metrics(cluster: &Cluster, job: &Running, at: usize, subtask: Option<u32>) -> Value {
    let subtasks = subtask.map_or(0..job.parallelism[at], |one| one..one + 1);
    let stored: Vec<Option<&Values>> = subtasks
        .map(|subtask| present_attempt(cluster, job, at, subtask))
        .collect();
    let complete = stored.iter().all(Option::is_some);
    let mut metrics = Map::new();
    for (field, metric) in IO {
        let sum: f64 = stored.iter().flatten().map(|values| number(values, metric)).sum();
        let value = match *field {
            "accumulated-busy-time" if sum.is_nan() => json!("NaN"),
            "accumulated-busy-time" => json!(sum.round()),
            _ => json!(whole(sum)),
        };
        metrics.insert((*field).to_owned(), value);
        if !field.starts_with("accumulated") {
            metrics.insert(format!("{field}-complete"), json!(complete));
        }
    }
    Value::Object(metrics)
}

fn present_attempt<'a>(cluster: &'a Cluster, job: &Running, at: usize, subtask: u32) -> Option<&'a Values> {
    let component = Component::Subtask(job.spec.id.clone(), job.spec.vertices[at].id.clone(), subtask);
    cluster
        .metrics_of(&component)
        .filter(|values| values.attempt == job.attempt)
}

fn number(values: &Values, metric: &str) -> f64 {
    values
        .values
        .get(metric)
        .and_then(|value| value.parse().ok())
        .unwrap_or_default()
}

pub(super) fn details(cluster: &mut Cluster, request: &Request) -> Answer {
    cluster.touch_metrics();
    let (id, vertex) = (request.of("jobid"), request.of("vertexid"));
    let job = cluster.graph(id).ok_or_else(|| no_job(id))?;
    let at = job
        .spec
        .vertices
        .iter()
        .position(|v| v.id == vertex)
        .ok_or_else(|| no_vertex(vertex))?;
    let subtasks: Vec<Value> = (0..job.parallelism[at])
        .map(|s| subtask(cluster, &job, at, s))
        .collect();
    let body = json!({
        "id": vertex,
        "name": job.spec.vertices[at].name,
        "parallelism": job.parallelism[at],
        "maxParallelism": job.spec.max_parallelism,
        "now": cluster.now,
        "aggregated": aggregated(&subtasks),
        "subtasks": subtasks,
    });
    Ok((200, body))
}

fn subtask(cluster: &Cluster, job: &Running, at: usize, subtask: u32) -> Value {
    let place = job.places.get(subtask as usize);
    let port = place
        .and_then(|(id, _)| cluster.taskmanager(id))
        .map_or(0, |taskmanager| taskmanager.port);
    let running = cluster.now - job.tasks_started;
    let before = BEFORE_RUNNING
        .iter()
        .map(|(state, ms)| ((*state).to_owned(), json!(ms)));
    let spans: Map<String, Value> = before.chain([("RUNNING".to_owned(), json!(running))]).collect();
    json!({
        "subtask": subtask,
        "status": job.task_state(),
        "attempt": job.attempt,
        "endpoint": format!("localhost:{port}"),
        "start-time": job.tasks_started,
        "end-time": -1,
        "duration": running,
        "metrics": io_metrics(cluster, job, at, Some(subtask)),
        "taskmanager-id": place.map_or("(unassigned)", |(id, _)| id),
        "status-duration": spans,
        "start_time": job.tasks_started,
    })
}

fn aggregated(subtasks: &[Value]) -> Value {
    let metrics = IO
        .iter()
        .map(|(field, _)| ((*field).to_owned(), spread(subtasks, "metrics", field)));
    let states = BEFORE_RUNNING.iter().map(|(state, _)| *state).chain(["RUNNING"]);
    let spans = states.map(|state| (state.to_owned(), spread(subtasks, "status-duration", state)));
    json!({ "metrics": metrics.collect::<Map<_, _>>(), "status-duration": spans.collect::<Map<_, _>>() })
}

fn spread(subtasks: &[Value], part: &str, field: &str) -> Value {
    let mut values: Vec<f64> = subtasks
        .iter()
        .map(|subtask| subtask[part][field].as_f64().unwrap_or_default())
        .collect();
    values.sort_by(f64::total_cmp);
    let at = |share: f64| {
        let rank = whole((share * to_float(values.len() as u64)).ceil()).max(1) as usize - 1;
        whole(values.get(rank).copied().unwrap_or_default())
    };
    let sum: f64 = values.iter().sum();
    json!({
        "p25": at(0.25),
        "min": at(0.0),
        "avg": whole(sum / to_float(values.len().max(1) as u64)),
        "median": at(0.5),
        "max": at(1.0),
        "sum": whole(sum),
        "p95": at(0.95),
        "p75": at(0.75),
    })
}
