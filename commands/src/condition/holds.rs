//! Judging a condition on what was observed. One function per condition; none of them remembers anything.

use std::collections::BTreeMap;

use super::{Condition, Context, Holds, Mismatch, Progress};
use crate::names::{JobId, Millis, TaskManagerId, VertexId};
use crate::observed::{Bounds, Checkpoint, Cluster, Job, JobState, TaskManager, Trigger, Version};
use crate::plan::{Output, Value};

impl Condition {
    /// Judges the condition. Pure: the same context gives the same answer. What each answer lets a runner do stands on
    /// top of this module's parent.
    ///
    /// Everything but a person's word needs the cluster; unreachable, the answer is [`Holds::CannotTell`].
    pub fn holds(&self, context: &Context<'_>) -> Holds {
        if let Condition::PersonSaid = self {
            return Holds::NotYet(Progress::Waiting);
        }
        let Some(cluster) = context.observed.cluster.get() else {
            return Holds::CannotTell;
        };
        match self {
            Condition::JobIs { job, version } => with_job(cluster, job, |job| job_is(job, version)),
            Condition::JobRuns { job } => with_job(cluster, job, job_runs),
            Condition::RoomFor { job, slots } => at_least("slots", *slots, cluster.room_for(job)),
            Condition::CheckpointCompleted { job } => {
                with_job(cluster, job, |job| checkpoint_completed(job, context))
            }
            Condition::BoundsAre { job, bounds } => with_job(cluster, job, |job| bounds_are(job, bounds)),
            Condition::RunsAt { job, parallelism } => {
                with_job(cluster, job, |job| runs_at(job, parallelism, context))
            }
            Condition::TaskManagersAtMost(most) => task_managers_at_most(cluster, *most),
            Condition::ClusterIs(version) => cluster_is(cluster, version),
            Condition::OwnTaskManagerRegistered => own_task_manager_registered(cluster, context),
            Condition::IdleTaskManager { among, or_busy } => {
                idle_task_manager(cluster, among, *or_busy, context)
            }
            Condition::TaskManagerIdle { id, or_busy } => match resolve(id, context) {
                Some(id) => task_manager_idle(cluster, id, *or_busy),
                None => Holds::CannotTell,
            },
            Condition::TaskManagerGone { id } => match resolve(id, context) {
                Some(id) => task_manager_gone(cluster, id),
                None => Holds::CannotTell,
            },
            Condition::PersonSaid => Holds::NotYet(Progress::Waiting),
        }
    }
}

fn yes() -> Holds {
    Holds::Yes(Output::Nothing)
}

fn no(what: &str, planned: impl ToString, now: impl ToString) -> Holds {
    Holds::No(Mismatch {
        what: what.to_owned(),
        planned: planned.to_string(),
        now: now.to_string(),
    })
}

fn at_least(what: &str, planned: u32, now: u32) -> Holds {
    if now >= planned {
        yes()
    } else {
        no(what, planned, now)
    }
}

/// Judges a job that is there and may still run; one that vanished or ended is a `No`.
fn with_job(cluster: &Cluster, id: &JobId, judge: impl FnOnce(&Job) -> Holds) -> Holds {
    match cluster.job(id) {
        None => no("job", "there", "gone"),
        Some(job) if !job.state.holds_slots() => no("state", JobState::Running.word(), job.state.word()),
        Some(job) => judge(job),
    }
}

fn job_is(job: &Job, version: &Version) -> Holds {
    if job.version == *version {
        yes()
    } else {
        no("version", &version.0, &job.version.0)
    }
}

fn job_runs(job: &Job) -> Holds {
    if job.all_running() {
        return Holds::Yes(Output::Parallelism(job.parallelism()));
    }
    let wanted = job
        .vertices
        .iter()
        .map(|v| (v.id.clone(), v.parallelism))
        .collect();
    subtasks(job, &wanted)
}

