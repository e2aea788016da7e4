//! The life of jobs: rescales, slots, backlog, failures, a new JobManager.

use crate::client::{Client, bounds, client, trigger_id};
use fakes::flink::{Bounds, Deed, FakeFlink, Job, Jobs, Settings, Status, job};
use serde_json::{Value, json};
use std::time::Duration;

const SECOND: Duration = Duration::from_secs(1);

fn orders() -> Job {
    job("orders")
        .arriving(600.0)
        .capacity_per_subtask(200.0)
        .with_checkpoints_every(5 * SECOND)
}

async fn cluster(taskmanagers: u32, slots: u32, job: Job) -> (FakeFlink, Client, String) {
    let flink = FakeFlink::start().await;
    flink.with_taskmanagers(taskmanagers, slots).runs(job);
    let id = flink.job_id("orders");
    (flink.clone(), client(&flink), id)
}

async fn wants(flink: &FakeFlink, client: &Client, upper: i64) {
    let path = format!("/jobs/{}/resource-requirements", flink.job_id("orders"));
    let answer = client
        .send("PUT", &path, &bounds(flink, "orders", 1, upper))
        .await
        .unwrap();
    assert_eq!(answer, (200, json!({})));
}

async fn free(client: &Client) -> u64 {
    client.get("/overview").await["slots-available"].as_u64().unwrap()
}

#[tokio::test]
async fn accepted_bounds_take_effect_with_the_next_checkpoint() {
    let (flink, client, id) = cluster(2, 2, orders()).await;
    wants(&flink, &client, 4).await;
    assert_eq!(
        (flink.parallelism("orders"), flink.status("orders")),
        (1, Status::Running)
    );
    client.trigger(&id, &trigger_id(2)).await.unwrap();
    flink.advance(Duration::from_millis(400));
    assert_eq!(flink.rescales("orders"), 0);
    flink.advance(Duration::from_millis(200));
    assert_eq!(flink.status("orders"), Status::Restarting);
    flink.advance(SECOND);
    assert!(flink.all_tasks_run("orders"));
    assert_eq!(
        (
            flink.parallelism("orders"),
            flink.restarts("orders"),
            flink.rescales("orders")
        ),
        (4, 1, 1)
    );
    let history = client.get(&format!("/jobs/{id}/rescales/history")).await;
    assert_eq!(history[0]["triggerCause"], "UPDATE_REQUIREMENT");
    assert_eq!(history[0]["terminatedReason"], "SUCCEEDED");
    let checkpoints = client.get(&format!("/jobs/{id}/checkpoints")).await;
    assert_eq!(checkpoints["counts"]["failed"], 1);
    assert_eq!(
        checkpoints["latest"]["failed"]["failure_message"],
        "Checkpoint Coordinator is suspending."
    );
    assert_eq!(checkpoints["counts"]["restored"], 1);
    flink.assert_lawful();
}

#[tokio::test]
async fn without_a_checkpoint_it_happens_after_the_longest_delay() {
    let hourly = orders().with_checkpoints_every(3_600 * SECOND);
    let (flink, client, _) = cluster(1, 4, hourly).await;
    flink.configured(Settings {
        max_delay: Some(15_000),
        ..Settings::default()
    });
    // The manager took its delay from the settings of its start; a restart takes the new ones.
    flink.task_fails("orders", "java.lang.RuntimeException", "boom");
    flink.advance(60 * SECOND);
    wants(&flink, &client, 2).await;
    flink.advance(14 * SECOND);
    assert_eq!(flink.parallelism("orders"), 1);
    flink.advance(3 * SECOND);
    assert_eq!(flink.parallelism("orders"), 2);
}

#[tokio::test]
async fn in_the_cooldown_a_checkpoint_changes_nothing() {
    let (flink, client, id) = cluster(1, 4, orders()).await;
    wants(&flink, &client, 2).await;
    flink.advance(8 * SECOND);
    assert_eq!(flink.parallelism("orders"), 2);
    wants(&flink, &client, 4).await;
    client.trigger(&id, &trigger_id(3)).await.unwrap();
    flink.advance(5 * SECOND);
    assert_eq!((flink.parallelism("orders"), flink.rescales("orders")), (2, 1));
    flink.advance(40 * SECOND);
    assert_eq!((flink.parallelism("orders"), flink.rescales("orders")), (4, 2));
}

