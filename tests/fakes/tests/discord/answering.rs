//! First answers, follow-ups, and how long tokens are good.

use crate::app::{acme, card, modal};
use fakes::discord::End;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

#[tokio::test]
async fn a_private_answer_is_seen_by_who_asked_and_by_nobody_else() {
    let app = acme().await;
    let (mut socket, _) = app.connected().await;
    let (ana, bo) = (app.person("ana"), app.person("bo"));
    let act = ana.types("/scale job:orders parallelism:4", "#deploys");
    let asked = socket.interaction().await;
    assert_eq!(
        asked["data"]["options"][1],
        json!({ "type": 4, "name": "parallelism", "value": 4 })
    );
    let callback = json!({ "type": 4, "data": { "content": "Which orders?", "flags": 64 } });
    assert_eq!(app.answers(&asked, callback).await.0, 204);
    assert!(matches!(act.await, End::Answered { after: 0, .. }));
    assert_eq!(ana.whispers()[0].content, "Which orders?");
    assert!(bo.whispers().is_empty());
    let path = format!("/channels/{}/messages/{}", app.deploys(), ana.whispers()[0].id);
    assert_eq!(app.get(&path).await.1["code"], 10_008);
    app.discord.assert_lawful();
}

#[tokio::test]
async fn a_deferred_answer_is_edited_and_then_followed() {
    let app = acme().await;
    let (mut socket, _) = app.connected().await;
    let _ = app.person("ana").types("/scale job:orders", "#deploys");
    let asked = socket.interaction().await;
    assert_eq!(app.answers(&asked, json!({ "type": 5 })).await.0, 204);
    assert!(
        app.discord
            .transcript_of("#deploys")
            .contains("sluice is thinking...")
    );
    let original = app.hook(&asked, "/messages/@original");
    let (status, edited) = app.call(Method::PATCH, &original, card()).await;
    assert_eq!((status, &edited["edited_timestamp"]), (200, &Value::Null));
    let follow_up = app.hook(&asked, "");
    let (status, more) = app
        .call(
            Method::POST,
            &follow_up,
            json!({ "content": "more", "flags": 64 }),
        )
        .await;
    assert_eq!((status, &more["flags"]), (200, &json!(64)));
    assert_eq!(app.call(Method::DELETE, &original, Value::Null).await.0, 204);
    assert_eq!(app.get(&original).await.1["code"], 10_008);
    app.discord.assert_lawful();
}

#[tokio::test]
async fn a_follow_up_takes_the_place_of_an_awaited_answer_and_that_is_a_fault() {
    let app = acme().await;
    let (mut socket, _) = app.connected().await;
    let _ = app.person("ana").types("/scale job:orders", "#deploys");
    let asked = socket.interaction().await;
    app.answers(&asked, json!({ "type": 5 })).await;
    let follow_up = app.hook(&asked, "");
    app.call(Method::POST, &follow_up, json!({ "content": "done" }))
        .await;
    assert_eq!(app.discord.messages("#deploys").len(), 1);
    assert!(app.discord.take_faults()[0].contains("deprecated"));
}

#[tokio::test]
async fn a_second_answer_and_a_late_one_are_refused() {
    let app = acme().await;
    let (mut socket, _) = app.connected().await;
    let ana = app.person("ana");
    let _ = ana.types("/scale job:orders", "#deploys");
    let asked = socket.interaction().await;
    app.answers(&asked, json!({ "type": 5 })).await;
    assert_eq!(app.answers(&asked, json!({ "type": 5 })).await.1["code"], 40_060);

    let late = ana.types("/scale job:orders", "#deploys");
    let asked = socket.interaction().await;
    app.discord.advance(Duration::from_secs(4));
    assert_eq!(late.await, End::TimedOut);
    assert_eq!(
        app.answers(&asked, json!({ "type": 5 })).await,
        (404, json!({ "message": "Unknown interaction", "code": 10_062 }))
    );
    assert_eq!(ana.errors(), ["The application did not respond"]);
    let hook = app.hook(&asked, "/messages/@original");
    assert_eq!(app.get(&hook).await.1["code"], 10_015);
    app.discord.assert_lawful();
}

