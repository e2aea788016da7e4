use super::*;
use serde_json::json;

fn found(blocks: Value) -> Vec<String> {
    complaints_about_blocks(&blocks, Surface::Message)
}

fn text(kind: &str, length: usize) -> Value {
    json!({ "type": kind, "text": "x".repeat(length) })
}

fn button(label: usize, value: usize) -> Value {
    json!({ "type": "button", "action_id": "go", "text": text("plain_text", label), "value": "v".repeat(value) })
}

fn actions(element: Value) -> Value {
    json!([{ "type": "actions", "elements": [element] }])
}

#[test]
fn each_limit_holds_at_its_edge_and_breaks_one_beyond() {
    let section = |length| json!([{ "type": "section", "text": text("mrkdwn", length) }]);
    let header = |length| json!([{ "type": "header", "text": text("plain_text", length) }]);
    let image = |alt: usize| json!([{ "type": "image", "image_url": "https://a.example/b.png", "alt_text": "x".repeat(alt) }]);
    let fields = |count| json!([{ "type": "section", "fields": vec![text("mrkdwn", 2_000); count] }]);
    let dividers = |count| json!(vec![json!({ "type": "divider" }); count]);
    let context = |count| json!([{ "type": "context", "elements": vec![text("mrkdwn", 5); count] }]);
    let confirm = |length| {
        let mut element = button(5, 5);
        element["confirm"] = json!({ "title": text("plain_text", 100), "text": text("mrkdwn", length),
            "confirm": text("plain_text", 30), "deny": text("plain_text", 30) });
        actions(element)
    };
    for (good, bad) in [
        (section(3_000), section(3_001)),
        (header(150), header(151)),
        (image(2_000), image(2_001)),
        (fields(10), fields(11)),
        (dividers(50), dividers(51)),
        (context(10), context(11)),
        (actions(button(75, 2_000)), actions(button(76, 1))),
        (actions(button(1, 1)), actions(button(1, 2_001))),
        (confirm(300), confirm(301)),
    ] {
        assert_eq!(found(good), Vec::<String>::new());
        assert_eq!(found(bad).len(), 1);
    }
}

#[test]
fn unknown_fields_and_kinds_and_doubled_ids_are_told_with_their_place() {
    let divider = json!([{ "type": "divider", "block_id": "a" }, { "type": "divider", "block_id": "a", "colour": "red" }]);
    assert_eq!(
        found(divider),
        [
            "`block_id` \"a\" already exists [json-pointer:/blocks/1/block_id]",
            "unknown field: colour [json-pointer:/blocks/1]",
        ]
    );
    assert_eq!(
        found(json!([{ "type": "bunting" }])),
        ["unknown block type: bunting [json-pointer:/blocks/0]"]
    );
    let twice = json!([{ "type": "actions", "elements": [button(1, 1), button(1, 1)] }]);
    assert_eq!(found(twice).len(), 1);
}

#[test]
fn foreign_text_that_was_not_escaped_is_seen() {
    let section = |text: &str| json!([{ "type": "section", "text": { "type": "mrkdwn", "text": text } }]);
    assert!(
        found(section(
            "<@U1> &lt;b&gt; &amp; <https://a.example|a> <!date^1^{date}|then>"
        ))
        .is_empty()
    );
    assert_eq!(found(section("a <b>")).len(), 1);
    assert_eq!(found(section("this & that")).len(), 1);
}

#[test]
fn a_modal_has_a_short_title_and_a_way_to_submit() {
    let input = json!({ "type": "input", "label": text("plain_text", 10),
        "element": { "type": "plain_text_input", "action_id": "why" } });
    let modal = |title, submit: bool| {
        let mut view =
            json!({ "type": "modal", "title": text("plain_text", title), "blocks": [input.clone()] });
        if submit {
            view["submit"] = text("plain_text", 24);
        }
        complaints_about_view(&view)
    };
    assert!(modal(24, true).is_empty());
    assert_eq!(modal(25, true).len(), 1);
    assert_eq!(modal(24, false).len(), 1);
}

#[test]
fn real_views_pass() {
    for payload in [
        include_str!("../../../data/slack/payloads/view_submission_recorded.json"),
        include_str!("../../../data/slack/payloads/view_submission_enterprise_recorded.json"),
        include_str!("../../../data/slack/payloads/view_closed.json"),
    ] {
        let payload: Value = serde_json::from_str(payload).unwrap();
        let shown = payload["view"].as_object().unwrap();
        let of_slack = [
            "id",
            "team_id",
            "state",
            "hash",
            "previous_view_id",
            "root_view_id",
            "app_id",
            "app_installed_team_id",
            "bot_id",
        ];
        let sent: Map<String, Value> = shown
            .iter()
            .filter(|(field, value)| !of_slack.contains(&field.as_str()) && !value.is_null())
            .map(|(field, value)| (field.clone(), value.clone()))
            .collect();
        assert_eq!(complaints_about_view(&Value::Object(sent)), Vec::<String>::new());
    }
}

#[test]
fn real_message_blocks_pass() {
    let payload = include_str!("../../../data/slack/payloads/message_action_shortcut.json");
    let payload: Value = serde_json::from_str(payload).unwrap();
    assert_eq!(found(payload["message"]["blocks"].clone()), Vec::<String>::new());
}
