//! Connections and sessions: identify, resume, reconnect, deafness, and the codes that end them.

use crate::app::acme;
use fakes::discord::{Deafness, Disorder, End};
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn heartbeats_are_answered_and_an_identify_counts() {
    let app = acme().await;
    let (mut socket, ready) = app.connected().await;
    assert_eq!(ready["application"]["id"], app.discord.app_id().as_str());
    socket.beat().await;
    assert_eq!(socket.next().await["op"], 11);
    assert_eq!(app.discord.connections()[0].beats, 1);
    assert_eq!(app.discord.identifies_left(), 999);
    app.discord.assert_lawful();
}

#[tokio::test]
async fn a_resumed_session_gets_what_it_missed_in_order() {
    let app = acme().await;
    let (mut socket, ready) = app.connected().await;
    let ana = app.person("ana");
    let _ = ana.types("/scale job:a", "#deploys");
    let first = socket.interaction().await;
    let seq = socket.seq;
    app.discord.breaks(1);
    assert!(socket.try_next().await.is_err());
    let gone = |discord: &fakes::discord::FakeDiscord| discord.open_connections().is_empty().then_some(());
    app.discord.until("the broken connection", gone).await;
    let _ = ana.types("/scale job:b", "#deploys");
    let _ = ana.types("/scale job:c", "#deploys");
    let mut socket = app.connect(ready["resume_gateway_url"].as_str().unwrap()).await;
    let resume = json!({ "op": 6, "d": { "token": app.discord.bot_token(), "session_id": ready["session_id"], "seq": seq } });
    socket.send(&resume).await;
    let (second, third) = (socket.interaction().await, socket.interaction().await);
    assert_eq!(socket.next().await["t"], "RESUMED");
    let jobs = [&first, &second, &third].map(|event| event["data"]["options"][0]["value"].clone());
    assert_eq!(jobs, ["a", "b", "c"]);
    assert!(app.discord.connections()[1].came_to_resume_url);
    app.discord.assert_lawful();
}

#[tokio::test]
async fn a_session_ends_with_goodbye_and_an_unknown_one_is_invalid() {
    let app = acme().await;
    let (socket, ready) = app.connected().await;
    socket.close(1_000).await;
    let gone = |discord: &fakes::discord::FakeDiscord| (!discord.connections()[0].open).then_some(());
    app.discord.until("the goodbye", gone).await;
    let act = app.person("ana").types("/scale job:a", "#deploys");
    assert_eq!(act.await, End::Lost("no connection".to_owned()));
    let mut socket = app.connect(&app.discord.gateway_url()).await;
    let resume = json!({ "op": 6, "d": { "token": app.discord.bot_token(), "session_id": ready["session_id"], "seq": 1 } });
    socket.send(&resume).await;
    let invalid = socket.next().await;
    assert_eq!((&invalid["op"], &invalid["d"]), (&json!(9), &json!(false)));
    socket.send(&app.identify()).await;
    assert_eq!(socket.next().await["t"], "READY");
    app.discord.assert_lawful();
}

#[tokio::test]
async fn a_wrong_token_a_forbidden_intent_and_nonsense_are_closed_with_their_codes() {
    let app = acme().await;
    let url = app.discord.gateway_url();
    for (said, code) in [
        (
            json!({ "op": 2, "d": { "token": "x", "intents": 0, "properties": { "os": "", "browser": "", "device": "" } } }),
            4_004,
        ),
        (
            json!({ "op": 6, "d": { "token": "x", "session_id": "y", "seq": 1 } }),
            4_004,
        ),
        (json!({ "op": 3, "d": {} }), 4_003),
        (json!({ "op": 77 }), 4_001),
    ] {
        let mut socket = app.connect(&url).await;
        socket.send(&said).await;
        assert_eq!(socket.try_next().await, Err(Some(code)));
    }
    let mut socket = app.connect(&url).await;
    let mut identify = app.identify();
    identify["d"]["intents"] = json!(1 << 15);
    socket.send(&identify).await;
    assert_eq!(socket.try_next().await, Err(Some(4_014)));
    let mut socket = app.connect(&url).await;
    socket.say("hello?").await;
    assert_eq!(socket.try_next().await, Err(Some(4_002)));
    assert_eq!(app.discord.take_faults().len(), 3);
}

#[tokio::test]
async fn one_identify_too_many_resets_the_token() {
    let app = acme().await;
    app.discord.has_identifies(0);
    let mut socket = app.connect(&app.discord.gateway_url()).await;
    socket.send(&app.identify()).await;
    assert_eq!(socket.try_next().await, Err(Some(4_004)));
    assert_eq!(app.get("/users/@me").await.0, 401);
    app.discord.assert_lawful();
}

#[tokio::test]
async fn deaf_connections_differ_in_what_they_keep() {
    for (deafness, acks, kept) in [
        (Deafness::OnlyEvents, true, true),
        (Deafness::EventsAreLost, true, false),
        (Deafness::NoAcks, false, true),
    ] {
        let app = acme().await;
        let (mut socket, ready) = app.connected().await;
        app.discord.deafens(1, deafness);
        let _ = app.person("ana").types("/scale job:a", "#deploys");
        socket.beat().await;
        let acked = tokio::time::timeout(Duration::from_millis(200), socket.next()).await;
        assert_eq!(acked.is_ok_and(|ack| ack["op"] == 11), acks, "{deafness:?}");
        let mut other = app.connect(&app.discord.gateway_url()).await;
        let resume = json!({ "op": 6, "d": { "token": app.discord.bot_token(), "session_id": ready["session_id"], "seq": 1 } });
        other.send(&resume).await;
        assert_eq!(
            other.next().await["t"] == "INTERACTION_CREATE",
            kept,
            "{deafness:?}"
        );
        app.discord.assert_lawful();
    }
}

#[tokio::test]
async fn an_interaction_comes_twice_or_after_the_next_one_when_a_story_wants_it() {
    let app = acme().await;
    let (mut socket, _) = app.connected().await;
    let ana = app.person("ana");
    app.discord.next_delivery(Disorder::Twice);
    let twice = ana.types("/scale job:a", "#deploys");
    let (first, second) = (socket.interaction().await, socket.interaction().await);
    assert_eq!(first, second);
    assert_eq!(app.answers(&first, json!({ "type": 5 })).await.0, 204);
    assert!(matches!(twice.await, End::Answered { .. }));
    app.discord.next_delivery(Disorder::AfterNext);
    let _ = ana.types("/scale job:b", "#deploys");
    let _ = ana.types("/scale job:c", "#deploys");
    assert_eq!(socket.interaction().await["data"]["options"][0]["value"], "c");
    assert_eq!(socket.interaction().await["data"]["options"][0]["value"], "b");
    app.discord.assert_lawful();
}

#[tokio::test]
async fn reconnect_invalid_session_and_close_frames_reach_the_app() {
    let app = acme().await;
    let (mut socket, _) = app.connected().await;
    app.discord.asks_to_reconnect(1);
    assert_eq!(socket.next().await["op"], 7);
    app.discord.invalidates_session(1, true);
    assert_eq!(socket.next().await["d"], true);
    app.discord.closes(1, Some(4_009));
    assert_eq!(socket.try_next().await, Err(Some(4_009)));
    let (mut socket, _) = app.connected().await;
    app.discord.closes(2, None);
    assert_eq!(socket.try_next().await, Err(None));
    app.discord.assert_lawful();
}
