//! Which rule decides, and when none does.

use std::collections::{BTreeMap, BTreeSet};

use commands::names::{At, Environment, Group, Millis, Person};
use commands::refusal::Code;

use super::*;
use crate::people::Profile;

const NOW: At = At(1_700_000_000_000);

fn person(name: &str) -> Person {
    Person::parse(name).unwrap()
}

fn group(name: &str) -> Group {
    Group::parse(name).unwrap()
}

fn people(groups: &[(&str, &[&str])]) -> People {
    let persons = ["ana", "bo", "cy"];
    People {
        persons: persons
            .iter()
            .map(|name| (person(name), Profile::default()))
            .collect(),
        groups: groups
            .iter()
            .map(|(name, members)| {
                let people = members.iter().map(|member| person(member)).collect();
                (
                    group(name),
                    Members {
                        people,
                        ..Members::default()
                    },
                )
            })
            .collect(),
    }
}

fn owners() -> People {
    people(&[("owners", &["ana", "bo", "cy"])])
}

fn rule(environments: &str, verbs: &str, larger_than: Option<LargerThan>, count: u32) -> Rule {
    Rule {
        environments: vec![environments.to_owned()],
        verbs: vec![verbs.to_owned()],
        larger_than,
        need: vec![Need {
            count,
            from: group("owners"),
        }],
        vote_within: Millis::minutes(30),
        run_within: None,
        evidence_within: None,
        remind_every: None,
        escalate: None,
    }
}

/// Two for large changes, one for others, in `shop` alone.
fn policy() -> Policy {
    let large = LargerThan {
        factor: Some(2.0),
        slots: Some(8),
    };
    Policy {
        rules: vec![
            rule("shop", "scale", Some(large), 2),
            rule("shop", "scale", None, 1),
            rule("shop", "rollback", None, 1),
        ],
        freezes: vec![],
    }
}

struct Asked {
    environment: Environment,
    verb: &'static str,
    from_to: (u32, u32),
    slots: (u32, u32),
    requester: Person,
}

fn scale(from: u32, to: u32) -> Asked {
    Asked {
        environment: Environment::parse("shop").unwrap(),
        verb: "scale",
        from_to: (from, to),
        slots: (from, to),
        requester: person("ana"),
    }
}

impl Asked {
    fn subject(&self) -> Subject<'_> {
        Subject {
            environment: &self.environment,
            verb: self.verb,
            from_to: self.from_to,
            slots: self.slots,
            requester: &self.requester,
        }
    }
}

fn decide(policy: &Policy, people: &People, asked: &Asked) -> Result<usize, Code> {
    requirement(policy, people, &asked.subject(), NOW)
        .map(|requirement| requirement.rule)
        .map_err(|refusal| refusal.code)
}

#[test]
fn the_first_rule_that_fits_decides() {
    assert_eq!(
        decide(&policy(), &owners(), &scale(1, 4)),
        Ok(1),
        "four times as wide"
    );
    assert_eq!(
        decide(&policy(), &owners(), &scale(1, 2)),
        Ok(2),
        "twice is not more than twice"
    );
    assert_eq!(
        decide(&policy(), &owners(), &scale(4, 1)),
        Ok(1),
        "down counts like up"
    );
    assert_eq!(
        decide(&policy(), &owners(), &scale(20, 29)),
        Ok(1),
        "nine slots more"
    );
    assert_eq!(
        decide(&policy(), &owners(), &scale(20, 28)),
        Ok(2),
        "eight slots more"
    );
}

#[test]
fn i18_no_rule_that_fits_is_no() {
    let elsewhere = Asked {
        environment: Environment::parse("lab").unwrap(),
        ..scale(1, 2)
    };
    assert_eq!(decide(&policy(), &owners(), &elsewhere), Err(Code::NoPolicy));
    let other = Asked {
        verb: "delete",
        ..scale(1, 2)
    };
    assert_eq!(decide(&policy(), &owners(), &other), Err(Code::NoPolicy));
    assert_eq!(
        decide(&Policy::default(), &owners(), &scale(1, 2)),
        Err(Code::NoPolicy)
    );
}

