//! The config changes between two lives: the environment of an open request is no longer in it.

use commands::names::Millis;
use stories::{SHOP, World, briefly};

use super::scenes::orders_falls_behind;

async fn lives_again(w: &mut World, environment: &'static str) {
    w.layout.environment = environment;
    w.is_killed().await;
    w.until_quiet().await;
}

async fn a_request_waits(w: &mut World) {
    w.says("ana", "scale orders parallelism 4").await;
    w.until(1, "waiting").await;
    lives_again(w, "lab").await;
    assert_eq!(w.state(1).await, "refused");
    w.reads("bo", "shop is no longer in the config").await;
    w.reads("bo", "ENVIRONMENT_GONE").await;
}

#[tokio::test]
async fn a_waiting_request_is_refused_at_the_next_start() {
    briefly(orders_falls_behind, a_request_waits).await;
}

async fn a_request_runs(w: &mut World) {
    w.says("ana", "scale orders parallelism 4").await;
    w.until(1, "waiting").await;
    w.presses("bo", "Approve").await;
    w.until(1, "running").await;
    for _ in 0..2 {
        lives_again(w, "lab").await;
        w.pass(Millis::seconds(30)).await;
    }
    assert_eq!(w.state(1).await, "running");
    let told = w.told().await;
    let gone = told.iter().filter(|text| text.contains("cannot go on")).count();
    assert_eq!(gone, 1, "{told:#?}");
    assert!(w.holds_claims(1).await);

    lives_again(w, SHOP).await;
    w.until(1, "finished").await;
    assert_eq!(w.flink.parallelism("orders"), 4);
}

#[tokio::test]
async fn a_run_is_kept_and_told_once_and_goes_on_when_its_environment_is_back() {
    briefly(orders_falls_behind, a_request_runs).await;
}
