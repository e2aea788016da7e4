//! A short word to one person about what a press or a word of his led to.

use approvals::notice::Acknowledged;
use commands::names::RequestId;
use rust_i18n::t;

use super::Voice;
use crate::chat::card::{Card, Tone};

impl Voice<'_> {
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
