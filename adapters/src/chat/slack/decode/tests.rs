//! Payloads that others recorded, and what is read out of them.

use serde_json::{Value, json};

use super::*;

fn payload(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

macro_rules! recorded {
    ($name:literal) => {
        payload(include_str!(concat!("../payloads/", $name)))
    };
}

#[test]
fn every_recorded_payload_is_read() {
    let read = json!({
        "slash command": shown(command(&recorded!("slash_command_recorded.json"))),
        "slash command of a grid": shown(command(&form(include_bytes!("../payloads/slash_command_enterprise.form")))),
        "slash command without a text": shown(command(&form(include_bytes!("../payloads/slash_command_signed_vector.form")))),
        "slash command on a socket": shown(command(&recorded!("socket_slash_commands.json")["payload"])),
        "press in a thread": shown(interaction(&recorded!("block_actions_button_in_thread.json"))),
        "press under a private message": shown(interaction(&recorded!("block_actions_ephemeral_in_thread.json"))),
        "press in an org-wide app": shown(interaction(&recorded!("block_actions_org_install_team_null.json"))),
        "message shortcut": shown(interaction(&recorded!("message_action_shortcut.json"))),
        "form": shown(interaction(&recorded!("view_submission_recorded.json"))),
        "form of a grid": shown(interaction(&recorded!("view_submission_enterprise_recorded.json"))),
        "form that was closed": shown(interaction(&recorded!("view_closed.json"))),
        "global shortcut on a socket": shown(interaction(&recorded!("socket_interactive.json")["payload"])),
        "mention": shown(event(&recorded!("event_app_mention.json"))),
        "other event": shown(event(&recorded!("event_message_in_thread_recorded.json"))),
        "reaction": shown(event(&recorded!("event_reaction_added_recorded.json"))),
        "other event on a socket": shown(event(&recorded!("socket_events_api.json")["payload"])),
    });
    insta::assert_snapshot!(serde_json::to_string_pretty(&read).unwrap());
}

fn shown(heard: Result<Heard, Unreadable>) -> Value {
    match heard {
        Ok(heard) => json!({
            "origin": format!("{:?}", heard.origin),
            "user": heard.user,
            "channel": heard.channel,
            "what": format!("{:?}", heard.what),
        }),
        Err(unreadable) => unreadable.to_string().into(),
    }
}

fn mention(change: impl FnOnce(&mut Value)) -> Heard {
    let mut payload = recorded!("event_app_mention.json");
    payload["authorizations"] = json!([{ "user_id": "W111", "is_bot": true }]);
    change(&mut payload);
    event(&payload).unwrap()
}

#[test]
fn a_mention_is_heard_once_and_from_people_only() {
    let heard = |change: fn(&mut Value)| matches!(mention(change).what, What::Delivery { .. });
    assert!(heard(|_| {}));
    assert!(!heard(
        |payload| payload["event"]["edited"] = json!({ "user": "W222" })
    ));
    assert!(!heard(|payload| payload["event"]["bot_id"] = json!("B1")));
    assert!(!heard(|payload| payload["event"]["user"] = Value::Null));
    assert!(!heard(|payload| payload["event"]["user"] = json!("W111")));
}

#[test]
fn the_same_thing_sent_twice_is_the_same_delivery_and_another_is_another() {
    let id = |heard: Heard| match heard.what {
        What::Delivery { id, .. } | What::Form(Filled { id, .. }) => id.0,
        other => format!("{other:?}"),
    };
    let mut again = recorded!("slash_command_recorded.json");
    let first = id(command(&again).unwrap());
    assert_eq!(first, id(command(&again).unwrap()));
    again["trigger_id"] = json!("other");
    assert_ne!(first, id(command(&again).unwrap()));
    let retried = id(mention(|payload| payload["event_time"] = json!(1)));
    assert_eq!(retried, id(mention(|_| {})));
    assert_ne!(retried, id(mention(|payload| payload["event_id"] = json!("Ev2"))));
}

#[test]
fn secrets_of_a_payload_are_in_no_id_and_never_shown() {
    let heard = command(&recorded!("slash_command_recorded.json")).unwrap();
    let shown = format!("{heard:?}");
    assert!(
        !shown.contains("hooks.slack.com") && !shown.contains("10520020890661"),
        "{shown}"
    );
}

#[test]
fn a_payload_that_says_nothing_of_its_app_is_no_command_of_ours() {
    let mut payload = recorded!("slash_command_recorded.json");
    payload.as_object_mut().unwrap().remove("api_app_id");
    assert_eq!(command(&payload).unwrap().origin.app.as_deref(), Some(""));
    let mut payload = recorded!("block_actions_button_in_thread.json");
    payload.as_object_mut().unwrap().remove("api_app_id");
    assert_eq!(interaction(&payload).unwrap().origin.app.as_deref(), Some(""));
}

proptest::proptest! {
    #[test]
    fn no_form_breaks_the_reader(body: Vec<u8>) {
        let fields = form(&body);
        let _ = (command(&fields), interaction(&fields), event(&fields));
    }
}
