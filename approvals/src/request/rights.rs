//! Who has a say in a request: the rules copied into it and those in force now, and the stricter of both counts.

use commands::names::{At, Millis, Person};
use commands::refusal::Code;

use super::{Request, Vote, Yes};
use crate::people::Evidence;
use crate::policy::{Requirement, Voter, is_met};

/// The rules that a person's word about a request is measured by. A person counts only where all of them let him, and the
/// quorum is met only where all of them say so.
pub(crate) struct Rules<'a> {
    requester: Option<&'a Person>,
    all: Vec<&'a Requirement>,
}

impl<'a> Rules<'a> {
    /// The rules copied into the request when it was put to the vote.
    pub(crate) fn copied(request: &'a Request) -> Self {
        Self {
            requester: request.requester(),
            all: request.voting.iter().map(|voting| &voting.requirement).collect(),
        }
    }

    /// And these too.
    pub(crate) fn and(mut self, in_force: &'a Requirement) -> Self {
        self.all.push(in_force);
        self
    }

    /// Whether the person may vote yes or no, given the groups he or she was just seen in.
    ///
    /// # Errors
    /// The code of the first reason why not.
    pub(crate) fn may_vote(&self, person: &Person, evidence: Option<&Evidence>, now: At) -> Result<(), Code> {
        if person.is_sluice() || self.all.is_empty() {
            return Err(Code::NotAnApprover);
        }
        if self.is_author(person) {
            return Err(Code::SelfApproval);
        }
        let evidence = evidence.ok_or(Code::NoEvidence)?;
        if now.since(evidence.looked_up_at) > self.evidence_within() {
            return Err(Code::NoEvidence);
        }
        if self.is_member(evidence) {
            Ok(())
        } else {
            Err(Code::NotAnApprover)
        }
    }

    /// Whether these yes votes are enough; votes of persons whom the rules do not let vote are left out.
    pub(crate) fn are_met<'v>(&self, yes: impl Iterator<Item = (&'v Person, &'v Evidence)>) -> bool {
        let voters: Vec<Voter<'_>> = yes
            .filter(|(person, evidence)| !self.is_author(person) && self.is_member(evidence))
            .map(|(person, evidence)| (person, &evidence.groups))
            .collect();
        !self.all.is_empty() && self.all.iter().all(|rules| is_met(&rules.need, &voters))
    }

    fn is_author(&self, person: &Person) -> bool {
        self.requester == Some(person) || self.all.iter().any(|rules| rules.not.contains(person))
    }

    fn is_member(&self, evidence: &Evidence) -> bool {
        self.all
            .iter()
            .all(|rules| rules.need.iter().any(|need| evidence.groups.contains(&need.from)))
    }

    fn evidence_within(&self) -> Millis {
        self.all
            .iter()
            .map(|rules| rules.evidence_within)
            .min()
            .unwrap_or_default()
    }
}

/// The yes votes among some votes.
pub(crate) fn yes_votes<'v>(votes: impl Iterator<Item = &'v Vote>) -> impl Iterator<Item = &'v Vote> {
    votes.filter(|vote| vote.verdict == Yes::Yes)
}
