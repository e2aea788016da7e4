//! One request in two chats: asked in Slack, shown in Discord too, decided in either, and ended in both.

use stories::{Road, Thoroughness, World, briefly_over, killed_at_its_calls, killed_at_its_writes};

use super::scenes::orders_falls_behind;

async fn asked_in_one_and_approved_in_the_other(w: &mut World) {
    w.says("ana", "scale orders parallelism 4").await;
    w.until(1, "waiting").await;
    w.reads("bo", "#R-1 waiting").await;

    w.crosses_over();
    w.reads("bo", "#R-1 waiting").await;
    w.presses("ana", "Approve").await;
    w.reads("ana", "SELF_APPROVAL").await;
    w.presses("bo", "Approve").await;
    w.until(1, "finished").await;
    assert_eq!(w.flink.parallelism("orders"), 4);
    one_end_is_told(w).await;
    w.crosses_over();
    one_end_is_told(w).await;
}

/// The card and the progress are edited to the end, and the end is one message.
async fn one_end_is_told(w: &mut World) {
    w.until_told().await;
    let told = w.told().await;
    let starting = |start: &str| told.iter().filter(|text| text.starts_with(start)).count();
    assert_eq!(starting("ana asks"), 1, "{told:#?}");
    assert_eq!(starting("#R-1 inconclusive: ana asks"), 1, "{told:#?}");
    assert_eq!(starting("Inconclusive."), 1, "{told:#?}");
    assert_eq!(told.len(), 4, "opener, card, progress, end: {told:#?}");
}

#[tokio::test]
async fn what_is_asked_in_slack_is_approved_in_discord_and_ends_in_both() {
    briefly_over(
        Road::SlackAndDiscord,
        orders_falls_behind,
        asked_in_one_and_approved_in_the_other,
    )
    .await;
}

#[tokio::test]
async fn so_it_does_when_it_is_killed() {
    let (road, few) = (Road::SlackAndDiscord, Thoroughness::Ends);
    killed_at_its_writes(
        road,
        orders_falls_behind,
        asked_in_one_and_approved_in_the_other,
        few,
    )
    .await;
    killed_at_its_calls(
        road,
        orders_falls_behind,
        asked_in_one_and_approved_in_the_other,
        few,
    )
    .await;
}
