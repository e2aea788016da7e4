//! What the app says on a connection: heartbeat, identify, resume; and the codes with which wrong words are answered.
//! <https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway>

use super::{Deafness, Order, Session};
use crate::discord::model::guilds::User;
use crate::discord::shared::Shared;
use serde_json::{Value, json};

/// Bytes of one message.
const MESSAGE_BYTES: usize = 4_096;
const UNKNOWN_OPCODE: u16 = 4_001;
const DECODE_ERROR: u16 = 4_002;
const NOT_AUTHENTICATED: u16 = 4_003;
const AUTHENTICATION_FAILED: u16 = 4_004;
const ALREADY_AUTHENTICATED: u16 = 4_005;
const INVALID_SEQ: u16 = 4_007;
const DISALLOWED_INTENTS: u16 = 4_014;

/// Reads one message of the app.
pub(super) fn heard(shared: &Shared, number: usize, text: &str) {
    let close = |code: u16, why: &str| {
        shared.complain(format!("connection {number}: {why}"));
        shared.gateway().order(number, Order::Close(Some(code)));
    };
    if text.len() > MESSAGE_BYTES {
        return close(DECODE_ERROR, "more than 4,096 bytes in a message");
    }
    let Ok(message) = serde_json::from_str::<Value>(text) else {
        return close(DECODE_ERROR, "a text that is no JSON");
    };
    let ready = shared
        .gateway()
        .known(number)
        .is_some_and(|known| known.shown.ready);
    match message["op"].as_u64() {
        Some(1) => beat(shared, number, &message["d"]),
        Some(2 | 6) if ready => close(ALREADY_AUTHENTICATED, "identified twice"),
        Some(2) => identify(shared, number, &message["d"]),
        Some(6) => resume(shared, number, &message["d"]),
        Some(3 | 4 | 8) if ready => {}
        Some(3 | 4 | 8) => close(NOT_AUTHENTICATED, "spoke before it identified"),
        _ => close(UNKNOWN_OPCODE, "an opcode that apps do not send"),
    }
}

fn beat(shared: &Shared, number: usize, seq: &Value) {
    let mut gateway = shared.gateway();
    let sent = gateway.session_on(number).map(|session| session.seq);
    let Some(known) = gateway.known(number) else {
        return;
    };
    known.shown.beats += 1;
    let silent = matches!(known.shown.deaf, Some(Deafness::NoAcks | Deafness::Everything));
    if !silent {
        let ack = json!({ "op": 11, "d": null, "s": null, "t": null }).to_string();
        let _ = known.orders.send(Order::Send(ack));
    }
    drop(gateway);
    let ahead = seq.as_u64().is_some_and(|seq| seq > sent.unwrap_or_default());
    if ahead || !(seq.is_null() || seq.is_u64()) {
        shared.complain(format!(
            "connection {number}: a heartbeat with seq {seq} where {sent:?} was sent"
        ));
    }
}

fn identify(shared: &Shared, number: usize, said: &Value) {
    for field in ["os", "browser", "device"] {
        if !said["properties"][field].is_string() {
            shared.complain(format!(
                "connection {number}: identified without properties.{field}"
            ));
        }
    }
    let mut model = shared.model();
    let refused = if said["token"] != model.app.token.as_str() || !model.app.token_works {
        Some(AUTHENTICATION_FAILED)
    } else if model.app.identifies == 0 {
        model.app.token_works = false; // One too many: the token is reset, and its owner gets a letter.
        Some(AUTHENTICATION_FAILED)
    } else {
        model.app.identifies -= 1;
        let asked = said["intents"].as_u64();
        let allowed = asked.is_some_and(|asked| asked & !model.app.intents == 0);
        (!allowed).then_some(DISALLOWED_INTENTS)
    };
    if let Some(code) = refused {
        return shared.gateway().order(number, Order::Close(Some(code)));
    }
    let id = model.secret(32).to_lowercase();
    let guilds = model
        .guilds
        .iter()
        .filter(|guild| guild.member(&model.app.id).is_some())
        .map(|guild| json!({ "id": guild.id, "unavailable": true }));
    let mut user = model.user(&model.app.id).map(User::shown).unwrap_or_default();
    user["verified"] = json!(true);
    user["mfa_enabled"] = json!(true);
    user["email"] = Value::Null;
    let shard = said.get("shard").cloned().unwrap_or_else(|| json!([0, 1]));
    let ready = json!({
        "v": 10, "user": user, "guilds": guilds.collect::<Vec<_>>(), "session_id": id, "session_type": "normal",
        "resume_gateway_url": format!("{}/resume", model.socket_base), "shard": shard,
        "application": { "id": model.app.id, "flags": 0 }, "user_settings": {}, "relationships": [],
        "private_channels": [], "presences": [], "guild_join_requests": [], "geo_ordered_rtc_regions": [], "auth": {},
        "_trace": [],
    });
    drop(model);
    let mut gateway = shared.gateway();
    gateway.sessions.push(Session {
        id,
        connection: Some(number),
        seq: 0,
        log: Vec::new(),
        over: false,
    });
    let at = gateway.sessions.len() - 1;
    gateway.tell(at, "READY", ready);
    begins(&mut gateway, number, false);
    drop(gateway);
    shared.changed();
}

fn begins(gateway: &mut super::Gateway, number: usize, resumed: bool) {
    let deaf = (!gateway.deaf_next.is_empty()).then(|| gateway.deaf_next.remove(0));
    if let Some(known) = gateway.known(number) {
        known.shown.ready = true;
        known.shown.resumed = resumed;
        known.shown.deaf = known.shown.deaf.or(deaf);
    }
}

fn resume(shared: &Shared, number: usize, said: &Value) {
    let model = shared.model();
    if said["token"] != model.app.token.as_str() || !model.app.token_works {
        drop(model);
        return shared
            .gateway()
            .order(number, Order::Close(Some(AUTHENTICATION_FAILED)));
    }
    drop(model);
    let mut gateway = shared.gateway();
    let known = gateway
        .sessions
        .iter()
        .position(|session| said["session_id"] == session.id.as_str() && !session.over);
    let Some(at) = known else {
        let invalid = json!({ "op": 9, "d": false, "s": null, "t": null }).to_string();
        return gateway.order(number, Order::Send(invalid));
    };
    let seq = said["seq"].as_u64().unwrap_or(u64::MAX);
    if seq > gateway.sessions[at].seq {
        return gateway.order(number, Order::Close(Some(INVALID_SEQ)));
    }
    // Who resumes a session takes it from the connection that had it.
    if let Some(old) = gateway.sessions[at].connection.replace(number) {
        gateway.order(old, Order::Close(Some(4_000)));
    }
    let missed = gateway.sessions[at].log.iter();
    let missed: Vec<Value> = missed
        .filter(|event| event["s"].as_u64() > Some(seq))
        .cloned()
        .collect();
    for event in missed {
        if let Some(known) = gateway.known(number) {
            known.shown.events += usize::from(event["t"] == "INTERACTION_CREATE");
        }
        gateway.order(number, Order::Send(event.to_string()));
    }
    gateway.tell(at, "RESUMED", json!({ "_trace": [] }));
    begins(&mut gateway, number, true);
    drop(gateway);
    shared.changed();
}
