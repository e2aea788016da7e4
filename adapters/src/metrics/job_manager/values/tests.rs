//! Signals from answers that a real Flink 2.3.0 gave, and from those that lie.

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::*;
use crate::platforms::flink_rest::tests::sample;

fn read<T: DeserializeOwned>(name: &str) -> T {
    serde_json::from_slice(&sample(name)).unwrap()
}

fn of<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

/// A job of vertices (id, what feeds it, records in, records out), all in one slot sharing group.
fn details(vertices: &[(&str, &[&str], f64, f64)]) -> JobDetails {
    let vertex = |(id, _, read, write): &(&str, &[&str], f64, f64)| {
        json!({
            "id": id, "name": id, "parallelism": 2, "slotSharingGroupId": "a", "metrics": {
                "read-records": read, "read-records-complete": true,
                "write-records": write, "write-records-complete": true,
            }
        })
    };
    let node = |(id, inputs, ..): &(&str, &[&str], f64, f64)| json!({ "id": id, "inputs": inputs.iter().map(|id| json!({ "id": id })).collect::<Vec<_>>() });
    of(json!({
        "jid": "j", "name": "n", "state": "RUNNING",
        "vertices": vertices.iter().map(vertex).collect::<Vec<_>>(),
        "plan": { "nodes": vertices.iter().map(node).collect::<Vec<_>>() },
    }))
}

fn line() -> JobDetails {
    details(&[
        ("log", &[], 0.0, 500.0),
        ("work", &["log"], 490.0, 480.0),
        ("sink", &["work"], 470.0, 0.0),
    ])
}

fn times(busy: f64, held: f64, idle: f64) -> Vec<Aggregate> {
    of(json!([
        { "id": BUSY, "min": busy, "max": busy }, { "id": BACK_PRESSURED, "min": held, "max": held },
        { "id": IDLE, "min": idle, "max": idle },
    ]))
}

fn signals(details: &JobDetails, readings: &[Vec<Aggregate>]) -> BTreeMap<Signal, f64> {
    let operators = sources(details)
        .map(|source| {
            let mut metrics = SourceMetrics::default();
            metrics.read_names(["Source__log.pendingRecords", "Source__log.numRecordsOut"].into_iter());
            (source.id.clone(), metrics)
        })
        .collect();
    of_job(details, &operators, readings, &read("checkpoints"), 3)
}

#[test]
fn a_job_is_read_from_its_ends_and_its_busiest_subtask() {
    let mut log = times(0.0, 900.0, 974.0);
    log.extend(of::<Vec<Aggregate>>(
        json!([{ "id": "Source__log.pendingRecords", "sum": 1200.0 }]),
    ));
    let read = signals(&line(), &[log, times(991.0, 0.0, 8.0), times(20.0, 0.0, 980.0)]);
    for (signal, value) in [
        (Signal::Backlog, 1200.0),
        (Signal::RecordsRead, 500.0),
        (Signal::RecordsWritten, 470.0),
        (Signal::Busy, 991.0),
        (Signal::BackPressure, 900.0),
        (Signal::Idle, 8.0),
        (Signal::CheckpointsCompleted, 8.0),
        (Signal::CheckpointsFailed, 0.0),
        (Signal::CheckpointDuration, 16_325.0),
        (Signal::Restarts, 3.0),
        (Signal::SlotsUsed, 2.0),
    ] {
        assert_eq!(read.get(&signal), Some(&value), "{signal:?}");
    }
}

#[test]
fn a_vertex_of_which_a_subtask_has_not_reported_is_not_believed() {
    let mut details = line();
    details.vertices[1].metrics.read_records_complete = false;
    let all = [
        times(1.0, 1.0, 1.0),
        times(1000.0, 1.0, 1.0),
        times(1.0, 1.0, 1.0),
    ];
    let read = signals(&details, &all);
    for signal in [
        Signal::RecordsRead,
        Signal::RecordsWritten,
        Signal::Busy,
        Signal::BackPressure,
        Signal::Idle,
    ] {
        assert_eq!(read.get(&signal), None, "{signal:?}");
    }
    assert!(read.contains_key(&Signal::Restarts));
}

#[test]
fn a_source_that_does_not_tell_its_backlog_has_none() {
    let none = signals(&line(), &[times(1.0, 1.0, 1.0), Vec::new(), Vec::new()]);
    assert_eq!(none.get(&Signal::Backlog), None, "asked, and not told");
    let negative: Vec<Aggregate> = of(json!([{ "id": "Source__log.pendingRecords", "sum": -1.0 }]));
    assert_eq!(
        signals(&line(), &[negative, Vec::new(), Vec::new()]).get(&Signal::Backlog),
        None
    );
    let read = of_job(
        &line(),
        &BTreeMap::new(),
        &[vec![], vec![], vec![]],
        &CheckpointStatistics::default(),
        0,
    );
    assert_eq!(read.get(&Signal::Backlog), None, "never known to tell");
    assert_eq!(read.get(&Signal::CheckpointDuration), None);
}

#[test]
fn a_legacy_source_says_nan_and_does_not_count() {
    let nan: Vec<Aggregate> = of(json!([{ "id": BUSY, "max": "NaN" }, { "id": IDLE, "min": "NaN" }]));
    let read = signals(&line(), &[nan.clone(), times(300.0, 0.0, 700.0), nan]);
    assert_eq!((read[&Signal::Busy], read[&Signal::Idle]), (300.0, 700.0));
}

#[test]
fn where_all_is_chained_the_sources_own_counter_counts() {
    let chained = details(&[("all", &[], 0.0, 0.0)]);
    let mut all = times(500.0, 0.0, 500.0);
    all.extend(of::<Vec<Aggregate>>(
        json!([{ "id": "Source__log.numRecordsOut", "sum": 77.0 }]),
    ));
    let read = signals(&chained, &[all]);
    assert_eq!(
        (read[&Signal::RecordsRead], read[&Signal::RecordsWritten]),
        (77.0, 77.0)
    );
    assert_eq!(read[&Signal::Busy], 500.0);
}

#[test]
fn two_slot_sharing_groups_need_two_sets_of_slots() {
    let mut details = line();
    details.vertices[2].slot_sharing_group_id = "b".to_owned();
    details.vertices[2].parallelism = 3;
    assert_eq!(slots_used(&details), 5.0);
    let widest: Vec<_> = widest_of_each_group(&details)
        .iter()
        .map(|vertex| vertex.id.as_str())
        .collect();
    assert_eq!(widest, ["log", "sink"]);
}

#[test]
fn names_of_operators_are_taken_from_the_list_of_all() {
    let names: Vec<crate::platforms::flink_rest::wire::Metric> = read("subtasks_source_metric_names");
    let mut metrics = SourceMetrics::default();
    metrics.read_names(names.iter().map(|metric| metric.id.as_str()));
    assert_eq!(metrics.read, ["Source__datagen.numRecordsOut"]);
    assert_eq!(metrics.pending, [] as [String; 0], "a generator has no backlog");
    assert_eq!(metrics.questions, 1);
    assert_eq!(
        wanted(Some(&metrics)),
        "busyTimeMsPerSecond,backPressuredTimeMsPerSecond,idleTimeMsPerSecond,Source__datagen.numRecordsOut"
    );
    metrics.read_names(std::iter::empty());
    assert_eq!(
        metrics.questions, 1,
        "the first question of all finds nothing and does not count"
    );
}