#[tokio::test]
async fn the_same_bounds_again_are_no_effect_and_no_restart() {
    let (flink, client, _) = cluster(1, 4, orders()).await;
    wants(&flink, &client, 4).await;
    wants(&flink, &client, 4).await;
    flink.advance(60 * SECOND);
    wants(&flink, &client, 4).await;
    flink.advance(60 * SECOND);
    assert_eq!(flink.rescales("orders"), 1);
    let effects = flink.effects();
    assert_eq!(effects.len(), 1);
    assert_eq!(effects[0].key(), bounds(&flink, "orders", 1, 4).to_string());
}

#[tokio::test]
async fn more_than_there_are_slots_runs_with_what_there_is_and_grows_later() {
    let (flink, client, id) = cluster(1, 2, orders().parallelism(2)).await;
    wants(&flink, &client, 4).await;
    flink.advance(120 * SECOND);
    assert_eq!((flink.parallelism("orders"), flink.rescales("orders")), (2, 0));
    flink.register_taskmanager("sluice-1", 2);
    flink.advance(10 * SECOND);
    assert_eq!((flink.parallelism("orders"), flink.rescales("orders")), (4, 1));
    let history = client.get(&format!("/jobs/{id}/rescales/history")).await;
    assert_eq!(history[0]["triggerCause"], "NEW_RESOURCE_AVAILABLE");
    assert_eq!(flink.tasks_on("sluice-1"), 6);
}

#[tokio::test]
async fn part_of_what_is_wanted_is_taken_after_the_stabilization() {
    let (flink, client, _) = cluster(1, 2, orders().parallelism(1)).await;
    wants(&flink, &client, 8).await;
    flink.advance(55 * SECOND);
    assert_eq!(flink.parallelism("orders"), 1);
    flink.advance(15 * SECOND);
    assert_eq!(flink.parallelism("orders"), 2);
}

#[tokio::test]
async fn narrowing_empties_a_taskmanager_at_once_and_frees_its_slots_late() {
    let (flink, client, _) = cluster(2, 2, orders().parallelism(4)).await;
    wants(&flink, &client, 2).await;
    flink.advance(10 * SECOND);
    assert_eq!(flink.parallelism("orders"), 2);
    assert_eq!((flink.tasks_on("tm-1"), flink.tasks_on("tm-2")), (6, 0));
    let listed = client.get("/taskmanagers").await;
    assert_eq!(listed["taskmanagers"][1]["assignedTasks"], 0);
    assert_eq!(
        (&listed["taskmanagers"][1]["freeSlots"], free(&client).await),
        (&json!(0), 0)
    );
    flink.advance(105 * SECOND);
    assert_eq!(free(&client).await, 2);
    flink.lose_taskmanager("tm-2");
    flink.advance(10 * SECOND);
    assert_eq!(
        (flink.restarts("orders"), flink.status("orders")),
        (1, Status::Running)
    );
}

#[tokio::test]
async fn a_story_may_choose_which_taskmanager_gets_empty() {
    let (flink, client, _) = cluster(2, 2, orders().parallelism(4)).await;
    flink.empties_first("tm-1");
    wants(&flink, &client, 2).await;
    flink.advance(10 * SECOND);
    assert_eq!((flink.tasks_on("tm-1"), flink.tasks_on("tm-2")), (0, 6));
}

#[tokio::test]
async fn a_taskmanager_stopped_with_tasks_costs_a_restart() {
    let (flink, client, id) = cluster(4, 1, orders().parallelism(4)).await;
    flink.lose_taskmanager("tm-3");
    assert_eq!(flink.status("orders"), Status::Restarting);
    assert_eq!(flink.taskmanagers().len(), 3);
    flink.advance(2 * SECOND);
    assert_eq!(flink.status("orders"), Status::Created);
    flink.advance(12 * SECOND);
    assert_eq!(
        (flink.status("orders"), flink.parallelism("orders")),
        (Status::Running, 3)
    );
    assert_eq!((flink.restarts("orders"), flink.rescales("orders")), (1, 0));
    let entry = &client.get(&format!("/jobs/{id}/exceptions")).await["exceptionHistory"]["entries"][0];
    assert_eq!(
        entry["exceptionName"],
        "org.apache.flink.util.FlinkExpectedException"
    );
    assert_eq!(entry["taskManagerId"], "tm-3");
}

