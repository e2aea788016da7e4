//! Requests, plans and inputs for the tests of this crate.

use std::collections::{BTreeMap, BTreeSet};

use commands::ask::{Amount, Change, ChangeVerb, Target as AskTarget};
use commands::condition::{Condition, Mismatch};
use commands::names::{
    At, Chat, Environment, Group, JobId, JobName, MessageId, Millis, Person, Place, RequestId,
};
use commands::observed::Version;
use commands::plan::{
    Action, Aim, Claim, ClaimMode, Delivery, Estimates, JobRef, OnRejected, Output, Path, Plan, Promise,
    Resources, Settings, Step, Target,
};
use commands::refusal::Refusal;
use commands::verdict::{Judgement, Verdict};

use super::{Ballot, Choice, Event, Input, Request, Yes, decide};
use crate::people::{Account, Evidence};
use crate::policy::{Need, Requirement};
use crate::ports::Handle;

/// When every test begins.
pub(crate) const START: At = At(1_700_000_000_000);

pub(crate) fn person(name: &str) -> Person {
    Person::parse(name).unwrap()
}

pub(crate) fn group(name: &str) -> Group {
    Group::parse(name).unwrap()
}

pub(crate) fn account(name: &str) -> Account {
    Account {
        chat: Chat::Console,
        id: name.to_owned(),
    }
}

pub(crate) fn job() -> JobRef {
    JobRef {
        id: JobId::parse("7f2c0000000000000000000000000000").unwrap(),
        name: JobName::parse("orders").unwrap(),
    }
}

pub(crate) fn change() -> Change {
    Change {
        verb: ChangeVerb::ScaleParallelism {
            job: AskTarget("orders".to_owned()),
            to: Amount::To(4),
        },
        environment: None,
        because: Some("lag grows".to_owned()),
        incident: None,
        dry_run: false,
        no_wait: false,
    }
}

/// `count` yes votes from `owners`, ana asks.
pub(crate) fn requirement(count: u32) -> Requirement {
    requirement_of(&[(count, "owners")])
}

pub(crate) fn requirement_of(needs: &[(u32, &str)]) -> Requirement {
    Requirement {
        need: needs
            .iter()
            .map(|(count, from)| Need {
                count: *count,
                from: group(from),
            })
            .collect(),
        not: BTreeSet::new(),
        vote_within: Millis::minutes(30),
        run_within: None,
        evidence_within: Millis::minutes(5),
        remind_every: None,
        escalate: None,
        rule: 1,
        policy_digest: "policy".to_owned(),
    }
}

fn step(number: u16, action: Action, undo: Vec<Step>) -> Step {
    Step {
        number,
        action,
        precondition: vec![Condition::JobRuns { job: job().id }],
        done_when: Condition::JobRuns { job: job().id },
        undo,
        delivery: Delivery::AtLeastOnce,
        budget: Millis::seconds(120),
    }
}

fn bounds() -> Action {
    Action::SetBounds {
        job: job().id,
        bounds: BTreeMap::new(),
    }
}

/// 1 checkpoint, 2 bounds (with an undo), 3 a person's step (with an undo of two steps).
pub(crate) fn plan(on_rejected: OnRejected) -> Plan {
    let checkpoint = Action::Checkpoint { job: job().id };
    let asking = Action::AskPerson {
        what: "look".to_owned(),
    };
    let environment = Environment::parse("shop").unwrap();
    Plan {
        aim: Aim::Parallelism { from: 1, to: 4 },
        target: Target {
            environment: environment.clone(),
            job: Some(job()),
        },
        seen: BTreeMap::from([(Path::job(&environment, &job().id), Version("v1".to_owned()))]),
        steps: vec![
            step(1, checkpoint.clone(), vec![]),
            step(2, bounds(), vec![step(1, bounds(), vec![])]),
            step(
                3,
                asking,
                vec![step(1, checkpoint.clone(), vec![]), step(2, checkpoint, vec![])],
            ),
        ],
        on_rejected,
        claims: vec![Claim {
            path: Path::job(&environment, &job().id),
            mode: ClaimMode::Exclusive,
        }],
        promise: Promise::Resources,
        measured: vec![job()],
        estimates: Estimates {
            down: None,
            replay: None,
            restarts: 0,
        },
        resources: Resources {
            slots: (1, 4),
            slots_total: (8, 8),
            cores: (1, 4),
            cores_total: 8,
            memory_bytes: (0, 0),
        },
        warnings: vec![],
        settings_before: Settings::Bounds {
            job: job(),
            bounds: BTreeMap::new(),
        },
        run_within: Millis::minutes(10),
    }
}

