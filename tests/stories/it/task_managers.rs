//! More and fewer TaskManagers: real processes, started and stopped by the real launcher.

use commands::names::Millis;
use commands::plan::Action;
use stories::{World, story};

use super::scenes::{one_of_ours_is_idle, orders_could_use_another_slot, orders_runs_on_one_of_ours};

async fn one_more_lets_a_job_grow_and_the_undo_button_takes_it_back(w: &mut World) {
    w.says("ana", "scale shop taskmanagers +1").await;
    w.until(1, "waiting").await;
    w.presses("bo", "Approve").await;
    w.until(1, "finished").await;
    assert_eq!(w.flink.taskmanagers().len(), 2);
    assert_eq!(w.flink.parallelism("orders"), 2, "its bounds let it grow");

    w.presses("ana", "Undo").await;
    w.until(2, "waiting").await;
    w.presses("bo", "Approve").await;
    w.until(2, "finished").await;
    assert_eq!(w.flink.taskmanagers(), ["tm-1"]);
    assert_eq!(w.flink.parallelism("orders"), 1);
}
story!(one_more_lets_a_job_grow_and_the_undo_button_takes_it_back, in orders_could_use_another_slot);

async fn one_less_narrows_the_job_that_must_and_stops_the_empty_one(w: &mut World) {
    w.says("ana", "scale shop taskmanagers 1").await;
    w.until(1, "waiting").await;
    w.presses("bo", "Approve").await;
    w.until(1, "finished").await;
    assert_eq!(w.flink.taskmanagers(), ["tm-1"]);
    assert_eq!(w.flink.bounds("orders").upper, 1);
    assert_eq!(w.flink.restarts("orders"), 1, "the narrowing, and no other");
}
story!(one_less_narrows_the_job_that_must_and_stops_the_empty_one, in orders_runs_on_one_of_ours);

async fn one_more_restart_is_the_price_where_ours_does_not_empty(w: &mut World) {
    w.flink.empties_first("tm-1");
    let mut plan = w.recipe("scale shop taskmanagers 1").await;
    for step in &mut plan.steps {
        if matches!(step.action, Action::AwaitIdleTaskManager { .. }) {
            step.budget = Millis::seconds(5);
        }
    }
    w.plans("ana", "scale shop taskmanagers 1", plan).await;
    w.until(1, "waiting").await;
    w.presses("bo", "Approve").await;
    w.until(1, "finished").await;
    assert_eq!(w.flink.taskmanagers(), ["tm-1"]);
    assert_eq!(
        w.flink.restarts("orders"),
        2,
        "the narrowing, and the stop of one with tasks"
    );
}
story!(one_more_restart_is_the_price_where_ours_does_not_empty, in orders_runs_on_one_of_ours);

async fn an_idle_one_goes_without_a_restart(w: &mut World) {
    w.says("ana", "scale shop taskmanagers -1").await;
    w.until(1, "waiting").await;
    w.presses("bo", "Approve").await;
    w.until(1, "finished").await;
    assert_eq!(w.flink.taskmanagers(), ["tm-1"]);
    assert_eq!(w.flink.restarts("orders"), 0);
}
story!(an_idle_one_goes_without_a_restart, in one_of_ours_is_idle);
