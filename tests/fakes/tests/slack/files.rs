use crate::app::{App, acme};
use serde_json::{Value, json};
use std::time::Duration;

async fn upload(app: &App, bytes: &'static [u8], announced: usize) -> (String, u16) {
    let length = announced.to_string();
    let asked = [
        ("filename", "chart.png"),
        ("length", &length),
        ("alt_txt", "backlog falls"),
    ];
    let answer = app.get("files.getUploadURLExternal", &asked).await;
    let url = answer["upload_url"].as_str().unwrap();
    let sent = app.http.post(url).body(bytes).send().await.unwrap();
    (
        answer["file_id"].as_str().unwrap().to_owned(),
        sent.status().as_u16(),
    )
}

#[tokio::test]
async fn a_picture_can_be_shown_once_slack_has_looked_at_it() {
    let app = acme().await;
    let (id, status) = upload(&app, b"\x89PNG....", 8).await;
    assert_eq!(status, 200);
    let done = app
        .call(
            "files.completeUploadExternal",
            json!({ "files": [{ "id": id, "title": "Backlog" }] }),
        )
        .await;
    assert_eq!(done["files"][0]["title"], "Backlog");
    let channel = app.slack.channel_id("#deploys");
    let card = json!({ "channel": channel, "text": "chart", "blocks": [
        { "type": "image", "alt_text": "backlog falls", "slack_file": { "id": id } }] });
    let early = app.call("chat.postMessage", card.clone()).await;
    assert_eq!(early["error"], "invalid_blocks");
    assert!(
        early["response_metadata"]["messages"][0]
            .as_str()
            .unwrap()
            .contains("invalid slack file")
    );
    assert_eq!(
        app.get("files.info", &[("file", &id)]).await["file"]["mimetype"],
        ""
    );
    assert_eq!(
        app.get("files.info", &[("file", &id)]).await["file"]["mimetype"],
        "image/png"
    );
    assert_eq!(app.call("chat.postMessage", card).await["ok"], true);
    assert_eq!(app.slack.files()[0].bytes, b"\x89PNG....");
    app.slack.assert_lawful();
}

#[tokio::test]
async fn sharing_into_a_thread_happens_later_and_files_info_tells_where() {
    let app = acme().await;
    app.slack.files_take(1_500, 100);
    let root = app.post("parent", None).await;
    let (id, _) = upload(&app, b"\x89PNG....", 8).await;
    let channel = app.slack.channel_id("#deploys");
    let share = json!({ "files": [{ "id": id }], "channel_id": channel, "thread_ts": root, "initial_comment": "chart" });
    assert_eq!(
        app.call("files.completeUploadExternal", share.clone()).await["ok"],
        true
    );
    assert_eq!(app.slack.thread("#deploys", &root).len(), 1);
    app.slack.advance(Duration::from_millis(1_500));
    let info = app.get("files.info", &[("file", &id)]).await;
    let shared: &Value = &info["file"]["shares"]["public"][&channel][0];
    assert_eq!(shared["thread_ts"], root);
    assert_eq!(
        app.slack.transcript("#deploys", &root),
        "sluice  parent\nsluice  chart\n        [file chart.png: backlog falls]\n"
    );
    app.slack.assert_lawful();
    assert_eq!(
        app.call("files.completeUploadExternal", share).await["error"],
        "file_update_failed"
    );
    assert_eq!(app.slack.take_faults().len(), 1);
}

#[tokio::test]
async fn bytes_that_were_not_announced_are_a_fault() {
    let app = acme().await;
    let (id, _) = upload(&app, b"12345", 4).await;
    assert_eq!(app.slack.take_faults().len(), 1);
    let done = app
        .call("files.completeUploadExternal", json!({ "files": [{ "id": id }] }))
        .await;
    assert_eq!(done["error"], "file_not_found");
}

#[tokio::test]
async fn a_workspace_may_forbid_uploads() {
    let app = acme().await;
    app.slack.refuses_files("file_uploads_disabled");
    let answer = app
        .get(
            "files.getUploadURLExternal",
            &[("filename", "a.png"), ("length", "3")],
        )
        .await;
    assert_eq!(answer["error"], "file_uploads_disabled");
    app.slack.assert_lawful();
}
