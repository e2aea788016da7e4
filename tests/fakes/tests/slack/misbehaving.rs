use crate::app::acme;
use fakes::calls::{Aim, Interrupt};
use fakes::slack::Deed;
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn each_misbehaviour_is_met_once_by_the_call_it_aims_at() {
    let app = acme().await;
    let message = json!({ "channel": app.slack.channel_id("#deploys"), "text": "hello" });
    let posted = || app.slack.messages("#deploys").len();
    for (deed, status, error, effects) in [
        (Deed::RateLimited(7), Some(429), "ratelimited", 0),
        (
            Deed::Refuse("restricted_action"),
            Some(200),
            "restricted_action",
            0,
        ),
        (Deed::FailAfterEffect("fatal_error"), Some(200), "fatal_error", 1),
        (Deed::Status(500), None, "", 0),
        (Deed::Page, None, "", 1),
        (Deed::LoseRequest, None, "", 0),
        (Deed::LoseAnswer, None, "", 1),
        (Deed::CutAnswerShort, None, "", 1),
    ] {
        let before = posted();
        app.slack.next_call(Aim::to("chat.postMessage"), deed.clone());
        assert_eq!(app.get("auth.test", &[]).await["ok"], true, "not aimed at");
        let outcome = app.try_call("chat.postMessage", &message).await;
        let seen = outcome
            .ok()
            .map(|(status, answer)| (status, answer["error"].clone()));
        assert_eq!(seen, status.map(|status| (status, json!(error))), "{deed:?}");
        assert_eq!(posted() - before, effects, "{deed:?}");
        assert_eq!(
            app.call("chat.postMessage", message.clone()).await["ok"],
            true,
            "{deed:?} is over"
        );
    }
    app.slack.assert_lawful();
}

#[tokio::test]
async fn a_slow_answer_waits_for_the_storys_clock() {
    let app = acme().await;
    app.slack
        .next_call(Aim::to("auth.test"), Deed::Slow(Duration::from_secs(5)));
    let waiting = app.get("auth.test", &[]);
    let moving = async {
        app.slack
            .until("the call", |slack| (!slack.calls().is_empty()).then_some(()))
            .await;
        app.slack.advance(Duration::from_secs(5));
    };
    let (answer, ()) = tokio::join!(waiting, moving);
    assert_eq!(answer["ok"], true);
}

#[tokio::test]
async fn a_hook_can_stop_a_caller_between_effect_and_answer() {
    let app = acme().await;
    app.slack.on_call(|_, call| match call.route {
        Some("chat.postMessage") => Interrupt::HoldAfterEffect,
        _ => Interrupt::Proceed,
    });
    let message = json!({ "channel": app.slack.channel_id("#deploys"), "text": "hello" });
    tokio::select! {
        _ = app.try_call("chat.postMessage", &message) => panic!("it was answered"),
        () = app.slack.until_a_call_is_held() => {}
    }
    assert_eq!(app.slack.messages("#deploys").len(), 1);
    app.slack.behaves();
    assert_eq!(app.call("auth.test", json!({})).await["ok"], true);
}

#[tokio::test]
async fn down_nobody_is_answered_and_back_everything_is_there() {
    let app = acme().await;
    app.post("before", None).await;
    app.slack.goes_down();
    assert!(app.try_call("auth.test", &json!({})).await.is_err());
    app.slack.comes_back();
    assert_eq!(app.call("auth.test", json!({})).await["ok"], true);
    assert_eq!(app.slack.messages("#deploys").len(), 1);
}
