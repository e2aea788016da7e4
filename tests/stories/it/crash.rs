//! The same story, killed at every durable append and around every send, ends the same.

use std::sync::Arc;
use std::time::Duration;

use commands::names::Millis;
use fakes::flink::Deed;
use stories::{Death, Layout, World, windows};

use super::scale::orders_with_checkpoints_every;

/// The points are shared out over so many tests, which a runner may run side by side.
const SHARDS: usize = 4;

/// What must be the same, whenever the process was killed.
#[derive(Debug, PartialEq)]
struct Ending {
    state: &'static str,
    parallelism: u32,
    effects: Vec<&'static str>,
    told: Vec<String>,
}

async fn story(death: Arc<Death>) -> (Ending, usize) {
    let layout = Layout {
        windows: windows(20, 10, 20),
        ..Layout::default()
    };
    // No checkpoint of Flink's own comes in between: it would prove a step done that was not sent yet.
    let flink = orders_with_checkpoints_every(Duration::from_secs(3_600)).await;
    let mut w = World::new(flink, layout, death.clone()).await;
    w.pass(Millis::seconds(25)).await;
    w.says("ana", "scale orders parallelism 4").await;
    w.until(1, "waiting").await;
    w.presses("bo", "Approve", None).await;
    w.until(1, "finished").await;
    let ending = Ending {
        state: w.state(1).await,
        parallelism: w.flink.parallelism("orders"),
        effects: w
            .flink
            .effects()
            .iter()
            .map(|effect| kind(&effect.deed))
            .collect(),
        told: w.told().await.iter().map(|text| first_words(text)).collect(),
    };
    let points = death.points();
    w.ends().await;
    (ending, points)
}

fn kind(deed: &Deed) -> &'static str {
    match deed {
        Deed::TriggeredCheckpoint(_) => "checkpoint",
        Deed::ChangedBounds(_) => "bounds",
    }
}

/// Numbers of a measurement differ by when it was taken; what is told does not.
fn first_words(text: &str) -> String {
    text.lines()
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .take(3)
        .collect::<Vec<_>>()
        .join(" ")
}

/// Kills the story at every point of one shard.
async fn killed_at_every_point_of(shard: usize) {
    let (expected, points) = story(Death::never()).await;
    assert_eq!(expected.state, "finished");
    assert_eq!(expected.effects, ["checkpoint", "bounds", "checkpoint"]);
    assert!(points > 40, "only {points} points at which it can die");
    for point in (shard..points).step_by(SHARDS) {
        let (ending, _) = story(Death::at(point)).await;
        assert_eq!(ending, expected, "killed at point {point} of {points}");
    }
}

#[tokio::test]
async fn killed_anywhere_it_ends_the_same_1_of_4() {
    killed_at_every_point_of(0).await;
}

#[tokio::test]
async fn killed_anywhere_it_ends_the_same_2_of_4() {
    killed_at_every_point_of(1).await;
}

#[tokio::test]
async fn killed_anywhere_it_ends_the_same_3_of_4() {
    killed_at_every_point_of(2).await;
}

#[tokio::test]
async fn killed_anywhere_it_ends_the_same_4_of_4() {
    killed_at_every_point_of(3).await;
}
