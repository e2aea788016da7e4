//! The target is not what the plan was made for any more.

use stories::{World, story};

use super::scenes::orders_has_too_much;

async fn what_drifted_is_planned_again(w: &mut World) {
    w.says("ana", "scale orders parallelism 2 because \"it idles\"")
        .await;
    w.until(1, "waiting").await;
    w.flink.somebody_sets_bounds("orders", 2, 4);
    w.presses("bo", "Approve").await;
    w.until(1, "drifted").await;
    w.presses("ana", "Plan again").await;
    w.until(2, "waiting").await;
    w.presses("bo", "Approve").await;
    w.until(2, "finished").await;
    assert_eq!(w.flink.parallelism("orders"), 2);
}
story!(what_drifted_is_planned_again, in orders_has_too_much);