#[test]
fn i18_a_group_without_anybody_left_is_no() {
    let gone = people(&[]);
    assert_eq!(decide(&policy(), &gone, &scale(1, 2)), Err(Code::NoApprovers));
    let only_ana = people(&[("owners", &["ana"])]);
    assert_eq!(decide(&policy(), &only_ana, &scale(1, 2)), Err(Code::NoApprovers));
    let one_more = people(&[("owners", &["ana", "bo"])]);
    assert_eq!(decide(&policy(), &one_more, &scale(1, 2)), Ok(2));
    assert_eq!(
        decide(&policy(), &one_more, &scale(1, 4)),
        Err(Code::NoApprovers),
        "two are needed"
    );
}

#[test]
fn needs_that_only_one_person_could_fill_together_are_no() {
    let mut policy = policy();
    policy.rules[1].need.push(Need {
        count: 1,
        from: group("leads"),
    });
    let both_bo = people(&[("owners", &["bo"]), ("leads", &["bo"])]);
    assert_eq!(decide(&policy, &both_bo, &scale(1, 2)), Err(Code::NoApprovers));
    let two = people(&[("owners", &["bo", "cy"]), ("leads", &["bo"])]);
    assert_eq!(decide(&policy, &two, &scale(1, 2)), Ok(2));
}

#[test]
fn a_group_that_a_chat_keeps_is_looked_up_at_the_vote() {
    let mut kept = people(&[("owners", &[])]);
    kept.groups.get_mut(&group("owners")).unwrap().slack_usergroup = Some("S01".to_owned());
    assert_eq!(decide(&policy(), &kept, &scale(1, 4)), Ok(1));
}

#[test]
fn a_freeze_holds_from_its_beginning_to_its_end() {
    let freeze = |from: i64, until: i64| Policy {
        freezes: vec![Freeze {
            environments: vec!["*".to_owned()],
            from: At(NOW.0 + from),
            until: At(NOW.0 + until),
            reason: "sale".to_owned(),
        }],
        ..policy()
    };
    assert_eq!(decide(&freeze(0, 1), &owners(), &scale(1, 2)), Err(Code::Frozen));
    assert_eq!(decide(&freeze(-1, 0), &owners(), &scale(1, 2)), Ok(2), "over");
    assert_eq!(decide(&freeze(1, 2), &owners(), &scale(1, 2)), Ok(2), "not yet");
    let elsewhere = Policy {
        freezes: vec![Freeze {
            environments: vec!["lab".to_owned()],
            ..freeze(0, 1).freezes.remove(0)
        }],
        ..policy()
    };
    assert_eq!(decide(&elsewhere, &owners(), &scale(1, 2)), Ok(2));
}

#[test]
fn the_requirement_leaves_the_requester_out_and_names_the_policy() {
    let asked = scale(1, 2);
    let requirement = requirement(&policy(), &owners(), &asked.subject(), NOW).unwrap();
    assert_eq!(requirement.not, BTreeSet::from([person("ana")]));
    assert_eq!(requirement.policy_digest, digest(&policy()));
    assert_eq!(requirement.evidence_within, EVIDENCE_WITHIN);
    let other = Policy {
        rules: policy().rules.split_off(1),
        ..policy()
    };
    assert_ne!(digest(&policy()), digest(&other));
}

#[test]
fn explain_says_of_each_rule_what_became_of_it() {
    let asked = scale(1, 2);
    let mut policy = policy();
    policy.rules.insert(0, rule("lab", "*", None, 1));
    let explained = explain(&policy, &owners(), &asked.subject(), NOW);
    let readings: Vec<Reading> = explained.rules.into_values().collect();
    assert_eq!(
        readings,
        [
            Reading::OtherEnvironment,
            Reading::NotLarger,
            Reading::Decides,
            Reading::NotReached
        ]
    );
    assert_eq!(explained.requirement.unwrap().rule, 3);
    let can = BTreeMap::from([(group("owners"), BTreeSet::from([person("bo"), person("cy")]))]);
    assert_eq!(explained.approvers, can);
}
