//! The HTTP road: signed requests, inline answers, forgeries, and the address that has to prove itself.

use crate::app::{acme, card};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use fakes::discord::{Disorder, End, FakeDiscord, Forgery, Kind};
use ring::signature::{ED25519, UnparsedPublicKey};
use serde_json::{Value, json};
use std::time::Duration;

#[derive(Clone)]
struct Endpoint {
    key: Vec<u8>,
    checks: bool,
    answer: Value,
}

async fn receive(State(endpoint): State<Endpoint>, headers: HeaderMap, body: Bytes) -> Response {
    let only = |name: &str| {
        let mut values = headers.get_all(name).iter();
        let first = values.next()?.to_str().ok()?.to_owned();
        values.next().is_none().then_some(first)
    };
    let signed = || {
        let (timestamp, signature) = (only("x-signature-timestamp")?, only("x-signature-ed25519")?);
        let signed = [timestamp.as_bytes(), &body].concat();
        let signature = hex::decode(signature).ok()?;
        let key = UnparsedPublicKey::new(&ED25519, &endpoint.key);
        key.verify(&signed, &signature).ok()
    };
    if endpoint.checks && signed().is_none() {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let asked: Value = serde_json::from_slice(&body).unwrap();
    if asked["type"] == 1 {
        return axum::Json(json!({ "type": 1 })).into_response();
    }
    if endpoint.answer.is_null() {
        return StatusCode::ACCEPTED.into_response();
    }
    axum::Json(endpoint.answer.clone()).into_response()
}

/// An endpoint on a free port, and its URL. It ends with the test's runtime.
async fn endpoint(discord: &FakeDiscord, checks: bool, answer: Value) -> String {
    let key = hex::decode(discord.public_key()).unwrap();
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("http://{}/discord/interactions", listener.local_addr().unwrap());
    let state = Endpoint { key, checks, answer };
    let router = Router::new()
        .route("/discord/interactions", post(receive))
        .with_state(state);
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

#[tokio::test]
async fn an_inline_answer_is_shown_and_the_gateway_is_silent() {
    let app = acme().await;
    let (mut socket, _) = app.connected().await;
    let url = endpoint(&app.discord, true, json!({ "type": 4, "data": card() })).await;
    app.discord.sends_to(&url);
    let act = app.person("ana").types("/scale job:orders", "#deploys");
    assert!(matches!(act.await, End::Answered { .. }));
    assert_eq!(app.discord.newest_with("Approve").unwrap().channel, app.deploys());
    socket.beat().await;
    assert_eq!(
        socket.next().await["op"],
        11,
        "no event came before the answer to the heartbeat"
    );
    app.discord.assert_lawful();
}

#[tokio::test]
async fn an_empty_202_is_followed_by_the_callback_route() {
    let app = acme().await;
    let url = endpoint(&app.discord, true, Value::Null).await;
    app.discord.sends_to(&url);
    let act = app.person("ana").types("/scale job:orders", "#deploys");
    let asked = act.delivery().payload;
    assert_eq!(app.answers(&asked, json!({ "type": 5 })).await.0, 204);
    assert!(matches!(act.await, End::Answered { .. }));
    app.discord.assert_lawful();
}

#[tokio::test]
async fn every_forgery_is_refused_by_who_checks() {
    let app = acme().await;
    let url = endpoint(&app.discord, true, json!({ "type": 5 })).await;
    app.discord.sends_to(&url);
    let request = app.discord.signed(&json!({ "type": 1 }));
    assert_eq!(app.discord.transmits(&request).await.status, 200);
    for how in Forgery::ALL {
        let forged = app.discord.forges(&request, how);
        assert_eq!(app.discord.transmits(&forged).await.status, 401, "{how:?}");
    }
    assert!(app.discord.verifies_address().await);
}

#[tokio::test]
async fn an_address_that_takes_bad_signatures_is_not_saved_or_removed() {
    let app = acme().await;
    let gullible = endpoint(&app.discord, false, Value::Null).await;
    let path = "/applications/@me";
    let (status, answer) = app
        .call(
            reqwest::Method::PATCH,
            path,
            json!({ "interactions_endpoint_url": gullible }),
        )
        .await;
    assert_eq!((status, &answer["code"]), (400, &json!(50_035)));
    app.discord.sends_to(&gullible);
    assert!(!app.discord.verifies_address().await);
    assert_eq!(app.discord.endpoint(), None);
    let careful = endpoint(&app.discord, true, Value::Null).await;
    let (status, _) = app
        .call(
            reqwest::Method::PATCH,
            path,
            json!({ "interactions_endpoint_url": careful }),
        )
        .await;
    assert_eq!((status, app.discord.endpoint()), (200, Some(careful)));
    app.discord.assert_lawful();
}

#[tokio::test]
async fn a_lost_answer_and_a_refusal_are_told_to_the_person() {
    let app = acme().await;
    let ana = app.person("ana");
    let url = endpoint(&app.discord, true, json!({ "type": 5 })).await;
    app.discord.sends_to(&url);
    app.discord.next_delivery(Disorder::AckLost);
    let lost = ana.types("/scale job:orders", "#deploys");
    let answered = |_: &FakeDiscord| lost.delivery().attempts[0].late;
    app.discord.until("the lost answer", answered).await;
    app.discord.advance(Duration::from_secs(3));
    assert_eq!(lost.await, End::TimedOut);
    assert!(app.discord.messages("#deploys").is_empty());
    app.discord
        .sends_to(&url.replace("/discord/interactions", "/elsewhere"));
    let card = app.post_card().await;
    assert_eq!(ana.presses(&card, "Approve").await, End::Refused(404));
    assert_eq!(
        ana.errors(),
        ["The application did not respond", "This interaction failed"]
    );
    app.discord.assert_lawful();
}

#[tokio::test]
async fn an_inline_answer_of_the_wrong_shape_is_a_fault() {
    let app = acme().await;
    let url = endpoint(&app.discord, true, json!({ "type": 4, "data": { "text": "x" } })).await;
    app.discord.sends_to(&url);
    let payload = app
        .person("ana")
        .types("/scale job:orders", "#deploys")
        .delivery()
        .payload;
    assert_eq!(payload["type"], Kind::Command as u8);
    let complained = |discord: &FakeDiscord| (!discord.faults().is_empty()).then_some(());
    app.discord.until("the complaint", complained).await;
    assert!(app.discord.take_faults()[0].contains("answer to delivery 1"));
}
