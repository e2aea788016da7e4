//! An open request on the console's board: what it is about, where it stands, and whom it waits for.

use approvals::notice::{RequestView, StateView};

use super::Voice;
use super::request::tone;
use crate::chat::card::{Card, Part};

impl Voice<'_> {
    /// Without buttons: the board is for looking.
    pub(super) fn on_board(&self, view: &RequestView) -> Card {
        Card::new(tone(&view.state), self.request_headline(view))
            .parts(self.why(view))
            .parts(self.standing(view))
    }

    fn standing(&self, view: &RequestView) -> Vec<Part> {
        match &view.state {
            StateView::Waiting | StateView::Approved => self.votes_of(view),
            StateView::Queued { .. } | StateView::OutcomeUnknown { .. } => as_parts(self.turn(view)),
            _ => as_parts(self.progress(view)),
        }
    }

    /// What would be sent, and what it costs: for those who want to read on.
    pub(super) fn plan_on_board(&self, view: &RequestView) -> Vec<Part> {
        let plan = view.plan.iter().flat_map(|plan| self.plan(plan));
        plan.collect()
    }
}

/// A card under another headline.
fn as_parts(card: Card) -> Vec<Part> {
    let headline = Part::Line { text: card.headline };
    std::iter::once(headline).chain(card.body).collect()
}
