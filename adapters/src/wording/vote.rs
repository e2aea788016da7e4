//! Who may approve, who may not, until when, and who has said what.

use approvals::notice::{RequestView, VotingView};
use approvals::policy::Need;
use approvals::request::Yes;
use commands::names::Person;
use rust_i18n::t;

use super::Voice;
use crate::chat::card::{Part, mark};

impl Voice<'_> {
    /// `Waiting for 1 of flink-owners (bo, cy), not ana · until 14:32 UTC · ballot 7F2C-91`, and the votes so far.
    pub(super) fn wanted(&self, view: &RequestView, voting: &VotingView) -> Vec<Part> {
        let locale = self.locale();
        let need = self.needed(voting);
        let until = self.time(voting.vote_until);
        let ballot = mark::code(&voting.ballot.short());
        let line = if view.asked_by.is_sluice() {
            t!(
                "vote.waiting",
                locale = locale,
                need = need,
                until = until,
                ballot = ballot
            )
        } else {
            t!(
                "vote.waiting_not",
                locale = locale,
                need = need,
                requester = mark::person(&view.asked_by),
                until = until,
                ballot = ballot
            )
        };
        let mut parts = vec![Part::Line { text: line.into() }];
        parts.extend(self.votes(voting));
        parts
    }

    /// `Approved by bo · ballot 7F2C-91`, with any other votes.
    pub(super) fn voted(&self, voting: &VotingView) -> Vec<Part> {
        let ballot = mark::code(&voting.ballot.short());
        let line = t!("vote.closed", locale = self.locale(), ballot = ballot);
        let mut parts = self.votes(voting);
        parts.push(Part::Hint { text: line.into() });
        parts
    }

    /// Yes votes and no votes, each with its reason.
    pub(super) fn votes(&self, voting: &VotingView) -> Vec<Part> {
        let of = |wanted: Yes| -> Vec<String> {
            voting
                .votes
                .iter()
                .filter(|(_, verdict, _)| *verdict == wanted)
                .map(|(person, _, reason)| self.voter(person, reason.as_deref()))
                .collect()
        };
        let fact = |label: String, voters: Vec<String>| {
            (!voters.is_empty()).then(|| Part::Fact {
                label,
                text: self.list(voters, super::MOST_PEOPLE).into(),
            })
        };
        let yes = t!("vote.in_favour", locale = self.locale()).into_owned();
        let no = t!("vote.against", locale = self.locale()).into_owned();
        [fact(yes, of(Yes::Yes)), fact(no, of(Yes::No))]
            .into_iter()
            .flatten()
            .collect()
    }

    /// `1 of flink-owners (bo, cy)`, for each group.
    pub(super) fn needed(&self, voting: &VotingView) -> String {
        let each = voting.need.iter().map(|need| {
            let people = voting.approvers.get(&need.from);
            match people.filter(|people| !people.is_empty()) {
                Some(people) => t!(
                    "vote.need_of",
                    locale = self.locale(),
                    count = need.count,
                    group = need.from,
                    people = self.people(people)
                )
                .into_owned(),
                None => self.need(need),
            }
        });
        self.all(each)
    }

    /// `1 of flink-owners`, for each group.
    pub(super) fn needs(&self, needs: &[Need]) -> String {
        self.all(needs.iter().map(|need| self.need(need)))
    }

    fn need(&self, need: &Need) -> String {
        t!(
            "vote.need",
            locale = self.locale(),
            count = need.count,
            group = need.from
        )
        .into_owned()
    }

    fn all(&self, each: impl Iterator<Item = String>) -> String {
        let and = t!("list.and", locale = self.locale());
        each.collect::<Vec<_>>().join(&and)
    }

    fn voter(&self, person: &Person, reason: Option<&str>) -> String {
        let person = mark::person(person);
        match reason {
            Some(reason) => t!(
                "vote.with_reason",
                locale = self.locale(),
                person = person,
                reason = self.quote(reason)
            )
            .into_owned(),
            None => person,
        }
    }
}

/// Who voted yes.
pub(super) fn approved_by(view: &RequestView) -> Vec<Person> {
    let votes = view.voting.iter().flat_map(|voting| &voting.votes);
    votes
        .filter(|(_, verdict, _)| *verdict == Yes::Yes)
        .map(|(person, _, _)| person.clone())
        .collect()
}
