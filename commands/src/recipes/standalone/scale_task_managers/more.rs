//! More TaskManagers: one start each. Which jobs grow by it, and which new slots stay empty, is said before.

use std::collections::BTreeMap;

use super::{Scene, measured, start, stop};
use crate::condition::Condition;
use crate::names::VertexId;
use crate::observed::{Job, JobState, Scheduler, Vertex};
use crate::plan::{
    Claim, ClaimMode, Estimates, OnRejected, Path, Plan, Promise, Settings, Step, Value, Warning,
};
use crate::recipes::standalone::RUN_WITHIN;
use crate::recipes::standalone::outlook::{
    self, estimates_of_restarts, memory_with, no_restart, other_cluster, slots_needed, warnings_of_cluster,
};
use crate::recipes::standalone::rescale::{
    Rescale, bounds_for, checkpoint_until, highest_parallelism, job_ref, next_number, rescalable, slots_with,
    widest_within,
};
use crate::recipes::standalone::scale_parallelism::check_room;
use crate::recipes::typed_name;
use crate::refusal::{Code, Refusal};
use crate::sizing::{MIN_TASK_HEAP_BYTES, TaskManagerMemory};

/// Plans the starts, and where a narrowed job is `restored` its bounds after them: the other way round it would
/// restart once for each TaskManager.
pub(super) fn plan_more(scene: &Scene<'_>, restored: Option<Rescale<'_>>) -> Result<Plan, Refusal> {
    check_memory(scene)?;
    let added = scene.wanted - scene.now;
    let total = scene
        .cluster
        .slots()
        .saturating_add(added.saturating_mul(scene.launcher.slots));
    let restored = restored.map(|rescale| Rescale {
        room: total.saturating_sub(scene.cluster.slots_needed_by_others(&rescale.job.id)),
        ..rescale
    });
    if let Some(rescale) = &restored {
        let environment = &scene.observed.environment;
        check_room(
            rescale,
            scene.cluster,
            environment,
            &typed_name(scene.cluster, rescale.job),
        )?;
    }
    let growth = Growth::of(scene, total, restored.as_ref());
    Ok(assemble(scene, &growth, restored, added, total))
}

/// A TaskManager whose task heap is too small would start and be of no use, or not start at all.
fn check_memory(scene: &Scene<'_>) -> Result<(), Refusal> {
    let launcher = scene.launcher;
    let task_heap = TaskManagerMemory::of(launcher.memory_bytes, launcher.slots).task_heap;
    if task_heap >= MIN_TASK_HEAP_BYTES as f64 {
        return Ok(());
    }
    let mib = |bytes: f64| format!("{:.0}m", bytes / (1024.0 * 1024.0));
    Err(Refusal::new(Code::MemoryTooSmall)
        .with("memory", mib(launcher.memory_bytes as f64))
        .with("task_heap", mib(task_heap))
        .try_instead(format!("settings {}", scene.observed.environment)))
}

/// What the jobs do by themselves with the new slots.
struct Growth<'a> {
    /// Jobs whose bounds let them grow, one restart each.
    growing: Vec<Growing<'a>>,
    /// Slots that all jobs use then.
    used: u32,
    /// New slots that nobody will use.
    unused: u32,
}

/// A job that grows by itself.
struct Growing<'a> {
    job: &'a Job,
    /// Slots it uses now.
    now: u32,
    /// And then.
    then: u32,
}

impl<'a> Growth<'a> {
    /// Deals the slots out to the jobs in the order in which Flink lists them; Flink's own order is not known.
    fn of(scene: &Scene<'a>, total: u32, restored: Option<&Rescale<'_>>) -> Self {
        let cluster = scene.cluster;
        let widened = restored.map_or(0, |rescale| {
            slots_with(rescale.job, &rescale.to).saturating_sub(rescale.job.slots_needed())
        });
        let mut free = total
            .saturating_sub(slots_needed(cluster))
            .saturating_sub(widened);
        let may_grow = |job: &&Job| {
            job.state == JobState::Running && restored.is_none_or(|rescale| rescale.job.id != job.id)
        };
        let mut growing = Vec::new();
        for job in cluster.jobs.iter().filter(may_grow) {
            let now = job.slots_needed();
            let more = wants(job).saturating_sub(now).min(free);
            free -= more;
            if more > 0 {
                growing.push(Growing {
                    job,
                    now,
                    then: now + more,
                });
            }
        }
        Self {
            growing,
            used: total - free,
            unused: free.min(total - cluster.slots()),
        }
    }

    fn jobs(&self) -> impl Iterator<Item = &'a Job> {
        self.growing.iter().map(|growing| growing.job)
    }

    /// Whether it is known who gets which slots: all get what they want, or only one wants any.
    fn is_certain(&self) -> bool {
        self.growing.len() == 1 || self.growing.iter().all(Growing::gets_all)
    }
}

impl Growing<'_> {
    fn gets_all(&self) -> bool {
        self.then == wants(self.job)
    }

    /// The parallelism it comes to: all it wants, or where all its vertices share slots, as many as there are. `None`
    /// where Flink chooses, or where no checkpoint would show it.
    fn comes_to(&self) -> Option<BTreeMap<VertexId, u32>> {
        let vertices = &self.job.vertices;
        let share = vertices
            .windows(2)
            .all(|pair| pair[0].slot_sharing_group == pair[1].slot_sharing_group);
        self.job
            .checkpoints
            .interval
            .filter(|_| share || self.gets_all())?;
        let upper = |vertex: &Vertex| match &self.job.bounds {
            Some(bounds) => bounds
                .get(&vertex.id)
                .map_or(vertex.parallelism, |bounds| bounds.upper),
            None => vertex.max_parallelism,
        };
        Some(
            vertices
                .iter()
                .map(|vertex| (vertex.id.clone(), upper(vertex).min(self.then)))
                .collect(),
        )
    }
}

