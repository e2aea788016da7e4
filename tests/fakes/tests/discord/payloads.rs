//! Payloads have the fields of recorded ones.

use crate::app::acme;
use serde_json::Value;

/// Paths of all fields, but not below ids (keys that are numbers).
fn fields(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields_of) => {
            for (name, inner) in fields_of {
                let is_id = name.len() > 5 && name.bytes().all(|byte| byte.is_ascii_digit());
                let path = format!("{at}/{}", if is_id { "*" } else { name });
                found.push(path.clone());
                fields(inner, &path, found);
            }
        }
        Value::Array(list) => list
            .iter()
            .for_each(|inner| fields(inner, &format!("{at}/[]"), found)),
        _ => {}
    }
}

/// Fields of a recorded payload that ours lacks, apart from those that depend on what happened there.
fn lacking(recorded: &str, ours: &Value, apart: &[&str]) -> Vec<String> {
    let (mut theirs, mut own) = (Vec::new(), Vec::new());
    fields(&serde_json::from_str(recorded).unwrap(), "", &mut theirs);
    fields(ours, "", &mut own);
    theirs.retain(|path| !own.contains(path) && !apart.iter().any(|apart| path.starts_with(apart)));
    theirs.sort();
    theirs.dedup();
    theirs
}

#[tokio::test]
async fn a_command_has_the_fields_of_a_recorded_one() {
    let app = acme().await;
    let (mut socket, _) = app.connected().await;
    let _ = app
        .person("ana")
        .types("/scale job:orders for:@sluice", "#deploys");
    let ours = socket.interaction().await;
    let recorded = include_str!("../../data/discord/payloads/type2_command_recorded.json");
    let apart = ["/authorizing_integration_owners/1"];
    assert_eq!(lacking(recorded, &ours, &apart), Vec::<String>::new());
}

#[tokio::test]
async fn a_press_in_a_thread_has_the_fields_of_a_recorded_one() {
    let app = acme().await;
    let (mut socket, _) = app.connected().await;
    let thread = app.thread(&app.post_card().await.id).await;
    let path = format!("/channels/{thread}/messages");
    let mut card = crate::app::card();
    card["embeds"] = serde_json::json!([{ "title": "Plan", "description": "d", "color": 3,
        "fields": [{ "name": "From", "value": "2", "inline": true }] }]);
    let (_, posted) = app.call(reqwest::Method::POST, &path, card).await;
    let message = app
        .discord
        .message(&thread, posted["id"].as_str().unwrap())
        .unwrap();
    let _ = app.person("bo").presses(&message, "Approve");
    let ours = socket.interaction().await;
    let recorded = include_str!("../../data/discord/payloads/type3_button_in_thread_recorded.json");
    // Who is in the thread is told only to those who are; the rest are fields that nobody documents.
    let apart = [
        "/channel/member",
        "/channel/member_ids_preview",
        "/message/author/clan",
        "/message/author/display_name_styles",
        "/message/embeds/[]/content_scan_version",
        "/message/embeds/[]/id",
    ];
    assert_eq!(lacking(recorded, &ours, &apart), Vec::<String>::new());
}

#[tokio::test]
async fn a_recorded_payload_can_be_delivered_and_answered() {
    let app = acme().await;
    let (mut socket, _) = app.connected().await;
    let recorded = include_str!("../../data/discord/payloads/type2_command_recorded.json");
    let payload: Value = serde_json::from_str(recorded).unwrap();
    let act = app
        .discord
        .delivers(fakes::discord::Kind::Command, payload.clone());
    assert_eq!(socket.interaction().await, payload);
    let modal = crate::app::modal();
    assert_eq!(app.answers(&payload, modal).await.0, 204);
    assert!(matches!(act.await, fakes::discord::End::Answered { .. }));
    app.discord.assert_lawful();
}
