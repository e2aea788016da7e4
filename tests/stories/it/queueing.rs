//! Two changes of one target: the later one queues, and starts by itself.

use stories::{World, story};

use super::scenes::{one_of_ours_is_idle, orders_falls_behind, two_jobs_fall_behind};

async fn the_second_change_starts_by_itself_after_the_first(w: &mut World) {
    w.says("ana", "scale shop taskmanagers 1").await;
    w.until(1, "waiting").await;
    w.says("bo", "scale shop taskmanagers 3").await;
    w.until(2, "waiting").await;
    w.presses("cy", "Approve").await;
    w.until(2, "running").await;
    w.says("cy", "approve R-1").await;
    w.until(1, "queued").await;
    w.until(2, "finished").await;
    w.until(1, "drifted").await;
    assert_eq!(
        w.flink.taskmanagers().len(),
        3,
        "approved for two, there are three"
    );
}
story!(the_second_change_starts_by_itself_after_the_first, in one_of_ours_is_idle);

async fn two_jobs_change_side_by_side(w: &mut World) {
    w.says("ana", "scale orders parallelism 2").await;
    w.until(1, "waiting").await;
    w.presses("bo", "Approve").await;
    w.says("bo", "scale clicks parallelism 2").await;
    w.until(2, "waiting").await;
    w.presses("cy", "Approve").await;
    w.until(2, "finished").await;
    w.until(1, "finished").await;
    assert_eq!(
        (w.flink.parallelism("orders"), w.flink.parallelism("clicks")),
        (2, 2)
    );
}
story!(two_jobs_change_side_by_side, in two_jobs_fall_behind);

async fn with_no_wait_the_second_is_refused(w: &mut World) {
    w.says("ana", "scale orders parallelism 4").await;
    w.until(1, "waiting").await;
    w.says("bo", "scale orders parallelism 2 no-wait").await;
    w.until(2, "waiting").await;
    w.says("cy", "approve R-1").await;
    w.until(1, "running").await;
    w.says("cy", "approve R-2").await;
    w.until(2, "refused").await;
    w.reads("bo", "BUSY").await;
    w.until(1, "finished").await;
    assert_eq!(w.flink.parallelism("orders"), 4);
}
story!(with_no_wait_the_second_is_refused, in orders_falls_behind);

async fn an_approver_who_left_meanwhile_counts_no_more_at_the_start(w: &mut World) {
    w.says("ana", "scale orders parallelism 4").await;
    w.until(1, "waiting").await;
    w.says("ana", "scale orders parallelism 3").await;
    w.until(2, "waiting").await;
    w.says("cy", "approve R-1").await;
    w.until(1, "running").await;
    w.says("bo", "approve R-2").await;
    w.until(2, "queued").await;
    w.leaves_all_groups("bo");
    w.until(1, "finished").await;
    w.until(2, "waiting").await;
    assert_eq!(w.flink.parallelism("orders"), 4, "nothing more was done");
    w.says("ana", "withdraw R-2").await;
    w.until(2, "withdrawn").await;
}
story!(an_approver_who_left_meanwhile_counts_no_more_at_the_start, in orders_falls_behind);
