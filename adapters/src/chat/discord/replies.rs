//! Tokens under which Discord takes private answers for a quarter of an hour.
//!
//! Such a token is a secret: whoever has it can speak to the person in our name. It is kept in memory only and never logged.
//! <https://discord.com/developers/docs/interactions/receiving-and-responding#followup-messages>

use std::collections::VecDeque;
use std::sync::Mutex;

use commands::names::{At, Millis};
use secrecy::{ExposeSecret as _, SecretString};

/// How long Discord takes answers, a little less than its quarter of an hour.
const FOR: Millis = Millis::minutes(14);
/// How long after an interaction Discord may not know its token yet: our acknowledgement is on its way.
const SETTLING: Millis = Millis::seconds(10);
/// How many tokens are kept: the oldest go first.
const KEPT: usize = 512;

/// The tokens that still work.
#[derive(Debug, Default)]
pub struct Replies(Mutex<VecDeque<Kept>>);

/// A token that somebody's answer may use.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The token.
    pub token: SecretString,
    /// Whether the person is shown that we think about it: the first answer takes that place.
    pub is_awaited: bool,
    at: At,
}

#[derive(Debug)]
struct Kept {
    channel: String,
    user: String,
    reply: Reply,
}

impl Replies {
    /// Keeps a token for who used it in this channel; once, however often its interaction comes.
    pub fn keep(&self, channel: &str, user: &str, token: SecretString, is_awaited: bool, now: At) {
        let Ok(mut kept) = self.0.lock() else { return };
        kept.retain(|kept| kept.reply.is_alive(now));
        if kept.iter().any(|kept| kept.reply.has(&token)) {
            return;
        }
        if kept.len() >= KEPT {
            kept.pop_front();
        }
        let reply = Reply {
            token,
            is_awaited,
            at: now,
        };
        let (channel, user) = (channel.to_owned(), user.to_owned());
        kept.push_back(Kept { channel, user, reply });
    }

    /// The token for the next answer to this person: the oldest that awaits one, else the newest. It awaits none from now on.
    pub fn take(&self, channel: &str, user: &str, now: At) -> Option<Reply> {
        self.take_of(now, |kept| kept.channel == channel && kept.user == user)
    }

    /// The same, whoever asked in this channel.
    pub fn take_any(&self, channel: &str, now: At) -> Option<Reply> {
        self.take_of(now, |kept| kept.channel == channel)
    }

    /// The answer was not sent after all.
    pub fn again(&self, reply: &Reply) {
        self.set_awaited(&reply.token, reply.is_awaited);
    }

    /// What this token's person waited for was said at once.
    pub fn answered(&self, token: &SecretString) {
        self.set_awaited(token, false);
    }

    fn set_awaited(&self, token: &SecretString, is_awaited: bool) {
        let Ok(mut kept) = self.0.lock() else { return };
        if let Some(kept) = kept.iter_mut().find(|kept| kept.reply.has(token)) {
            kept.reply.is_awaited = is_awaited;
        }
    }

    fn take_of(&self, now: At, fits: impl Fn(&Kept) -> bool) -> Option<Reply> {
        let mut kept = self.0.lock().ok()?;
        let mut alive: Vec<&mut Kept> = kept
            .iter_mut()
            .filter(|kept| kept.reply.is_alive(now) && fits(kept))
            .collect();
        let awaited = alive.iter().position(|kept| kept.reply.is_awaited);
        let at = awaited.or(alive.len().checked_sub(1))?;
        let taken = alive.get_mut(at)?;
        let reply = taken.reply.clone();
        taken.reply.is_awaited = false;
        Some(reply)
    }
}

impl Reply {
    /// Whether Discord may not know the token yet.
    pub fn is_settling(&self, now: At) -> bool {
        now.since(self.at) <= SETTLING
    }

    fn has(&self, token: &SecretString) -> bool {
        self.token.expose_secret() == token.expose_secret()
    }

    fn is_alive(&self, now: At) -> bool {
        now.since(self.at) <= FOR
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: At = At(1_000);

    fn taken(replies: &Replies, user: &str, now: At) -> Option<(String, bool)> {
        let reply = replies.take("C1", user, now)?;
        Some((reply.token.expose_secret().to_owned(), reply.is_awaited))
    }

    #[test]
    fn what_awaits_an_answer_gets_it_first_and_once() {
        let replies = Replies::default();
        for (token, is_awaited) in [("a", true), ("b", true), ("c", false)] {
            replies.keep("C1", "U1", token.into(), is_awaited, NOW);
        }
        assert_eq!(taken(&replies, "U1", NOW), Some(("a".to_owned(), true)));
        assert_eq!(taken(&replies, "U1", NOW), Some(("b".to_owned(), true)));
        assert_eq!(taken(&replies, "U1", NOW), Some(("c".to_owned(), false)));
    }

    #[test]
    fn a_token_serves_its_own_person_for_a_quarter_of_an_hour() {
        let replies = Replies::default();
        replies.keep("C1", "U1", "a".into(), true, NOW);
        assert_eq!(taken(&replies, "U2", NOW), None);
        assert!(replies.take("C2", "U1", NOW).is_none());
        assert_eq!(taken(&replies, "U1", NOW.plus(Millis::minutes(15))), None);
    }

    #[test]
    fn an_answer_that_was_not_sent_is_awaited_again() {
        let replies = Replies::default();
        replies.keep("C1", "U1", "a".into(), true, NOW);
        let reply = replies.take("C1", "U1", NOW).unwrap();
        replies.again(&reply);
        assert!(replies.take("C1", "U1", NOW).unwrap().is_awaited);
    }

    #[test]
    fn an_interaction_that_comes_twice_is_answered_once() {
        let replies = Replies::default();
        for _ in 0..2 {
            replies.keep("C1", "U1", "a".into(), true, NOW);
        }
        replies.answered(&"a".into());
        assert_eq!(taken(&replies, "U1", NOW), Some(("a".to_owned(), false)));
    }

    #[test]
    fn the_token_is_never_shown() {
        let replies = Replies::default();
        replies.keep("C1", "U1", "hunter2".into(), true, NOW);
        assert!(!format!("{replies:?}").contains("hunter2"));
    }
}