#[tokio::test]
async fn a_killed_taskmanager_is_noticed_late_and_costs_several_restarts() {
    let (flink, _, _) = cluster(2, 2, orders().parallelism(4)).await;
    flink.kill_taskmanager("tm-2");
    flink.advance(2 * SECOND);
    assert_eq!(
        (flink.taskmanagers().len(), flink.status("orders")),
        (2, Status::Running)
    );
    flink.advance(30 * SECOND);
    assert_eq!((flink.taskmanagers().len(), flink.parallelism("orders")), (1, 2));
    assert_eq!(flink.status("orders"), Status::Running);
    assert!(flink.restarts("orders") > 2, "{}", flink.restarts("orders"));
}

#[tokio::test]
async fn a_lower_bound_that_cannot_be_met_kills_the_job_at_its_next_restart() {
    let (flink, client, _) = cluster(1, 2, orders().parallelism(2)).await;
    let path = format!("/jobs/{}/resource-requirements", flink.job_id("orders"));
    client
        .send("PUT", &path, &bounds(&flink, "orders", 4, 4))
        .await
        .unwrap();
    flink.advance(120 * SECOND);
    assert_eq!(
        (flink.status("orders"), flink.rescales("orders")),
        (Status::Running, 0)
    );
    flink.task_fails("orders", "java.lang.RuntimeException", "boom");
    flink.advance(299 * SECOND);
    assert_eq!(flink.status("orders"), Status::Created);
    flink.advance(5 * SECOND);
    assert_eq!(flink.status("orders"), Status::Failed);
}

#[tokio::test]
async fn the_backlog_grows_until_the_job_is_wide_enough_and_the_replay_is_read_again() {
    let slow_checkpoints = orders().with_checkpoints_every(3_600 * SECOND);
    let (flink, client, id) = cluster(1, 4, slow_checkpoints).await;
    flink.advance(10 * SECOND);
    assert_eq!(flink.backlog("orders"), 4_000);
    wants(&flink, &client, 4).await;
    client.trigger(&id, &trigger_id(1)).await.unwrap();
    // Half a second at 200/s while the checkpoint is taken, then a second of standstill; the 100 records read since the
    // checkpoint began are read again.
    flink.advance(Duration::from_millis(1_500));
    assert!(flink.all_tasks_run("orders"));
    assert_eq!(flink.backlog("orders"), 4_000 + 900 - 100 + 100);
    flink.advance(24 * SECOND);
    assert_eq!(flink.backlog("orders"), 4_900 - 24 * 200);
    flink.advance(10 * SECOND);
    assert_eq!(flink.backlog("orders"), 0);
}

#[tokio::test]
async fn one_trigger_id_is_one_checkpoint_for_five_minutes() {
    let (flink, client, id) = cluster(1, 1, orders().without_checkpoints()).await;
    for _ in 0..3 {
        assert_eq!(client.trigger(&id, &trigger_id(9)).await.unwrap().0, 202);
        flink.advance(SECOND);
    }
    assert_eq!(flink.completed_checkpoints("orders"), 1);
    let effects = flink.effects();
    assert_eq!(effects.len(), 1);
    assert_eq!(effects[0].deed, Deed::TriggeredCheckpoint(trigger_id(9)));
    flink.advance(400 * SECOND);
    let poll = format!("/jobs/{id}/checkpoints/{}", trigger_id(9));
    assert_eq!(client.try_get(&poll).await.unwrap().0, 404);
}

#[tokio::test]
async fn a_failed_checkpoint_is_completed_with_a_cause() {
    let (flink, client, id) = cluster(1, 1, orders().tolerating_failed_checkpoints(5)).await;
    flink.next_checkpoints_fail("orders", 1, "Checkpoint expired before completing.");
    client.trigger(&id, &trigger_id(4)).await.unwrap();
    flink.advance(SECOND);
    let answer = client
        .get(&format!("/jobs/{id}/checkpoints/{}", trigger_id(4)))
        .await;
    assert_eq!(answer["status"]["id"], "COMPLETED");
    let cause = answer["operation"]["failureCause"]["stack-trace"]
        .as_str()
        .unwrap();
    assert!(cause.contains("Checkpoint expired before completing."));
    assert_eq!(
        (flink.status("orders"), flink.restarts("orders")),
        (Status::Running, 0)
    );
    flink.assert_lawful();
}

