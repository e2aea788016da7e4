//! Votes, and all the ways a request ends before anything runs.

use commands::names::Millis;
use stories::{World, briefly, story, talk};

use super::scenes::{orders_falls_behind, two_must_say_yes};

async fn orders_is_asked_for(w: &mut World) {
    w.says("ana", "scale orders parallelism 4").await;
    w.until(1, "waiting").await;
}

async fn a_denial_says_why(w: &mut World) {
    orders_is_asked_for(w).await;
    w.presses_because("bo", "Deny", Some("not at this hour")).await;
    w.until(1, "denied").await;
    w.reads("ana", "not at this hour").await;
}
talk!(a_denial_says_why, in orders_falls_behind);

/// Slack and Discord ask for it in a form before anything is delivered.
async fn without_a_reason_it_is_asked_for(w: &mut World) {
    orders_is_asked_for(w).await;
    w.presses("bo", "Deny").await;
    w.until_quiet().await;
    w.reads("bo", "REASON_NEEDED").await;
    assert_eq!(w.state(1).await, "waiting");
}

#[tokio::test]
async fn a_denial_without_a_reason_denies_nothing() {
    briefly(orders_falls_behind, without_a_reason_it_is_asked_for).await;
}

async fn nobody_approves_the_own_request(w: &mut World) {
    orders_is_asked_for(w).await;
    w.presses("ana", "Approve").await;
    w.says("ana", "approve R-1").await;
    w.until_quiet().await;
    w.reads("ana", "SELF_APPROVAL").await;
    assert_eq!(w.state(1).await, "waiting");
    let refused = w
        .events(1)
        .await
        .into_iter()
        .filter(|kind| *kind == "AttemptRefused");
    assert_eq!(refused.count(), 2, "each attempt is in the ledger");
}
talk!(nobody_approves_the_own_request, in orders_falls_behind);

async fn who_is_in_no_group_is_told_and_recorded(w: &mut World) {
    orders_is_asked_for(w).await;
    w.presses("dee", "Approve").await;
    w.until_quiet().await;
    w.reads("dee", "NOT_AN_APPROVER").await;
    assert!(w.events(1).await.contains(&"AttemptRefused"));
    assert_eq!(w.state(1).await, "waiting");
}
talk!(who_is_in_no_group_is_told_and_recorded, in orders_falls_behind);

async fn a_request_that_nobody_decides_expires(w: &mut World) {
    orders_is_asked_for(w).await;
    w.pass(Millis::minutes(29)).await;
    assert_eq!(w.state(1).await, "waiting");
    w.pass(Millis::minutes(2)).await;
    assert_eq!(w.state(1).await, "expired");
    w.says("bo", "approve R-1").await;
    w.until_quiet().await;
    w.reads("bo", "NOT_NOW").await;
}
talk!(a_request_that_nobody_decides_expires, in orders_falls_behind);

async fn the_requester_withdraws(w: &mut World) {
    orders_is_asked_for(w).await;
    w.presses("ana", "Withdraw").await;
    w.until(1, "withdrawn").await;
}
talk!(the_requester_withdraws, in orders_falls_behind);

async fn a_vote_may_change_until_the_quorum_is_met(w: &mut World) {
    orders_is_asked_for(w).await;
    w.presses("bo", "Approve").await;
    w.until_quiet().await;
    assert_eq!(w.state(1).await, "waiting", "two are needed");
    w.presses("bo", "Withdraw").await;
    w.until_quiet().await;
    w.presses("cy", "Approve").await;
    w.until_quiet().await;
    assert_eq!(w.state(1).await, "waiting", "one of two again");
    w.presses_because("cy", "Deny", Some("on second thoughts, no"))
        .await;
    w.until(1, "denied").await;
    assert_eq!(w.flink.parallelism("orders"), 1);
}
talk!(a_vote_may_change_until_the_quorum_is_met, in two_must_say_yes);

async fn a_press_that_comes_twice_counts_once(w: &mut World) {
    orders_is_asked_for(w).await;
    w.presses("bo", "Approve").await;
    w.presses("bo", "Approve").await;
    w.until_quiet().await;
    assert_eq!(w.state(1).await, "waiting", "one person is one vote");
    w.says("ana", "withdraw R-1").await;
    w.until(1, "withdrawn").await;
}
talk!(a_press_that_comes_twice_counts_once, in two_must_say_yes);

async fn killed_while_it_waits_it_goes_on_waiting(w: &mut World) {
    orders_is_asked_for(w).await;
    w.is_killed().await;
    w.until_quiet().await;
    assert_eq!(w.state(1).await, "waiting");
    w.presses("bo", "Approve").await;
    w.until(1, "finished").await;
    assert_eq!(w.flink.parallelism("orders"), 4);
}
story!(killed_while_it_waits_it_goes_on_waiting, in orders_falls_behind);