pub(crate) fn evidence(groups: &[&str], looked_up_at: At) -> Evidence {
    Evidence {
        groups: groups.iter().map(|name| group(name)).collect(),
        looked_up_at,
    }
}

pub(crate) fn mismatch() -> Mismatch {
    Mismatch {
        what: "parallelism".to_owned(),
        planned: "1".to_owned(),
        now: "2".to_owned(),
    }
}

pub(crate) fn handle() -> Handle {
    Handle("h".to_owned())
}

pub(crate) fn judge() -> Input {
    Input::Judge {
        judgement: Judgement {
            verdict: Verdict::Better,
            reasons: vec![],
            job: None,
        },
        measured: vec![],
    }
}

pub(crate) fn ask(by: &str) -> Input {
    Input::Ask {
        by: person(by),
        account: account(by),
        change: change(),
        place: Place::parse("console:ops").unwrap(),
        thread: MessageId::parse("m1").unwrap(),
    }
}

/// One request and its time, driven by inputs.
#[derive(Debug, Clone)]
pub(crate) struct Life {
    pub(crate) request: Request,
    pub(crate) now: At,
    pub(crate) history: Vec<(At, Vec<Event>)>,
}

impl Life {
    /// Nothing yet.
    pub(crate) fn new() -> Self {
        Self {
            request: Request::new(RequestId::new(18)),
            now: START,
            history: Vec::new(),
        }
    }

    /// Asked by ana, planned, waiting for `count` of `owners`.
    pub(crate) fn waiting(count: u32) -> Self {
        Self::waiting_with(requirement(count), OnRejected::Undo)
    }

    pub(crate) fn waiting_with(requirement: Requirement, on_rejected: OnRejected) -> Self {
        let mut life = Self::new();
        life.put(&ask("ana")).unwrap();
        life.put(&Input::Plan {
            plan: Box::new(plan(on_rejected)),
            requirement,
        })
        .unwrap();
        life
    }

    /// Approved by bo.
    pub(crate) fn approved() -> Self {
        let mut life = Self::waiting(1);
        life.put(&life.vote("bo", Yes::Yes)).unwrap();
        life
    }

    /// Started, step 1 ready.
    pub(crate) fn running() -> Self {
        let mut life = Self::approved();
        life.put(&life.start()).unwrap();
        life
    }

    /// Steps 1 to `steps` done.
    pub(crate) fn running_after(steps: u16) -> Self {
        let mut life = Self::running();
        for _ in 0..steps {
            life.do_step();
        }
        life
    }

    /// Steps 1 to `steps` done, and stopped by ana.
    pub(crate) fn stopping_after(steps: u16) -> Self {
        let mut life = Self::running_after(steps);
        life.put(&life.stop("ana", None)).unwrap();
        life
    }

    /// The step in hand, from ready to done.
    pub(crate) fn do_step(&mut self) {
        let intended = self.put(&Input::Intend { mismatches: vec![] }).unwrap();
        if let [Event::StepIntended { step, .. }, Event::StepSent { .. }] = intended[..] {
            self.put(&self.say("ana", step, true)).unwrap();
            return;
        }
        self.put(&Input::Accepted(handle())).unwrap();
        self.put(&Input::SeenDone(Output::Nothing)).unwrap();
    }

    /// Decides, and folds what was decided.
    pub(crate) fn put(&mut self, input: &Input) -> Result<Vec<Event>, Refusal> {
        let events = decide(&self.request, input, self.now)?;
        if !events.is_empty() {
            self.request = self.request.clone().with_entry(&events, self.now).unwrap();
            self.history.push((self.now, events.clone()));
        }
        Ok(events)
    }

    /// The same life, one input later.
    pub(crate) fn after(mut self, input: impl FnOnce(&Life) -> Input) -> Self {
        let input = input(&self);
        self.put(&input).unwrap();
        self
    }

    /// The same life, some time later.
    pub(crate) fn later(mut self, span: Millis) -> Self {
        self.pass(span);
        self
    }

