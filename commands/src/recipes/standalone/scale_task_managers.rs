//! `scale <environment> taskmanagers N`: more or fewer TaskManager processes on this host.
//!
//! Nobody can choose which TaskManager a job leaves, and Flink REST cannot drain one. So [`more`] starts them one by
//! one and says which jobs grow by it; [`fewer`] narrows the one job that must, waits until a TaskManager *of ours* has
//! no task, and stops that one.

mod fewer;
mod more;

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::rescale::{Rescale, job_ref};
use super::scale_parallelism::{check_room, plan_rescale};
use super::{STEP_BUDGET, cluster_of};
use crate::ask::{Amount, Target};
use crate::condition::Condition;
use crate::names::{Environment, Millis, TaskManagerId};
use crate::observed::{Cluster, Job, JobState, Launcher, Observed, Version};
use crate::plan::{self, Action, Aim, Delivery, JobRef, Path, Plan, Step, Value};
use crate::recipes::{Limits, typed_name};
use crate::refusal::{Code, Refusal};

/// Plans another number of TaskManagers.
///
/// Refused: `UNREACHABLE`, `UNKNOWN_ENVIRONMENT`, `NO_LAUNCHER`, `BAD_NUMBER`, `ABOVE_LAUNCHER_MAX`,
/// `NOTHING_TO_CHANGE`; upwards `MEMORY_TOO_SMALL`; downwards `NOT_OUR_TASKMANAGERS`, `NOT_ENOUGH_SLOTS`,
/// `SEVERAL_JOBS_MUST_NARROW`, and what forbids to rescale the job that must narrow.
pub fn scale_task_managers(
    typed: &Target,
    to: Amount,
    observed: &Observed,
    limits: &Limits,
) -> Result<Plan, Refusal> {
    let cluster = cluster_of(observed)?;
    let environment = &observed.environment;
    if typed.0 != environment.as_str() {
        return Err(Refusal::new(Code::UnknownEnvironment)
            .with("environment", &typed.0)
            .with("known", environment)
            .try_instead(format!("scale {environment} taskmanagers {to}")));
    }
    let launcher = launcher_of(cluster, environment)?;
    let now = count(cluster);
    match to.from_now(now) {
        Some(wanted) if wanted >= 1 => set_task_managers(wanted, None, observed, cluster, limits),
        Some(_) => Err(bad_number(to, launcher, now, environment)),
        None if matches!(to, Amount::Minus(_)) => Err(bad_number(to, launcher, now, environment)),
        None => Err(above_launcher_max(to.to_string(), launcher, now, environment)),
    }
}

/// Plans this many TaskManagers, and where `restored` is given its bounds with them.
pub(super) fn set_task_managers(
    wanted: u32,
    restored: Option<Rescale<'_>>,
    observed: &Observed,
    cluster: &Cluster,
    limits: &Limits,
) -> Result<Plan, Refusal> {
    let environment = &observed.environment;
    let launcher = launcher_of(cluster, environment)?;
    let now = count(cluster);
    let restored = restored.filter(|rescale| rescale.to != *rescale.from);
    let scene = Scene {
        observed,
        cluster,
        launcher,
        limits,
        now,
        wanted,
    };
    match (wanted.cmp(&now), restored) {
        (Ordering::Greater, _) if wanted > launcher.max => {
            Err(above_launcher_max(wanted.to_string(), launcher, now, environment))
        }
        (Ordering::Greater, restored) => more::plan_more(&scene, restored),
        (Ordering::Less, restored) => fewer::plan_fewer(&scene, restored),
        (Ordering::Equal, Some(rescale)) => {
            check_room(&rescale, cluster, environment, &typed_name(cluster, rescale.job))?;
            Ok(plan_rescale(&rescale, observed, cluster, limits))
        }
        (Ordering::Equal, None) => Err(Refusal::new(Code::NothingToChange)
            .with("job", environment)
            .with("now", now)
            .try_instead(format!("status {environment}"))),
    }
}

/// What both directions look at.
struct Scene<'a> {
    observed: &'a Observed,
    cluster: &'a Cluster,
    launcher: &'a Launcher,
    limits: &'a Limits,
    /// TaskManagers now.
    now: u32,
    /// And then.
    wanted: u32,
}

