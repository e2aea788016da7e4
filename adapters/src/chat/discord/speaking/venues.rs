//! Which channels can hold a thread of ours.

use std::collections::HashMap;
use std::sync::Mutex;

use approvals::ports::{Fault, Venue};
use commands::names::{At, Millis};
use serde_json::Value;

use crate::chat::discord::api::{self, Api, Call, is_refusal};
use crate::chat::discord::permissions;

/// How long it is believed what an interaction said of a channel.
const BELIEVED_FOR: Millis = Millis::minutes(5);
/// Channels remembered at once.
const KEPT: usize = 256;

/// Channels, and what the last interaction in each said of it.
#[derive(Debug, Default)]
pub struct Venues(Mutex<HashMap<String, Told>>);

#[derive(Debug, Clone)]
struct Told {
    guild: String,
    permissions: Option<u64>,
    at: At,
}

impl Venues {
    /// Notes in which server a channel is, and what we may do there.
    pub fn told(&self, channel: &str, guild: &str, permissions: Option<u64>, now: At) {
        let told = Told {
            guild: guild.to_owned(),
            permissions,
            at: now,
        };
        if let Ok(mut venues) = self.0.lock() {
            if venues.len() >= KEPT {
                venues.retain(|_, told| now.since(told.at) <= BELIEVED_FOR);
            }
            venues.insert(channel.to_owned(), told);
        }
    }

    /// The server of a channel, where somebody said something in it.
    pub fn guild_of(&self, channel: &str) -> Option<String> {
        let venues = self.0.lock().ok()?;
        venues.get(channel).map(|told| told.guild.clone())
    }

    /// What a channel can hold.
    ///
    /// # Errors
    /// Where Discord does not say.
    pub async fn of(&self, api: &Api, channel: &str, now: At) -> Result<Venue, Fault> {
        let told = self.0.lock().ok().and_then(|venues| venues.get(channel).cloned());
        let fresh = told.filter(|told| now.since(told.at) <= BELIEVED_FOR);
        if let Some(have) = fresh.and_then(|told| told.permissions)
            && !permissions::holds_threads(have)
        {
            return Ok(Venue::NotAMember);
        }
        match api.call(&Call::channel(channel)).await {
            Ok(told) => Ok(venue(&told)),
            Err(fault) if is_refusal(&fault, api::NO_SUCH_CHANNEL) || is_refusal(&fault, api::ACCESS) => {
                Ok(Venue::NotAMember)
            }
            Err(fault) => Err(fault),
        }
    }
}

/// <https://discord.com/developers/docs/resources/channel#channel-object-channel-types>
fn venue(channel: &Value) -> Venue {
    match channel["type"].as_u64() {
        Some(0 | 5) => Venue::Threads,
        Some(1 | 3) => Venue::DirectMessage,
        _ => Venue::Closed,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn text_channels_hold_threads_and_nothing_else_does() {
        for (kind, expected) in [
            (0, Venue::Threads),
            (5, Venue::Threads),
            (1, Venue::DirectMessage),
            (2, Venue::Closed),
            (15, Venue::Closed),
        ] {
            assert_eq!(venue(&json!({ "type": kind })), expected, "{kind}");
        }
    }
}