#[tokio::test]
async fn a_token_is_good_for_fifteen_minutes() {
    let app = acme().await;
    let (mut socket, _) = app.connected().await;
    let _ = app.person("ana").types("/scale job:orders", "#deploys");
    let asked = socket.interaction().await;
    app.answers(&asked, json!({ "type": 4, "data": card() })).await;
    let original = app.hook(&asked, "/messages/@original");
    app.discord.advance(Duration::from_secs(14 * 60));
    assert_eq!(app.get(&original).await.0, 200);
    app.discord.advance(Duration::from_secs(61));
    assert_eq!(
        app.get(&original).await,
        (401, json!({ "message": "Invalid Webhook Token", "code": 50_027 }))
    );
    app.discord.assert_lawful();
}

#[tokio::test]
async fn an_answer_shows_its_message_to_who_wants_the_response() {
    let app = acme().await;
    let (mut socket, _) = app.connected().await;
    let _ = app.person("ana").types("/scale job:orders", "#deploys");
    let asked = socket.interaction().await;
    let (id, token) = (asked["id"].as_str().unwrap(), asked["token"].as_str().unwrap());
    let path = format!("/interactions/{id}/{token}/callback?with_response=true");
    let (status, response) = app
        .call(
            Method::POST,
            &path,
            json!({ "type": 4, "data": { "content": "here" } }),
        )
        .await;
    assert_eq!(
        (status, &response["resource"]["message"]["content"]),
        (200, &json!("here"))
    );
    assert_eq!(response["interaction"]["response_message_ephemeral"], false);
    app.discord.assert_lawful();
}

#[tokio::test]
async fn a_press_updates_its_message_and_a_form_comes_back_filled_in() {
    let app = acme().await;
    let (mut socket, _) = app.connected().await;
    let bo = app.person("bo");
    let card = app.post_card().await;
    let _ = bo.presses(&card, "Deny...");
    let pressed = socket.interaction().await;
    assert_eq!(pressed["message"]["id"], card.id.as_str());
    assert_eq!(app.answers(&pressed, modal()).await.0, 204);
    let form = bo.form().unwrap();
    assert_eq!(form.title(), "Deny R-18");
    assert_eq!(app.discord.reads_form(&form.sent()), "Deny R-18\nWhy: ______");
    let act = form.fills("Why", "no slots").submits();
    let submitted = socket.interaction().await;
    assert_eq!(
        submitted["data"]["components"][0]["components"][0]["value"],
        "no slots"
    );
    assert_eq!(submitted["message"]["id"], card.id.as_str());
    let update = json!({ "type": 7, "data": { "content": "denied: no slots", "components": [] } });
    assert_eq!(app.answers(&submitted, update).await.0, 204);
    assert!(matches!(act.await, End::Answered { .. }));
    let now = app.discord.message("#deploys", &card.id).unwrap();
    assert_eq!(
        (now.content.as_str(), now.edits(), now.buttons().len()),
        ("denied: no slots", 1, 0)
    );
    assert!(!bo.can_press(&card, "Approve"));
    assert!(bo.form().is_none());
    app.discord.assert_lawful();
}

#[tokio::test]
async fn an_answer_must_fit_its_interaction() {
    let app = acme().await;
    let (mut socket, _) = app.connected().await;
    let ana = app.person("ana");
    let _ = ana.types("/scale job:orders", "#deploys");
    let asked = socket.interaction().await;
    for wrong in [
        json!({ "type": 6 }),
        json!({ "type": 8, "data": { "choices": [] } }),
        json!({ "type": 1 }),
    ] {
        assert_eq!(app.answers(&asked, wrong).await.0, 400);
    }
    assert_eq!(
        app.answers(&asked, json!({ "type": 5, "data": { "flags": 64 } }))
            .await
            .0,
        204
    );
    let _ = ana.completes("/scale job:ord", "#deploys");
    let typing = socket.interaction().await;
    let number = json!({ "type": 8, "data": { "choices": [{ "name": "4", "value": 4 }] } });
    assert_eq!(app.answers(&typing, number).await.0, 400);
    assert_eq!(app.discord.take_faults().len(), 4);
}
