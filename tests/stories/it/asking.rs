//! What is asked and changes nothing.

use stories::{World, talk};

use super::scenes::orders_falls_behind;

async fn a_dry_run_shows_the_plan_and_asks_nobody(w: &mut World) {
    w.says("ana", "scale orders parallelism x4 dry-run").await;
    w.until_quiet().await;
    w.reads("bo", "parallelism 4 (now 1)").await;
    assert!(w.states().await.is_empty(), "there is no request");
}
talk!(a_dry_run_shows_the_plan_and_asks_nobody, in orders_falls_behind);

async fn what_cannot_be_is_refused_with_what_can(w: &mut World) {
    w.says("ana", "scale orders parallelism 9").await;
    w.until(1, "refused").await;
    w.reads("bo", "NOT_ENOUGH_SLOTS").await;
    w.reads("bo", "scale orders parallelism 8").await;
    assert_eq!(w.flink.effects(), []);
}
talk!(what_cannot_be_is_refused_with_what_can, in orders_falls_behind);