    /// Folds an event that nothing decided.
    pub(crate) fn force(&mut self, event: Event) {
        self.request = self.request.clone().with_entry(&[event], self.now).unwrap();
    }

    pub(crate) fn pass(&mut self, span: Millis) {
        self.now = self.now.plus(span);
    }

    pub(crate) fn ballot(&self) -> Ballot {
        let none = Ballot("no vote".to_owned());
        self.request
            .voting
            .as_ref()
            .map_or(none, |voting| voting.ballot.clone())
    }

    /// A vote of an owner, by a policy that did not change.
    pub(crate) fn vote(&self, name: &str, verdict: Yes) -> Input {
        self.vote_as(name, verdict, &["owners"])
    }

    pub(crate) fn vote_as(&self, name: &str, verdict: Yes, groups: &[&str]) -> Input {
        let in_force = self
            .request
            .voting
            .as_ref()
            .map(|voting| voting.requirement.clone());
        Input::Vote {
            person: person(name),
            account: account(name),
            verdict,
            ballot: self.ballot(),
            reason: (verdict == Yes::No).then(|| "too risky".to_owned()),
            evidence: Some(evidence(groups, self.now)),
            in_force: in_force.or_else(|| Some(requirement(1))),
        }
    }

    /// A start with everything as it was.
    pub(crate) fn start(&self) -> Input {
        let voters = self.request.voting.iter().flat_map(|voting| &voting.votes);
        Input::Start {
            mismatches: vec![],
            evidence: voters
                .map(|vote| {
                    (
                        vote.person.clone(),
                        Evidence {
                            looked_up_at: self.now,
                            ..vote.evidence.clone()
                        },
                    )
                })
                .collect(),
            in_force: self
                .request
                .voting
                .as_ref()
                .map(|voting| voting.requirement.clone()),
            held_by: None,
            no_wait: false,
        }
    }

    /// A start with something changed: mismatches, the policy in force, the voters' groups.
    pub(crate) fn start_with(
        &self,
        alter: impl FnOnce(&mut Vec<Mismatch>, &mut Option<Requirement>, &mut BTreeMap<Person, Evidence>),
    ) -> Input {
        let mut input = self.start();
        if let Input::Start {
            mismatches,
            in_force,
            evidence,
            ..
        } = &mut input
        {
            alter(mismatches, in_force, evidence);
        }
        input
    }

    pub(crate) fn stop(&self, name: &str, choice: Option<Choice>) -> Input {
        Input::Stop {
            person: person(name),
            choice,
            evidence: Some(evidence(&["owners"], self.now)),
        }
    }

    pub(crate) fn say(&self, name: &str, step: u16, done: bool) -> Input {
        Input::Say {
            person: person(name),
            step,
            done,
            evidence: Some(evidence(&["owners"], self.now)),
        }
    }

    /// The state's word.
    pub(crate) fn word(&self) -> &'static str {
        self.request.state.word()
    }
}

/// The kinds of some events.
pub(crate) fn kinds(events: &[Event]) -> Vec<&'static str> {
    events.iter().map(Event::kind).collect()
}

/// A vote with something changed.
pub(crate) fn with(mut vote: Input, alter: impl FnOnce(&mut VoteOf<'_>)) -> Input {
    if let Input::Vote {
        ballot,
        reason,
        evidence,
        in_force,
        ..
    } = &mut vote
    {
        alter(&mut VoteOf {
            ballot,
            reason,
            evidence,
            in_force,
        });
    }
    vote
}

/// The parts of a vote that tests change.
pub(crate) struct VoteOf<'a> {
    ballot: &'a mut Ballot,
    reason: &'a mut Option<String>,
    evidence: &'a mut Option<Evidence>,
    in_force: &'a mut Option<Requirement>,
}

impl VoteOf<'_> {
    pub(crate) fn ballot(&mut self, ballot: Ballot) {
        *self.ballot = ballot;
    }

    pub(crate) fn reason(&mut self, reason: Option<&str>) {
        *self.reason = reason.map(str::to_owned);
    }

    pub(crate) fn evidence(&mut self, evidence: Option<Evidence>) {
        *self.evidence = evidence;
    }

    pub(crate) fn in_force(&mut self, in_force: Option<Requirement>) {
        *self.in_force = in_force;
    }
}
