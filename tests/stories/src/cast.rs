//! Who plays in a story, by which policy, and what is measured.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use approvals::people::{Evidence, Members, People, Profile};
use approvals::policy::{Need, Policy, Rule};
use approvals::ports::{Clock as _, Fault, Roster};
use approvals::site::Windows;
use async_trait::async_trait;
use commands::names::{Group, Millis, Person};

use crate::clock::SimClock;
use crate::host::Launching;
use crate::town::Town;
use crate::world::SHOP;

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
}

impl Default for Layout {
    fn default() -> Self {
        Self {
            policy: one_owner(),
            windows: windows(20, 10, 20),
            launching: None,
            environment: SHOP,
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

/// Ana, Bo and Cy own the jobs; Cy and Dee lead. All live in this town.
pub(crate) fn people(town: &dyn Town) -> People {
    let mut people = listed();
    for (person, profile) in &mut people.persons {
        town.introduce(person.as_str(), profile);
    }
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
            (Group::parse("owners").unwrap(), group(&["ana", "bo", "cy"])),
            (Group::parse("leads").unwrap(), group(&["cy", "dee"])),
        ]),
    }
}

/// Who is in which group at this moment; a story may change it.
pub(crate) struct Lists {
    people: Mutex<People>,
    clock: Arc<SimClock>,
}

impl Lists {
    pub fn new(clock: Arc<SimClock>) -> Self {
        Self {
            people: Mutex::new(listed()),
            clock,
        }
    }

    /// This person is in no group any more.
    pub fn remove(&self, person: &Person) {
        let mut people = self.people.lock().unwrap_or_else(PoisonError::into_inner);
        for members in people.groups.values_mut() {
            members.people.remove(person);
        }
    }
}

#[async_trait]
impl Roster for Lists {
    async fn groups_of(&self, person: &Person) -> Result<Evidence, Fault> {
        let people = self.people.lock().unwrap_or_else(PoisonError::into_inner);
        let groups = people
            .groups
            .iter()
            .filter(|(_, members)| members.people.contains(person));
        Ok(Evidence {
            groups: groups.map(|(name, _)| name.clone()).collect(),
            looked_up_at: self.clock.now(),
        })
    }
}