/// The checkpoint under the step's key, or any other triggered after the send: after five minutes or a new JobManager
/// Flink has forgotten the key, but a later checkpoint proves the same.
fn checkpoint_completed(job: &Job, context: &Context<'_>) -> Holds {
    let last = job.checkpoints.last_completed.as_ref();
    let since = last.filter(|checkpoint| checkpoint.triggered_at >= context.sent_at);
    match (job.checkpoints.triggers.get(context.key.as_str()), last, since) {
        (Some(Trigger::Completed { id }), Some(last), _) if last.id >= *id => told(last),
        (_, _, Some(since)) => told(since),
        (Some(Trigger::Completed { id }), _, _) if context.budget_ended => Holds::Yes(Output::Checkpoint {
            id: *id,
            size_bytes: 0,
            duration: Millis(0),
        }),
        (Some(Trigger::Failed { why }), _, _) => no("checkpoint", "completed", why),
        (Some(Trigger::Completed { .. } | Trigger::InProgress), _, _) => {
            Holds::NotYet(Progress::CheckpointUnderWay)
        }
        (Some(Trigger::NotKnown) | None, _, _) => Holds::NotYet(Progress::Waiting),
    }
}

fn told(checkpoint: &Checkpoint) -> Holds {
    Holds::Yes(Output::Checkpoint {
        id: checkpoint.id,
        size_bytes: checkpoint.size_bytes,
        duration: checkpoint.duration,
    })
}

/// People call the widest upper bound the job's parallelism; where that is equal, the differing bounds are named.
fn bounds_are(job: &Job, planned: &BTreeMap<VertexId, Bounds>) -> Holds {
    match &job.bounds {
        Some(now) if now == planned => yes(),
        Some(now) => Holds::No(bounds_differ(planned, now)),
        None => no("bounds", widest(planned), "none"),
    }
}

/// What differs between two sets of bounds, in people's words.
pub(crate) fn bounds_differ(
    planned: &BTreeMap<VertexId, Bounds>,
    now: &BTreeMap<VertexId, Bounds>,
) -> Mismatch {
    let mismatch = |what: &str, planned: String, now: String| Mismatch {
        what: what.to_owned(),
        planned,
        now,
    };
    if planned.len() != now.len() || !planned.keys().eq(now.keys()) {
        return mismatch("vertices", planned.len().to_string(), now.len().to_string());
    }
    if widest(planned) != widest(now) {
        return mismatch(
            "parallelism",
            widest(planned).to_string(),
            widest(now).to_string(),
        );
    }
    let range = |bounds: &Bounds| format!("{}-{}", bounds.lower, bounds.upper);
    let first = planned
        .iter()
        .zip(now.values())
        .find(|((_, planned), now)| planned != now);
    match first {
        Some(((_, planned), now)) => mismatch("bounds", range(planned), range(now)),
        None => mismatch("bounds", widest(planned).to_string(), widest(now).to_string()),
    }
}

fn widest(bounds: &BTreeMap<VertexId, Bounds>) -> u32 {
    bounds.values().map(|bounds| bounds.upper).max().unwrap_or(0)
}

fn runs_at(job: &Job, wanted: &BTreeMap<VertexId, u32>, context: &Context<'_>) -> Holds {
    if let Some(mismatch) = out_of_reach(job, wanted) {
        return Holds::No(mismatch);
    }
    let runs = |id: &VertexId, parallelism: u32| {
        job.vertices
            .iter()
            .any(|v| v.id == *id && v.parallelism == parallelism && v.running == parallelism)
    };
    let all_run =
        job.state == JobState::Running && wanted.iter().all(|(id, parallelism)| runs(id, *parallelism));
    if !all_run {
        return subtasks(job, wanted);
    }
    let since = |checkpoint: &Checkpoint| checkpoint.triggered_at >= context.sent_at;
    if job.checkpoints.last_completed.as_ref().is_some_and(since) {
        Holds::Yes(Output::Parallelism(wanted.values().copied().max().unwrap_or(0)))
    } else {
        Holds::NotYet(Progress::FirstCheckpoint)
    }
}

/// Somebody else set bounds that do not let the job come to the wanted parallelism: waiting is of no use.
fn out_of_reach(job: &Job, wanted: &BTreeMap<VertexId, u32>) -> Option<Mismatch> {
    let bounds = job.bounds.as_ref()?;
    let blocked = wanted.iter().find_map(|(id, parallelism)| {
        let bounds = bounds.get(id)?;
        (bounds.upper < *parallelism || bounds.lower > *parallelism).then_some((parallelism, bounds))
    });
    blocked.map(|(parallelism, bounds)| Mismatch {
        what: "parallelism".to_owned(),
        planned: parallelism.to_string(),
        now: if bounds.upper < *parallelism {
            bounds.upper
        } else {
            bounds.lower
        }
        .to_string(),
    })
}

