//! Bad input and too much of it: every no has a status, a code, and what to do next; nothing of it is stored.

use reqwest::header::CONTENT_TYPE;

use super::*;
use crate::chat::console::feed::FOLLOWERS_MAX;

async fn check(world: &World, path: &str, body: &Value, status: u16, code: &str) {
    let answer = world.post(path, body).await;
    let expected = (StatusCode::from_u16(status).unwrap(), code.to_owned());
    assert_eq!(
        refusal(answer).await,
        expected,
        "{path} {}",
        &body.to_string()[..60.min(body.to_string().len())]
    );
}

#[tokio::test]
async fn what_is_not_known_is_refused_by_name() {
    let world = World::new(Mode::Demo).await;
    let message = world.say("ana", "envs").await;
    for (body, status, code) in [
        (
            json!({ "as": "ana", "channel": "nowhere", "text": "status" }),
            404,
            "UNKNOWN_CHANNEL",
        ),
        (
            json!({ "as": "ana", "channel": "", "text": "status" }),
            404,
            "UNKNOWN_CHANNEL",
        ),
        (
            json!({ "as": "ana", "channel": "slack:ops", "text": "status" }),
            404,
            "UNKNOWN_CHANNEL",
        ),
        (
            json!({ "as": "zoe", "channel": "ops", "text": "status" }),
            400,
            "UNKNOWN_PERSON",
        ),
        (
            json!({ "as": "sluice", "channel": "ops", "text": "status" }),
            400,
            "UNKNOWN_PERSON",
        ),
        (
            json!({ "as": "Ana\u{202e}", "channel": "ops", "text": "status" }),
            400,
            "UNKNOWN_PERSON",
        ),
        (
            json!({ "as": "ana", "channel": "ops", "thread": "99", "text": "status" }),
            404,
            "NOT_FOUND",
        ),
        (
            json!({ "as": "ana", "channel": "ops", "thread": "", "text": "status" }),
            404,
            "NOT_FOUND",
        ),
        (json!({ "as": "ana", "channel": "ops", "text": "" }), 400, "EMPTY"),
    ] {
        check(&world, "/api/say", &body, status, code).await;
    }
    for (body, status, code) in [
        (
            json!({ "as": "ana", "message": "99", "button": "approve:R-1:x" }),
            404,
            "NOT_FOUND",
        ),
        (
            json!({ "as": "ana", "message": "1' OR 1", "button": "approve:R-1:x" }),
            404,
            "NOT_FOUND",
        ),
        (
            json!({ "as": "ana", "message": message, "button": "approve:R-1:x" }),
            400,
            "UNKNOWN_BUTTON",
        ),
        (
            json!({ "as": "zoe", "message": message, "button": "approve:R-1:x" }),
            400,
            "UNKNOWN_PERSON",
        ),
    ] {
        check(&world, "/api/press", &body, status, code).await;
    }
    for (path, code) in [
        ("/api/channels/nowhere", "UNKNOWN_CHANNEL"),
        ("/api/attachments/nothing", "NOT_FOUND"),
    ] {
        let answer = world.call(Method::GET, path).send().await.unwrap();
        assert_eq!(refusal(answer).await, (StatusCode::NOT_FOUND, code.to_owned()));
    }
    let answer = world
        .call(Method::GET, "/api/channels/ops?as=zoe")
        .send()
        .await
        .unwrap();
    assert_eq!(
        refusal(answer).await,
        (StatusCode::BAD_REQUEST, "UNKNOWN_PERSON".to_owned())
    );
}

