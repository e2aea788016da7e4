//! A plan and a refusal as a reviewer reads them: everything that matters, one fact a line.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::ask::ChangeVerb;
use crate::condition::Condition;
use crate::grammar::parse;
use crate::names::VertexId;
use crate::observed::{Bounds, Observed};
use crate::plan::{Action, ClaimMode, Plan, Settings, Step, Value};
use crate::recipes::{Limits, plan};
use crate::refusal::Refusal;

/// The change that a text asks for.
pub(super) fn verb(text: &str) -> ChangeVerb {
    match parse(text).unwrap() {
        crate::ask::Ask::Change(change) => change.verb,
        other => panic!("no change: {other:?}"),
    }
}

/// Plans what a text asks for.
pub(super) fn planned(text: &str, observed: &Observed, limits: &Limits) -> Result<Plan, Refusal> {
    plan(&verb(text), observed, limits, None)
}

/// The plan as text.
pub(super) fn shown(plan: &Plan) -> String {
    let mut text = String::new();
    writeln!(text, "{:?} on {}", plan.aim, place(plan)).unwrap();
    for step in &plan.steps {
        text.push_str(&step_lines(step, ""));
    }
    for claim in &plan.claims {
        let mode = if claim.mode == ClaimMode::Exclusive {
            "exclusive"
        } else {
            "shared"
        };
        writeln!(text, "claims {mode} {}", short(&claim.path.0)).unwrap();
    }
    for path in plan.seen.keys() {
        writeln!(text, "seen {}", short(&path.0)).unwrap();
    }
    writeln!(text, "promise {:?}", plan.promise).unwrap();
    writeln!(text, "{:?}", plan.estimates).unwrap();
    writeln!(text, "{:?}", plan.resources).unwrap();
    for warning in &plan.warnings {
        writeln!(text, "careful {warning:?}").unwrap();
    }
    writeln!(text, "before: {}", settings(&plan.settings_before)).unwrap();
    write!(
        text,
        "{:?} on rejection, within {} s",
        plan.on_rejected,
        plan.run_within.0 / 1000
    )
    .unwrap();
    text
}

fn place(plan: &Plan) -> String {
    let job = plan
        .target
        .job
        .as_ref()
        .map_or(String::new(), |job| format!(", job {}", job.name));
    format!("{}{job}", plan.target.environment)
}

fn step_lines(step: &Step, indent: &str) -> String {
    let mut text = format!(
        "{indent}{} {} [{:?}, {} s]\n",
        step.number,
        action(&step.action),
        step.delivery,
        step.budget.0 / 1000
    );
    for condition in &step.precondition {
        writeln!(text, "{indent}    if {}", condition_line(condition)).unwrap();
    }
    writeln!(text, "{indent}    until {}", condition_line(&step.done_when)).unwrap();
    for undo in &step.undo {
        text.push_str(&step_lines(undo, &format!("{indent}    undo ")));
    }
    text
}

fn action(action: &Action) -> String {
    match action {
        Action::Checkpoint { .. } => "checkpoint".into(),
        Action::SetBounds { bounds, .. } => format!("bounds {}", ranges(bounds)),
        Action::StartTaskManager { slots, memory_bytes } => {
            format!("start a TaskManager, {slots} slots, {} MiB", memory_bytes >> 20)
        }
        Action::AwaitIdleTaskManager { among, or_busy } => {
            let among: Vec<_> = among.iter().map(crate::names::TaskManagerId::as_str).collect();
            format!(
                "await an idle one of {}{}",
                among.join(", "),
                if *or_busy { ", or a busy one" } else { "" }
            )
        }
        Action::StopTaskManager { id } => format!("stop {}", value(id)),
        Action::AskPerson { what } => format!("ask a person: {what}"),
    }
}

fn condition_line(condition: &Condition) -> String {
    match condition {
        Condition::BoundsAre { bounds, .. } => format!("bounds are {}", ranges(bounds)),
        Condition::JobRuns { .. } => "the job runs".into(),
        Condition::RoomFor { slots, .. } => format!("there is room for {slots} slots"),
        Condition::CheckpointCompleted { .. } => "the checkpoint completed".into(),
        Condition::RunsAt { parallelism, .. } => {
            let each: Vec<_> = parallelism.values().map(u32::to_string).collect();
            format!("it runs at {} and checkpointed", each.join("/"))
        }
        Condition::TaskManagersAtMost(most) => format!("at most {most} TaskManagers"),
        Condition::OwnTaskManagerRegistered => "it registered".into(),
        Condition::IdleTaskManager { .. } => "one is named".into(),
        Condition::TaskManagerIdle { id, or_busy } => {
            format!(
                "{} has no task{}",
                value(id),
                if *or_busy { ", or is accepted" } else { "" }
            )
        }
        Condition::TaskManagerGone { id } => format!("{} is gone", value(id)),
        other => format!("{other:?}"),
    }
}

fn value<T: std::fmt::Display>(value: &Value<T>) -> String {
    match value {
        Value::Known(id) => id.to_string(),
        Value::From { step } => format!("the one of step {step}"),
    }
}

fn ranges(bounds: &BTreeMap<VertexId, Bounds>) -> String {
    bounds
        .values()
        .map(|b| format!("{}-{}", b.lower, b.upper))
        .collect::<Vec<_>>()
        .join(" ")
}

fn settings(settings: &Settings) -> String {
    match settings {
        Settings::Bounds { job, bounds } => format!("{} bounds {}", job.name, ranges(bounds)),
        Settings::TaskManagers {
            count,
            narrowed: None,
        } => format!("{count} TaskManagers"),
        Settings::TaskManagers {
            count,
            narrowed: Some((job, bounds)),
        } => {
            format!("{count} TaskManagers, {} bounds {}", job.name, ranges(bounds))
        }
    }
}

/// Job ids are digests: their beginning is enough.
fn short(path: &str) -> String {
    path.split('/')
        .map(|part| part.chars().take(12).collect::<String>())
        .collect::<Vec<_>>()
        .join("/")
}

/// The refusal as text: its code, its facts, what to type instead. Everything offered must be understood.
pub(super) fn refused(result: Result<Plan, Refusal>) -> String {
    let refusal = result.expect_err("expected a refusal");
    assert!(!refusal.next.is_empty(), "nothing to do next: {refusal:?}");
    for next in &refusal.next {
        assert!(parse(next).is_ok(), "offered but not understood: {next}");
    }
    let facts: Vec<_> = refusal
        .facts
        .iter()
        .map(|(name, fact)| format!("{name} {fact}"))
        .collect();
    format!(
        "{} ({}) -> {}",
        refusal.code.as_str(),
        facts.join(", "),
        refusal.next.join(" | ")
    )
}
