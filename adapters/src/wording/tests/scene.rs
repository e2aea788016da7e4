//! Requests by adjective: `request().scaling_orders().waiting().approved_by("bo")`.

use std::collections::BTreeMap;

use approvals::notice::{FinishedView, Pictured, RequestView, StateView, StepView, VotingView};
use approvals::policy::Need;
use approvals::request::{Ballot, Yes};
use commands::condition::{Condition, Progress};
use commands::names::{
    At, Environment, Group, Incident, JobId, JobName, MessageId, Millis, Person, Place, RequestId,
    TaskManagerId, VertexId,
};
use commands::observed::{Bounds, Version};
use commands::plan::{
    Action, Aim, Claim, ClaimMode, Delivery, Estimates, JobRef, OnRejected, Output, Path, Plan, Promise,
    Resources, Settings, Step, Target, Value, Warning,
};
use commands::signals::Signal;
use commands::verdict::{Judgement, Reason, Verdict};
use commands::windows::{Measured, Sample, Stat, Window};

/// 2026-11-24, 14:02:00 UTC.
pub const NOW: At = At(1_795_528_920_000);

pub fn shop() -> Environment {
    Environment::parse("shop").unwrap()
}

pub fn person(key: &str) -> Person {
    Person::parse(key).unwrap()
}

pub fn orders() -> JobRef {
    JobRef {
        id: JobId::parse("7f2c1ab09d3e4f5566778899aabbccdd").unwrap(),
        name: JobName::parse("orders").unwrap(),
    }
}

fn vertex(digit: char) -> VertexId {
    VertexId::parse(&digit.to_string().repeat(32)).unwrap()
}

fn bounds(upper: u32) -> BTreeMap<VertexId, Bounds> {
    ['a', 'b', 'c']
        .map(|digit| (vertex(digit), Bounds { lower: 1, upper }))
        .into()
}

fn checkpoint(number: u16, done_when: Condition) -> Step {
    Step {
        number,
        action: Action::Checkpoint { job: orders().id },
        precondition: Vec::new(),
        done_when,
        undo: Vec::new(),
        delivery: Delivery::Fenced,
        budget: Millis::seconds(120),
    }
}

fn set_bounds(number: u16, upper: u32, undo: Vec<Step>) -> Step {
    Step {
        action: Action::SetBounds {
            job: orders().id,
            bounds: bounds(upper),
        },
        done_when: Condition::BoundsAre {
            job: orders().id,
            bounds: bounds(upper),
        },
        undo,
        delivery: Delivery::Comparing,
        ..checkpoint(number, Condition::PersonSaid)
    }
}

fn runs_at(parallelism: u32) -> Condition {
    Condition::RunsAt {
        job: orders().id,
        parallelism: ['a', 'b', 'c'].map(|digit| (vertex(digit), parallelism)).into(),
    }
}

/// The three steps from parallelism `from` to `to`.
pub fn rescale(from: u32, to: u32) -> Plan {
    let proved = Condition::CheckpointCompleted { job: orders().id };
    let undo = vec![set_bounds(1, from, Vec::new()), checkpoint(2, runs_at(from))];
    Plan {
        aim: Aim::Parallelism { from, to },
        target: Target {
            environment: shop(),
            job: Some(orders()),
        },
        seen: BTreeMap::from([(Path::job(&shop(), &orders().id), Version("9d".repeat(32)))]),
        steps: vec![
            checkpoint(1, proved),
            set_bounds(2, to, undo),
            checkpoint(3, runs_at(to)),
        ],
        on_rejected: OnRejected::Undo,
        claims: vec![Claim {
            path: Path::job(&shop(), &orders().id),
            mode: ClaimMode::Exclusive,
        }],
        measured: vec![orders()],
        promise: Promise::Throughput {
            before: from,
            after: to,
            arriving_per_s: Some(1_500.0),
            leaving_per_s: Some(450.0),
            backlog_gone_after: Some(Millis::minutes(66)),
        },
        estimates: Estimates {
            down: Some(Millis::seconds(8)),
            replay: Some(Millis::seconds(12)),
            restarts: 1,
        },
        resources: Resources {
            slots: (from, to),
            slots_total: (8, 8),
            cores: (from, to),
            cores_total: 8,
            memory_bytes: (3_456 << 20, 3_456 << 20),
        },
        warnings: vec![Warning::NoHighAvailability],
        settings_before: Settings::Bounds {
            job: orders(),
            bounds: bounds(from),
        },
        run_within: Millis::minutes(20),
    }
}