#[tokio::test]
async fn more_failed_checkpoints_than_are_tolerated_restart_the_job() {
    let (flink, _, _) = cluster(1, 1, orders()).await;
    flink.next_checkpoints_fail("orders", 1, "Checkpoint expired before completing.");
    flink.advance(10 * SECOND);
    assert_eq!(
        (flink.status("orders"), flink.restarts("orders")),
        (Status::Running, 1)
    );
}

#[tokio::test]
async fn two_failed_checkpoints_let_a_waiting_change_happen_all_the_same() {
    let (flink, client, _) = cluster(1, 2, orders().tolerating_failed_checkpoints(9)).await;
    flink.checkpoints_fail("orders", "Checkpoint expired before completing.");
    wants(&flink, &client, 2).await;
    flink.advance(9 * SECOND);
    assert_eq!(flink.rescales("orders"), 0);
    flink.advance(3 * SECOND);
    assert_eq!((flink.parallelism("orders"), flink.rescales("orders")), (2, 1));
}

#[tokio::test]
async fn a_checkpoint_asked_for_while_the_job_restarts_fails() {
    let (flink, client, id) = cluster(1, 1, orders()).await;
    flink.task_fails("orders", "java.lang.RuntimeException", "boom");
    client.trigger(&id, &trigger_id(5)).await.unwrap();
    let answer = client
        .get(&format!("/jobs/{id}/checkpoints/{}", trigger_id(5)))
        .await;
    let cause = answer["operation"]["failureCause"]["stack-trace"]
        .as_str()
        .unwrap();
    assert!(cause.contains("The Flink job is currently not executing."));
    assert_eq!(flink.effects(), []);
}

#[tokio::test]
async fn a_new_jobmanager_keeps_bounds_and_state_or_forgets_the_job() {
    let (flink, client, id) = cluster(1, 4, orders().parallelism(2)).await;
    client.trigger(&id, &trigger_id(6)).await.unwrap();
    flink.advance(SECOND);
    flink.restarts_jobmanager(Jobs::Kept);
    flink.advance(15 * SECOND);
    assert_eq!(
        (flink.status("orders"), flink.bounds("orders")),
        (Status::Running, Bounds { lower: 1, upper: 2 })
    );
    let poll = format!("/jobs/{id}/checkpoints/{}", trigger_id(6));
    assert_eq!(client.try_get(&poll).await.unwrap().0, 404);
    flink.restarts_jobmanager(Jobs::Gone);
    assert_eq!(client.try_get(&format!("/jobs/{id}")).await.unwrap().0, 404);
    assert_eq!(free(&client).await, 4);
    flink.assert_lawful();
}

#[tokio::test]
async fn a_job_without_slots_waits_for_a_taskmanager() {
    let (flink, client, id) = {
        let flink = FakeFlink::start().await;
        flink.runs(orders().parallelism(2));
        let client = client(&flink);
        let id = client.get("/jobs").await["jobs"][0]["id"]
            .as_str()
            .unwrap()
            .to_owned();
        (flink, client, id)
    };
    assert_eq!(
        client.get(&format!("/jobs/{id}/status")).await["status"],
        "CREATED"
    );
    flink.register_taskmanager("late", 2);
    flink.advance(SECOND);
    assert!(flink.all_tasks_run("orders"));
}

#[tokio::test]
async fn states_may_be_three_seconds_old() {
    let (flink, client, id) = cluster(1, 4, orders()).await;
    let state = async || -> Value { client.get(&format!("/jobs/{id}")).await["state"].clone() };
    assert_eq!(state().await, "RUNNING");
    flink.task_fails("orders", "java.lang.RuntimeException", "boom");
    flink.advance(Duration::from_millis(500));
    assert_eq!(state().await, "RUNNING");
    assert_eq!(
        client.get(&format!("/jobs/{id}/status")).await["status"],
        "RESTARTING"
    );
}
