//! What people are told while a request waits: for their votes, or for its environment to come back into the config.

use std::collections::BTreeSet;

use approvals::notice::{RequestView, VotingView, Woken};
use commands::names::Person;
use rust_i18n::t;

use super::Voice;
use super::request::tone;
use crate::chat::card::{Card, mark};

impl Voice<'_> {
    /// Votes are still awaited: from whom, until when, and who is woken besides.
    pub(super) fn reminder(&self, view: &RequestView, woken: Option<&Woken>) -> Card {
        let headline = t!(
            "reminder.headline",
            locale = self.locale(),
            id = self.hash(view.id),
            since = self.time(view.asked_at),
            aim = self.aim_of(view)
        );
        let card = Card::new(tone(&view.state), headline)
            .parts(self.why(view))
            .parts(view.voting.iter().flat_map(|voting| self.wanted(view, voting)));
        let card = match woken {
            Some(woken) => card.line(self.woken(woken)),
            None => card,
        };
        let asked = view.voting.as_ref().map(silent).unwrap_or_default();
        let card = if asked.is_empty() {
            card
        } else {
            let people = self.list(asked.iter().map(mark::ping), super::MOST_PEOPLE);
            card.line(t!("reminder.voters", locale = self.locale(), people = people))
        };
        card.parts(self.demo(view)).with_buttons(self.buttons(view))
    }

    fn woken(&self, woken: &Woken) -> String {
        let (locale, group) = (self.locale(), woken.group.as_str());
        let people = self.list(woken.people.iter().map(mark::ping), super::MOST_PEOPLE);
        match (woken.may_approve, woken.people.is_empty()) {
            (true, false) => t!("reminder.woken", locale = locale, group = group, people = people),
            (true, true) => t!("reminder.woken_group", locale = locale, group = group),
            (false, false) => t!(
                "reminder.woken_cannot",
                locale = locale,
                group = group,
                people = people
            ),
            (false, true) => t!("reminder.woken_group_cannot", locale = locale, group = group),
        }
        .into_owned()
    }

    /// A run whose environment has left the config: what holds, and what to put back.
    pub(super) fn environment_gone(&self, view: &RequestView) -> Card {
        let (locale, id) = (self.locale(), self.hash(view.id));
        let environment = view
            .plan
            .as_ref()
            .map_or("", |plan| plan.target.environment.as_str());
        let headline = t!(
            "gone.headline",
            locale = locale,
            id = id,
            environment = environment
        );
        let key = mark::code(&format!("environments.{environment}"));
        Card::new(tone(&view.state), headline)
            .parts(self.steps(view))
            .line(t!(
                "gone.reserved",
                locale = locale,
                state = self.state_word(&view.state)
            ))
            .line(t!("gone.back", locale = locale, key = key))
            .parts(self.demo(view))
    }
}

/// Who may vote and has not.
fn silent(voting: &VotingView) -> BTreeSet<Person> {
    let voted = |person: &Person| voting.votes.iter().any(|(voter, ..)| voter == person);
    let may = voting.approvers.values().flatten();
    may.filter(|person| !voted(person)).cloned().collect()
}
