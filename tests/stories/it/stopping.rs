//! `stop` between two steps, and then undo, or leave.

use std::time::Duration;

use stories::{World, story};

use super::scenes::{orders_could_use_another_slot, orders_falls_behind};

/// Two TaskManagers are to come; after the first one it is stopped.
async fn stopped_after_the_first_of_two(w: &mut World) {
    w.says("ana", "scale shop taskmanagers 3").await;
    w.until(1, "waiting").await;
    w.presses("bo", "Approve").await;
    w.until_event(1, "StepSent").await;
    w.presses("ana", "Stop").await;
    w.until(1, "stopping").await;
    assert_eq!(w.flink.taskmanagers().len(), 2, "the step in hand was finished");
}

async fn stopped_and_undone_it_is_as_before(w: &mut World) {
    stopped_after_the_first_of_two(w).await;
    w.presses("cy", "Undo what was done").await;
    w.until(1, "rolled back").await;
    assert_eq!(w.flink.taskmanagers(), ["tm-1"]);
}
story!(stopped_and_undone_it_is_as_before, in orders_could_use_another_slot);

async fn stopped_and_left_it_stays_as_it_is(w: &mut World) {
    stopped_after_the_first_of_two(w).await;
    w.presses("ana", "Leave it as it is").await;
    w.until(1, "finished").await;
    assert_eq!(w.flink.taskmanagers().len(), 2);
}
story!(stopped_and_left_it_stays_as_it_is, in orders_could_use_another_slot);

async fn a_stop_after_the_first_checkpoint_leaves_the_bounds_alone(w: &mut World) {
    w.flink.checkpoints_take("orders", Duration::from_secs(3));
    w.says("ana", "scale orders parallelism 4").await;
    w.until(1, "waiting").await;
    w.presses("bo", "Approve").await;
    w.until_event(1, "StepSent").await;
    w.presses("dee", "Stop").await;
    w.until_quiet().await;
    w.reads("dee", "NOT_AN_APPROVER").await;
    w.presses("cy", "Stop").await;
    w.until(1, "stopping").await;
    w.presses("ana", "Undo what was done").await;
    w.until(1, "rolled back").await;
    assert_eq!(w.flink.parallelism("orders"), 1);
}
story!(a_stop_after_the_first_checkpoint_leaves_the_bounds_alone, in orders_falls_behind);