impl Scene<'_> {
    fn aim(&self) -> Aim {
        Aim::TaskManagers {
            from: self.now,
            to: self.wanted,
        }
    }

    /// The environment: no one job.
    fn target(&self) -> plan::Target {
        plan::Target {
            environment: self.observed.environment.clone(),
            job: None,
        }
    }

    /// The versions of the cluster and of these jobs, as the plan has seen them.
    fn seen<'j>(&self, jobs: impl IntoIterator<Item = &'j Job>) -> BTreeMap<Path, Version> {
        let environment = &self.observed.environment;
        let jobs = jobs
            .into_iter()
            .map(|job| (Path::job(environment, &job.id), job.version.clone()));
        jobs.chain([(Path::cluster(environment), self.cluster.version.clone())])
            .collect()
    }
}

fn count(cluster: &Cluster) -> u32 {
    u32::try_from(cluster.task_managers.len()).unwrap_or(u32::MAX)
}

fn launcher_of<'a>(cluster: &'a Cluster, environment: &Environment) -> Result<&'a Launcher, Refusal> {
    cluster.launcher.as_ref().ok_or_else(|| {
        Refusal::new(Code::NoLauncher)
            .with("environment", environment)
            .try_instead(format!("status {environment}"))
    })
}

fn bad_number(to: Amount, launcher: &Launcher, now: u32, environment: &Environment) -> Refusal {
    let refusal = Refusal::new(Code::BadNumber)
        .with("number", to)
        .with("must", format!("1…{}", launcher.max));
    if now == 1 {
        refusal.try_instead(format!("status {environment}"))
    } else {
        refusal.try_instead(format!("scale {environment} taskmanagers 1"))
    }
}

fn above_launcher_max(asked: String, launcher: &Launcher, now: u32, environment: &Environment) -> Refusal {
    let refusal = Refusal::new(Code::AboveLauncherMax)
        .with("asked", asked)
        .with("max", launcher.max);
    if now < launcher.max {
        refusal.try_instead(format!("scale {environment} taskmanagers {}", launcher.max))
    } else {
        refusal.try_instead(format!("status {environment}"))
    }
}

/// Jobs measured for one change at most; their windows are kept and shown for good.
const MOST_MEASURED: usize = 8;

/// Whose metrics show whether it helped or hurt: the running jobs that the change touches, else the one job that runs.
fn measured<'a>(cluster: &'a Cluster, touched: impl Iterator<Item = &'a Job>) -> Vec<JobRef> {
    let runs = |job: &&Job| job.state == JobState::Running;
    let touched: Vec<&Job> = touched.filter(runs).take(MOST_MEASURED).collect();
    let jobs = match (
        &touched[..],
        &cluster.jobs.iter().filter(runs).collect::<Vec<_>>()[..],
    ) {
        ([], [only]) => vec![*only],
        _ => touched,
    };
    jobs.into_iter().map(job_ref).collect()
}

/// One TaskManager started, under the id made from the step's key.
fn start(number: u16, launcher: &Launcher, precondition: Vec<Condition>, undo: Vec<Step>) -> Step {
    Step {
        number,
        action: Action::StartTaskManager {
            slots: launcher.slots,
            memory_bytes: launcher.memory_bytes,
        },
        precondition,
        done_when: Condition::OwnTaskManagerRegistered,
        undo,
        delivery: Delivery::Comparing,
        budget: STEP_BUDGET,
    }
}

/// One TaskManager of ours stopped. A dead one may stay listed until its heartbeat times out.
fn stop(
    number: u16,
    id: Value<TaskManagerId>,
    precondition: Vec<Condition>,
    undo: Vec<Step>,
    cluster: &Cluster,
) -> Step {
    Step {
        number,
        action: Action::StopTaskManager { id: id.clone() },
        precondition,
        done_when: Condition::TaskManagerGone { id },
        undo,
        delivery: Delivery::Comparing,
        budget: STEP_BUDGET.max(cluster.heartbeat_timeout + Millis::seconds(60)),
    }
}