/// One TaskManager more, or one fewer after `orders` has narrowed.
pub fn task_managers(from: u32, to: u32) -> Plan {
    let tm = |number, action, done_when| Step {
        action,
        ..checkpoint(number, done_when)
    };
    let more = to > from;
    let steps = if more {
        let start = Action::StartTaskManager {
            slots: 1,
            memory_bytes: 1_728 << 20,
        };
        let stop = Action::StopTaskManager {
            id: Value::From { step: 1 },
        };
        let undo = vec![tm(1, stop, Condition::TaskManagersAtMost(from))];
        vec![Step {
            undo,
            ..tm(1, start, Condition::OwnTaskManagerRegistered)
        }]
    } else {
        let among = vec![TaskManagerId::parse("sluice-3f00").unwrap()];
        let idle = Condition::IdleTaskManager {
            among: among.clone(),
            or_busy: true,
        };
        let await_idle = Action::AwaitIdleTaskManager { among, or_busy: true };
        let id = Value::From { step: 4 };
        let stop = Action::StopTaskManager { id: id.clone() };
        let mut steps = rescale(2, 1).steps;
        steps.push(tm(4, await_idle, idle));
        steps.push(tm(5, stop, Condition::TaskManagerGone { id }));
        steps
    };
    Plan {
        aim: Aim::TaskManagers { from, to },
        target: Target {
            environment: shop(),
            job: None,
        },
        steps,
        promise: if more { Promise::Room } else { Promise::Resources },
        estimates: Estimates {
            down: (!more).then_some(Millis::seconds(8)),
            replay: (!more).then_some(Millis::seconds(12)),
            restarts: u32::from(!more),
        },
        resources: Resources {
            slots: (2, if more { 2 } else { 1 }),
            slots_total: (from, to),
            cores: (2, if more { 2 } else { 1 }),
            cores_total: 8,
            memory_bytes: (u64::from(from) * (1_728 << 20), u64::from(to) * (1_728 << 20)),
        },
        warnings: if more {
            vec![Warning::SlotsUnused {
                slots: 1,
                command: Some("scale orders parallelism 3".to_owned()),
            }]
        } else {
            vec![Warning::NoHighAvailability, Warning::MayStopBusy]
        },
        settings_before: Settings::TaskManagers {
            count: from,
            narrowed: (!more).then(|| (orders(), bounds(2))),
        },
        ..rescale(2, 1)
    }
}

/// Request R-18 of ana, from parallelism 1 to 4.
pub fn request() -> RequestView {
    RequestView {
        id: RequestId::new(18),
        state: StateView::Waiting,
        asked_by: person("ana"),
        asked_at: NOW,
        place: Place::parse("console:ops").unwrap(),
        thread: MessageId::parse("m-1").unwrap(),
        command: "scale orders parallelism 4 because \"lag 1.2 M, growing\" incident 4711".to_owned(),
        because: Some("lag 1.2 M, growing".to_owned()),
        incident: Some(Incident::parse("4711").unwrap()),
        plan: Some(Box::new(rescale(1, 4))),
        voting: Some(voting()),
        steps: Vec::new(),
        started_at: None,
        at: NOW,
        demo: false,
    }
}

fn voting() -> VotingView {
    let owners = Group::parse("flink-owners").unwrap();
    VotingView {
        ballot: Ballot("7f2c91".to_owned() + &"0".repeat(58)),
        vote_until: NOW.plus(Millis::minutes(30)),
        need: vec![Need {
            count: 1,
            from: owners.clone(),
        }],
        approvers: [(owners, [person("bo"), person("cy")].into())].into(),
        votes: Vec::new(),
    }
}

