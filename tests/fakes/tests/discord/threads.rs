//! Threads: begun once at a message, archived, locked, full; and what people do in them.

use crate::app::{acme, card};
use fakes::discord::permissions::{CREATE_PUBLIC_THREADS, MANAGE_THREADS};
use reqwest::Method;
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn a_thread_has_the_id_of_its_message_and_begins_once() {
    let app = acme().await;
    let card = app.post_card().await;
    let thread = app.thread(&card.id).await;
    assert_eq!(thread, card.id);
    let path = format!("/channels/{}/messages/{}/threads", app.deploys(), card.id);
    let (status, again) = app.call(Method::POST, &path, json!({ "name": "again" })).await;
    assert_eq!((status, &again["code"]), (400, &json!(160_004)));
    let (_, seen) = app.get(&format!("/channels/{thread}")).await;
    assert_eq!(
        (&seen["type"], &seen["parent_id"]),
        (&json!(11), &json!(app.deploys()))
    );
    let inside = format!("/channels/{thread}/messages");
    let (_, posted) = app
        .call(Method::POST, &inside, json!({ "content": "the plan" }))
        .await;
    let below = format!(
        "/channels/{thread}/messages/{}/threads",
        posted["id"].as_str().unwrap()
    );
    assert_eq!(
        app.call(Method::POST, &below, json!({ "name": "x" })).await.1["code"],
        50_024
    );
    assert_eq!(app.discord.thread(&thread).len(), 2);
    app.discord.assert_lawful();
}

#[tokio::test]
async fn posting_reopens_an_archived_thread_and_editing_does_not() {
    let app = acme().await;
    let thread = app.thread(&app.post_card().await.id).await;
    let inside = format!("/channels/{thread}/messages");
    let (_, posted) = app
        .call(Method::POST, &inside, json!({ "content": "the plan" }))
        .await;
    app.discord.advance(Duration::from_secs(10_080 * 60));
    assert!(app.discord.threads("#deploys")[0].archived);
    let own = format!("{inside}/{}", posted["id"].as_str().unwrap());
    let edit = json!({ "content": "changed" });
    assert_eq!(
        app.call(Method::PATCH, &own, edit.clone()).await.1["code"],
        50_083
    );
    let reopen = json!({ "archived": false });
    assert_eq!(
        app.call(Method::PATCH, &format!("/channels/{thread}"), reopen)
            .await
            .0,
        200
    );
    assert_eq!(app.call(Method::PATCH, &own, edit).await.0, 200);
    app.discord.room(&thread).is_archived();
    assert_eq!(
        app.call(Method::POST, &inside, json!({ "content": "more" }))
            .await
            .0,
        200
    );
    assert!(!app.discord.threads("#deploys")[0].archived);
    app.discord.assert_lawful();
}

#[tokio::test]
async fn a_locked_thread_is_for_those_who_manage_threads() {
    let app = acme().await;
    let thread = app.thread(&app.post_card().await.id).await;
    app.discord.room(&thread).is_archived().is_locked(true);
    let inside = format!("/channels/{thread}/messages");
    assert_eq!(app.call(Method::POST, &inside, card()).await.1["code"], 160_005);
    let reopen = json!({ "archived": false });
    let itself = format!("/channels/{thread}");
    assert_eq!(
        app.call(Method::PATCH, &itself, reopen.clone()).await.1["code"],
        160_005
    );
    app.discord.channel("#deploys").allows_bot(MANAGE_THREADS);
    assert_eq!(app.call(Method::PATCH, &itself, reopen).await.0, 200);
    app.discord.assert_lawful();
}

#[tokio::test]
async fn a_thread_needs_a_right_and_room() {
    let app = acme().await;
    let card = app.post_card().await;
    let path = format!("/channels/{}/messages/{}/threads", app.deploys(), card.id);
    let room = app.discord.channel("#deploys");
    room.denies_bot(CREATE_PUBLIC_THREADS);
    assert_eq!(
        app.call(Method::POST, &path, json!({ "name": "x" })).await.1["code"],
        50_013
    );
    room.denies_bot(0);
    app.discord.has_threads(0);
    assert_eq!(
        app.call(Method::POST, &path, json!({ "name": "x" })).await.1["code"],
        160_006
    );
    app.discord.assert_lawful();
}

#[tokio::test]
async fn a_command_in_a_thread_names_it_and_a_deleted_parent_leaves_it() {
    let app = acme().await;
    let (mut socket, _) = app.connected().await;
    let card = app.post_card().await;
    let thread = app.thread(&card.id).await;
    app.discord.channel("#deploys").loses(&card.id);
    let _ = app.person("ana").types("/scale job:orders", &thread);
    let asked = socket.interaction().await;
    assert_eq!(
        (&asked["channel"]["type"], &asked["channel_id"]),
        (&json!(11), &json!(thread))
    );
    assert_eq!(asked["channel"]["parent_id"], app.deploys().as_str());
    app.discord.assert_lawful();
}
