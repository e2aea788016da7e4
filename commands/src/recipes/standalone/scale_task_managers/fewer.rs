//! Fewer TaskManagers: narrow the one job that must, wait until one of ours has no task, stop it, again.

use std::collections::BTreeMap;

use super::{Scene, measured, start, stop};
use crate::condition::Condition;
use crate::names::{Millis, TaskManagerId, VertexId};
use crate::observed::{Job, JobState, TaskManager};
use crate::plan::{
    Action, Claim, ClaimMode, Delivery, Estimates, OnRejected, Path, Plan, Promise, Settings, Step, Value,
    Warning,
};
use crate::recipes::standalone::outlook::{
    self, estimates_of_rescale, estimates_of_restarts, memory_with, no_restart, other_cluster, slots_needed,
    warnings_of_cluster,
};
use crate::recipes::standalone::rescale::{
    Rescale, bounds_for, checkpoint_until, highest_parallelism, job_ref, next_number, rescalable, room_for,
    slots_with, widest_within,
};
use crate::recipes::standalone::{RUN_WITHIN, scale_parallelism};
use crate::recipes::typed_name;
use crate::refusal::{Code, Refusal};

/// How long one of ours is waited for: slots were seen free 93 to 123 s after a job had narrowed.
const IDLE_BUDGET: Millis = Millis::seconds(180);

/// Plans the stops. Only TaskManagers that Sluice started may go.
pub(super) fn plan_fewer(scene: &Scene<'_>, restored: Option<Rescale<'_>>) -> Result<Plan, Refusal> {
    let leaving = scene.now - scene.wanted;
    let ours: Vec<&TaskManager> = scene.cluster.task_managers.iter().filter(|tm| tm.ours).collect();
    if (ours.len() as u64) < u64::from(leaving) {
        return Err(not_ours(scene, ours.len()));
    }
    let total = slots_left(scene, &ours, leaving);
    let rescale = match restored {
        Some(rescale) => Some(checked(scene, rescale, total)?),
        None => narrowed(scene, total)?,
    };
    let idle = ours.iter().filter(|tm| tm.assigned_tasks == 0).count();
    let or_busy = rescale.is_some() || (idle as u64) < u64::from(leaving);
    Ok(assemble(scene, &ours, rescale, total, or_busy))
}

fn not_ours(scene: &Scene<'_>, ours: usize) -> Refusal {
    let environment = &scene.observed.environment;
    let refusal = Refusal::new(Code::NotOurTaskManagers)
        .with("asked", scene.wanted)
        .with("now", scene.now)
        .with("ours", ours);
    let foreign = scene.cluster.task_managers.len() - ours;
    if ours > 0 && foreign > 0 {
        refusal.try_instead(format!("scale {environment} taskmanagers {foreign}"))
    } else {
        refusal.try_instead(format!("status {environment}"))
    }
}

/// Slots that stay for sure: it is not known which of ours go, so the largest are taken to.
fn slots_left(scene: &Scene<'_>, ours: &[&TaskManager], leaving: u32) -> u32 {
    let mut slots: Vec<u32> = ours.iter().map(|tm| tm.slots).collect();
    slots.sort_unstable_by(|a, b| b.cmp(a));
    let gone: u32 = slots.iter().take(leaving as usize).sum();
    scene.cluster.slots().saturating_sub(gone)
}

/// A rescale that was asked for with the stops must fit into what stays.
fn checked<'a>(scene: &Scene<'a>, rescale: Rescale<'a>, total: u32) -> Result<Rescale<'a>, Refusal> {
    let room = total.saturating_sub(scene.cluster.slots_needed_by_others(&rescale.job.id));
    let fits = Rescale {
        room,
        to: rescale.to.clone(),
        ..rescale
    };
    let name = typed_name(scene.cluster, rescale.job);
    scale_parallelism::check_room(&fits, scene.cluster, &scene.observed.environment, &name)?;
    Ok(rescale)
}

/// The one job that must narrow so that the slots that stay are enough; `None` where they are enough as it is.
fn narrowed<'a>(scene: &Scene<'a>, total: u32) -> Result<Option<Rescale<'a>>, Refusal> {
    let cluster = scene.cluster;
    if slots_needed(cluster) <= total {
        return Ok(None);
    }
    let holding: Vec<&Job> = cluster
        .jobs
        .iter()
        .filter(|job| job.state.holds_slots() && job.parallelism() > 1)
        .collect();
    match holding[..] {
        [job] => narrow(scene, job, total).map(Some),
        [] => Err(too_few_slots(scene, total)),
        _ => Err(several(scene, &holding, total)),
    }
}

