use crate::app::acme;
use fakes::slack::{Disorder, End};
use std::time::Duration;

#[tokio::test]
async fn an_event_that_is_not_acknowledged_comes_again_three_times() {
    let app = acme().await;
    let mut socket = app.connected().await;
    let act = app.slack.person("ana").mentions("status", "#deploys", None);
    let first = socket.next().await;
    assert_eq!(
        (&first["retry_attempt"], &first["retry_reason"]),
        (&0.into(), &"".into())
    );
    for (retry, wait) in [(1, 0), (2, 60), (3, 300)] {
        app.slack.advance(Duration::from_secs(3));
        let failed = |slack: &fakes::slack::FakeSlack| {
            let attempts = &slack.deliveries()[0].attempts;
            attempts
                .last()
                .filter(|attempt| attempt.end.is_some())
                .map(|_| ())
        };
        if wait > 0 {
            app.slack.until("the attempt to fail", failed).await;
            app.slack.advance(Duration::from_secs(wait));
        }
        let again = socket.next().await;
        assert_eq!(again["payload"], first["payload"]);
        assert_ne!(again["envelope_id"], first["envelope_id"]);
        assert_eq!(
            (&again["retry_attempt"], &again["retry_reason"]),
            (&retry.into(), &"http_timeout".into())
        );
        if retry == 3 {
            socket.ack(&again, None).await;
        }
    }
    assert_eq!(act.await, End::TimedOut);
    let done = |slack: &fakes::slack::FakeSlack| slack.deliveries()[0].attempts.get(3)?.end.clone();
    assert!(matches!(
        app.slack.until("the end", done).await,
        End::Answered { .. }
    ));
}

#[tokio::test]
async fn a_delivery_can_come_twice() {
    let app = acme().await;
    let mut socket = app.connected().await;
    app.slack.next_delivery(Disorder::Twice);
    let act = app.slack.person("ana").types("/flink status", "#deploys");
    let (one, other) = (socket.next().await, socket.next().await);
    assert_eq!(one["payload"]["trigger_id"], other["payload"]["trigger_id"]);
    assert_ne!(one["envelope_id"], other["envelope_id"]);
    socket.ack(&one, None).await;
    socket.ack(&other, None).await;
    assert!(matches!(act.await, End::Answered { .. }));
    app.slack.assert_lawful();
}

#[tokio::test]
async fn two_deliveries_can_change_places() {
    let app = acme().await;
    let mut socket = app.connected().await;
    let ana = app.slack.person("ana");
    app.slack.next_delivery(Disorder::AfterNext);
    let acts = [
        ana.types("/flink one", "#deploys"),
        ana.types("/flink two", "#deploys"),
    ];
    for expected in ["two", "one"] {
        let envelope = socket.next().await;
        assert_eq!(envelope["payload"]["text"], expected);
        socket.ack(&envelope, None).await;
    }
    for act in acts {
        assert!(matches!(act.await, End::Answered { .. }));
    }
}

#[tokio::test]
async fn an_acknowledgement_can_be_lost_on_its_way() {
    let app = acme().await;
    let mut socket = app.connected().await;
    let ana = app.slack.person("ana");
    app.slack.next_delivery(Disorder::AckLost);
    let act = ana.types("/flink status", "#deploys");
    let envelope = socket.next().await;
    socket.ack(&envelope, None).await;
    app.slack
        .until("the answer", |slack| slack.deliveries()[0].attempts[0].late)
        .await;
    app.slack.advance(Duration::from_secs(3));
    assert_eq!(act.await, End::TimedOut);
    assert_eq!(ana.errors().len(), 1);
}