#[tokio::test]
async fn a_body_that_is_not_what_the_call_takes_is_refused_with_the_reason() {
    let world = World::new(Mode::Demo).await;
    let deep = "[".repeat(100_000);
    for body in [
        "",
        "{",
        "null",
        "[]",
        "{\"channel\": 1}",
        "{\"channel\":\"ops\",\"text\":\"a\",\"x\":1}",
        "\u{0}",
        &deep,
    ] {
        let call = world
            .call(Method::POST, "/api/say")
            .header(CONTENT_TYPE, "application/json");
        let answer = call.body(body.to_owned()).send().await.unwrap();
        assert_eq!(
            refusal(answer).await,
            (StatusCode::BAD_REQUEST, "BAD_BODY".to_owned()),
            "{}",
            &body[..body.len().min(40)]
        );
    }
    let right = json!({ "as": "ana", "channel": "ops", "text": "envs" }).to_string();
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
    ] {
        let call = world.call(Method::POST, "/api/say").header(CONTENT_TYPE, kind);
        let answer = call.body(right.clone()).send().await.unwrap();
        let expected = (StatusCode::UNSUPPORTED_MEDIA_TYPE, "WRONG_TYPE".to_owned());
        assert_eq!(refusal(answer).await, expected, "{kind}");
    }
    assert!(world.sees(None).await.is_empty(), "none of it was stored");
}

#[tokio::test]
async fn what_is_too_long_is_413_in_the_same_form() {
    let world = World::new(Mode::Demo).await;
    for (length, code) in [
        (4_001, "TEXT_TOO_LONG"),
        (100_000, "TEXT_TOO_LONG"),
        (2 << 20, "BODY_TOO_LONG"),
    ] {
        let body = json!({ "as": "ana", "channel": "ops", "text": "x".repeat(length) });
        check(&world, "/api/say", &body, 413, code).await;
    }
    assert!(world.sees(None).await.is_empty());
    let longest = "ä".repeat(4_000);
    world.say("ana", &longest).await;
    assert_eq!(texts(&world.sees(None).await)[0], longest);
}

#[tokio::test]
async fn text_that_hides_or_turns_is_kept_as_typed_and_shown_as_it_is() {
    let world = World::new(Mode::Demo).await;
    let typed = "status \u{202e}sredro\u{0}\u{7} <script>alert(1)</script> <!channel> @everyone ${x} %{y}";
    world.say("ana", typed).await;
    let seen = world.sees(Some("ana")).await;
    for message in &seen {
        let text = message["text"].as_str().unwrap();
        assert!(!text.contains(['\u{202e}', '\u{0}', '\u{7}']), "{text:?}");
    }
    assert!(texts(&seen)[0].contains("<script>alert(1)</script> <!channel> @everyone ${x} %{y}"));
    assert!(
        texts(&seen)[1].contains("NOT_UNDERSTOOD") || seen[1]["body"]["refused"] == "NOT_UNDERSTOOD",
        "{seen:?}"
    );
}

#[tokio::test]
async fn both_names_of_a_channel_are_the_same_channel() {
    let world = World::new(Mode::Demo).await;
    let body = json!({ "as": "ana", "channel": "console:ops", "text": "envs" });
    assert_eq!(world.post("/api/say", &body).await.status(), StatusCode::ACCEPTED);
    let long = world.get("/api/channels/console:ops").await;
    assert_eq!(long, world.get("/api/channels/ops").await);
    assert_eq!(long["messages"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn as_many_follow_as_may_and_the_next_one_is_told_so() {
    let world = World::new(Mode::Demo).await;
    let mut followers = Vec::new();
    for _ in 0..FOLLOWERS_MAX {
        let follower = world.call(Method::GET, "/api/events").send().await.unwrap();
        assert_eq!(follower.status(), StatusCode::OK);
        followers.push(follower);
    }
    let follow = async || world.call(Method::GET, "/api/events").send().await.unwrap();
    let expected = (StatusCode::TOO_MANY_REQUESTS, "TOO_MANY_FOLLOWERS".to_owned());
    assert_eq!(refusal(follow().await).await, expected);
    world.get("/api/channels/ops").await;
    drop(followers);
    while follow().await.status() != StatusCode::OK {
        tokio::task::yield_now().await;
    }
}
