use crate::app::acme;
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn one_channel_too_fast_is_told_to_wait_and_another_is_not() {
    let app = acme().await;
    app.slack.limits_rates();
    let other = app.slack.channel("#other").id().to_owned();
    for _ in 0..3 {
        app.post("quick", None).await;
    }
    let message = json!({ "channel": app.slack.channel_id("#deploys"), "text": "quick" });
    let (status, answer) = app.try_call("chat.postMessage", &message).await.unwrap();
    assert_eq!((status, &answer["error"]), (429, &json!("ratelimited")));
    let elsewhere = app
        .call("chat.postMessage", json!({ "channel": other, "text": "calm" }))
        .await;
    assert_eq!(elsewhere["ok"], true);
    app.slack.assert_lawful();
    app.slack.advance(Duration::from_secs(1));
    assert_eq!(app.call("chat.postMessage", message.clone()).await["ok"], true);
    app.try_call("chat.postMessage", &message).await.unwrap();
    app.try_call("chat.postMessage", &message).await.unwrap();
    let faults = app.slack.take_faults();
    assert!(
        faults.len() == 1 && faults[0].contains("before Retry-After"),
        "{faults:?}"
    );
}

#[tokio::test]
async fn a_tier_is_counted_by_the_minute() {
    let app = acme().await;
    app.slack.limits_rates();
    let group = app.slack.group("flink-owners", &[]);
    let url = format!("{}/usergroups.users.list", app.slack.api_url());
    let mut statuses = Vec::new();
    for _ in 0..6 {
        let asked = app
            .http
            .get(&url)
            .query(&[("usergroup", &group)])
            .bearer_auth(app.slack.bot_token());
        let answer = asked.send().await.unwrap();
        let wait = answer
            .headers()
            .get("retry-after")
            .map(|wait| wait.to_str().unwrap().to_owned());
        statuses.push((answer.status().as_u16(), wait));
    }
    assert_eq!(statuses[4], (200, None));
    assert_eq!(statuses[5], (429, Some("3".to_owned())));
}

#[tokio::test]
async fn a_response_url_is_good_for_five_uses_in_thirty_minutes() {
    let app = acme().await;
    let mut socket = app.connected().await;
    let ana = app.slack.person("ana");
    let mut urls = Vec::new();
    for _ in 0..2 {
        let act = ana.types("/flink status", "#deploys");
        let envelope = socket.next().await;
        socket.ack(&envelope, None).await;
        act.await;
        urls.push(envelope["payload"]["response_url"].as_str().unwrap().to_owned());
    }
    for _ in 0..5 {
        assert_eq!(app.respond(&urls[0], json!({ "text": "more" })).await.0, 200);
    }
    let (status, body) = app.respond(&urls[0], json!({ "text": "more" })).await;
    assert!(status == 404 && body.contains("used_url"), "{body}");
    app.slack.advance(Duration::from_secs(30 * 60 + 1));
    let (status, body) = app.respond(&urls[1], json!({ "text": "late" })).await;
    assert!(status == 404 && body.contains("expired_url"), "{body}");
    assert_eq!(ana.whispers().len(), 5);
    app.slack.assert_lawful();
}
