use crate::app::acme;
use fakes::slack::{Deafness, End, Reason};
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn a_command_arrives_and_its_acknowledgement_is_shown() {
    let app = acme().await;
    let mut socket = app.connected().await;
    let ana = app.slack.person("ana");
    let act = ana.types(
        "/flink scale orders parallelism 4 because \"lag\" @bo",
        "#deploys",
    );
    let envelope = socket.next().await;
    assert_eq!(envelope["type"], "slash_commands");
    assert_eq!(envelope["accepts_response_payload"], true);
    let bo = app.slack.person("bo");
    let text = format!("scale orders parallelism 4 because \"lag\" <@{}>", bo.id());
    assert_eq!(envelope["payload"]["text"], text);
    socket
        .ack(&envelope, Some(json!({ "text": "I am looking." })))
        .await;
    let End::Answered { after, body } = act.await else {
        panic!()
    };
    assert_eq!((after, &body["text"]), (0, &json!("I am looking.")));
    assert_eq!(ana.whispers()[0].text, "I am looking.");
    assert!(bo.whispers().is_empty());
    app.slack.assert_lawful();
}

#[tokio::test]
async fn envelopes_go_to_any_connection() {
    let app = acme().await;
    let (mut one, mut other) = (app.connected().await, app.connected().await);
    let ana = app.slack.person("ana");
    let acts = [
        ana.types("/flink status", "#deploys"),
        ana.types("/flink status", "#deploys"),
    ];
    for socket in [&mut one, &mut other] {
        let envelope = socket.next().await;
        socket.ack(&envelope, None).await;
    }
    for act in acts {
        assert!(matches!(act.await, End::Answered { .. }));
    }
    app.slack.assert_lawful();
}

#[tokio::test]
async fn a_command_that_nobody_acknowledges_is_told_as_timed_out() {
    let app = acme().await;
    let mut socket = app.connected().await;
    let ana = app.slack.person("ana");
    let act = ana.types("/flink status", "#deploys");
    let envelope = socket.next().await;
    app.slack.advance(Duration::from_millis(3_000));
    assert_eq!(act.await, End::TimedOut);
    assert_eq!(
        ana.errors(),
        ["/flink failed with the error \"operation_timeout\""]
    );
    socket.ack(&envelope, None).await;
    let late = app
        .slack
        .until("the late answer", |slack| slack.deliveries()[0].attempts[0].late)
        .await;
    assert_eq!(late, 3_000);
    assert_eq!(
        app.slack.deliveries()[0].attempts.len(),
        1,
        "a command never comes again"
    );
}

#[tokio::test]
async fn without_a_connection_a_command_is_lost_at_once() {
    let app = acme().await;
    let ana = app.slack.person("ana");
    assert_eq!(
        ana.types("/flink status", "#deploys").await,
        End::Lost("no connection".to_owned())
    );
    assert_eq!(ana.errors(), ["/flink failed with the error \"dispatch_failed\""]);
}

#[tokio::test]
async fn a_warned_connection_goes_after_ten_seconds_and_a_refreshed_one_now() {
    let app = acme().await;
    let (mut one, mut other) = (app.connected().await, app.connected().await);
    app.slack.disconnects(1, Reason::Warning);
    app.slack.disconnects(2, Reason::RefreshRequested);
    assert_eq!(one.next().await["reason"], "warning");
    assert_eq!(other.next().await["reason"], "refresh_requested");
    assert!(other.try_next().await.is_none());
    app.slack
        .until("the second to go", |slack| {
            (slack.open_connections() == [1]).then_some(())
        })
        .await;
    app.slack.advance(Duration::from_secs(10));
    assert!(one.try_next().await.is_none());
}

#[tokio::test]
async fn a_disabled_link_lets_nobody_in_until_it_is_enabled() {
    let app = acme().await;
    let mut socket = app.connected().await;
    app.slack.disconnects(1, Reason::LinkDisabled);
    assert_eq!(socket.next().await["reason"], "link_disabled");
    let mut again = app.connect().await;
    assert_eq!(again.next().await["reason"], "link_disabled");
    app.slack.enables_sockets();
    app.connected().await;
}

#[tokio::test]
async fn a_deaf_connection_takes_envelopes_and_gives_none() {
    let app = acme().await;
    app.slack.next_connection_is(Deafness::OnlyEnvelopes);
    let mut socket = app.connected().await;
    let act = app.slack.person("ana").types("/flink status", "#deploys");
    socket.ping().await;
    app.slack.pings();
    let heard = |slack: &fakes::slack::FakeSlack| {
        let connection = &slack.connections()[0];
        (connection.pings > 0).then(|| connection.clone())
    };
    let connection = app.slack.until("the ping", heard).await;
    assert_eq!((connection.envelopes, connection.open), (1, true));
    app.slack.advance(Duration::from_secs(3));
    assert_eq!(act.await, End::TimedOut);
}

#[tokio::test]
async fn a_broken_connection_ends_without_a_close_frame() {
    let app = acme().await;
    let mut socket = app.connected().await;
    app.slack.breaks(1);
    assert!(socket.try_next().await.is_none());
    app.slack
        .until("it to be gone", |slack| {
            slack.open_connections().is_empty().then_some(())
        })
        .await;
}

#[tokio::test]
async fn an_eleventh_connection_is_one_too_many() {
    let app = acme().await;
    let mut held = Vec::new();
    for _ in 0..10 {
        held.push(app.connected().await);
    }
    assert_eq!(app.connect().await.next().await["reason"], "too_many_websockets");
    assert_eq!(app.slack.open_connections().len(), 10);
}

#[tokio::test]
async fn a_ticket_opens_one_connection() {
    let app = acme().await;
    let answer = app
        .http
        .post(format!("{}/apps.connections.open", app.slack.api_url()))
        .bearer_auth(app.slack.app_token())
        .send()
        .await
        .unwrap();
    let answer: serde_json::Value = answer.json().await.unwrap();
    let url = answer["url"].as_str().unwrap();
    let _first = tokio_tungstenite::connect_async(url).await.unwrap();
    assert!(tokio_tungstenite::connect_async(url).await.is_err());
    assert_eq!(app.slack.take_faults().len(), 1);
}

#[tokio::test]
async fn an_acknowledgement_that_nobody_reads_is_a_fault() {
    let app = acme().await;
    let mut socket = app.connected().await;
    let act = app.slack.person("ana").mentions("help", "#deploys", None);
    let envelope = socket.next().await;
    assert_eq!(envelope["type"], "events_api");
    socket.ack(&envelope, Some(json!({ "text": "heard" }))).await;
    act.await;
    socket.send("{\"envelope_id\": \"nobody\"}").await;
    socket.send("thanks").await;
    app.slack
        .until("three faults", |slack| (slack.faults().len() == 3).then_some(()))
        .await;
    app.slack.take_faults();
}
