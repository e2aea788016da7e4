//! Slack's recorded payloads, as if they were for our app and from our workspace.

use fuzz::corpus;
use serde_json::Value;

/// Our app.
pub const APP: &str = "A1";
/// Our workspace.
pub const TEAM: &str = "T1";

const RECORDED: &str = "adapters/src/chat/slack/payloads";

/// Where a payload says from which app and workspace it comes.
const SAID: [(&str, &str); 8] = [
    ("/api_app_id", APP),
    ("/team_id", TEAM),
    ("/team/id", TEAM),
    ("/user/team_id", TEAM),
    ("/event/team", TEAM),
    ("/event/user_team", TEAM),
    ("/event/user_profile/team", TEAM),
    ("/view/team_id", TEAM),
];

/// What Slack sends as JSON, also inside of a socket's envelopes, and the fields of its commands.
pub fn payloads() -> Vec<Value> {
    let mut all: Vec<Value> = corpus::json(RECORDED)
        .into_iter()
        // The schema of manifests is nothing that Slack sends.
        .filter(|payload| payload.get("$schema").is_none())
        .map(|mut payload| payload.get_mut("payload").map(Value::take).unwrap_or(payload))
        .collect();
    all.extend(corpus::json("tests/fuzz/corpus/slack-payloads"));
    for payload in &mut all {
        for (pointer, ours) in SAID {
            if let Some(said) = payload.pointer_mut(pointer).filter(|said| said.is_string()) {
                *said = ours.into();
            }
        }
    }
    all
}

/// What Slack sends as a form: its commands, and its interactions as the field `payload`.
pub fn forms() -> Vec<Vec<u8>> {
    let mut all = corpus::files(RECORDED, ".form");
    all.extend(corpus::files("tests/fuzz/corpus/slack-forms", ""));
    all.extend(
        payloads()
            .iter()
            .filter(|payload| payload.get("command").is_some())
            .map(as_form),
    );
    all.extend(payloads().iter().map(in_form));
    all
}

/// The fields of an object as a form.
pub fn as_form(fields: &Value) -> Vec<u8> {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in fields.as_object().into_iter().flatten() {
        form.append_pair(name, value.as_str().unwrap_or_default());
    }
    form.finish().into_bytes()
}

/// A payload as Slack sends an interaction over HTTP.
pub fn in_form(payload: &Value) -> Vec<u8> {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.append_pair("payload", &payload.to_string());
    form.finish().into_bytes()
}
