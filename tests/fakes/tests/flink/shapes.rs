//! In the situations that were captured the fake's answers have the captured keys and types.

use crate::client::{bounds, client, trigger_id};
use crate::samples::{sample, shape};
use fakes::flink::{FakeFlink, Job, Settings, job};
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::Duration;

/// The job of the capture: two vertices, five seconds between checkpoints.
fn probe() -> Job {
    job("sluice-probe")
        .made_of(&["Source: datagen", "burn-cpu -> discard: Writer"])
        .max_parallelism(120)
        .parallelism(2)
        .arriving(2_500.0)
        .capacity_per_subtask(800.0)
        .with_checkpoints_every(Duration::from_secs(5))
        .checkpoint_takes(Duration::from_millis(300))
}

async fn busy() -> (FakeFlink, crate::client::Client, String) {
    let flink = FakeFlink::start().await;
    flink.with_taskmanagers(1, 2).runs(probe());
    let id = flink.job_id("sluice-probe");
    let client = client(&flink);
    // Metrics are seen from the instant after the first question on.
    client.get(&format!("/jobs/{id}")).await;
    for vertex in flink.vertices("sluice-probe") {
        client
            .get(&format!("/jobs/{id}/vertices/{}/subtasks/metrics", vertex.id))
            .await;
    }
    flink.advance(Duration::from_secs(4));
    (flink, client, id)
}

fn like(answer: &Value, captured: &str) {
    let (ours, theirs) = (shape(answer), shape(&sample(captured)));
    assert_eq!(ours, theirs, "{captured}: ours\n{ours:#}\ntheirs\n{theirs:#}");
}