/// Slots a job would take if it could: up to its upper bounds.
fn wants(job: &Job) -> u32 {
    match (&job.bounds, job.scheduler) {
        (Some(bounds), Scheduler::Adaptive) => slots_with(job, bounds),
        (_, Scheduler::Reactive) => job.slots_needed_at(|vertex| vertex.max_parallelism),
        _ => job.slots_needed(),
    }
}

fn assemble(
    scene: &Scene<'_>,
    growth: &Growth<'_>,
    restored: Option<Rescale<'_>>,
    added: u32,
    total: u32,
) -> Plan {
    let environment = &scene.observed.environment;
    let cluster = scene.cluster;
    let restored_job = restored.as_ref().map(|rescale| rescale.job);
    let restarting: Vec<&Job> = growth.jobs().chain(restored_job).collect();
    let estimates = if restarting.is_empty() {
        no_restart()
    } else {
        estimates_of_restarts(&restarting)
    };
    let (promise, expected) = promise(scene, growth, restored.as_ref(), &estimates);
    let mut warnings = warnings_of_cluster(cluster, growth.used);
    warnings.extend(expected);
    warnings.extend(warnings_of_growth(scene, growth, total));
    let memory = memory_with(
        cluster,
        i128::from(added) * i128::from(scene.launcher.memory_bytes),
    );
    Plan {
        aim: scene.aim(),
        target: scene.target(),
        seen: scene.seen(restarting.iter().copied()),
        steps: steps(scene, growth, restored.as_ref(), added),
        on_rejected: OnRejected::Undo,
        claims: vec![Claim {
            path: Path::cluster(environment),
            mode: ClaimMode::Exclusive,
        }],
        promise,
        measured: measured(cluster, restarting.iter().copied()),
        estimates,
        resources: other_cluster(cluster, (slots_needed(cluster), growth.used), total, memory),
        warnings,
        settings_before: Settings::TaskManagers {
            count: scene.now,
            narrowed: restored.map(|rescale| (job_ref(rescale.job), rescale.from.clone())),
        },
        run_within: scene.limits.run_within.unwrap_or(RUN_WITHIN),
    }
}

/// One start each; then the restored bounds; then, where it is known what the growing jobs come to, a checkpoint for
/// each: it grows with it, and so within a step of ours.
fn steps(scene: &Scene<'_>, growth: &Growth<'_>, restored: Option<&Rescale<'_>>, added: u32) -> Vec<Step> {
    let mut steps: Vec<Step> = (0..added)
        .zip(1u16..)
        .map(|(started, number)| {
            let as_many = Condition::TaskManagersAtMost(scene.now + started);
            let undo = stop(
                1,
                Value::From { step: number },
                Vec::new(),
                Vec::new(),
                scene.cluster,
            );
            start(number, scene.launcher, vec![as_many], vec![undo])
        })
        .collect();
    if let Some(rescale) = restored {
        steps.extend(rescale.steps(next_number(&steps)));
    }
    for growing in growth.growing.iter().filter(|_| growth.is_certain()) {
        if let Some(parallelism) = growing.comes_to() {
            steps.push(checkpoint_until(next_number(&steps), growing.job, parallelism));
        }
    }
    steps
}

/// Throughput where a job grows by it; else room for a later change.
fn promise(
    scene: &Scene<'_>,
    growth: &Growth<'_>,
    restored: Option<&Rescale<'_>>,
    estimates: &Estimates,
) -> (Promise, Vec<Warning>) {
    let (before, after) = match restored {
        Some(rescale) => (rescale.job.slots_needed(), slots_with(rescale.job, &rescale.to)),
        None => (
            growth.growing.iter().map(|growing| growing.now).sum(),
            growth.growing.iter().map(|growing| growing.then).sum(),
        ),
    };
    if after > before {
        outlook::throughput(before, after, after, estimates, scene.limits)
    } else {
        (Promise::Room, Vec::new())
    }
}

fn warnings_of_growth(scene: &Scene<'_>, growth: &Growth<'_>, total: u32) -> Vec<Warning> {
    let mut warnings = Vec::new();
    if !growth.growing.is_empty() {
        let jobs = growth.jobs().map(|job| job.name.clone()).collect();
        warnings.push(Warning::JobsGrow { jobs });
    }
    if growth.unused > 0 {
        let command = command_that_uses(scene, total);
        warnings.push(Warning::SlotsUnused {
            slots: growth.unused,
            command,
        });
    }
    warnings
}

/// The command with which the one job here would use the new slots; with several jobs it is theirs to choose.
fn command_that_uses(scene: &Scene<'_>, total: u32) -> Option<String> {
    let cluster = scene.cluster;
    let [job] = cluster
        .jobs
        .iter()
        .filter(|job| job.state.holds_slots())
        .collect::<Vec<_>>()[..]
    else {
        return None;
    };
    let name = typed_name(cluster, job);
    let bounds = rescalable(job, scene.observed.environment.as_str(), &name).ok()?;
    let highest = highest_parallelism(job, bounds);
    let fits = |parallelism| slots_with(job, &bounds_for(job, bounds, parallelism)) <= total;
    let widest = if fits(highest) {
        Some(highest)
    } else {
        widest_within(job, bounds, highest, total)
    };
    let wider = widest.filter(|parallelism| *parallelism > job.parallelism())?;
    Some(format!("scale {name} parallelism {wider}"))
}