fn narrow<'a>(scene: &Scene<'a>, job: &'a Job, total: u32) -> Result<Rescale<'a>, Refusal> {
    let cluster = scene.cluster;
    let name = typed_name(cluster, job);
    let bounds = rescalable(job, scene.observed.environment.as_str(), &name)?;
    let left = total.saturating_sub(cluster.slots_needed_by_others(&job.id));
    let narrower =
        widest_within(job, bounds, job.parallelism(), left).ok_or_else(|| too_few_slots(scene, total))?;
    Ok(Rescale {
        job,
        from: bounds,
        to: bounds_for(job, bounds, narrower),
        room: room_for(cluster, job),
    })
}

/// Even with every job at its narrowest there would not be enough.
fn too_few_slots(scene: &Scene<'_>, total: u32) -> Refusal {
    let environment = &scene.observed.environment;
    Refusal::new(Code::NotEnoughSlots)
        .with("job", environment)
        .with("asked", slots_needed(scene.cluster))
        .with("room", total)
        .with("total", scene.cluster.slots())
        .with("others", 0)
        .try_instead(format!("jobs {environment}"))
}

/// Which job gives way is for people to say; each command by itself would be enough where one can be.
fn several(scene: &Scene<'_>, jobs: &[&Job], total: u32) -> Refusal {
    let names: Vec<&str> = jobs.iter().map(|job| job.name.as_str()).collect();
    let refusal = Refusal::new(Code::SeveralJobsMustNarrow).with("jobs", names.join(", "));
    let environment = &scene.observed.environment;
    let commands = jobs.iter().take(5).filter_map(|job| {
        let name = typed_name(scene.cluster, job);
        let bounds = rescalable(job, environment.as_str(), &name).ok()?;
        let left = total.saturating_sub(scene.cluster.slots_needed_by_others(&job.id));
        let narrower = widest_within(job, bounds, job.parallelism(), left).unwrap_or(1);
        Some(format!("scale {name} parallelism {narrower}"))
    });
    let refusal = commands.fold(refusal, Refusal::try_instead);
    if refusal.next.is_empty() {
        refusal.try_instead(format!("jobs {environment}"))
    } else {
        refusal
    }
}

fn assemble(
    scene: &Scene<'_>,
    ours: &[&TaskManager],
    rescale: Option<Rescale<'_>>,
    total: u32,
    or_busy: bool,
) -> Plan {
    let environment = &scene.observed.environment;
    let cluster = scene.cluster;
    let needed = slots_needed(cluster);
    let narrowing = rescale.as_ref().map(|rescale| rescale.job);
    let touched = cluster
        .jobs
        .iter()
        .filter(|job| or_busy || narrowing.is_some_and(|narrowing| narrowing.id == job.id));
    let then = match &rescale {
        Some(rescale) => needed - rescale.job.slots_needed() + slots_with(rescale.job, &rescale.to),
        None => needed,
    };
    Plan {
        aim: scene.aim(),
        target: scene.target(),
        seen: scene.seen(rescale.iter().map(|rescale| rescale.job)),
        steps: steps(scene, ours, rescale.as_ref(), or_busy),
        on_rejected: OnRejected::Undo,
        claims: vec![Claim {
            path: Path::cluster(environment),
            mode: ClaimMode::Exclusive,
        }],
        promise: Promise::Resources,
        measured: measured(cluster, touched),
        estimates: estimates(scene, ours, rescale.as_ref()),
        resources: other_cluster(
            cluster,
            (needed, then),
            total,
            memory_with(cluster, -memory_of_leaving(scene, ours)),
        ),
        warnings: warnings(scene, rescale.as_ref(), then, or_busy),
        settings_before: Settings::TaskManagers {
            count: scene.now,
            narrowed: rescale.map(|rescale| (job_ref(rescale.job), rescale.from.clone())),
        },
        run_within: scene.limits.run_within.unwrap_or(RUN_WITHIN),
    }
}

