//! Back to what was: the undo button, and `rollback`.

use stories::{World, story, talk};

use super::scenes::orders_falls_behind;

async fn the_undo_button_goes_the_same_gate_back(w: &mut World) {
    w.says("ana", "scale orders parallelism 4").await;
    w.until(1, "waiting").await;
    w.presses("bo", "Approve").await;
    w.until(1, "finished").await;
    assert_eq!(w.flink.parallelism("orders"), 4);

    w.presses("bo", "Undo").await;
    w.until(2, "waiting").await;
    w.presses("bo", "Approve").await;
    w.until_quiet().await;
    w.reads("bo", "SELF_APPROVAL").await;
    w.presses("ana", "Approve").await;
    w.until(2, "finished").await;
    assert_eq!(w.flink.parallelism("orders"), 1);
    assert_eq!(w.flink.bounds("orders").upper, 1);
}
story!(the_undo_button_goes_the_same_gate_back, in orders_falls_behind);

async fn there_is_no_rollback_of_what_never_ran(w: &mut World) {
    w.says("ana", "scale orders parallelism 4").await;
    w.until(1, "waiting").await;
    w.says("bo", "rollback R-1").await;
    w.until_quiet().await;
    w.reads("bo", "NOTHING_TO_ROLL_BACK").await;
    w.says("bo", "rollback R-7").await;
    w.until_quiet().await;
    w.reads("bo", "UNKNOWN_REQUEST").await;
    assert_eq!(w.states().await, ["waiting"]);
}
talk!(there_is_no_rollback_of_what_never_ran, in orders_falls_behind);
