//! Metrics, and the ways in which they mislead.

use crate::client::{Client, bounds, client};
use fakes::flink::{FakeFlink, Job, Settings, job};
use serde_json::{Value, json};
use std::time::Duration;

const SECOND: Duration = Duration::from_secs(1);

async fn running(job: Job) -> (FakeFlink, Client) {
    let flink = FakeFlink::start().await;
    flink.with_taskmanagers(1, 4).runs(job);
    (flink.clone(), client(&flink))
}

fn orders() -> Job {
    job("orders")
        .arriving(600.0)
        .capacity_per_subtask(200.0)
        .with_checkpoints_every(5 * SECOND)
}

/// The sum over subtasks of one metric; null where the answer is empty.
async fn sum(flink: &FakeFlink, client: &Client, vertex: usize, name: &str) -> Value {
    let (job, vertex) = (
        flink.job_id("orders"),
        flink.vertices("orders")[vertex].id.clone(),
    );
    let path = format!("/jobs/{job}/vertices/{vertex}/subtasks/metrics?get={name}&agg=sum");
    client.get(&path).await[0]["sum"].clone()
}

#[tokio::test]
async fn the_first_question_finds_nothing_and_the_next_what_was_fetched_then() {
    let (flink, client) = running(orders()).await;
    assert_eq!(sum(&flink, &client, 1, "numRecordsIn").await, Value::Null);
    assert_eq!(sum(&flink, &client, 1, "numRecordsIn").await, Value::Null);
    flink.advance(5 * SECOND);
    assert_eq!(sum(&flink, &client, 1, "numRecordsIn").await, json!(720_000.0));
    flink.advance(5 * SECOND);
    assert_eq!(sum(&flink, &client, 1, "numRecordsIn").await, json!(720_000.0));
    flink.advance(SECOND);
    assert_eq!(sum(&flink, &client, 1, "numRecordsIn").await, json!(722_000.0));
    flink.assert_lawful();
}

#[tokio::test]
async fn one_unknown_name_empties_an_aggregated_answer_and_is_left_out_of_a_plain_one() {
    let (flink, client) = running(orders()).await;
    flink.metrics_are_fresh();
    assert_eq!(
        sum(&flink, &client, 1, "numRecordsIn,noSuchMetric").await,
        Value::Null
    );
    let answer = client
        .get("/jobmanager/metrics?get=taskSlotsTotal,noSuchMetric")
        .await;
    assert_eq!(answer, json!([{ "id": "taskSlotsTotal", "value": "4" }]));
}

#[tokio::test]
async fn a_saturated_job_is_busy_at_work_and_back_pressured_at_its_source() {
    let (flink, client) = running(orders()).await;
    flink.metrics_are_fresh();
    flink.advance(10 * SECOND);
    assert_eq!(
        sum(&flink, &client, 1, "busyTimeMsPerSecond").await,
        json!(1_000.0)
    );
    assert_eq!(
        sum(&flink, &client, 0, "backPressuredTimeMsPerSecond").await,
        json!(980.0)
    );
    assert_eq!(
        sum(&flink, &client, 2, "backPressuredTimeMsPerSecond").await,
        json!(0.0)
    );
    assert_eq!(
        sum(&flink, &client, 0, "Source__log.pendingRecords").await,
        json!(4_000.0)
    );
    assert_eq!(sum(&flink, &client, 0, "numRecordsIn").await, json!(0.0));
}

