//! A change of parallelism, from the command to the verdict.

use commands::names::Millis;
use fakes::flink::{FakeFlink, Settings, job};
use std::time::Duration;
use stories::{Death, Layout, World};

/// `orders` at parallelism 1, three times too slow, with room for four.
pub async fn orders_falls_behind() -> FakeFlink {
    orders_with_checkpoints_every(Duration::from_secs(5)).await
}

/// The same, with checkpoints of Flink's own so far apart or so close.
pub async fn orders_with_checkpoints_every(interval: Duration) -> FakeFlink {
    let flink = FakeFlink::start().await;
    flink
        .configured(Settings {
            max_delay: None,
            ..Settings::tuned()
        })
        .with_taskmanagers(2, 4)
        .runs(
            job("orders")
                .parallelism(1)
                .arriving(600.0)
                .capacity_per_subtask(200.0)
                .backlog(20_000)
                .with_checkpoints_every(interval)
                .running_for(Duration::from_secs(3_600)),
        );
    flink
}

#[tokio::test]
async fn a_peer_approves_a_rescale_and_it_helps() {
    let flink = orders_falls_behind().await;
    let mut w = World::new(flink, Layout::default(), Death::never()).await;
    w.pass(Millis::seconds(70)).await;
    w.says(
        "ana",
        "scale orders parallelism 4 because \"lag grows\" incident 4711",
    )
    .await;
    w.until(1, "waiting").await;
    assert!(
        w.last_told("bo").await.starts_with("#R-1 waiting"),
        "{}",
        w.last_told("bo").await
    );

    w.presses("ana", "Approve", None).await;
    w.until_quiet().await;
    assert!(
        w.last_told("ana").await.contains("SELF_APPROVAL"),
        "{}",
        w.last_told("ana").await
    );
    assert_eq!(w.state(1).await, "waiting");

    w.presses("bo", "Approve", None).await;
    w.until(1, "finished").await;
    assert_eq!(w.flink.parallelism("orders"), 4);
    let last = w.last_told("bo").await;
    assert!(last.starts_with("Better"), "{last}");
    w.ends().await;
}
