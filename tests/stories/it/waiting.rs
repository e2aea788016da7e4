//! While a request waits for votes: reminders, another group that is woken, a clock that is set back.

use approvals::ports::Clock as _;
use commands::names::{At, Millis};
use stories::{World, briefly, story};

use super::scenes::{orders_falls_behind, voters_are_reminded};

async fn reminders(w: &World) -> Vec<String> {
    let told = w.told().await.into_iter();
    told.filter(|text| text.contains("still waits for a decision"))
        .collect()
}

async fn whoever_may_vote_is_reminded_and_another_group_is_woken(w: &mut World) {
    w.says("ana", "scale orders parallelism 4").await;
    w.until(1, "waiting").await;
    w.pass(Millis::seconds(22)).await;
    let first = reminders(w).await;
    assert_eq!(first.len(), 1, "{first:#?}");
    assert!(first[0].contains("Please decide: @bo, @cy"), "{}", first[0]);

    w.pass(Millis::seconds(10)).await;
    let second = reminders(w).await;
    assert_eq!(second.len(), 2, "{second:#?}");
    let woken = second[1].contains("leads is woken: @cy, @dee") && second[1].contains("gives no vote");
    assert!(woken, "{}", second[1]);
    w.presses("dee", "Approve").await;
    w.until_quiet().await;
    assert_eq!(w.state(1).await, "waiting", "being woken gives nobody a vote");

    w.until(1, "expired").await;
    assert_eq!(reminders(w).await.len(), 3);
}
story!(whoever_may_vote_is_reminded_and_another_group_is_woken, in voters_are_reminded);

async fn a_decision_ends_the_reminders(w: &mut World) {
    w.says("ana", "scale orders parallelism 4").await;
    w.until(1, "waiting").await;
    w.pass(Millis::seconds(22)).await;
    w.presses_because("bo", "Deny", Some("not now")).await;
    w.until(1, "denied").await;
    w.pass(Millis::seconds(50)).await;
    assert_eq!(reminders(w).await.len(), 1);
}

#[tokio::test]
async fn a_decision_ends_the_reminders_told_once() {
    briefly(voters_are_reminded, a_decision_ends_the_reminders).await;
}

async fn an_attempt_between_its_time_and_its_turn(w: &mut World) {
    w.says("ana", "scale orders parallelism 4").await;
    w.until(1, "waiting").await;
    w.pass(Millis::seconds(18)).await;
    // A reminder is due, and the attempt is recorded before the runner has its turn.
    w.clock.advance(Millis::seconds(4));
    w.presses("ana", "Approve").await;
    w.until_quiet().await;
    assert_eq!(reminders(w).await.len(), 1);
}

#[tokio::test]
async fn a_refused_attempt_loses_no_reminder() {
    briefly(voters_are_reminded, an_attempt_between_its_time_and_its_turn).await;
}

async fn the_clock_is_set_back(w: &mut World) {
    w.says("ana", "scale orders parallelism 4").await;
    w.until(1, "waiting").await;
    let asked = w.clock.now();
    w.clock.set(At(asked.0 - 3_600_000));
    w.presses("ana", "Approve").await;
    w.until_quiet().await;
    w.presses("bo", "Approve").await;
    w.until_quiet().await;
    let times = w.times_of_entries().await;
    assert!(times.is_sorted(), "{times:?}");
    let events = w.events(1).await;
    assert!(events.contains(&"AttemptRefused"), "{events:?}");
    assert!(events.contains(&"Approved"), "a vote in time counts: {events:?}");
}

#[tokio::test]
async fn a_clock_that_is_set_back_moves_no_deadline_and_no_entry() {
    briefly(orders_falls_behind, the_clock_is_set_back).await;
}
