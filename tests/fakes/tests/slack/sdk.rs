//! Slack's own SDK drives the fake: a client that nobody here wrote cannot share our misreading.

#![allow(clippy::disallowed_methods, reason = "the SDK is a program of its own")]

use fakes::slack::{End, FakeSlack};
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

/// The Python that has `slack_sdk` and `slack_bolt`; `deploy/local/slack-sdk.sh` makes it.
const PYTHON: &str = "SLUICE_TEST_SLACK_PYTHON";

#[tokio::test]
async fn slacks_own_sdk_posts_uploads_opens_forms_and_holds_a_socket() {
    let Some(python) = std::env::var_os(PYTHON).filter(|python| std::path::Path::new(python).exists()) else {
        println!(
            "skipped: {PYTHON} names no Python with slack_sdk and slack_bolt (deploy/local/slack-sdk.sh)"
        );
        return;
    };
    let slack = FakeSlack::start_on_wall_clock().await;
    let (ana, bo) = (slack.person("ana"), slack.person("bo"));
    let channel = slack.channel("#deploys").id().to_owned();
    let group = slack.group("flink-owners", &[&bo]);
    slack.files_take(300, u32::MAX);
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/slack/sdk_app.py");
    let mut app = Command::new(python)
        .arg(script)
        .env("SLACK_API_URL", format!("{}/", slack.api_url()))
        .env("SLACK_BOT_TOKEN", slack.bot_token())
        .env("SLACK_APP_TOKEN", slack.app_token())
        .env("CHANNEL", &channel)
        .env("GROUP", &group)
        .env("PERSON", ana.id())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(app.stdout.take().unwrap()).lines();
    let mut said = async || lines.next_line().await.unwrap().expect("the app goes on");

    assert_eq!(said().await, format!("bot {}", slack.bot_user_id()));
    assert_eq!(said().await, format!("owners {}", bo.id()));
    assert_eq!(said().await, "email-free ana");
    assert_eq!(said().await, "file shared");
    assert_eq!(slack.files()[0].bytes, b"\x89PNG not really");
    assert_eq!(said().await, "connected");

    let End::Answered { body, .. } = ana.types("/flink scale orders", "#deploys").await else {
        panic!()
    };
    assert_eq!(body["text"], "looking at scale orders");
    assert_eq!(said().await, "command scale orders");
    let card = slack
        .until("the card", |slack| slack.newest_with("Deny..."))
        .await;
    assert!(matches!(bo.presses(&card, "Deny...").await, End::Answered { .. }));
    slack
        .until("the form", |_| bo.form())
        .await
        .fills("Why", "no slots")
        .submits()
        .await;
    assert_eq!(said().await, "denied no slots");
    let answered = |slack: &FakeSlack| (slack.message("#deploys", &card.ts)?.edits() == 1).then_some(());
    slack.until("the edited card", answered).await;
    ana.mentions("status", "#deploys", Some(&card.ts)).await;
    assert_eq!(said().await, "mentioned in its thread");
    ana.opens_home().await;
    assert_eq!(said().await, "home shown");
    assert!(
        slack
            .reads_view(&ana.home().unwrap())
            .contains("Nothing waits for you")
    );

    drop(app.stdin.take());
    assert!(app.wait().await.unwrap().success());
    slack.assert_lawful();
}
