//! Who plays in a story, by which policy, and what is measured.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use approvals::people::{Evidence, Members, People, Profile};
use approvals::policy::{Need, Policy, Rule};
use approvals::ports::{Fault, Roster};
use approvals::site::Windows;
use async_trait::async_trait;
use bot::roster::Rosters;
use commands::names::{Group, Millis, Person};

use crate::host::Launching;
use crate::town::Town;
use crate::world::SHOP;

/// The group that approves.
pub(crate) const OWNERS: &str = "owners";

/// How a world is laid out before its story begins.
#[derive(Debug, Clone)]
pub struct Layout {
    /// The policy.
    pub policy: Policy,
    /// How long is measured, in a story that measures.
    pub windows: Windows,
    /// Means to start TaskManagers, if there are any.
    pub launching: Option<Launching>,
    /// The environment that the config names: [`SHOP`], unless it has left.
    pub environment: &'static str,
    /// How many more people own the jobs: see [`of_the_crowd`].
    pub crowd: usize,
}

impl Default for Layout {
    fn default() -> Self {
        Self {
            policy: one_owner(),
            windows: windows(20, 10, 20),
            launching: None,
            environment: SHOP,
            crowd: 0,
        }
    }
}

/// One yes of `owners`, for everything, within half an hour.
pub fn one_owner() -> Policy {
    needs(&[(1, "owners")])
}

/// So many yes votes for everything.
pub fn needs(need: &[(u32, &str)]) -> Policy {
    Policy {
        rules: vec![rule("*", need)],
        freezes: Vec::new(),
    }
}

/// A rule for one verb.
pub fn rule(verb: &str, need: &[(u32, &str)]) -> Rule {
    Rule {
        environments: vec!["*".to_owned()],
        verbs: vec![verb.to_owned()],
        larger_than: None,
        need: need
            .iter()
            .map(|(count, from)| Need {
                count: *count,
                from: Group::parse(from).unwrap(),
            })
            .collect(),
        vote_within: Millis::minutes(30),
        run_within: Some(Millis::minutes(20)),
        evidence_within: None,
        remind_every: None,
        escalate: None,
    }
}

/// Windows in seconds.
pub fn windows(before: u64, warm_up: u64, after: u64) -> Windows {
    Windows {
        before: Millis::seconds(before),
        warm_up: Millis::seconds(warm_up),
        after: Millis::seconds(after),
    }
}

/// What the people of a crowd are called: `crowd-0`, `crowd-1` and so on.
pub fn of_the_crowd(number: usize) -> String {
    format!("crowd-{number}")
}

/// Ana, Bo and Cy own the jobs, and a crowd where there is one; Cy and Dee lead. All live in this town.
pub(crate) fn people(town: &dyn Town) -> People {
    let mut people = listed();
    let owners = people.groups.entry(Group::parse(OWNERS).unwrap()).or_default();
    for person in (0..town.crowd()).map(of_the_crowd) {
        let person = Person::parse(&person).unwrap();
        owners.people.insert(person.clone());
        people.persons.insert(person, Profile::default());
    }
    for (person, profile) in &mut people.persons {
        town.introduce(person.as_str(), profile);
    }
    town.keeps(&mut people.groups);
    people
}

fn listed() -> People {
    let person = |key: &str| Person::parse(key).unwrap();
    let profile = |name: &str| Profile {
        name: name.to_owned(),
        ..Profile::default()
    };
    let group = |keys: &[&str]| Members {
        people: keys.iter().map(|k| person(k)).collect(),
        ..Members::default()
    };
    People {
        persons: BTreeMap::from([
            (person("ana"), profile("Ana Silva")),
            (person("bo"), profile("Bo Lind")),
            (person("cy"), profile("Cy Ng")),
            (person("dee"), profile("Dee Roy")),
        ]),
        groups: BTreeMap::from([
            (Group::parse(OWNERS).unwrap(), group(&["ana", "bo", "cy"])),
            (Group::parse("leads").unwrap(), group(&["cy", "dee"])),
        ]),
    }
}

/// People who are in no group any more. They outlive every life.
pub(crate) type Gone = Arc<Mutex<BTreeSet<Person>>>;

/// Who is in which group, as in the program, less those who are gone.
pub(crate) struct Lists {
    pub rosters: Rosters,
    pub gone: Gone,
}

#[async_trait]
impl Roster for Lists {
    async fn groups_of(&self, person: &Person) -> Result<Evidence, Fault> {
        let is_gone = self
            .gone
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .contains(person);
        let evidence = self.rosters.groups_of(person).await?;
        let groups = if is_gone { BTreeSet::new() } else { evidence.groups };
        Ok(Evidence { groups, ..evidence })
    }
}