/// What a request may be besides.
pub trait Adjectives: Sized {
    fn at(self, state: StateView) -> Self;
    fn approved_by(self, who: &str) -> Self;
    fn with_plan(self, plan: Plan, command: &str) -> Self;
    fn with_steps(self, done: &[Output], now: Option<Progress>) -> Self;
    fn in_demo(self) -> Self;
}

impl Adjectives for RequestView {
    fn at(self, state: StateView) -> Self {
        Self { state, ..self }
    }

    fn approved_by(mut self, who: &str) -> Self {
        if let Some(voting) = &mut self.voting {
            voting.votes.push((person(who), Yes::Yes, None));
        }
        self
    }

    fn with_plan(self, plan: Plan, command: &str) -> Self {
        Self {
            plan: Some(Box::new(plan)),
            command: command.to_owned(),
            ..self
        }
    }

    /// Steps done with these outputs, and one under way.
    fn with_steps(mut self, done: &[Output], now: Option<Progress>) -> Self {
        let started = NOW.plus(Millis::seconds(60));
        let step = |number: u16, output: Option<Output>, progress: Option<Progress>| StepView {
            number,
            undo_of: None,
            attempt: 1,
            from: started.plus(Millis::seconds(u64::from(number) * 4)),
            to: output
                .is_some()
                .then(|| started.plus(Millis::seconds(u64::from(number) * 4 + 3))),
            output,
            progress,
        };
        self.steps = (1..)
            .zip(done)
            .map(|(number, output)| step(number, Some(output.clone()), None))
            .collect();
        if let Some(progress) = now {
            let number = u16::try_from(self.steps.len() + 1).unwrap();
            self.steps.push(step(number, None, Some(progress)));
        }
        self.started_at = Some(started);
        self.at = started.plus(Millis::seconds(41));
        self
    }

    fn in_demo(self) -> Self {
        Self { demo: true, ..self }
    }
}

/// A completed checkpoint of 3.1 MiB.
pub fn checkpointed(id: u64) -> Output {
    Output::Checkpoint {
        id,
        size_bytes: 3_250_586,
        duration: Millis(400),
    }
}

/// Five minutes in which the backlog goes from `first` to `last` and so many records leave in a second.
pub fn window(from: At, (first, last): (f64, f64), leaving: f64, busy: f64, restarts: (f64, f64)) -> Window {
    let stat = |first: f64, last: f64, mean: f64| Stat {
        first,
        last,
        mean,
        max: mean.max(last),
        per_s: Some((last - first) / 300.0),
    };
    let counted = |per_s: f64| Stat {
        per_s: Some(per_s),
        ..stat(0.0, per_s * 300.0, per_s * 150.0)
    };
    let steady = |mean: f64| stat(mean, mean, mean);
    let stats = BTreeMap::from([
        (Signal::Backlog, stat(first, last, f64::midpoint(first, last))),
        (Signal::RecordsRead, counted(leaving)),
        (Signal::RecordsWritten, counted(leaving)),
        (Signal::Busy, steady(busy)),
        (Signal::BackPressure, steady(busy - 20.0)),
        (
            Signal::CheckpointDuration,
            steady(if leaving < 1000.0 { 1_900.0 } else { 600.0 }),
        ),
        (Signal::Heap, steady(0.42)),
        (Signal::Gc, steady(4.0)),
        (Signal::Cpu, steady(0.09)),
        (
            Signal::SlotsUsed,
            steady(if leaving < 1000.0 { 1.0 } else { 4.0 }),
        ),
        (Signal::Restarts, stat(restarts.0, restarts.1, restarts.1)),
    ]);
    Window {
        from,
        to: from.plus(Millis::minutes(5)),
        samples: 60,
        stats,
    }
}

