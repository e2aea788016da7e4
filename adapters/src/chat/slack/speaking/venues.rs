//! Which channels can hold a thread of ours.

use std::collections::HashMap;
use std::sync::Mutex;

use approvals::ports::{Fault, Venue};
use commands::names::{At, Millis};
use serde_json::Value;

use crate::chat::slack::api::{self, Api, is_refusal};

/// How long it is believed that a channel holds threads.
const BELIEVED_FOR: Millis = Millis::minutes(5);
/// Channels remembered at once.
const KEPT: usize = 256;
/// What the ids of direct messages begin with.
const DIRECT: char = 'D';

/// Channels that hold threads, and until when that is believed. What holds none is asked about each time: somebody is
/// about to mend it.
#[derive(Debug, Default)]
pub struct Venues(Mutex<HashMap<String, At>>);

impl Venues {
    /// What a channel can hold.
    ///
    /// # Errors
    /// Where Slack does not say.
    pub async fn of(&self, api: &Api, channel: &str, now: At) -> Result<Venue, Fault> {
        if channel.starts_with(DIRECT) {
            return Ok(Venue::DirectMessage);
        }
        let known = self.0.lock().ok().and_then(|venues| venues.get(channel).copied());
        if known.is_some_and(|until| until > now) {
            return Ok(Venue::Threads);
        }
        let venue = match api.read(api::CHANNEL, channel, &[("channel", channel)]).await {
            Ok(told) => venue(&told["channel"]),
            Err(fault) if is_refusal(&fault, api::NOT_IN_CHANNEL) => Venue::NotAMember,
            Err(fault) => return Err(fault),
        };
        if let Ok(mut venues) = self.0.lock() {
            venues.retain(|_, until| *until > now);
            if venue == Venue::Threads && venues.len() < KEPT {
                venues.insert(channel.to_owned(), now.plus(BELIEVED_FOR));
            }
        }
        Ok(venue)
    }
}

/// <https://docs.slack.dev/reference/objects/conversation-object>
fn venue(channel: &Value) -> Venue {
    let is = |name: &str| channel[name] == Value::Bool(true);
    if is("is_im") || is("is_mpim") {
        Venue::DirectMessage
    } else if is("is_archived") || is("is_read_only") {
        Venue::Closed
    } else if is("is_member") {
        Venue::Threads
    } else {
        Venue::NotAMember
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_channel_holds_threads_where_we_are_a_member_and_it_takes_messages() {
        assert_eq!(venue(&json!({ "is_member": true })), Venue::Threads);
        assert_eq!(
            venue(&json!({ "is_member": true, "is_archived": true })),
            Venue::Closed
        );
        assert_eq!(venue(&json!({ "is_member": false })), Venue::NotAMember);
        assert_eq!(venue(&json!({})), Venue::NotAMember);
        assert_eq!(
            venue(&json!({ "is_mpim": true, "is_member": true })),
            Venue::DirectMessage
        );
    }
}
