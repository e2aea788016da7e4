//! The metrics routes. Without `get` they list names; values of one component are text, aggregated ones are numbers.

use super::refusals::bad_query;
use super::{Answer, Refusal, Request};
use crate::flink::job::to_float;
use crate::flink::model::Cluster;
use crate::flink::model::metrics::{Component, Values, skew};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

const AGGREGATIONS: &[&str] = &["min", "max", "avg", "sum", "skew"];

pub(super) fn of_jobmanager(cluster: &mut Cluster, request: &Request) -> Answer {
    single(cluster, request, &Component::JobManager)
}

pub(super) fn of_taskmanager(cluster: &mut Cluster, request: &Request) -> Answer {
    single(
        cluster,
        request,
        &Component::TaskManager(request.of("taskmanagerid").to_owned()),
    )
}

pub(super) fn of_job(cluster: &mut Cluster, request: &Request) -> Answer {
    single(cluster, request, &Component::Job(request.of("jobid").to_owned()))
}

pub(super) fn of_taskmanagers(cluster: &mut Cluster, request: &Request) -> Answer {
    cluster.touch_metrics();
    let chosen = request.list("taskmanagers");
    let ids = cluster
        .taskmanagers
        .iter()
        .map(|taskmanager| taskmanager.id.as_str());
    let ids = ids.filter(|id| chosen.is_empty() || chosen.contains(id));
    let stores: Vec<Values> = ids
        .filter_map(|id| {
            cluster
                .metrics_of(&Component::TaskManager(id.to_owned()))
                .cloned()
        })
        .collect();
    aggregate(request, &stores)
}

pub(super) fn of_jobs(cluster: &mut Cluster, request: &Request) -> Answer {
    cluster.touch_metrics();
    let chosen = request.list("jobs");
    let ids = cluster.jobs.iter().map(|job| job.spec.id.as_str());
    let ids = ids.filter(|id| chosen.is_empty() || chosen.contains(id));
    let stores: Vec<Values> = ids
        .filter_map(|id| cluster.metrics_of(&Component::Job(id.to_owned())).cloned())
        .collect();
    aggregate(request, &stores)
}

pub(super) fn of_subtasks(cluster: &mut Cluster, request: &Request) -> Answer {
    cluster.touch_metrics();
    let chosen = ranges(request)?;
    let all = cluster.metrics_of_subtasks(request.of("jobid"), request.of("vertexid"));
    let wanted =
        |subtask: u32| chosen.is_empty() || chosen.iter().any(|(from, to)| (*from..=*to).contains(&subtask));
    let stores: Vec<Values> = all
        .into_iter()
        .filter(|(subtask, _)| wanted(*subtask))
        .map(|(_, values)| values)
        .collect();
    aggregate(request, &stores)
}

/// `1,3,5-9`.
fn ranges(request: &Request) -> Result<Vec<(u32, u32)>, Refusal> {
    let range = |text: &str| {
        let (from, to) = text.split_once('-').unwrap_or((text, text));
        Some((from.parse().ok()?, to.parse().ok()?))
    };
    let all = request.list("subtasks").into_iter();
    all.map(|text| range(text).ok_or_else(|| bad_query("subtasks", text)))
        .collect()
}

fn single(cluster: &mut Cluster, request: &Request, component: &Component) -> Answer {
    cluster.touch_metrics();
    let Some(known) = cluster.metrics_of(component) else {
        return Ok((200, json!([])));
    };
    let asked = request.list("get");
    if asked.is_empty() {
        return Ok((200, names(known.values.keys().map(String::as_str))));
    }
    let value = |name: &&str| Some(json!({ "id": name, "value": known.values.get(*name)? }));
    Ok((200, asked.iter().filter_map(value).collect()))
}

fn names<'a>(names: impl Iterator<Item = &'a str>) -> Value {
    names.map(|name| json!({ "id": name })).collect()
}

/// One name that no component has empties the whole answer; a value that is no number is left out.
fn aggregate(request: &Request, stores: &[Values]) -> Answer {
    let ways = aggregations(request)?;
    let asked = request.list("get");
    if asked.is_empty() {
        let all: BTreeSet<&str> = stores
            .iter()
            .flat_map(|store| store.values.keys().map(String::as_str))
            .collect();
        return Ok((200, names(all.into_iter())));
    }
    let mut answer = Vec::new();
    for name in asked {
        let texts: Vec<&String> = stores.iter().filter_map(|store| store.values.get(name)).collect();
        if texts.is_empty() {
            return Ok((200, json!([])));
        }
        let numbers: Result<Vec<f64>, _> = texts.iter().map(|text| text.parse::<f64>()).collect();
        if let Ok(numbers) = numbers {
            answer.push(aggregated(name, &numbers, &ways));
        }
    }
    Ok((200, Value::Array(answer)))
}

fn aggregations(request: &Request) -> Result<Vec<&'static str>, Refusal> {
    let asked = request.list("agg");
    if asked.is_empty() {
        return Ok(AGGREGATIONS.to_vec());
    }
    let known = |text: &str| {
        AGGREGATIONS
            .iter()
            .find(|way| way.eq_ignore_ascii_case(text))
            .copied()
    };
    if let Some(unknown) = asked.iter().find(|text| known(text).is_none()) {
        return Err(bad_query("agg", unknown));
    }
    Ok(AGGREGATIONS
        .iter()
        .copied()
        .filter(|way| asked.iter().any(|text| text.eq_ignore_ascii_case(way)))
        .collect())
}

fn aggregated(name: &str, numbers: &[f64], ways: &[&str]) -> Value {
    let sum: f64 = numbers.iter().sum();
    let mut entry = Map::from_iter([("id".to_owned(), json!(name))]);
    for way in ways {
        let value = match *way {
            "min" => numbers.iter().copied().fold(numbers[0], least),
            "max" => numbers.iter().copied().fold(numbers[0], |a, b| -least(-a, -b)),
            "avg" => sum / to_float(numbers.len() as u64),
            "sum" => sum,
            _ => skew(numbers),
        };
        entry.insert(
            (*way).to_owned(),
            if value.is_nan() {
                json!("NaN")
            } else {
                json!(value)
            },
        );
    }
    Value::Object(entry)
}

/// Java's `Math.min`: not a number stays not a number.
fn least(a: f64, b: f64) -> f64 {
    if a.is_nan() || b.is_nan() {
        f64::NAN
    } else {
        a.min(b)
    }
}
