//! Messages: created, edited, listed, found again by their nonce; files, embeds, and who is told.

use crate::app::{acme, card};
use fakes::discord::permissions::{ATTACH_FILES, MENTION_EVERYONE, SEND_MESSAGES, VIEW_CHANNEL};
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use std::time::Duration;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x02\x58\0\0\x01\x2c";

#[tokio::test]
async fn a_nonce_finds_the_first_message_again_for_a_few_minutes() {
    let app = acme().await;
    let body = json!({ "content": "once", "nonce": "outbox-7", "enforce_nonce": true });
    let first = app.post(body.clone()).await;
    assert_eq!(app.post(body.clone()).await, first);
    assert_eq!(app.discord.messages("#deploys").len(), 1);
    app.discord.advance(Duration::from_secs(600));
    assert_ne!(app.post(body).await, first);
    app.discord.assert_lawful();
}

#[tokio::test]
async fn an_edit_keeps_what_it_does_not_name_and_tells_nobody() {
    let app = acme().await;
    let bo = app.person("bo");
    let card = app.post_card().await;
    let path = format!("/channels/{}/messages/{}", app.deploys(), card.id);
    let edit = json!({ "content": format!("<@{}> look", bo.id()) });
    assert_eq!(app.call(Method::PATCH, &path, edit).await.0, 200);
    let now = app.discord.message("#deploys", &card.id).unwrap();
    assert_eq!((now.edits(), now.buttons().len(), now.wakes().len()), (1, 2, 0));
    assert_eq!(now.before[0].content, "ana asks: scale orders to parallelism 4");
    app.discord.assert_lawful();
}

#[tokio::test]
async fn a_message_older_than_an_hour_can_be_edited_only_so_often() {
    let app = acme().await;
    let card = app.post_card().await;
    let path = format!("/channels/{}/messages/{}", app.deploys(), card.id);
    app.discord.advance(Duration::from_secs(3_601));
    let mut codes = Vec::new();
    for number in 0..21 {
        let edit = json!({ "content": format!("{number}") });
        codes.push(app.call(Method::PATCH, &path, edit).await.1["code"].clone());
    }
    assert_eq!(codes.iter().filter(|code| **code == 30_046).count(), 1);
    app.discord.assert_lawful();
}

#[tokio::test]
async fn a_picture_comes_in_parts_with_words_for_those_who_do_not_see_it() {
    let app = acme().await;
    let body = json!({
        "embeds": [{ "title": "Backlog", "image": { "url": "attachment://chart.png" } }],
        "attachments": [{ "id": 0, "description": "backlog falls" }],
    });
    let part = Part::bytes(PNG)
        .file_name("chart.png")
        .mime_str("image/png")
        .unwrap();
    let form = Form::new()
        .text("payload_json", body.to_string())
        .part("files[0]", part);
    let path = format!("/channels/{}/messages", app.deploys());
    let answer = app
        .asks(Method::POST, &path)
        .multipart(form)
        .send()
        .await
        .unwrap();
    let answer: Value = answer.json().await.unwrap();
    let image = &answer["embeds"][0]["image"];
    assert_eq!((&image["width"], &image["height"]), (&json!(600), &json!(300)));
    let bytes = app.http.get(image["url"].as_str().unwrap()).send().await.unwrap();
    assert_eq!(bytes.bytes().await.unwrap(), PNG);
    let message = app.discord.messages("#deploys").remove(0);
    assert_eq!(app.discord.files_of(&message)[0].alt, "backlog falls");
    assert_eq!(
        app.discord.reads(&message),
        "| Backlog\n| [picture: backlog falls]"
    );
    app.discord.assert_lawful();
}

#[tokio::test]
async fn only_people_who_are_let_through_are_told_and_roles_only_when_mentionable() {
    let app = acme().await;
    let (ana, bo) = (app.person("ana"), app.person("bo"));
    let owners = app.discord.role("flink-owners");
    bo.has_role(&owners);
    let text = format!("<@{}> <@&{owners}> @everyone", ana.id());
    let all = app.post(json!({ "content": text })).await;
    let all = app.discord.message("#deploys", &all).unwrap();
    assert_eq!(all.wakes(), [ana.id()]);
    let none = app
        .post(json!({ "content": text, "allowed_mentions": { "parse": [] } }))
        .await;
    assert!(app.discord.message("#deploys", &none).unwrap().wakes().is_empty());
    app.discord.role_is_mentionable(&owners, true);
    let allowed = json!({ "parse": [], "roles": [owners] });
    let role = app
        .post(json!({ "content": text, "allowed_mentions": allowed }))
        .await;
    let role = app.discord.message("#deploys", &role).unwrap();
    assert_eq!(app.discord.told(&role), [bo.id()]);
    app.discord.room(&app.deploys()).allows_bot(MENTION_EVERYONE);
    let loud = app.post(json!({ "content": text })).await;
    assert!(
        app.discord
            .message("#deploys", &loud)
            .unwrap()
            .wakes()
            .contains(&"everyone".to_owned())
    );
    app.discord.assert_lawful();
}

#[tokio::test]
async fn without_the_right_to_it_nothing_is_posted() {
    let app = acme().await;
    let path = format!("/channels/{}/messages", app.deploys());
    let room = app.discord.channel("#deploys");
    for (denied, code) in [(VIEW_CHANNEL, 50_001), (SEND_MESSAGES, 50_013)] {
        room.denies_bot(denied);
        let (status, answer) = app.call(Method::POST, &path, card()).await;
        assert_eq!((status, &answer["code"]), (403, &json!(code)));
    }
    room.denies_bot(ATTACH_FILES);
    assert_eq!(app.call(Method::POST, &path, card()).await.0, 200);
    assert_eq!(
        app.call(Method::POST, "/channels/1/messages", card()).await.1["code"],
        10_003
    );
    app.discord.assert_lawful();
}

#[tokio::test]
async fn a_list_is_newest_first_and_hides_what_others_wrote() {
    let app = acme().await;
    app.person("ana").says("my secret", "#deploys");
    for number in 0..3 {
        app.post(json!({ "content": format!("{number}") })).await;
    }
    let (_, list) = app
        .get(&format!("/channels/{}/messages?limit=10", app.deploys()))
        .await;
    let texts: Vec<&str> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|m| m["content"].as_str().unwrap())
        .collect();
    assert_eq!(texts, ["2", "1", "0", ""]);
    let before = list[1]["id"].as_str().unwrap();
    let (_, older) = app
        .get(&format!(
            "/channels/{}/messages?limit=1&before={before}",
            app.deploys()
        ))
        .await;
    assert_eq!(older[0]["content"], "0");
    let (_, newer) = app
        .get(&format!("/channels/{}/messages?after={before}", app.deploys()))
        .await;
    assert_eq!(newer[0]["content"], "2");
    app.discord.assert_lawful();
}
