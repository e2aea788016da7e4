//! Posts whose answer was lost: each is looked for by its metadata before it is posted again, where the app may read the
//! channel (`channels:history`, `groups:history`; neither is asked for by itself). Where it may not, the message is posted
//! again: said twice is better than not said.

use std::collections::BTreeMap;
use std::sync::Mutex;

use approvals::ports::{Address, Fault};
use commands::names::{At, MessageId, Millis};
use serde_json::{Value, json};

use crate::chat::slack::api::{self, Api};

/// The kind of our messages' metadata.
pub const METADATA: &str = "sluice_message";
/// Messages that are looked at to find one again.
const LOOKED_AT: &str = "50";
/// How long before the first doubt a message may have been posted.
const BEFORE: Millis = Millis::minutes(2);

/// Messages that may have been posted, by nonce, and since when.
#[derive(Debug, Default)]
pub struct Doubts(Mutex<BTreeMap<u64, At>>);

impl Doubts {
    /// A message may have been posted.
    pub fn note(&self, nonce: u64, now: At) {
        if let Ok(mut doubts) = self.0.lock() {
            doubts.entry(nonce).or_insert(now);
        }
    }

    /// The message, where one with this nonce may have been posted and was.
    ///
    /// # Errors
    /// Where it cannot be looked for now.
    pub async fn settle(&self, api: &Api, to: &Address, nonce: u64) -> Result<Option<MessageId>, Fault> {
        let doubted = self.0.lock().ok().and_then(|doubts| doubts.get(&nonce).copied());
        let Some(since) = doubted else { return Ok(None) };
        let found = match look_for(api, to, since).await {
            Ok(read) => of_nonce(&read, nonce),
            // Not allowed to look.
            Err(Fault::Rejected { .. }) => None,
            Err(fault) => return Err(fault),
        };
        if let Ok(mut doubts) = self.0.lock() {
            doubts.remove(&nonce);
        }
        Ok(found)
    }
}

async fn look_for(api: &Api, to: &Address, since: At) -> Result<Value, Fault> {
    let oldest = since.minus(BEFORE).0.div_euclid(1_000).to_string();
    let channel = to.place.channel.as_str();
    let mut query = vec![
        ("channel", channel),
        ("include_all_metadata", "true"),
        ("limit", LOOKED_AT),
        ("oldest", oldest.as_str()),
    ];
    let method = match &to.thread {
        Some(root) => {
            query.push(("ts", root.as_str()));
            api::REPLIES
        }
        None => api::HISTORY,
    };
    api.read(method, channel, &query).await
}

fn of_nonce(read: &Value, nonce: u64) -> Option<MessageId> {
    let wanted = json!({ "nonce": nonce.to_string() });
    let mut messages = read["messages"].as_array()?.iter();
    let found = messages.find(|message| {
        message["metadata"]["event_type"] == METADATA && message["metadata"]["event_payload"] == wanted
    })?;
    MessageId::parse(found["ts"].as_str()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_found_by_its_nonce_and_by_nothing_else() {
        let message = |kind: &str, nonce: &str, ts: &str| {
            let payload = json!({ "nonce": nonce });
            json!({ "ts": ts, "metadata": { "event_type": kind, "event_payload": payload } })
        };
        let read = json!({ "messages": [
            { "ts": "1.0" },
            message("other", "7", "2.0"),
            message(METADATA, "8", "3.0"),
            message(METADATA, "7", "4.0"),
        ]});
        assert_eq!(of_nonce(&read, 7), MessageId::parse("4.0").ok());
        assert_eq!(of_nonce(&read, 9), None);
    }
}
