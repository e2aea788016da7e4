//! What the fake sends has every field that live Slack was seen to send, with the same type.

use crate::app::{App, Socket, acme, modal};
use serde_json::{Value, json};

fn sample(name: &str) -> Value {
    let path = format!("{}/data/slack/payloads/{name}", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// Where `ours` lacks something of `theirs`, or has it with another type. `null` fits everything.
fn missing(ours: &Value, theirs: &Value, at: &str) -> Vec<String> {
    match (ours, theirs) {
        (Value::Object(ours), Value::Object(theirs)) => theirs
            .iter()
            .flat_map(|(field, theirs)| match ours.get(field) {
                Some(ours) => missing(ours, theirs, &format!("{at}/{field}")),
                None => vec![format!("{at}/{field}")],
            })
            .collect(),
        (Value::Array(ours), Value::Array(theirs)) => match (ours.first(), theirs.first()) {
            (Some(ours), Some(theirs)) => missing(ours, theirs, &format!("{at}/0")),
            _ => Vec::new(),
        },
        (Value::Null, _) | (_, Value::Null) => Vec::new(),
        (ours, theirs) if std::mem::discriminant(ours) == std::mem::discriminant(theirs) => Vec::new(),
        _ => vec![format!("{at}: another type")],
    }
}

fn like(ours: &Value, name: &str, except: &[&str]) {
    let mut found = missing(ours, &sample(name), "");
    found.retain(|at| !except.contains(&at.as_str()));
    assert_eq!(found, Vec::<String>::new(), "{name}");
}

async fn next(socket: &mut Socket) -> Value {
    let envelope = socket.next().await;
    socket.ack(&envelope, None).await;
    envelope
}

async fn open(app: &App, socket: &mut Socket) -> fakes::slack::Person {
    let ana = app.slack.person("ana");
    let act = ana.uses("guided");
    let envelope = next(socket).await;
    act.await;
    let trigger = &envelope["payload"]["trigger_id"];
    app.call("views.open", json!({ "trigger_id": trigger, "view": modal() }))
        .await;
    ana
}

#[tokio::test]
async fn commands_and_shortcuts_and_their_envelopes() {
    let app = acme().await;
    let mut socket = app.connect().await;
    like(&socket.next().await, "socket_hello.json", &[]);
    let ana = app.slack.person("ana");
    let _ = ana.types("/flink status", "#deploys");
    let command = next(&mut socket).await;
    like(&command, "socket_slash_commands.json", &[]);
    like(&command["payload"], "slash_command_recorded.json", &[]);
    let _ = ana.uses("guided");
    like(&next(&mut socket).await, "socket_interactive.json", &[]);
    let said = ana.says("look", "#deploys", None);
    let _ = ana.uses_on(&said, "ask");
    // A client's own rich text is not modelled; enterprise fields come with an enterprise only.
    let except = [
        "/message/client_msg_id",
        "/message/blocks",
        "/team/enterprise_id",
        "/team/enterprise_name",
    ];
    like(
        &next(&mut socket).await["payload"],
        "message_action_shortcut.json",
        &except,
    );
}

#[tokio::test]
async fn presses_in_a_thread_and_in_a_whisper() {
    let app = acme().await;
    let mut socket = app.connected().await;
    let bo = app.slack.person("bo");
    let root = app.post("parent", None).await;
    let ts = app.post_card(Some(&root)).await;
    let _ = bo.presses(&app.slack.message("#deploys", &ts).unwrap(), "Approve");
    like(
        &next(&mut socket).await["payload"],
        "block_actions_button_in_thread.json",
        &[],
    );
    let channel = app.slack.channel_id("#deploys");
    let whisper = json!({ "channel": channel, "user": bo.id(), "text": "no", "thread_ts": root, "blocks": crate::app::card() });
    app.call("chat.postEphemeral", whisper).await;
    let _ = bo.presses(&bo.whispers()[0], "Approve");
    let press = next(&mut socket).await["payload"].clone();
    like(&press, "block_actions_ephemeral_in_thread.json", &[]);
    assert!(press.get("message").is_none());
    app.slack.is_enterprise("E0GRID001", true);
    let _ = bo.presses(&bo.whispers()[0], "Approve");
    like(
        &next(&mut socket).await["payload"],
        "block_actions_org_install_team_null.json",
        &[],
    );
}

#[tokio::test]
async fn submissions_and_dismissals() {
    let app = acme().await;
    let mut socket = app.connected().await;
    let ana = open(&app, &mut socket).await;
    let submit = ana.form().unwrap().fills("Why", "because").submits();
    // The recorded forms have other inputs.
    let except = [
        "/view/state/values/message",
        "/view/state/values/category",
        "/view/state/values/email",
    ];
    let blocks = [
        "/view/blocks/0/optional",
        "/view/blocks/0/dispatch_action",
        "/view/blocks/0/element/placeholder",
    ];
    let except = [&except[..], &blocks].concat();
    like(
        &next(&mut socket).await["payload"],
        "view_submission_recorded.json",
        &except,
    );
    submit.await;
    let ana = open(&app, &mut socket).await;
    let _ = ana.form().unwrap().closes().unwrap();
    let except = [
        "/team/enterprise_id",
        "/team/enterprise_name",
        "/view/blocks/0/optional",
        "/response_urls",
    ];
    like(&next(&mut socket).await["payload"], "view_closed.json", &except);
}

#[tokio::test]
async fn mentions() {
    let app = acme().await;
    app.slack.is_enterprise("E0GRID001", false);
    let mut socket = app.connected().await;
    let root = app.post("parent", None).await;
    let _ = app
        .slack
        .person("ana")
        .mentions("status", "#deploys", Some(&root));
    let envelope = next(&mut socket).await;
    like(&envelope["payload"], "event_app_mention.json", &[]);
    // Another event, in the same wrapping.
    like(
        &envelope["payload"],
        "event_message_in_thread_recorded.json",
        &["/event/channel_type"],
    );
}