/// The narrowing; without it, one restart of a job for each that goes although it has tasks.
fn estimates(scene: &Scene<'_>, ours: &[&TaskManager], rescale: Option<&Rescale<'_>>) -> Estimates {
    if let Some(rescale) = rescale {
        return estimates_of_rescale(rescale.job);
    }
    let idle = u32::try_from(ours.iter().filter(|tm| tm.assigned_tasks == 0).count()).unwrap_or(u32::MAX);
    match (scene.now - scene.wanted).saturating_sub(idle) {
        0 => no_restart(),
        busy => Estimates {
            restarts: busy,
            ..estimates_of_restarts(&restartable(scene).collect::<Vec<_>>())
        },
    }
}

/// Memory given back at least: that of the smallest of ours.
fn memory_of_leaving(scene: &Scene<'_>, ours: &[&TaskManager]) -> i128 {
    let mut memory: Vec<u64> = ours.iter().map(|tm| tm.process_memory_bytes).collect();
    memory.sort_unstable();
    memory
        .iter()
        .take((scene.now - scene.wanted) as usize)
        .map(|bytes| i128::from(*bytes))
        .sum()
}

fn warnings(scene: &Scene<'_>, rescale: Option<&Rescale<'_>>, then: u32, or_busy: bool) -> Vec<Warning> {
    let mut warnings = warnings_of_cluster(scene.cluster, then);
    if let Some(rescale) = rescale {
        let to = rescale.to.values().map(|bounds| bounds.upper).max().unwrap_or(0);
        let highest = highest_parallelism(rescale.job, rescale.from);
        warnings.extend(outlook::too_narrow(
            rescale.job.parallelism(),
            to,
            highest,
            scene.limits,
        ));
    }
    if or_busy {
        warnings.push(Warning::MayStopBusy);
    }
    warnings
}

/// The bounds first; then, once for each that goes, the wait for one without tasks and its stop. Where one with tasks may
/// be stopped, a last checkpoint of each job shows that it runs again: its restart is then within a step of ours. It is asked
/// for once the job runs: while it restarts Flink refuses, and the next one of its own may be an hour away.
fn steps(
    scene: &Scene<'_>,
    ours: &[&TaskManager],
    rescale: Option<&Rescale<'_>>,
    or_busy: bool,
) -> Vec<Step> {
    let mut steps = rescale.map_or_else(Vec::new, |rescale| rescale.steps(1));
    let among: Vec<TaskManagerId> = ours.iter().map(|tm| tm.id.clone()).collect();
    for _ in scene.wanted..scene.now {
        let number = next_number(&steps);
        steps.push(await_idle(number, among.clone(), or_busy));
        let id = Value::From { step: number };
        let idle = Condition::TaskManagerIdle {
            id: id.clone(),
            or_busy,
        };
        let again = start(1, scene.launcher, Vec::new(), Vec::new());
        steps.push(stop(number + 1, id, vec![idle], vec![again], scene.cluster));
    }
    for job in restartable(scene).filter(|_| or_busy) {
        let parallelism = parallelism_then(job, rescale);
        steps.push(Step {
            precondition: vec![Condition::JobRuns { job: job.id.clone() }],
            ..checkpoint_until(next_number(&steps), job, parallelism)
        });
    }
    steps
}

/// Jobs that run and tell by a checkpoint that they run again.
fn restartable<'a>(scene: &Scene<'a>) -> impl Iterator<Item = &'a Job> {
    let jobs = scene.cluster.jobs.iter();
    jobs.filter(|job| job.state == JobState::Running && job.checkpoints.interval.is_some())
}

fn parallelism_then(job: &Job, rescale: Option<&Rescale<'_>>) -> BTreeMap<VertexId, u32> {
    match rescale {
        Some(rescale) if rescale.job.id == job.id => rescale
            .to
            .iter()
            .map(|(id, bounds)| (id.clone(), bounds.upper))
            .collect(),
        _ => job
            .vertices
            .iter()
            .map(|vertex| (vertex.id.clone(), vertex.parallelism))
            .collect(),
    }
}

fn await_idle(number: u16, among: Vec<TaskManagerId>, or_busy: bool) -> Step {
    Step {
        number,
        action: Action::AwaitIdleTaskManager {
            among: among.clone(),
            or_busy,
        },
        precondition: Vec::new(),
        done_when: Condition::IdleTaskManager { among, or_busy },
        undo: Vec::new(),
        delivery: Delivery::AtLeastOnce,
        budget: IDLE_BUDGET,
    }
}
