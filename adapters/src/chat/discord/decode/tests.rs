//! Payloads that others recorded or published, and what is read out of them.

use serde_json::json;

use super::*;

macro_rules! recorded {
    ($name:literal) => {
        serde_json::from_str::<Value>(include_str!(concat!("../payloads/", $name))).unwrap()
    };
}

#[test]
fn every_recorded_payload_is_read_or_refused_with_a_reason() {
    let read = json!({
        "ping": shown(&recorded!("type1_ping.json")),
        "command": shown(&recorded!("type2_command_recorded.json")),
        "command of the documentation": shown(&recorded!("type2_command_docs.json")),
        "press in a thread": shown(&recorded!("type3_button_in_thread_recorded.json")),
        "press of the documentation": shown(&recorded!("type3_button_docs.json")),
        "completion": shown(&recorded!("type4_autocomplete.json")),
        "completion, a fragment": shown(&recorded!("type4_autocomplete_docs_fragment.json")),
        "form of the documentation": shown(&recorded!("type5_modal_docs.json")),
        "form with labels": shown(&recorded!("type5_modal_labels_recorded.json")),
    });
    insta::assert_snapshot!(serde_json::to_string_pretty(&read).unwrap());
}

fn shown(payload: &Value) -> Value {
    match interaction(payload) {
        Ok(heard) => json!({
            "origin": format!("{:?}", heard.origin),
            "user": heard.user,
            "roles": heard.roles,
            "channel": heard.channel,
            "thread": heard.thread,
            "what": format!("{:?}", heard.what),
        }),
        Err(unreadable) => unreadable.to_string().into(),
    }
}

fn changed(change: impl FnOnce(&mut Value)) -> Heard {
    let mut payload = recorded!("type3_button_in_thread_recorded.json");
    change(&mut payload);
    interaction(&payload).unwrap()
}

#[test]
fn a_press_under_a_private_message_has_no_thread_to_hang_on() {
    let heard = changed(|payload| {
        payload["channel"]["type"] = 0.into();
        payload["message"]["flags"] = 64.into();
    });
    assert!(matches!(heard.what, What::Press(Press { is_private: true, .. })));
    assert_eq!(heard.thread, None);
}

#[test]
fn a_direct_message_has_no_server_whatever_it_says() {
    let heard = changed(|payload| {
        payload["user"] = payload["member"]["user"].clone();
        payload["member"] = Value::Null;
    });
    assert_eq!(heard.origin.guild, None);
}

#[test]
fn a_time_out_is_read_and_one_that_cannot_be_read_is_believed() {
    let until = |text: &str| {
        let until = text.to_owned();
        changed(|payload| payload["member"]["communication_disabled_until"] = until.into())
            .origin
            .member
            .timed_out_until
    };
    assert_eq!(
        until("2026-01-05T00:49:57.143000+00:00"),
        Some(At(1_767_574_197_143))
    );
    assert_eq!(until("soon"), Some(At(i64::MAX)));
}

#[test]
fn an_id_tells_when_it_was_given_out() {
    assert_eq!(made_at("175928847299117063"), Some(At(1_462_015_105_796)));
    assert_eq!(made_at("x"), None);
}

#[test]
fn the_token_of_an_interaction_is_never_shown() {
    let heard = changed(|payload| payload["token"] = "hunter2".into());
    assert!(!format!("{heard:?}").contains("hunter2"));
}

proptest::proptest! {
    #[test]
    fn no_payload_breaks_the_reader(kind in 0..8_u8, text in ".*", name in ".*", value in proptest::option::of(".*")) {
        let data = json!({ "name": name, "custom_id": text, "component_type": 2, "options": [{ "name": name, "type": kind, "value": value, "options": [{ "name": text }] }] });
        let _ = interaction(&json!({ "type": kind, "id": text, "token": text, "channel_id": text, "data": data,
            "member": { "user": { "id": text }, "communication_disabled_until": text }, "message": { "id": text } }));
    }
}
