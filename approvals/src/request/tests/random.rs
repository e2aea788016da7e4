//! Random lives: whatever comes in, in whatever order, the invariants hold and the history folds to the request.

use std::collections::BTreeSet;

use commands::names::Millis;
use commands::plan::{OnRejected, Output};
use proptest::prelude::*;

use super::super::fixtures::*;
use super::super::{Ballot, Choice, Input, Request, State, Yes};
use super::oracle;
use crate::people::Evidence;
use crate::policy::Requirement;
use commands::names::RequestId;

/// One thing that happens, before it is known in which state.
#[derive(Debug, Clone)]
enum Move {
    /// What brings the request on: the right vote, the start, the step in hand.
    Onward,
    Pass(Millis),
    Edit(Rules),
    Vote {
        who: usize,
        verdict: Yes,
        groups: u8,
        age: Age,
        stale: bool,
        in_force: Option<Rules>,
    },
    Withdraw(usize),
    Tick,
    Start {
        drifted: bool,
        held: bool,
        no_wait: bool,
        lost_groups: bool,
        in_force: Option<Rules>,
    },
    Intend {
        fails: bool,
    },
    Rejected,
    Lost,
    Seen {
        done: bool,
    },
    CannotTell,
    Say {
        who: usize,
        groups: u8,
        age: Age,
        done: bool,
    },
    Stop {
        who: usize,
        groups: u8,
        age: Age,
        choice: Option<Choice>,
    },
    Settle,
    Judge,
}

/// How old evidence is, if there is any.
#[derive(Debug, Clone, Copy)]
enum Age {
    Fresh,
    Old,
    Missing,
}

/// What a policy may demand.
#[derive(Debug, Clone, Copy)]
enum Rules {
    OneOwner,
    TwoOwners,
    OwnerAndLead,
    Nobody,
    NotBo,
}

impl Rules {
    fn requirement(self) -> Requirement {
        match self {
            Rules::OneOwner => requirement(1),
            Rules::TwoOwners => requirement(2),
            Rules::OwnerAndLead => requirement_of(&[(1, "owners"), (1, "leads")]),
            Rules::Nobody => requirement_of(&[]),
            Rules::NotBo => Requirement {
                not: BTreeSet::from([person("bo")]),
                ..requirement(1)
            },
        }
    }
}

const PEOPLE: [&str; 5] = ["ana", "bo", "cy", "dee", "sluice"];

fn rules() -> impl Strategy<Value = Rules> {
    prop_oneof![
        4 => Just(Rules::OneOwner),
        2 => Just(Rules::TwoOwners),
        2 => Just(Rules::OwnerAndLead),
        1 => Just(Rules::Nobody),
        1 => Just(Rules::NotBo),
    ]
}

fn age() -> impl Strategy<Value = Age> {
    prop_oneof![6 => Just(Age::Fresh), 1 => Just(Age::Old), 1 => Just(Age::Missing)]
}

fn verdict() -> impl Strategy<Value = Yes> {
    prop_oneof![5 => Just(Yes::Yes), 1 => Just(Yes::No)]
}

fn choice() -> impl Strategy<Value = Option<Choice>> {
    prop_oneof![Just(None), Just(Some(Choice::Undo)), Just(Some(Choice::Leave))]
}

fn moves() -> impl Strategy<Value = Move> {
    let who = || 0..PEOPLE.len();
    prop_oneof![
        12 => Just(Move::Onward),
        1 => (0u64..900).prop_map(|seconds| Move::Pass(Millis::seconds(seconds))),
        1 => rules().prop_map(Move::Edit),
        6 => (who(), verdict(), 0u8..4, age(), prop::bool::weighted(0.1), prop::option::weighted(0.9, rules()))
            .prop_map(|(who, verdict, groups, age, stale, in_force)| Move::Vote {
                who, verdict, groups, age, stale, in_force
            }),
        1 => who().prop_map(Move::Withdraw),
        1 => Just(Move::Tick),
        2 => (
            prop::bool::weighted(0.1),
            prop::bool::weighted(0.2),
            any::<bool>(),
            prop::bool::weighted(0.2),
            prop::option::weighted(0.8, rules())
        )
            .prop_map(|(drifted, held, no_wait, lost_groups, in_force)| Move::Start {
                drifted, held, no_wait, lost_groups, in_force
            }),
        2 => prop::bool::weighted(0.2).prop_map(|fails| Move::Intend { fails }),
        1 => Just(Move::Rejected),
        1 => Just(Move::Lost),
        2 => any::<bool>().prop_map(|done| Move::Seen { done }),
        1 => Just(Move::CannotTell),
        2 => (who(), 0u8..4, age(), any::<bool>())
            .prop_map(|(who, groups, age, done)| Move::Say { who, groups, age, done }),
        1 => (who(), 0u8..4, age(), choice())
            .prop_map(|(who, groups, age, choice)| Move::Stop { who, groups, age, choice }),
        1 => Just(Move::Settle),
        1 => Just(Move::Judge),
    ]
}

fn evidence_of(life: &Life, groups: u8, age: Age) -> Option<Evidence> {
    let names: Vec<&str> = [(1, "owners"), (2, "leads")]
        .into_iter()
        .filter(|(bit, _)| groups & bit != 0)
        .map(|(_, name)| name)
        .collect();
    match age {
        Age::Missing => None,
        Age::Old => Some(evidence(&names, life.now.minus(Millis::minutes(6)))),
        Age::Fresh => Some(evidence(&names, life.now)),
    }
}

