//! The plan that every past request had: a job of three vertices goes from parallelism 1 to 4.

use std::collections::BTreeMap;

use commands::condition::Condition;
use commands::names::{At, Environment, JobId, JobName, Millis, RequestId, VertexId};
use commands::observed::{Bounds, Version};
use commands::plan::{
    Action, Aim, Claim, ClaimMode, Delivery, Estimates, JobRef, OnRejected, Path, Plan, Promise, Resources,
    Settings, Step, Target,
};
use commands::signals::Signal;
use commands::windows::{Stat, Window};

use crate::Failure;

/// The plan of request `id`. Its job is its own, so that requests can run side by side.
pub fn plan(id: RequestId) -> Result<Plan, Failure> {
    let environment = Environment::parse("shop")?;
    let job = JobRef {
        id: JobId::parse(&format!("{:032x}", id.number()))?,
        name: JobName::parse("orders")?,
    };
    let path = Path::job(&environment, &job.id);
    let (before, after) = (bounds(1)?, bounds(4)?);
    let widen = Action::SetBounds {
        job: job.id.clone(),
        bounds: after.clone(),
    };
    let narrow = Action::SetBounds {
        job: job.id.clone(),
        bounds: before.clone(),
    };
    let undo = step(
        1,
        &job.id,
        narrow,
        Condition::BoundsAre {
            job: job.id.clone(),
            bounds: before.clone(),
        },
    );
    let wide = Condition::RunsAt {
        job: job.id.clone(),
        parallelism: after
            .iter()
            .map(|(vertex, bounds)| (vertex.clone(), bounds.upper))
            .collect(),
    };
    Ok(Plan {
        aim: Aim::Parallelism { from: 1, to: 4 },
        target: Target {
            environment,
            job: Some(job.clone()),
        },
        seen: BTreeMap::from([(path.clone(), Version("7f2c".to_owned()))]),
        steps: vec![
            checkpoint(1, &job.id),
            Step {
                undo: vec![undo],
                ..step(2, &job.id, widen, wide)
            },
            checkpoint(3, &job.id),
        ],
        on_rejected: OnRejected::Undo,
        claims: vec![Claim {
            path,
            mode: ClaimMode::Exclusive,
        }],
        promise: Promise::Throughput {
            before: 1,
            after: 4,
            arriving_per_s: Some(600.0),
            leaving_per_s: Some(200.0),
            backlog_gone_after: Some(Millis::minutes(20)),
        },
        measured: vec![job.clone()],
        estimates: Estimates {
            down: Some(Millis::seconds(15)),
            replay: Some(Millis::seconds(10)),
            restarts: 1,
        },
        resources: Resources {
            slots: (1, 4),
            slots_total: (4, 4),
            cores: (1, 4),
            cores_total: 8,
            memory_bytes: (1_811_939_328, 1_811_939_328),
        },
        warnings: Vec::new(),
        settings_before: Settings::Bounds { job, bounds: before },
        run_within: Millis::minutes(20),
    })
}

fn bounds(upper: u32) -> Result<BTreeMap<VertexId, Bounds>, Failure> {
    let vertex = |n: u32| Ok((VertexId::parse(&format!("{n:032x}"))?, Bounds { lower: 1, upper }));
    (1..=3).map(vertex).collect()
}

fn checkpoint(number: u16, job: &JobId) -> Step {
    let completed = Condition::CheckpointCompleted { job: job.clone() };
    step(number, job, Action::Checkpoint { job: job.clone() }, completed)
}

fn step(number: u16, job: &JobId, action: Action, done_when: Condition) -> Step {
    Step {
        number,
        action,
        precondition: vec![Condition::JobRuns { job: job.clone() }],
        done_when,
        undo: Vec::new(),
        delivery: Delivery::Comparing,
        budget: Millis::seconds(120),
    }
}

/// Five minutes in which the backlog stood at `backlog` records.
pub fn window(from: At, backlog: f64) -> Window {
    let stat = |value| Stat {
        first: value,
        last: value,
        mean: value,
        max: value,
        per_s: Some(0.0),
    };
    Window {
        from,
        to: from.plus(Millis::minutes(5)),
        samples: 30,
        stats: BTreeMap::from([(Signal::Backlog, stat(backlog)), (Signal::Busy, stat(970.0))]),
    }
}
