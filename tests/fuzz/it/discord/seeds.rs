//! Discord's recorded payloads, as if they were for our application and from our server.

use commands::names::At;
use fuzz::corpus;
use serde_json::Value;

/// Our application.
pub const APPLICATION: &str = "1457469483726668048";
/// Our server.
pub const GUILD: &str = "1457468924290662599";

/// When Discord's ids begin, milliseconds since 1970: <https://discord.com/developers/docs/reference#snowflakes>.
const EPOCH_MS: i64 = 1_420_070_400_000;

/// Where a payload says for which application and from which server it is.
const SAID: [(&str, &str); 4] = [
    ("/application_id", APPLICATION),
    ("/guild_id", GUILD),
    ("/guild/id", GUILD),
    ("/authorizing_integration_owners/0", GUILD),
];

/// The interactions.
pub fn payloads() -> Vec<Value> {
    let mut all = corpus::json("adapters/src/chat/discord/payloads");
    // The vectors of signatures are nothing that Discord sends.
    all.retain(|payload| payload["type"].is_u64());
    all.extend(corpus::json("tests/fuzz/corpus/discord-payloads"));
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

/// An id that was given out at this time; different for each of 2^22 numbers.
pub fn snowflake(at: At, number: u32) -> String {
    let below = i64::from(number) % (1 << 22);
    (((at.0 - EPOCH_MS) << 22) + below).to_string()
}