#[tokio::test]
async fn after_a_rescale_the_old_attempt_still_speaks_and_counters_begin_anew() {
    let (flink, client) = running(orders()).await;
    flink.configured(Settings::tuned());
    flink.task_fails(
        "orders",
        "java.lang.RuntimeException",
        "so that the tuned settings are taken",
    );
    flink.advance(60 * SECOND);
    sum(&flink, &client, 1, "numRecordsIn").await;
    flink.advance(2 * SECOND);
    let path = format!("/jobs/{}/resource-requirements", flink.job_id("orders"));
    client
        .send("PUT", &path, &bounds(&flink, "orders", 1, 4))
        .await
        .unwrap();
    while flink.parallelism("orders") == 1 {
        let before = sum(&flink, &client, 1, "numRecordsIn").await.as_f64().unwrap();
        assert!(before > 10_000.0);
        flink.advance(Duration::from_millis(100));
    }
    let stale = sum(&flink, &client, 1, "numRecordsIn").await;
    flink.advance(SECOND);
    assert!(flink.all_tasks_run("orders"));
    assert_eq!(sum(&flink, &client, 1, "numRecordsIn").await, stale);
    flink.advance(10 * SECOND);
    sum(&flink, &client, 1, "numRecordsIn").await;
    flink.advance(SECOND);
    let fresh = sum(&flink, &client, 1, "numRecordsIn").await.as_f64().unwrap();
    assert!((5_000.0..10_000.0).contains(&fresh), "{fresh}");
}

#[tokio::test]
async fn a_task_that_has_just_started_calls_itself_busy() {
    let (flink, client) = running(orders().arriving(1.0).running_for(Duration::ZERO)).await;
    flink.metrics_are_fresh();
    assert_eq!(
        sum(&flink, &client, 2, "busyTimeMsPerSecond").await,
        json!(1_000.0)
    );
    flink.advance(6 * SECOND);
    let busy = sum(&flink, &client, 2, "busyTimeMsPerSecond")
        .await
        .as_f64()
        .unwrap();
    assert!(busy < 1.0, "{busy}");
}

#[tokio::test]
async fn a_legacy_source_has_no_busy_time_and_no_backlog() {
    let (flink, client) = running(orders().with_legacy_source()).await;
    flink.metrics_are_fresh();
    assert_eq!(sum(&flink, &client, 0, "busyTimeMsPerSecond").await, "NaN");
    assert_eq!(
        sum(&flink, &client, 0, "Source__log.pendingRecords").await,
        Value::Null
    );
    let job = client.get(&format!("/jobs/{}", flink.job_id("orders"))).await;
    assert_eq!(job["vertices"][0]["metrics"]["accumulated-busy-time"], "NaN");
    flink.assert_lawful();
}

#[tokio::test]
async fn without_watermarks_there_is_the_smallest_number() {
    let (flink, client) = running(orders()).await;
    flink.metrics_are_fresh();
    let lowest = sum(&flink, &client, 1, "currentInputWatermark").await;
    assert_eq!(lowest, json!(-9.223_372_036_854_776e18));
}

#[tokio::test]
async fn restarts_and_rescales_are_counted_together() {
    let (flink, client) = running(orders()).await;
    flink.metrics_are_fresh();
    let path = format!("/jobs/{}/resource-requirements", flink.job_id("orders"));
    client
        .send("PUT", &path, &bounds(&flink, "orders", 1, 2))
        .await
        .unwrap();
    flink.advance(10 * SECOND);
    let job = flink.job_id("orders");
    let counts = client
        .get(&format!("/jobs/{job}/metrics?get=numRestarts,numRescales"))
        .await;
    assert_eq!(
        counts,
        json!([{ "id": "numRestarts", "value": "1" }, { "id": "numRescales", "value": "1" }])
    );
    let all = client.get("/jobs/metrics?get=numRestarts&agg=max").await;
    assert_eq!(all, json!([{ "id": "numRestarts", "max": 1.0 }]));
}

#[tokio::test]
async fn a_story_sets_what_a_taskmanager_measures() {
    let (flink, client) = running(orders()).await;
    flink.metrics_are_fresh();
    flink.metric("tm-1", "Status.JVM.CPU.Load", "0.97");
    let one = client
        .get("/taskmanagers/tm-1/metrics?get=Status.JVM.CPU.Load")
        .await;
    assert_eq!(one, json!([{ "id": "Status.JVM.CPU.Load", "value": "0.97" }]));
    let heap = client.get("/taskmanagers/tm-1").await["metrics"]["heapMax"]
        .as_u64()
        .unwrap();
    assert!(heap > 0);
}
