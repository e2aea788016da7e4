//! What an app must not do is seen, whatever Discord answers to it.

use crate::app::acme;
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn unknown_fields_limits_and_routes_are_faults() {
    let app = acme().await;
    let path = format!("/channels/{}/messages", app.deploys());
    let row = |count: usize| {
        let button = |at| json!({ "type": 2, "style": 1, "label": "x", "custom_id": format!("{at}") });
        json!({ "content": "x", "components": [{ "type": 1, "components": (0..count).map(button).collect::<Vec<_>>() }] })
    };
    for wrong in [
        json!({ "content": "x", "colour": 3 }),
        json!({ "content": "x".repeat(2_001) }),
        json!({ "content": "" }),
        json!({ "content": "x", "nonce": "n".repeat(26) }),
        json!({ "content": "x", "enforce_nonce": true }),
        json!({ "content": "x", "embeds": [{ "title": "t".repeat(257) }] }),
        json!({ "content": "x", "flags": 64 }),
        json!({ "content": "x", "allowed_mentions": { "parse": ["users"], "users": ["1"] } }),
        row(6),
    ] {
        let (status, _) = app.call(Method::POST, &path, wrong.clone()).await;
        assert_eq!(status, 400, "{wrong}");
        assert!(!app.discord.take_faults().is_empty(), "{wrong}");
    }
    assert!(app.discord.messages("#deploys").is_empty());
    assert_eq!(app.get("/guilds/1/pets").await.0, 404);
    app.get("/users/@me?verbose=1").await;
    assert_eq!(app.discord.take_faults().len(), 2);
}

#[tokio::test]
async fn who_does_not_say_its_name_and_right_is_seen() {
    let app = acme().await;
    let url = format!("{}/users/@me", app.discord.api_url());
    let plain = reqwest::Client::builder().no_proxy().build().unwrap();
    let token = format!("Bot {}", app.discord.bot_token());
    let answer = plain
        .get(&url)
        .header("authorization", token)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    assert!(app.discord.take_faults()[0].contains("User-Agent"));
    assert_eq!(app.http.get(&url).send().await.unwrap().status(), 401);
    assert!(app.discord.take_faults()[0].contains("Authorization"));
    let wrong = app
        .http
        .get(&url)
        .header("authorization", "Bot of-somebody")
        .send()
        .await
        .unwrap();
    let body: Value = wrong.json().await.unwrap();
    assert_eq!(body, json!({ "message": "401: Unauthorized", "code": 0 }));
    app.discord.assert_lawful();
}
