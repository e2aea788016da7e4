//! Who may say yes, and when not: rules -> [`Requirement`]. Pure; deny on whatever is missing.

use std::collections::{BTreeMap, BTreeSet};

use commands::names::{At, Environment, Group, Millis, Person};
use serde::{Deserialize, Serialize};

/// The policy as the reviewed file says it, read top down: the first match decides, no match refuses.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Policy {
    /// The rules in order.
    pub rules: Vec<Rule>,
    /// Spans in which nothing may start.
    pub freezes: Vec<Freeze>,
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// Environments it is for; `*` is all.
    pub environments: Vec<String>,
    /// Verbs it is for (`scale`, `rollback`); `*` is all.
    pub verbs: Vec<String>,
    /// Only for changes larger than this.
    pub larger_than: Option<LargerThan>,
    /// All of these are needed.
    pub need: Vec<Need>,
    /// How long votes are taken.
    pub vote_within: Millis,
    /// How long the run may take to send its last step; else the recipe's own.
    pub run_within: Option<Millis>,
    /// How old roster evidence may be; default 5 min.
    pub evidence_within: Option<Millis>,
}

/// A size of change: larger if either bound is passed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LargerThan {
    /// Greater of to/from and from/to.
    pub factor: Option<f64>,
    /// Absolute change of slots.
    pub slots: Option<u32>,
}

/// So many yes votes from a group.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Need {
    /// How many, at least 1.
    pub count: u32,
    /// From which group.
    pub from: Group,
}

/// A span in which nothing may start in some environments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Freeze {
    /// `*` is all.
    pub environments: Vec<String>,
    /// Beginning.
    pub from: At,
    /// End.
    pub until: At,
    /// Why, for people.
    pub reason: String,
}

/// What one request needs, copied into it: a later policy may close it, never loosen it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requirement {
    /// All of these are needed.
    pub need: Vec<Need>,
    /// Who may not vote: the requester and every author.
    pub not: BTreeSet<Person>,
    /// How long votes are taken.
    pub vote_within: Millis,
    /// How long the run may take, where the policy says so.
    pub run_within: Option<Millis>,
    /// How old roster evidence may be.
    pub evidence_within: Millis,
    /// The number of the rule that decided, from 1.
    pub rule: usize,
    /// SHA-256 over the canonical JSON of the policy.
    pub policy_digest: String,
}

/// What a requirement is looked up for.
#[derive(Debug, Clone, PartialEq)]
pub struct Subject<'a> {
    /// The environment that changes.
    pub environment: &'a Environment,
    /// The verb's word.
    pub verb: &'a str,
    /// Now and then, of what changes.
    pub from_to: (u32, u32),
    /// Slots now and then.
    pub slots: (u32, u32),
    /// Who asks.
    pub requester: &'a Person,
}

/// Persons who could approve, by group, as the config lists them (for "who can").
pub type Approvers = BTreeMap<Group, BTreeSet<Person>>;
