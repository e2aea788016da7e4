//! Nobody knows whether a step was done: claims stay held, and an observation or a person's word settles it.

use std::time::Duration;

use commands::names::Millis;
use stories::{World, story};

use super::scenes::orders_makes_checkpoints;

/// The first checkpoint takes longer than its step may.
async fn a_checkpoint_is_not_seen_in_time(w: &mut World) {
    w.flink.checkpoints_take("orders", Duration::from_secs(4));
    let mut plan = w.recipe("scale orders parallelism 4").await;
    plan.steps[0].budget = Millis::seconds(2);
    w.plans("ana", "scale orders parallelism 4", plan).await;
    w.until(1, "waiting").await;
    w.presses("bo", "Approve").await;
    w.until(1, "outcome unknown").await;
    w.flink.checkpoints_take("orders", Duration::from_millis(500));
    assert_eq!(w.flink.bounds("orders").upper, 1, "nothing goes on in doubt");
}

async fn an_observation_settles_a_doubt(w: &mut World) {
    a_checkpoint_is_not_seen_in_time(w).await;
    w.until(1, "finished").await;
    assert_eq!(w.flink.parallelism("orders"), 4);
}
story!(an_observation_settles_a_doubt, in orders_makes_checkpoints);

async fn the_word_of_one_who_may_approve_settles_a_doubt(w: &mut World) {
    a_checkpoint_is_not_seen_in_time(w).await;
    w.presses("ana", "It is done").await;
    w.until_quiet().await;
    w.reads("ana", "SELF_APPROVAL").await;
    assert_eq!(w.state(1).await, "outcome unknown");
    w.presses("bo", "It is done").await;
    w.until(1, "finished").await;
    assert_eq!(w.flink.parallelism("orders"), 4);
}
story!(the_word_of_one_who_may_approve_settles_a_doubt, in orders_makes_checkpoints);
