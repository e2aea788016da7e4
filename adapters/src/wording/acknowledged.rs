//! Short words: what opens a thread, and what a press or a word of somebody led to.

use approvals::notice::Acknowledged;
use commands::names::{Person, RequestId};
use rust_i18n::t;

use super::Voice;
use crate::chat::card::{Card, Tone, mark};

impl Voice<'_> {
    /// The first line of a thread: who asks for what.
    pub(super) fn opener(&self, by: &Person, command: &str) -> Card {
        let asks = t!(
            "opener",
            locale = self.locale(),
            by = mark::person(by),
            command = self.code(command)
        );
        Card::new(Tone::Plain, asks)
    }

    pub(super) fn acknowledged(&self, what: Acknowledged, request: RequestId) -> Card {
        let (locale, id) = (self.locale(), self.hash(request));
        let headline = match what {
            Acknowledged::VoteCounted => t!("done.vote_counted", locale = locale, id = id),
            Acknowledged::VoteWithdrawn => t!("done.vote_withdrawn", locale = locale, id = id),
            Acknowledged::WillStop => t!("done.will_stop", locale = locale, id = id),
            Acknowledged::Recorded => t!("done.recorded", locale = locale, id = id),
        };
        Card::new(Tone::Plain, headline)
    }
}
