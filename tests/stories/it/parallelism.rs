//! A change of parallelism, from the command to the verdict.

use stories::{World, story};

use super::scenes::{orders_falls_behind, orders_has_too_much};

async fn a_peer_approves_a_wider_job_and_it_helps(w: &mut World) {
    w.measures_for(25).await;
    w.says(
        "ana",
        "scale orders parallelism 4 because \"lag grows\" incident 4711",
    )
    .await;
    w.until(1, "waiting").await;
    w.reads("bo", "#R-1 waiting").await;

    w.presses("ana", "Approve").await;
    w.until_quiet().await;
    w.reads("ana", "SELF_APPROVAL").await;
    assert_eq!(w.state(1).await, "waiting");

    w.presses("bo", "Approve").await;
    w.until(1, "finished").await;
    assert_eq!(w.flink.parallelism("orders"), 4);
    if w.is_measured() {
        w.reads("bo", "Better").await;
    }
}
story!(a_peer_approves_a_wider_job_and_it_helps, in orders_falls_behind, at every distinct point);

async fn a_job_with_too_much_gives_two_back(w: &mut World) {
    w.measures_for(25).await;
    w.says("bo", "scale orders parallelism -2").await;
    w.until(1, "waiting").await;
    w.presses("cy", "Approve").await;
    w.until(1, "finished").await;
    assert_eq!(w.flink.parallelism("orders"), 2);
    assert_eq!(w.flink.restarts("orders"), 1, "the rescale itself");
}
story!(a_job_with_too_much_gives_two_back, in orders_has_too_much);