/// Eleven minutes of samples, every five seconds: the backlog grows until the change and shrinks after it.
pub fn samples() -> Vec<Sample> {
    let changed = 66;
    (0..132)
        .map(|n: u32| {
            let after = f64::from(n.saturating_sub(changed)) * 5.0;
            let before = f64::from(n.min(changed)) * 5.0;
            let wobble = f64::from(n * 37 % 11) * 90.0;
            let read = 450.0 * before + 1_790.0 * after;
            let backlog = 850_000.0 + 1_050.0 * before - 290.0 * after - wobble;
            Sample {
                at: NOW.plus(Millis::seconds(u64::from(n) * 5)),
                attempt: u64::from(n >= changed),
                parallelism: if n < changed { 1 } else { 4 },
                values: [
                    (Signal::Backlog, backlog.max(0.0)),
                    (Signal::RecordsRead, read + wobble),
                    (Signal::RecordsWritten, read),
                ]
                .into(),
            }
        })
        .collect()
}

/// A cluster over five minutes: so many TaskManagers of two slots each, three slots in use.
pub fn cluster_window(from: At, task_managers: f64) -> Window {
    let steady = |value: f64| Stat {
        first: value,
        last: value,
        mean: value,
        max: value,
        per_s: Some(0.0),
    };
    let stats = BTreeMap::from([
        (Signal::TaskManagers, steady(task_managers)),
        (Signal::Slots, steady(task_managers * 2.0)),
        (Signal::SlotsUsed, steady(3.0)),
        (Signal::Heap, steady(0.42)),
        (Signal::Gc, steady(4.0)),
        (Signal::Cpu, steady(0.09)),
    ]);
    Window {
        from,
        to: from.plus(Millis::minutes(5)),
        samples: 60,
        stats,
    }
}

/// One more TaskManager, and jobs with these names that go on as before.
pub fn finished_task_managers(jobs: &[&str]) -> FinishedView {
    let after = NOW.plus(Millis::seconds(360));
    let cluster = Measured {
        job: None,
        before: Some(cluster_window(NOW, 2.0)),
        after: Some(cluster_window(after, 3.0)),
    };
    let of_job = |(number, name): (usize, &&str)| Measured {
        job: Some(JobRef {
            id: JobId::parse(&format!("{number:032x}")).unwrap(),
            name: JobName::parse(name).unwrap(),
        }),
        before: Some(window(NOW, (0.0, 0.0), 450.0, 500.0, (0.0, 0.0))),
        after: Some(window(after, (0.0, 0.0), 450.0, 500.0, (0.0, 0.0))),
    };
    FinishedView {
        measured: std::iter::once(cluster)
            .chain(jobs.iter().enumerate().map(of_job))
            .collect(),
        down: None,
        our_restarts: 0,
        ..finished(Verdict::Same, vec![Reason::NoGainExpected])
    }
}

/// A run that ended with this verdict.
pub fn finished(verdict: Verdict, reasons: Vec<Reason>) -> FinishedView {
    let changed_at = NOW.plus(Millis::seconds(330));
    let (after, leaving, busy) = match verdict {
        Verdict::Better => ((1_190_000.0, 1_103_000.0), 1_790.0, 610.0),
        _ => ((1_330_000.0, 1_642_000.0), 460.0, 985.0),
    };
    FinishedView {
        judgement: Judgement {
            verdict,
            reasons,
            job: None,
        },
        measured: vec![Measured {
            job: Some(orders()),
            before: Some(window(NOW, (885_000.0, 1_200_000.0), 450.0, 990.0, (0.0, 0.0))),
            after: Some(window(
                changed_at.plus(Millis::seconds(30)),
                after,
                leaving,
                busy,
                (1.0, 1.0),
            )),
        }],
        down: Some(Millis(6_800)),
        our_restarts: 1,
        pictured: Some(Pictured {
            job: Some(orders().name),
            samples: samples(),
        }),
        changed_at,
        approved_by: vec![person("bo")],
    }
}