fn input(life: &Life, happens: &Move) -> Option<Input> {
    let requirement_in_force = |rules: &Option<Rules>| rules.map(Rules::requirement);
    Some(match happens {
        Move::Pass(_) => return None,
        Move::Onward => onward(life),
        Move::Edit(rules) => Input::Plan {
            plan: Box::new(plan(OnRejected::Leave)),
            requirement: rules.requirement(),
        },
        Move::Vote {
            who,
            verdict,
            groups,
            age,
            stale,
            in_force,
        } => with(life.vote(PEOPLE[*who], *verdict), |vote| {
            vote.evidence(evidence_of(life, *groups, *age));
            vote.in_force(requirement_in_force(in_force));
            if *stale {
                vote.ballot(Ballot("stale".to_owned()));
            }
        }),
        Move::Withdraw(who) => Input::Withdraw {
            person: person(PEOPLE[*who]),
        },
        Move::Tick => Input::Tick,
        Move::Start {
            drifted,
            held,
            no_wait,
            lost_groups,
            in_force,
        } => {
            let mut start = life.start_with(|mismatches, rules, evidence| {
                mismatches.extend(drifted.then(mismatch));
                *rules = requirement_in_force(in_force);
                if *lost_groups && let Some(found) = evidence.values_mut().next() {
                    found.groups.clear();
                }
            });
            if let Input::Start {
                held_by,
                no_wait: wants,
                ..
            } = &mut start
            {
                *held_by = held.then(|| RequestId::new(17));
                *wants = *no_wait;
            }
            start
        }
        Move::Intend { fails } => Input::Intend {
            mismatches: fails.then(mismatch).into_iter().collect(),
        },
        Move::Rejected => Input::Rejected {
            code: "FLINK_400".to_owned(),
            said: String::new(),
        },
        Move::Lost => Input::Lost { why: String::new() },
        Move::Seen { done: true } => Input::SeenDone(Output::Nothing),
        Move::Seen { done: false } => Input::SeenNotDone(vec![mismatch()]),
        Move::CannotTell => Input::CannotTell,
        Move::Say {
            who,
            groups,
            age,
            done,
        } => Input::Say {
            person: person(PEOPLE[*who]),
            step: life.request.step_in_hand().map_or(1, |step| step.number),
            done: *done,
            evidence: evidence_of(life, *groups, *age),
        },
        Move::Stop {
            who,
            groups,
            age,
            choice,
        } => Input::Stop {
            person: person(PEOPLE[*who]),
            choice: *choice,
            evidence: evidence_of(life, *groups, *age),
        },
        Move::Settle => Input::Settle {
            wait: Millis::seconds(60),
        },
        Move::Judge => judge(),
    })
}

/// What the request waits for.
fn onward(life: &Life) -> Input {
    use super::super::Phase::{InDoubt, Intended, Ready, Sent};
    let voted = |name: &str| {
        life.request
            .voting
            .iter()
            .flat_map(|voting| &voting.votes)
            .any(|vote| vote.person == person(name))
    };
    match &life.request.state {
        State::New => ask("ana"),
        State::Asked => Input::Plan {
            plan: Box::new(plan(OnRejected::Undo)),
            requirement: requirement(2),
        },
        State::Waiting if voted("bo") => life.vote_as("cy", Yes::Yes, &["owners", "leads"]),
        State::Waiting => life.vote_as("bo", Yes::Yes, &["owners", "leads"]),
        State::Approved | State::Queued { .. } => life.start(),
        State::Running { .. } if life.request.step_in_hand().is_none() => Input::Settle {
            wait: Millis::seconds(60),
        },
        State::Running { phase, .. } | State::Undoing { phase, .. } => match phase {
            Ready => Input::Intend { mismatches: vec![] },
            Intended => Input::Accepted(handle()),
            Sent | InDoubt => Input::SeenDone(Output::Nothing),
        },
        State::Stopping { .. } => life.stop("ana", Some(Choice::Undo)),
        State::Unknown { step, .. } => life.say("bo", *step, true),
        State::Settling { .. } => judge(),
        State::Planned | State::Ended(_) => Input::Tick,
    }
}

proptest! {
    #[test]
    fn no_history_breaks_an_invariant(happens in prop::collection::vec(moves(), 1..90)) {
        let mut life = Life::new();
        for happens in &happens {
            if let Move::Pass(span) = happens {
                life.pass(*span);
            }
            let Some(input) = input(&life, happens) else { continue };
            let before = life.clone();
            if let Ok(events) = life.put(&input) {
                oracle::check(&before, &input, &events);
            }
        }
        let entries = life.history.iter().map(|(at, events)| (*at, &events[..]));
        prop_assert_eq!(&Request::fold(life.request.id, entries).unwrap(), &life.request);
    }
}

#[test]
fn the_onward_road_alone_reaches_a_verdict() {
    let mut life = Life::new();
    for _ in 0..40 {
        let input = onward(&life);
        let before = life.clone();
        match life.put(&input) {
            Ok(events) => oracle::check(&before, &input, &events),
            Err(_) => life.pass(Millis::seconds(60)),
        }
    }
    assert_eq!(life.word(), "finished");
}