fn names(answer: &Value) -> BTreeSet<String> {
    answer
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["id"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn an_empty_cluster_answers_like_the_captured_one() {
    let flink = FakeFlink::start().await;
    let client = client(&flink);
    for (path, captured) in [
        ("/overview", "overview_no_taskmanager"),
        ("/config", "config"),
        ("/taskmanagers", "taskmanagers_empty"),
        ("/jobs/overview", "jobs_overview_empty"),
        ("/v1/overview", "overview_no_taskmanager"),
    ] {
        like(&client.get(path).await, captured);
    }
    assert_eq!(client.get("/overview").await, sample("overview_no_taskmanager"));
    flink.assert_lawful();
}

#[tokio::test]
async fn a_fresh_taskmanager_has_no_heartbeat_yet() {
    let flink = FakeFlink::start().await;
    flink.with_taskmanagers(1, 2);
    let client = client(&flink);
    let answer = client.get("/taskmanagers").await;
    like(&answer, "taskmanagers_just_registered");
    assert_eq!(answer["taskmanagers"][0]["timeSinceLastHeartbeat"], 0);
    flink.advance(Duration::from_secs(3));
    let later = client.get("/taskmanagers").await;
    assert_eq!(
        later["taskmanagers"][0]["timeSinceLastHeartbeat"],
        flink.now() - 3_000
    );
}

#[tokio::test]
async fn a_busy_cluster_answers_like_the_captured_one() {
    let (flink, client, id) = busy().await;
    let vertices = flink.vertices("sluice-probe");
    for (path, captured) in [
        ("/overview".to_owned(), "overview_busy"),
        ("/taskmanagers".to_owned(), "taskmanagers_busy"),
        ("/taskmanagers/tm-1".to_owned(), "taskmanager_detail"),
        ("/jobs".to_owned(), "jobs"),
        ("/jobs/overview".to_owned(), "jobs_overview"),
        (format!("/jobs/{id}"), "job_running"),
        (format!("/jobs/{id}/status"), "job_status"),
        (format!("/jobs/{id}/vertices/{}", vertices[0].id), "vertex_source"),
        (format!("/jobs/{id}/vertices/{}", vertices[1].id), "vertex_burn"),
        (format!("/jobs/{id}/checkpoints/config"), "checkpoints_config"),
        (format!("/jobs/{id}/exceptions"), "exceptions_none"),
        (
            format!("/jobs/{id}/resource-requirements"),
            "resource_requirements_p2",
        ),
        (format!("/jobs/{id}/rescales/config"), "rescales_config"),
        (format!("/jobs/{id}/rescales/history"), "rescales_history"),
        (format!("/jobs/{id}/rescales/overview"), "rescales_overview"),
        ("/jobmanager/config".to_owned(), "jobmanager_config"),
    ] {
        like(&client.get(&path).await, captured);
    }
    assert_eq!(client.get("/overview").await, sample("overview_busy"));
    flink.assert_lawful();
}

#[tokio::test]
async fn a_job_that_has_just_started_shows_zeros() {
    let flink = FakeFlink::start().await;
    flink
        .with_taskmanagers(1, 2)
        .runs(probe().running_for(Duration::ZERO));
    let id = flink.job_id("sluice-probe");
    let answer = client(&flink).get(&format!("/jobs/{id}")).await;
    like(&answer, "job_just_started");
    assert_eq!(
        answer["vertices"][1]["metrics"],
        sample("job_just_started")["vertices"][1]["metrics"]
    );
}

#[tokio::test]
async fn checkpoint_statistics_have_the_captured_shape_with_one_under_way() {
    let flink = FakeFlink::start().await;
    flink.with_taskmanagers(1, 2).runs(probe());
    flink.advance(Duration::from_millis(5_100));
    let id = flink.job_id("sluice-probe");
    let answer = client(&flink).get(&format!("/jobs/{id}/checkpoints")).await;
    assert_eq!(answer["counts"]["in_progress"], 1);
    like(&answer, "checkpoints");
    flink.assert_lawful();
}

#[tokio::test]
async fn without_checkpoints_there_are_zeros_and_no_numbers() {
    let flink = FakeFlink::start().await;
    flink.with_taskmanagers(1, 2).runs(probe().without_checkpoints());
    let id = flink.job_id("sluice-probe");
    let client = client(&flink);
    assert_eq!(
        client.get(&format!("/jobs/{id}/checkpoints")).await,
        sample("checkpoints_not_enabled")
    );
    assert_eq!(
        client.get(&format!("/jobs/{id}/checkpoints/config")).await,
        sample("checkpoints_config_not_enabled")
    );
    flink.assert_lawful();
}

#[tokio::test]
async fn a_triggered_checkpoint_answers_like_the_captured_one() {
    let (flink, client, id) = busy().await;
    let (status, answer) = client.trigger(&id, &trigger_id(7)).await.unwrap();
    assert_eq!(status, 202);
    like(&answer, "checkpoint_trigger");
    let poll = format!("/jobs/{id}/checkpoints/{}", trigger_id(7));
    assert_eq!(client.get(&poll).await, sample("savepoint_in_progress"));
    flink.advance(Duration::from_secs(1));
    like(&client.get(&poll).await, "checkpoint_trigger_completed");
    flink.assert_lawful();
}

#[tokio::test]
async fn new_bounds_are_accepted_and_shown_as_captured() {
    let (flink, client, id) = busy().await;
    let path = format!("/jobs/{id}/resource-requirements");
    let (status, answer) = client
        .send("PUT", &path, &bounds(&flink, "sluice-probe", 1, 4))
        .await
        .unwrap();
    assert_eq!((status, answer), (200, sample("requirements_put_ok")));
    let shown = client.get(&path).await;
    like(&shown, "resource_requirements_p4");
    assert_eq!(shown, bounds(&flink, "sluice-probe", 1, 4));
    like(&client.get(&format!("/jobs/{id}")).await, "job_wants4_has2");
    flink.assert_lawful();
}

#[tokio::test]
async fn a_rescaling_job_looks_like_the_captured_one() {
    let (flink, client, id) = busy().await;
    flink.configured(Settings {
        web_refresh: 0,
        ..Settings::default()
    });
    let path = format!("/jobs/{id}/resource-requirements");
    client
        .send("PUT", &path, &bounds(&flink, "sluice-probe", 1, 4))
        .await
        .unwrap();
    flink.register_taskmanager("tm-2", 2);
    while flink.all_tasks_run("sluice-probe") {
        flink.advance(Duration::from_millis(100));
    }
    let mut seen = Vec::new();
    while !flink.all_tasks_run("sluice-probe") {
        let answer = client.get(&format!("/jobs/{id}")).await;
        let vertex = &answer["vertices"][0];
        let state = |value: &Value| value.as_str().unwrap().to_owned();
        seen.push((
            state(&answer["state"]),
            vertex["parallelism"].as_u64().unwrap(),
            state(&vertex["status"]),
        ));
        like(&answer, "job_restarting_to_p4");
        flink.advance(Duration::from_millis(100));
    }
    seen.dedup();
    let expected = [
        ("RESTARTING", 2, "CANCELED"),
        ("CREATED", 4, "CREATED"),
        ("RUNNING", 4, "RUNNING"),
    ];
    let expected = expected.map(|(state, p, vertex)| (state.to_owned(), p, vertex.to_owned()));
    assert_eq!(seen, expected);
    assert_eq!(client.get("/overview").await, sample("overview_two_taskmanagers"));
    flink.assert_lawful();
}

#[tokio::test]
async fn every_metric_name_was_captured() {
    let (flink, client, id) = busy().await;
    let vertices = flink.vertices("sluice-probe");
    for (path, captured) in [
        (format!("/jobs/{id}/metrics"), "job_metric_names"),
        ("/jobmanager/metrics".to_owned(), "jobmanager_metric_names"),
        (
            "/taskmanagers/tm-1/metrics".to_owned(),
            "taskmanager_metric_names",
        ),
    ] {
        assert_eq!(
            names(&client.get(&path).await),
            names(&sample(captured)),
            "{captured}"
        );
    }
    let burn = client
        .get(&format!(
            "/jobs/{id}/vertices/{}/subtasks/metrics",
            vertices[1].id
        ))
        .await;
    let unknown: Vec<_> = names(&burn)
        .difference(&names(&sample("subtasks_burn_metric_names")))
        .cloned()
        .collect();
    let own = |name: &String| name.starts_with("burn-cpu_->_discard__Writer.");
    assert!(unknown.iter().all(own), "{unknown:?}");
    let source = client
        .get(&format!(
            "/jobs/{id}/vertices/{}/subtasks/metrics",
            vertices[0].id
        ))
        .await;
    let unknown: Vec<_> = names(&source)
        .difference(&names(&sample("subtasks_source_metric_names")))
        .cloned()
        .collect();
    // A data generator has no backlog; Kafka's sources and the sample job's have (FLIP-33).
    assert_eq!(unknown, ["Source__datagen.pendingRecords"]);
    flink.assert_lawful();
}

#[tokio::test]
async fn metric_values_have_the_captured_shape() {
    let (flink, client, id) = busy().await;
    let vertex = &flink.vertices("sluice-probe")[0].id;
    let times = "busyTimeMsPerSecond,backPressuredTimeMsPerSecond,idleTimeMsPerSecond,numRecordsInPerSecond,\
                 numRecordsOutPerSecond";
    let subtasks = format!("/jobs/{id}/vertices/{vertex}/subtasks/metrics");
    let job = "numberOfFailedCheckpoints,lastCheckpointSize,numRestarts,lastCheckpointDuration,runningTime";
    let jvm = "Status.JVM.CPU.Load,Status.JVM.Memory.Heap.Used";
    for (path, captured) in [
        (format!("{subtasks}?get={times}"), "subtasks_source_times_agg"),
        (
            format!("{subtasks}?get={times}&agg=max"),
            "subtasks_source_times_agg_max_only",
        ),
        (format!("{subtasks}?get=noSuchMetric"), "metrics_unknown_name"),
        (format!("/jobs/{id}/metrics?get={job}"), "job_metrics_values"),
        (
            format!("/jobmanager/metrics?get=taskSlotsTotal,{jvm}"),
            "jobmanager_metrics_values",
        ),
        (
            format!("/taskmanagers/metrics?get={jvm}"),
            "taskmanagers_metrics_agg",
        ),
        (
            format!("/jobs/{id}/vertices/{}/subtasks/metrics", "0".repeat(32)),
            "metrics_vertex_not_found",
        ),
    ] {
        like(&client.get(&path).await, captured);
    }
    flink.assert_lawful();
}

#[tokio::test]
async fn a_killed_taskmanager_leaves_exceptions_as_captured() {
    let (flink, client, id) = busy().await;
    flink.kill_taskmanager("tm-1");
    flink.register_taskmanager("tm-2", 2);
    flink.advance(Duration::from_secs(40));
    let answer = client
        .get(&format!("/jobs/{id}/exceptions?maxExceptions=1"))
        .await;
    let (ours, theirs) = (
        &answer["exceptionHistory"],
        &sample("exceptions_after_kill")["exceptionHistory"],
    );
    assert_eq!(
        ours["entries"][0]["exceptionName"],
        theirs["entries"][0]["exceptionName"]
    );
    for field in shape(&theirs["entries"][0]).as_object().unwrap() {
        assert_eq!(shape(&ours["entries"][0])[field.0], *field.1);
    }
    assert_eq!(ours["truncated"], theirs["truncated"]);
    flink.assert_lawful();
}
