//! Discord's recorded payloads, as if they were for our application and from our server.

use fuzz::corpus;
use serde_json::Value;

/// Our application.
pub const APPLICATION: &str = "1457469483726668048";
/// Our server.
pub const GUILD: &str = "1457468924290662599";

/// Where a payload says for which application and from which server it is.
const SAID: [(&str, &str); 4] = [
    ("/application_id", APPLICATION),
    ("/guild_id", GUILD),
    ("/guild/id", GUILD),
    ("/authorizing_integration_owners/0", GUILD),
];

/// The interactions.
pub fn payloads() -> Vec<Value> {
    let recorded = corpus::json("adapters/src/chat/discord/payloads").into_iter();
    // The vectors of signatures are nothing that Discord sends.
    let mut all: Vec<Value> = recorded.filter(|payload| payload["type"].is_u64()).collect();
    for payload in &mut all {
        for (pointer, ours) in SAID {
            if let Some(said) = payload.pointer_mut(pointer).filter(|said| said.is_string()) {
                *said = ours.into();
            }
        }
    }
    all
}

/// Their bytes.
pub fn bodies() -> Vec<Vec<u8>> {
    let payloads = payloads().into_iter();
    payloads.map(|payload| payload.to_string().into_bytes()).collect()
}
