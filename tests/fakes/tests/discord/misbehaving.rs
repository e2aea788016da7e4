//! The fake breaks what a test tells it to break, and nothing else.

use crate::app::{acme, card};
use fakes::calls::{Aim, Interrupt};
use fakes::discord::{Deed, Scope};
use reqwest::Method;
use serde_json::json;
use std::time::Duration;

const MESSAGES: &str = "/channels/{channel_id}/messages";

#[tokio::test]
async fn a_lost_request_has_no_effect_and_a_lost_answer_has_one() {
    let app = acme().await;
    let path = format!("/channels/{}/messages", app.deploys());
    for (deed, count) in [
        (Deed::LoseRequest, 0),
        (Deed::LoseAnswer, 1),
        (Deed::CutAnswerShort, 2),
    ] {
        app.discord.next_call(Aim::at("POST", MESSAGES), deed.clone());
        assert!(
            app.try_call(Method::POST, &path, &card()).await.is_err(),
            "{deed:?}"
        );
        assert_eq!(app.discord.messages("#deploys").len(), count, "{deed:?}");
    }
    app.discord
        .next_call(Aim::at("POST", MESSAGES), Deed::FailAfterEffect(500));
    assert_eq!(app.call(Method::POST, &path, card()).await.0, 500);
    assert_eq!(app.discord.messages("#deploys").len(), 3);
    app.discord.assert_lawful();
}

#[tokio::test]
async fn limits_are_told_in_seconds_and_in_whose_name() {
    let app = acme().await;
    let path = format!("/channels/{}/messages", app.deploys());
    for (scope, word) in [
        (Scope::User, "user"),
        (Scope::Global, "global"),
        (Scope::Shared, "shared"),
    ] {
        app.discord
            .next_call(Aim::to(MESSAGES), Deed::RateLimited(0.7, scope));
        let answer = app.asks(Method::POST, &path).json(&card()).send().await.unwrap();
        assert_eq!(answer.status(), 429);
        assert_eq!(answer.headers()["x-ratelimit-scope"], word);
        assert_eq!(answer.headers()["retry-after"], "1");
        assert!(answer.text().await.unwrap().contains("\"retry_after\":0.7"));
    }
    app.discord.next_call(Aim::all(), Deed::Banned);
    let banned = app.asks(Method::POST, &path).json(&card()).send().await.unwrap();
    assert_eq!(banned.headers()["content-type"], "text/html");
    app.discord.assert_lawful();
}

#[tokio::test]
async fn kept_limits_stop_the_sixth_message_and_who_does_not_wait_is_seen() {
    let app = acme().await;
    app.discord.limits_rates();
    for _ in 0..5 {
        app.post(card()).await;
    }
    let path = format!("/channels/{}/messages", app.deploys());
    let answer = app.asks(Method::POST, &path).json(&card()).send().await.unwrap();
    assert_eq!(answer.status(), 429);
    assert_eq!(answer.headers()["x-ratelimit-remaining"], "0");
    assert_eq!(answer.headers()["x-ratelimit-reset-after"], "5.000");
    app.discord.assert_lawful();
    assert_eq!(app.call(Method::POST, &path, card()).await.0, 429);
    assert!(app.discord.take_faults()[0].contains("before retry_after was over"));
    app.discord.advance(Duration::from_secs(5));
    app.post(card()).await;
    app.discord.assert_lawful();
}

#[tokio::test]
async fn a_held_call_has_its_effect_and_no_answer() {
    let app = acme().await;
    let path = format!("/channels/{}/messages", app.deploys());
    app.discord.on_call(|_, call| match call.route {
        Some(MESSAGES) => Interrupt::HoldAfterEffect,
        _ => Interrupt::Proceed,
    });
    let body = card();
    let calling = app.try_call(Method::POST, &path, &body);
    tokio::select! {
        _ = calling => panic!("nobody answers"),
        () = app.discord.until_a_call_is_held() => {}
    }
    assert_eq!(app.discord.messages("#deploys").len(), 1);
    app.discord.behaves();
    app.discord.goes_down();
    assert!(
        app.try_call(Method::GET, "/users/@me", &json!(null))
            .await
            .is_err()
    );
    app.discord.comes_back();
    assert_eq!(app.get("/users/@me").await.0, 200);
    app.discord.assert_lawful();
}
