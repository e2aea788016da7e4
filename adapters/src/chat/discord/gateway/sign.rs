//! What one message of the gateway means. <https://discord.com/developers/docs/events/gateway-events>

use serde_json::{Value, json};
use serenity::constants::{Opcode, close_codes};

/// A message that means something to us.
#[derive(Debug, Clone, PartialEq)]
pub enum Sign {
    /// The greeting; how often to send a heartbeat, milliseconds.
    Hello(u64),
    /// The session is there.
    Ready {
        /// Its id.
        session: String,
        /// Where it can be resumed.
        resume_at: Option<String>,
    },
    /// What was missed has come again.
    Resumed,
    /// An interaction.
    Interaction(Value),
    /// A heartbeat was heard.
    Heard,
    /// A heartbeat is wanted now.
    Beat,
    /// Come again.
    Reconnect,
    /// The session is over; whether it can be resumed.
    Over(bool),
    /// Anything else.
    Other,
}

/// A message, read; `None`: it is none. With the number to resume after, where it has one.
pub fn read(text: &str) -> Option<(Sign, Option<u64>)> {
    let mut message: Value = serde_json::from_str(text).ok()?;
    let op = u8::try_from(message["op"].as_u64()?).ok()?;
    let number = message["s"].as_u64();
    let sign = match Opcode::from(op) {
        Opcode::Hello => Sign::Hello(message["d"]["heartbeat_interval"].as_u64()?),
        Opcode::HeartbeatAck => Sign::Heard,
        Opcode::Heartbeat => Sign::Beat,
        Opcode::Reconnect => Sign::Reconnect,
        Opcode::InvalidSession => Sign::Over(message["d"] == Value::Bool(true)),
        Opcode::Dispatch => match message["t"].as_str() {
            Some("READY") => Sign::Ready {
                session: message["d"]["session_id"].as_str()?.to_owned(),
                resume_at: message["d"]["resume_gateway_url"].as_str().map(str::to_owned),
            },
            Some("RESUMED") => Sign::Resumed,
            Some("INTERACTION_CREATE") => Sign::Interaction(message["d"].take()),
            _ => Sign::Other,
        },
        _ => Sign::Other,
    };
    Some((sign, number))
}

/// Says who we are; no intents.
pub fn identify(token: &str) -> Value {
    json!({ "op": u8::from(Opcode::Identify), "d": {
        "token": token,
        "intents": 0,
        "properties": { "os": std::env::consts::OS, "browser": "sluice", "device": "sluice" },
    }})
}

/// Takes a session up again after this number.
pub fn resume(token: &str, session: &str, after: u64) -> Value {
    json!({ "op": u8::from(Opcode::Resume), "d": { "token": token, "session_id": session, "seq": after } })
}

/// A heartbeat.
pub fn heartbeat(after: Option<u64>) -> Value {
    json!({ "op": u8::from(Opcode::Heartbeat), "d": after })
}

/// What Discord's reason for closing leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    /// The token is refused.
    Token,
    /// It cannot work as it is.
    Never,
    /// The session is over; a new one can be begun.
    Anew,
    /// It can be resumed.
    Resume,
}

/// <https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes>
pub fn closed(code: u16) -> Closed {
    match code {
        close_codes::AUTHENTICATION_FAILED => Closed::Token,
        close_codes::INVALID_SHARD
        | close_codes::SHARDING_REQUIRED
        | 4012
        | close_codes::INVALID_GATEWAY_INTENTS
        | close_codes::DISALLOWED_GATEWAY_INTENTS => Closed::Never,
        close_codes::INVALID_SEQUENCE | close_codes::SESSION_TIMEOUT | 4006 => Closed::Anew,
        _ => Closed::Resume,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_read_for_what_they_mean() {
        let sign = |text: &str| read(text).map(|(sign, _)| sign);
        assert_eq!(
            sign(r#"{"op":10,"d":{"heartbeat_interval":41250}}"#),
            Some(Sign::Hello(41_250))
        );
        assert_eq!(sign(r#"{"op":9,"d":true}"#), Some(Sign::Over(true)));
        assert_eq!(sign(r#"{"op":9,"d":null}"#), Some(Sign::Over(false)));
        assert_eq!(sign(r#"{"op":99}"#), Some(Sign::Other));
        assert_eq!(
            read(r#"{"op":0,"s":7,"t":"INTERACTION_CREATE","d":{"id":"1"}}"#),
            Some((Sign::Interaction(json!({ "id": "1" })), Some(7)))
        );
        for nonsense in ["", "[]", r#"{"op":10}"#, r#"{"op":"x"}"#] {
            assert_eq!(sign(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn a_close_says_whether_to_resume_to_begin_anew_or_to_call_somebody() {
        for (code, expected) in [
            (4004, Closed::Token),
            (4010, Closed::Never),
            (4014, Closed::Never),
            (4009, Closed::Anew),
            (4000, Closed::Resume),
            (1006, Closed::Resume),
        ] {
            assert_eq!(closed(code), expected, "{code}");
        }
    }

    #[test]
    fn we_ask_for_no_intent() {
        assert_eq!(identify("t")["d"]["intents"], 0);
    }
}
