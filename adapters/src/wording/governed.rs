//! That the policy changed, for the operations channel.

use approvals::notice::PolicyChange;
use rust_i18n::t;

use super::Voice;
use crate::chat::card::{Card, Tone, mark};

/// Digits of a digest that tell it from others.
const DIGITS: usize = 12;

impl Voice<'_> {
    pub(super) fn policy_changed(&self, change: &PolicyChange) -> Card {
        let locale = self.locale();
        let card = Card::new(Tone::Waiting, t!("governed.headline", locale = locale));
        let card = [
            ("governed.policy", &change.policy),
            ("governed.people", &change.people),
        ]
        .into_iter()
        .filter(|(_, (before, now))| before != now)
        .fold(card, |card, (label, (before, now))| {
            let text = t!(
                "governed.digests",
                locale = locale,
                before = short(before),
                now = short(now)
            );
            card.fact(t!(label, locale = locale), text)
        });
        card.line(t!("governed.then", locale = locale))
            .command("sluice policy explain")
    }
}

fn short(digest: &str) -> String {
    mark::code(&digest.chars().take(DIGITS).collect::<String>())
}
