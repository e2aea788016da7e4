use crate::app::acme;
use serde_json::json;

#[tokio::test]
async fn what_slack_does_not_know_is_a_fault() {
    let app = acme().await;
    let channel = app.slack.channel_id("#deploys");
    let root = app.post("parent", None).await;
    let reply = app.post("reply", Some(&root)).await;
    let post = |more: serde_json::Value| {
        let mut arguments = json!({ "channel": channel, "text": "hello" });
        arguments
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().cloned().unwrap());
        app.call("chat.postMessage", arguments)
    };
    for (what, more) in [
        ("a misspelt argument", json!({ "tread_ts": root })),
        ("a thread under a reply", json!({ "thread_ts": reply })),
        ("a thread under nothing", json!({ "thread_ts": "1.000001" })),
        ("a channel's name", json!({ "channel": "#deploys" })),
        ("unescaped text", json!({ "text": "List<String>" })),
        ("a long text", json!({ "text": "x".repeat(4_001) })),
        (
            "blocks without text",
            json!({ "text": "", "blocks": [{ "type": "divider" }] }),
        ),
        (
            "a bad block",
            json!({ "blocks": [{ "type": "header", "text": { "type": "plain_text", "text": "x".repeat(151) } }] }),
        ),
        ("a wrong type", json!({ "unfurl_links": "no" })),
        (
            "metadata with an unknown field",
            json!({ "metadata": { "event_type": "a", "event_payload": {}, "id": 1 } }),
        ),
    ] {
        post(more).await;
        assert_eq!(app.slack.take_faults().len(), 1, "{what}");
    }
}

#[tokio::test]
async fn unknown_methods_and_addresses_and_misplaced_arguments_are_faults() {
    let app = acme().await;
    let http = &app.http;
    let token = app.slack.bot_token();
    assert_eq!(app.call("chat.shout", json!({})).await["error"], "unknown_method");
    assert_eq!(app.slack.take_faults().len(), 1);
    let ana = app.slack.person("ana");
    let ignored = app.call("users.info", json!({ "user": ana.id() })).await;
    assert_eq!(ignored["error"], "invalid_arguments", "JSON is not read there");
    assert_eq!(app.slack.take_faults().len(), 1);
    let url = format!("{}/auth.test?token={token}", app.slack.api_url());
    http.get(&url).send().await.unwrap();
    assert_eq!(app.slack.take_faults().len(), 1);
    let elsewhere = app.slack.api_url().replace("/api", "/login");
    assert_eq!(http.get(&elsewhere).send().await.unwrap().status(), 404);
    assert_eq!(app.slack.take_faults().len(), 1);
}

#[tokio::test]
async fn tokens_and_scopes_are_refused_as_documented_and_that_is_no_fault() {
    let app = acme().await;
    let url = format!("{}/auth.test", app.slack.api_url());
    let answer = async |token: Option<String>| -> serde_json::Value {
        let asked = app.http.post(&url);
        let asked = match token {
            Some(token) => asked.bearer_auth(token),
            None => asked,
        };
        asked.send().await.unwrap().json().await.unwrap()
    };
    assert_eq!(answer(None).await["error"], "not_authed");
    assert_eq!(
        answer(Some("xoxb-made-up".to_owned())).await["error"],
        "invalid_auth"
    );
    assert_eq!(
        answer(Some(app.slack.app_token())).await["error"],
        "not_allowed_token_type"
    );
    app.slack.has_scopes(&["commands"]);
    let channel = app.slack.channel_id("#deploys");
    let refused = app
        .call("chat.postMessage", json!({ "channel": channel, "text": "a" }))
        .await;
    assert_eq!(
        (&refused["error"], &refused["needed"], &refused["provided"]),
        (&json!("missing_scope"), &json!("chat:write"), &json!("commands"))
    );
    app.slack.refuses_token(Some("token_revoked"));
    assert_eq!(
        answer(Some(app.slack.bot_token())).await["error"],
        "token_revoked"
    );
    app.slack.assert_lawful();
}

#[tokio::test]
async fn tokens_do_not_belong_into_uploads_and_callbacks() {
    let app = acme().await;
    let asked = [("filename", "a.png"), ("length", "3")];
    let answer = app.get("files.getUploadURLExternal", &asked).await;
    let url = answer["upload_url"].as_str().unwrap();
    app.http
        .post(url)
        .bearer_auth(app.slack.bot_token())
        .body("abc")
        .send()
        .await
        .unwrap();
    assert_eq!(app.slack.take_faults().len(), 1);
}

#[tokio::test]
#[should_panic(expected = "faults that no test read")]
async fn faults_that_no_test_reads_fail_it() {
    let app = acme().await;
    app.call("chat.shout", json!({})).await;
}

#[tokio::test]
async fn forms_and_multipart_are_read_like_json() {
    let app = acme().await;
    let channel = app.slack.channel_id("#deploys");
    let url = format!("{}/chat.postMessage", app.slack.api_url());
    let blocks = crate::app::card().to_string();
    let form = [
        ("channel", channel.as_str()),
        ("text", "card"),
        ("blocks", &blocks),
        ("token", &app.slack.bot_token()),
    ]
    .map(|(name, value)| {
        format!(
            "{name}={}",
            url::form_urlencoded::byte_serialize(value.as_bytes()).collect::<String>()
        )
    })
    .join("&");
    let sent = app
        .http
        .post(&url)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form);
    assert_eq!(
        sent.send()
            .await
            .unwrap()
            .json::<serde_json::Value>()
            .await
            .unwrap()["ok"],
        true
    );
    let parts = reqwest::multipart::Form::new()
        .text("channel", channel)
        .text("text", "card")
        .text("blocks", blocks);
    let sent = app
        .http
        .post(&url)
        .bearer_auth(app.slack.bot_token())
        .multipart(parts);
    assert_eq!(
        sent.send()
            .await
            .unwrap()
            .json::<serde_json::Value>()
            .await
            .unwrap()["ok"],
        true
    );
    assert_eq!(
        app.slack
            .messages("#deploys")
            .iter()
            .filter(|message| message.buttons().len() == 2)
            .count(),
        2
    );
    app.slack.assert_lawful();
}
