//! Addresses under which Slack takes a private answer for a while, wherever it was asked.
//!
//! Such an address is a secret: whoever has it can write into the channel. It is kept in memory only, never logged, and
//! used for Slack's own hosts only. <https://docs.slack.dev/interactivity/handling-user-interaction#message_responses>

use std::collections::VecDeque;
use std::fmt;
use std::sync::Mutex;

use commands::names::{At, Millis};
use url::Url;

/// How long Slack takes answers, a little less than its half hour.
const FOR: Millis = Millis::minutes(29);
/// How many answers Slack takes at one address.
const USES: u8 = 5;
/// How many addresses are kept: the oldest go first.
const KEPT: usize = 512;
/// Where Slack takes them.
const HOST: &str = "hooks.slack.com";

/// The addresses that still work.
#[derive(Debug, Default)]
pub struct Replies {
    kept: Mutex<VecDeque<Reply>>,
}

struct Reply {
    channel: String,
    user: String,
    to: Url,
    until: At,
    uses: u8,
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply")
            .field("uses", &self.uses)
            .finish_non_exhaustive()
    }
}

impl Replies {
    /// Keeps an address that came with a command or a press, if it is Slack's.
    pub fn keep(&self, channel: &str, user: &str, to: &str, api: &Url, now: At) {
        let Some(to) = Url::parse(to).ok().filter(|to| is_slacks(to, api)) else {
            tracing::warn!("an answer address that is not Slack's was left alone");
            return;
        };
        let Ok(mut kept) = self.kept.lock() else { return };
        kept.retain(|reply| reply.until > now && reply.uses > 0);
        if kept.len() >= KEPT {
            kept.pop_front();
        }
        kept.push_back(Reply {
            channel: channel.to_owned(),
            user: user.to_owned(),
            to,
            until: now.plus(FOR),
            uses: USES,
        });
    }

    /// One use of the newest address for this person in this channel.
    pub fn take(&self, channel: &str, user: &str, now: At) -> Option<Url> {
        self.take_of(now, |reply| reply.channel == channel && reply.user == user)
    }

    /// One use of the newest address in this channel, whoever asked.
    pub fn take_any(&self, channel: &str, now: At) -> Option<Url> {
        self.take_of(now, |reply| reply.channel == channel)
    }

    fn take_of(&self, now: At, fits: impl Fn(&Reply) -> bool) -> Option<Url> {
        let mut kept = self.kept.lock().ok()?;
        let mut newest_first = kept.iter_mut().rev();
        let reply = newest_first.find(|reply| reply.until > now && reply.uses > 0 && fits(reply))?;
        reply.uses -= 1;
        Some(reply.to.clone())
    }
}

/// Whether an address is Slack's: that of its answers, or of the API that the config names.
fn is_slacks(to: &Url, api: &Url) -> bool {
    let hooks = to.scheme() == "https" && to.host_str() == Some(HOST) && to.port().is_none();
    let plain = to.username().is_empty() && to.password().is_none();
    plain && (hooks || to.origin() == api.origin())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: At = At(1_000);

    fn api() -> Url {
        Url::parse("http://127.0.0.1:4010/api").unwrap()
    }

    fn kept(to: &str) -> Option<String> {
        let replies = Replies::default();
        replies.keep("C1", "U1", to, &api(), NOW);
        replies.take("C1", "U1", NOW).map(String::from)
    }

    #[test]
    fn only_slacks_own_addresses_are_kept() {
        for to in [
            "https://hooks.slack.com/commands/T1/1/x",
            "http://127.0.0.1:4010/commands/1",
        ] {
            assert_eq!(kept(to).as_deref(), Some(to));
        }
        for to in [
            "http://hooks.slack.com/commands/T1/1/x",
            "https://hooks.slack.com.evil.org/x",
            "https://evil.org/hooks.slack.com",
            "https://hooks.slack.com@evil.org/x",
            "https://u:p@hooks.slack.com/x",
            "https://hooks.slack.com:8443/x",
            "http://127.0.0.1:4011/commands/1",
            "http://169.254.169.254/latest",
            "nonsense",
        ] {
            assert_eq!(kept(to), None, "{to}");
        }
    }

    #[test]
    fn an_address_serves_five_answers_to_one_person_in_half_an_hour() {
        let replies = Replies::default();
        replies.keep("C1", "U1", "https://hooks.slack.com/1", &api(), NOW);
        assert_eq!(replies.take("C1", "U2", NOW), None);
        assert_eq!(replies.take("C2", "U1", NOW), None);
        assert_eq!(replies.take("C1", "U1", NOW.plus(Millis::minutes(30))), None);
        for _ in 0..5 {
            assert!(replies.take("C1", "U1", NOW).is_some());
        }
        assert_eq!(replies.take_any("C1", NOW), None);
    }

    #[test]
    fn the_address_is_never_shown() {
        let replies = Replies::default();
        replies.keep("C1", "U1", "https://hooks.slack.com/secret", &api(), NOW);
        assert!(!format!("{replies:?}").contains("secret"));
    }
}
