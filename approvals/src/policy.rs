//! Who may say yes, and when not: rules -> [`Requirement`]. Pure; deny on whatever is missing.

mod explain;
mod quorum;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use commands::names::{At, Environment, Group, Millis, Person};
use commands::plan::canonical_sha256;
use commands::refusal::{Code, Refusal};
use serde::{Deserialize, Serialize};

use crate::people::{Members, People};
use crate::request::Request;

pub use explain::{Explanation, Reading, explain};
pub use quorum::{Voter, is_met};

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
    /// While votes are awaited, whoever may vote is reminded this often.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remind_every: Option<Millis>,
    /// Who is woken where nobody has decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalate: Option<Escalation>,
}

/// A group that is woken where nobody has decided after a while. It may approve only where `need` says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Escalation {
    /// After how long, from when votes are taken.
    pub after: Millis,
    /// Who.
    pub to: Group,
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
    /// How often whoever may vote is reminded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remind_every: Option<Millis>,
    /// Who is woken where nobody has decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalate: Option<Escalation>,
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

/// How old roster evidence may be where a rule does not say.
pub const EVIDENCE_WITHIN: Millis = Millis::minutes(5);

/// What a change needs: the first rule that fits decides, and none refuses.
///
/// # Errors
/// [`Code::Frozen`] in a freeze, [`Code::NoPolicy`] where no rule fits, [`Code::NoApprovers`] where a group it names has
/// nobody left but the requester.
pub fn requirement(
    policy: &Policy,
    people: &People,
    subject: &Subject<'_>,
    now: At,
) -> Result<Requirement, Refusal> {
    if let Some(freeze) = policy
        .freezes
        .iter()
        .find(|freeze| freeze.holds(subject.environment, now))
    {
        return Err(Refusal::new(Code::Frozen)
            .with("environment", subject.environment)
            .with("until", freeze.until.0)
            .with("reason", &freeze.reason));
    }
    let (number, rule) = policy
        .rules
        .iter()
        .enumerate()
        .find(|(_, rule)| rule.fits(subject))
        .map(|(at, rule)| (at + 1, rule))
        .ok_or_else(|| {
            Refusal::new(Code::NoPolicy)
                .with("environment", subject.environment)
                .with("verb", subject.verb)
        })?;
    if let Some(need) = unmeetable(&rule.need, people, subject.requester) {
        return Err(Refusal::new(Code::NoApprovers).with("group", &need.from));
    }
    Ok(Requirement {
        need: rule.need.clone(),
        not: BTreeSet::from([subject.requester.clone()]),
        vote_within: rule.vote_within,
        run_within: rule.run_within,
        evidence_within: rule.evidence_within.unwrap_or(EVIDENCE_WITHIN),
        remind_every: rule.remind_every,
        escalate: rule.escalate.clone(),
        rule: number,
        policy_digest: digest(policy),
    })
}

/// What the policy in force demands for a request that was planned; `None`: it allows nothing.
pub fn in_force(policy: &Policy, people: &People, request: &Request, now: At) -> Option<Requirement> {
    let (plan, asked) = (request.plan.as_ref()?, request.asked.as_ref()?);
    let subject = Subject {
        environment: &plan.target.environment,
        verb: asked.change.verb.word(),
        from_to: plan.aim.from_to(),
        slots: plan.resources.slots,
        requester: &asked.by,
    };
    requirement(policy, people, &subject, now).ok()
}

/// SHA-256 over the canonical JSON of the policy, in hex: its name in ballots and audit.
pub fn digest(policy: &Policy) -> String {
    canonical_sha256(policy)
}

/// The first need that cannot be met beside those before it, by the persons the config lists and without the requester. A
/// group that a chat keeps is left out: who is in it is only known when it is looked up.
fn unmeetable<'p>(need: &'p [Need], people: &People, requester: &Person) -> Option<&'p Need> {
    let listed: BTreeSet<&Person> = people
        .groups
        .values()
        .flat_map(|members| &members.people)
        .collect();
    let listed: Vec<(&Person, BTreeSet<Group>)> = listed
        .into_iter()
        .filter(|person| *person != requester && !person.is_sluice())
        .map(|person| (person, people.groups_of(person)))
        .collect();
    let voters: Vec<Voter<'_>> = listed.iter().map(|(person, groups)| (*person, groups)).collect();
    let known: Vec<&Need> = need
        .iter()
        .filter(|need| {
            !people
                .groups
                .get(&need.from)
                .is_some_and(Members::is_kept_elsewhere)
        })
        .collect();
    (1..=known.len())
        .find(|&count| {
            let first: Vec<Need> = known[..count].iter().map(|need| (*need).clone()).collect();
            !is_met(&first, &voters)
        })
        .map(|count| known[count - 1])
}

impl Rule {
    /// Whether this rule is for such a change.
    pub fn fits(&self, subject: &Subject<'_>) -> bool {
        is_for(&self.environments, subject.environment.as_str())
            && is_for(&self.verbs, subject.verb)
            && self.larger_than.is_none_or(|bound| bound.is_passed(subject))
    }
}

impl LargerThan {
    fn is_passed(&self, subject: &Subject<'_>) -> bool {
        let (from, to) = (
            f64::from(subject.from_to.0.max(1)),
            f64::from(subject.from_to.1.max(1)),
        );
        let factor = (to / from).max(from / to);
        let slots = subject.slots.0.abs_diff(subject.slots.1);
        self.factor.is_some_and(|bound| factor > bound) || self.slots.is_some_and(|bound| slots > bound)
    }
}

impl Freeze {
    fn holds(&self, environment: &Environment, now: At) -> bool {
        is_for(&self.environments, environment.as_str()) && self.from <= now && now < self.until
    }
}

fn is_for(list: &[String], name: &str) -> bool {
    list.iter().any(|entry| entry == "*" || entry == name)
}
