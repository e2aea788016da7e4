//! The HTTP road, against an app that checks signatures by itself.

use crate::app::acme;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use fakes::slack::{Addresses, End, FakeSlack, Forgery, Kind, signature};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

#[derive(Clone)]
struct Web {
    secret: String,
    got: Arc<Mutex<Vec<(HeaderMap, String)>>>,
    answers: Arc<Mutex<VecDeque<(u16, &'static str)>>>,
}

impl Web {
    /// Listens for `slack`, and answers 200 with nothing unless told otherwise.
    async fn listen(slack: &FakeSlack) -> Self {
        let web = Self {
            secret: slack.signing_secret(),
            got: Arc::default(),
            answers: Arc::default(),
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        slack.sends_to(Addresses::under(&format!(
            "http://{}",
            listener.local_addr().unwrap()
        )));
        let router = Router::new()
            .route("/slack/{road}", post(receive))
            .with_state(web.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        web
    }

    fn answers(&self, status: u16, body: &'static str) {
        self.answers.lock().unwrap().push_back((status, body));
    }

    fn got(&self, at: usize) -> (HeaderMap, String) {
        self.got.lock().unwrap()[at].clone()
    }
}

async fn receive(State(web): State<Web>, headers: HeaderMap, body: Bytes) -> (StatusCode, &'static str) {
    let header = |name: &str| {
        headers
            .get_all(name)
            .iter()
            .map(|value| value.to_str().unwrap())
            .collect::<Vec<_>>()
    };
    let (timestamps, signatures) = (header("x-slack-request-timestamp"), header("x-slack-signature"));
    let signed = match (&timestamps[..], &signatures[..]) {
        ([timestamp], [given]) => signature(&web.secret, timestamp, &body) == *given && fresh(timestamp),
        _ => false,
    };
    if !signed {
        return (StatusCode::UNAUTHORIZED, "");
    }
    let body = String::from_utf8(body.to_vec()).unwrap();
    web.got.lock().unwrap().push((headers, body));
    let (status, answer) = web.answers.lock().unwrap().pop_front().unwrap_or((200, ""));
    (StatusCode::from_u16(status).unwrap(), answer)
}

fn fresh(timestamp: &str) -> bool {
    let now = fakes::flink::STORY_START_MS / 1_000;
    timestamp.parse::<u64>().unwrap().abs_diff(now) <= 300
}

#[tokio::test]
async fn a_command_is_a_signed_form_and_its_answer_is_shown() {
    let app = acme().await;
    let web = Web::listen(&app.slack).await;
    web.answers(
        200,
        r#"{"response_type": "in_channel", "text": "orders is well"}"#,
    );
    let ana = app.slack.person("ana");
    assert!(matches!(
        ana.types("/flink status orders", "#deploys").await,
        End::Answered { .. }
    ));
    let (headers, body) = web.got(0);
    assert_eq!(headers["content-type"], "application/x-www-form-urlencoded");
    assert!(
        body.contains("command=%2Fflink&") && body.contains("text=status+orders&"),
        "{body}"
    );
    assert_eq!(app.slack.transcript_of("#deploys"), "sluice  orders is well\n");
    app.slack.assert_lawful();
}

#[tokio::test]
async fn presses_are_a_form_around_json_and_events_are_json() {
    let app = acme().await;
    let web = Web::listen(&app.slack).await;
    let ts = app.post_card(None).await;
    let card = app.slack.message("#deploys", &ts).unwrap();
    app.slack.person("bo").presses(&card, "Approve").await;
    app.slack
        .person("bo")
        .mentions("status", "#deploys", Some(&ts))
        .await;
    let (_, press) = web.got(0);
    let (_, press) = url::form_urlencoded::parse(press.as_bytes()).next().unwrap();
    assert_eq!(
        serde_json::from_str::<Value>(&press).unwrap()["actions"][0]["action_id"],
        "approve"
    );
    let (_, event) = web.got(1);
    assert_eq!(
        serde_json::from_str::<Value>(&event).unwrap()["event"]["thread_ts"],
        ts
    );
    app.slack.assert_lawful();
}

#[tokio::test]
async fn an_event_comes_again_with_its_number_and_reason_and_a_command_does_not() {
    let app = acme().await;
    let web = Web::listen(&app.slack).await;
    let ana = app.slack.person("ana");
    web.answers(500, "");
    assert_eq!(ana.types("/flink status", "#deploys").await, End::Refused(500));
    assert_eq!(
        ana.errors(),
        ["/flink failed with the error \"http_service_error\""]
    );
    web.answers(500, "");
    web.answers(503, "");
    assert_eq!(ana.mentions("status", "#deploys", None).await, End::Refused(500));
    let third = |slack: &FakeSlack| slack.deliveries()[1].attempts.get(1)?.end.clone();
    assert_eq!(
        app.slack.until("the second attempt", third).await,
        End::Refused(503)
    );
    app.slack.advance(Duration::from_secs(60));
    let third = |slack: &FakeSlack| slack.deliveries()[1].attempts.get(2)?.end.clone();
    assert!(matches!(
        app.slack.until("the third attempt", third).await,
        End::Answered { .. }
    ));
    assert_eq!(app.slack.deliveries()[0].attempts.len(), 1);
    let (headers, _) = web.got(3);
    assert_eq!(
        (&headers["x-slack-retry-num"], &headers["x-slack-retry-reason"]),
        (&"2".parse().unwrap(), &"http_error".parse().unwrap())
    );
}

#[tokio::test]
async fn every_forgery_is_refused_by_an_app_that_looks() {
    let app = acme().await;
    let web = Web::listen(&app.slack).await;
    let payload = json!({ "command": "/flink", "text": "approve R-18" });
    let now = app.slack.now() / 1_000;
    for how in Forgery::ALL {
        let forged = app
            .slack
            .signed(Kind::Command, &payload)
            .forged(how, &app.slack.signing_secret(), now);
        assert_eq!(app.slack.transmits(&forged).await.status, 401, "{how:?}");
    }
    assert_eq!(
        app.slack
            .transmits(&app.slack.signed(Kind::Command, &payload))
            .await
            .status,
        200
    );
    assert_eq!(app.slack.verifies_address().await.status, 200);
    assert_eq!(app.slack.checks_certificate().await.status, 200);
    assert_eq!(web.got.lock().unwrap().len(), 3);
}

#[tokio::test]
async fn an_app_that_is_not_there_cannot_be_reached() {
    let app = acme().await;
    app.slack.sends_to(Addresses::under("http://127.0.0.1:1"));
    let ana = app.slack.person("ana");
    assert!(matches!(
        ana.types("/flink status", "#deploys").await,
        End::Lost(_)
    ));
    assert_eq!(ana.errors().len(), 1);
}
