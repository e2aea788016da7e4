//! Misbehaviour on request: what the client sees, and what happened all the same.

use crate::client::{Client, bounds, client, trigger_id};
use fakes::calls::{Aim, Interrupt, Misbehaviour};
use fakes::flink::{FakeFlink, changing_bounds, job, triggering_a_checkpoint};
use std::time::Duration;

async fn running() -> (FakeFlink, Client, String) {
    let flink = FakeFlink::start().await;
    flink.with_taskmanagers(1, 4).runs(job("orders"));
    let id = flink.job_id("orders");
    (flink.clone(), client(&flink), id)
}

#[tokio::test]
async fn a_lost_request_has_no_effect_and_a_lost_answer_has_one() {
    let (flink, client, id) = running().await;
    flink.next_call(triggering_a_checkpoint(), Misbehaviour::LoseRequest);
    assert!(client.trigger(&id, &trigger_id(1)).await.is_err());
    assert_eq!(flink.effects(), []);
    flink.next_call(triggering_a_checkpoint(), Misbehaviour::LoseAnswer);
    let lost = client.trigger(&id, &trigger_id(1)).await.unwrap_err();
    assert!(!lost.is_connect() && lost.is_request(), "{lost:?}");
    assert_eq!(flink.effects().len(), 1);
    assert_eq!(client.trigger(&id, &trigger_id(1)).await.unwrap().0, 202);
    assert_eq!(flink.effects().len(), 1);
    assert_eq!(flink.calls().len(), 3);
    flink.assert_lawful();
}

#[tokio::test]
async fn an_answer_cut_short_begins_well() {
    let (flink, client, _) = running().await;
    let path = format!("/jobs/{}/resource-requirements", flink.job_id("orders"));
    flink.next_call(changing_bounds(), Misbehaviour::CutAnswerShort);
    let cut = client
        .send("PUT", &path, &bounds(&flink, "orders", 1, 2))
        .await
        .unwrap_err();
    assert!(!cut.is_connect(), "{cut:?}");
    assert_eq!(flink.bounds("orders").upper, 2);
}

#[tokio::test]
async fn errors_on_request_have_no_effect() {
    let (flink, client, id) = running().await;
    flink.next_call(Aim::all(), Misbehaviour::Unavailable);
    let (status, body) = client.trigger(&id, &trigger_id(1)).await.unwrap();
    assert_eq!(status, 503);
    assert!(
        body["errors"][0]
            .as_str()
            .unwrap()
            .starts_with("Service temporarily unavailable")
    );
    let cause = "java.util.concurrent.TimeoutException: Invocation of [RemoteRpcInvocation] timed out.";
    flink.next_call(Aim::all(), Misbehaviour::InternalError(cause.to_owned()));
    let (status, body) = client.trigger(&id, &trigger_id(1)).await.unwrap();
    assert_eq!(
        (status, body["errors"][0].as_str().unwrap()),
        (500, "Internal server error.")
    );
    assert!(body["errors"][1].as_str().unwrap().contains(cause));
    flink.next_call(Aim::all(), Misbehaviour::Garbled);
    assert!(client.try_get("/overview").await.unwrap_err().is_decode());
    assert_eq!(flink.effects(), []);
}

#[tokio::test]
async fn while_the_jobmanager_is_down_calls_are_refused_and_never_arrive() {
    let (flink, client, id) = running().await;
    client.get("/overview").await;
    flink.goes_down();
    for _ in 0..3 {
        let refused = client.trigger(&id, &trigger_id(1)).await.unwrap_err();
        assert!(refused.is_connect() || refused.is_request(), "{refused:?}");
    }
    let refused = client.trigger(&id, &trigger_id(1)).await.unwrap_err();
    assert!(refused.is_connect(), "{refused:?}");
    assert_eq!(flink.calls().len(), 1);
    flink.advance(Duration::from_secs(60));
    flink.comes_back();
    assert_eq!(client.trigger(&id, &trigger_id(1)).await.unwrap().0, 202);
    assert_eq!(flink.effects().len(), 1);
}

#[tokio::test]
async fn a_slow_answer_waits_for_the_storys_clock() {
    let (flink, client, _) = running().await;
    flink.next_call(
        Aim::at("GET", "/overview"),
        Misbehaviour::Slow(Duration::from_secs(30)),
    );
    let answer = tokio::spawn(async move { client.get("/overview").await });
    while flink.calls().is_empty() {
        tokio::task::yield_now().await;
    }
    flink.advance(Duration::from_secs(29));
    tokio::task::yield_now().await;
    assert!(!answer.is_finished());
    flink.advance(Duration::from_secs(1));
    assert_eq!(answer.await.unwrap()["taskmanagers"], 1);
}

#[tokio::test]
async fn a_hook_meets_every_call_and_can_stop_it_at_each_point() {
    let (flink, client, id) = running().await;
    flink.on_call(|number, call| match (number, call.is_mutation()) {
        (1, true) => Interrupt::HoldBeforeEffect,
        (2, true) => Interrupt::HoldAfterEffect,
        (3, true) => Interrupt::LoseRequest,
        (4, true) => Interrupt::LoseAnswer,
        _ => Interrupt::Proceed,
    });
    for (number, effects) in [(1, 0), (2, 1)] {
        let trigger = trigger_id(1);
        let call = client.trigger(&id, &trigger);
        tokio::select! {
            answer = call => panic!("a held call was answered: {answer:?}"),
            () = flink.until_a_call_is_held() => {}
        }
        assert_eq!((flink.calls().len(), flink.effects().len()), (number, effects));
        while flink.holds_a_call() {
            tokio::task::yield_now().await;
        }
    }
    assert!(client.trigger(&id, &trigger_id(2)).await.is_err());
    assert!(client.trigger(&id, &trigger_id(2)).await.is_err());
    assert_eq!(client.trigger(&id, &trigger_id(3)).await.unwrap().0, 202);
    assert_eq!(flink.effects().len(), 3);
    flink.assert_lawful();
}