/// While a job rescales its vertices already show the target parallelism, so only RUNNING subtasks count.
fn subtasks(job: &Job, wanted: &BTreeMap<VertexId, u32>) -> Holds {
    let running = job
        .vertices
        .iter()
        .filter(|v| wanted.get(&v.id) == Some(&v.parallelism))
        .map(|v| v.running.min(v.parallelism))
        .sum();
    Holds::NotYet(Progress::Subtasks {
        running,
        wanted: wanted.values().sum(),
    })
}

fn task_managers_at_most(cluster: &Cluster, most: u32) -> Holds {
    let now = cluster.task_managers.len();
    if now as u64 <= u64::from(most) {
        yes()
    } else {
        no("taskmanagers", most, now)
    }
}

fn cluster_is(cluster: &Cluster, version: &Version) -> Holds {
    if cluster.version == *version {
        yes()
    } else {
        no("version", &version.0, &cluster.version.0)
    }
}

fn task_manager<'a>(cluster: &'a Cluster, id: &TaskManagerId) -> Option<&'a TaskManager> {
    cluster.task_managers.iter().find(|tm| tm.id == *id)
}

fn own_task_manager_registered(cluster: &Cluster, context: &Context<'_>) -> Holds {
    let own = TaskManagerId::of_step(context.key);
    match task_manager(cluster, &own) {
        Some(_) => Holds::Yes(Output::TaskManager(own)),
        None => Holds::NotYet(Progress::NotRegistered),
    }
}

/// Names one of `among` that no earlier step of this run has named: first one that is gone by itself, then one without
/// tasks. When the budget has ended: the one with the fewest where `or_busy`, else none, and waiting is over.
fn idle_task_manager(
    cluster: &Cluster,
    among: &[TaskManagerId],
    or_busy: bool,
    context: &Context<'_>,
) -> Holds {
    let named = |id: &TaskManagerId| {
        context
            .outputs
            .values()
            .any(|output| matches!(output, Output::TaskManager(named) if named == id))
    };
    let tasks = |id: &TaskManagerId| task_manager(cluster, id).map_or(0, |tm| tm.assigned_tasks);
    let is_listed = |id: &TaskManagerId| task_manager(cluster, id).is_some();
    let emptiest = among
        .iter()
        .filter(|id| !named(id))
        .min_by_key(|id| (is_listed(id), tasks(id)));
    match emptiest.map(|id| (id, tasks(id))) {
        None => no("taskmanagers", among.len(), 0),
        Some((id, 0)) => Holds::Yes(Output::TaskManager(id.clone())),
        Some((id, _)) if or_busy && context.budget_ended => Holds::Yes(Output::TaskManager(id.clone())),
        Some((_, tasks)) if context.budget_ended => no("tasks", 0, tasks),
        Some((_, tasks)) => Holds::NotYet(Progress::TasksLeft(tasks)),
    }
}

/// One that is gone has no task either.
fn task_manager_idle(cluster: &Cluster, id: &TaskManagerId, or_busy: bool) -> Holds {
    match task_manager(cluster, id) {
        Some(tm) if tm.assigned_tasks > 0 && !or_busy => {
            Holds::NotYet(Progress::TasksLeft(tm.assigned_tasks))
        }
        _ => Holds::Yes(Output::TaskManager(id.clone())),
    }
}

fn task_manager_gone(cluster: &Cluster, id: &TaskManagerId) -> Holds {
    match task_manager(cluster, id) {
        Some(_) => Holds::NotYet(Progress::Waiting),
        None => Holds::Yes(Output::TaskManager(id.clone())),
    }
}

fn resolve<'a>(value: &'a Value<TaskManagerId>, context: &'a Context<'_>) -> Option<&'a TaskManagerId> {
    match value {
        Value::Known(id) => Some(id),
        Value::From { step } => match context.outputs.get(step) {
            Some(Output::TaskManager(id)) => Some(id),
            _ => None,
        },
    }
}
