//! Why the policy answers as it does: every rule in order, and what became of it.

use std::collections::BTreeMap;

use commands::names::At;
use commands::refusal::Refusal;
use serde::Serialize;

use super::{Approvers, Policy, Requirement, Rule, Subject, is_for, requirement};
use crate::notice::approvers;
use crate::people::People;

/// What the policy says to one change, and why.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    /// Each rule's number, from 1, and what became of it, in the order in which they are read.
    pub rules: BTreeMap<usize, Reading>,
    /// What is needed.
    pub requirement: Result<Requirement, Refusal>,
    /// Who can give it, by group, as the config lists them; empty where nothing is allowed.
    pub approvers: Approvers,
}

/// What became of one rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reading {
    /// It is for other environments.
    OtherEnvironment,
    /// It is for other verbs.
    OtherVerb,
    /// It is for larger changes.
    NotLarger,
    /// It fits and is the first that does: it decides.
    Decides,
    /// An earlier rule decided.
    NotReached,
}

/// Reads the policy for one change as [`requirement`] does, and says of each rule what became of it.
pub fn explain(policy: &Policy, people: &People, subject: &Subject<'_>, now: At) -> Explanation {
    let mut rules = BTreeMap::new();
    let mut decided = false;
    for (number, rule) in (1..).zip(&policy.rules) {
        let reading = if decided {
            Reading::NotReached
        } else {
            read(rule, subject)
        };
        decided |= reading == Reading::Decides;
        rules.insert(number, reading);
    }
    let requirement = requirement(policy, people, subject, now);
    let approvers = match &requirement {
        Ok(requirement) => approvers(people, requirement),
        Err(_) => Approvers::new(),
    };
    Explanation {
        rules,
        requirement,
        approvers,
    }
}

fn read(rule: &Rule, subject: &Subject<'_>) -> Reading {
    if !is_for(&rule.environments, subject.environment.as_str()) {
        Reading::OtherEnvironment
    } else if !is_for(&rule.verbs, subject.verb) {
        Reading::OtherVerb
    } else if rule.fits(subject) {
        Reading::Decides
    } else {
        Reading::NotLarger
    }
}
