//! What a change is thought to bring and to cost: promise, estimates, resources, warnings.
//!
//! Numbers in a plan are in its digest, so rates are rounded to a tenth of a record/s: they stay the same text through
//! every JSON.

use std::collections::BTreeMap;

use crate::names::Millis;
use crate::observed::{Cluster, Job};
use crate::plan::{Estimates, Promise, Resources, Warning};
use crate::recipes::Limits;
use crate::signals::Signal;
use crate::sizing;
use crate::windows::Window;

/// How long a job is down over a restart in place, its state apart: 7 to 12 s were seen on two cores.
const RESTART: Millis = Millis::seconds(8);

/// State that a restart reads back in a second, bytes; a guess on the careful side of a local disk.
const RESTORED_PER_SECOND: u64 = 100 * 1024 * 1024;

/// Two looks at the job and the two calls between them: what passes between the plan's two checkpoints at most,
/// besides the checkpoints themselves.
const BETWEEN_CHECKPOINTS: Millis = Millis::seconds(10);

/// How long a job is down over one restart: the restart itself, and its state read back.
pub(super) fn down_per_restart(job: &Job) -> Millis {
    let state = job
        .checkpoints
        .last_completed
        .as_ref()
        .map_or(0, |last| last.size_bytes);
    RESTART + Millis::seconds(state / RESTORED_PER_SECOND)
}

/// How much event time a rescale reads again at most. It restores from a checkpoint no older than the plan's first, or
/// than the job's own last one where that comes sooner.
fn replay(job: &Job) -> Millis {
    let took = job
        .checkpoints
        .last_completed
        .as_ref()
        .map_or(Millis(0), |last| last.duration);
    let since_first = took + took + BETWEEN_CHECKPOINTS;
    let since_own = job
        .checkpoints
        .interval
        .map_or(since_first, |interval| interval + took);
    since_first.min(since_own)
}

/// What one rescale of this job costs.
pub(super) fn estimates_of_rescale(job: &Job) -> Estimates {
    Estimates {
        down: Some(down_per_restart(job)),
        replay: Some(replay(job)),
        restarts: 1,
    }
}

/// What a change costs that restarts nothing.
pub(super) fn no_restart() -> Estimates {
    Estimates {
        down: None,
        replay: None,
        restarts: 0,
    }
}

/// What one restart each costs these jobs; down is the longest of theirs.
pub(super) fn estimates_of_restarts(jobs: &[&Job]) -> Estimates {
    Estimates {
        down: jobs.iter().map(|job| down_per_restart(job)).max(),
        replay: jobs.iter().map(|job| replay(job)).max(),
        restarts: u32::try_from(jobs.len()).unwrap_or(u32::MAX),
    }
}

/// The rates before a change and what they let expect of it.
struct Rates {
    reading: f64,
    arriving: f64,
    able_now: f64,
    able_then: f64,
    backlog: Option<f64>,
}

impl Rates {
    /// `None` where too little was measured to expect anything.
    fn of(window: &Window, before: u32, after: u32) -> Option<Self> {
        let reading = window.per_s(Signal::RecordsRead)?;
        let arriving = sizing::arriving_per_s(window)?;
        let busy = window.stats.get(&Signal::Busy).map_or(1000.0, |stat| stat.mean);
        let able_now = sizing::true_processing_rate(reading, busy);
        let backlog = window.stats.get(&Signal::Backlog).map(|stat| stat.last);
        let known = able_now.is_finite() && before > 0;
        known.then(|| Self {
            reading,
            arriving,
            able_now,
            able_then: able_now * f64::from(after) / f64::from(before),
            backlog,
        })
    }
}

/// What more subtasks promise: throughput, and where what was measured allows it, when the backlog is gone.
pub(super) fn throughput(
    before: u32,
    after: u32,
    highest: u32,
    estimates: &Estimates,
    limits: &Limits,
) -> (Promise, Vec<Warning>) {
    let bare = |arriving_per_s, leaving_per_s, backlog_gone_after| Promise::Throughput {
        before,
        after,
        arriving_per_s,
        leaving_per_s,
        backlog_gone_after,
    };
    let Some(recent) = &limits.recent else {
        return (bare(None, None, None), vec![Warning::NoHistory]);
    };
    let leaving = sizing::leaving_per_s(recent).and_then(rounded);
    let Some(rates) = Rates::of(recent, before, after) else {
        return (
            bare(sizing::arriving_per_s(recent).and_then(rounded), leaving, None),
            vec![Warning::NoHistory],
        );
    };
    let promise = bare(rounded(rates.arriving), leaving, gone_after(&rates, estimates));
    let warning = still_grows(&rates, before, highest, limits);
    (promise, warning.into_iter().collect())
}

/// The warning that a narrower job will not keep up, where what was measured says so.
pub(super) fn too_narrow(before: u32, after: u32, highest: u32, limits: &Limits) -> Option<Warning> {
    let rates = Rates::of(limits.recent.as_ref()?, before, after)?;
    still_grows(&rates, before, highest, limits)
}

fn gone_after(rates: &Rates, estimates: &Estimates) -> Option<Millis> {
    let down = estimates.down.unwrap_or_default();
    let replay = sizing::replay_records(rates.arriving, estimates.replay.unwrap_or_default(), down);
    let seconds = sizing::catch_up_s(rates.backlog?.max(0.0), replay, rates.able_then, rates.arriving)?;
    (seconds < 1e9).then(|| down + Millis::seconds(seconds.round() as u64))
}

fn still_grows(rates: &Rates, before: u32, highest: u32, limits: &Limits) -> Option<Warning> {
    if rates.able_then >= rates.arriving {
        return None;
    }
    let backlog = rates.backlog.unwrap_or(0.0).max(0.0);
    let enough = sizing::enough(before, rates.able_now, rates.arriving, backlog, limits.catch_up);
    Some(Warning::StillGrows {
        now_per_s: rounded(rates.arriving - rates.reading)?,
        then_per_s: rounded(rates.arriving - rates.able_then)?,
        enough: enough.filter(|enough| *enough <= highest),
    })
}

/// To a tenth; `None` for what is no number.
fn rounded(per_s: f64) -> Option<f64> {
    let tenth = (per_s * 10.0).round() / 10.0;
    // `+ 0.0` makes -0 a plain 0: they print differently.
    (tenth.is_finite() && tenth.abs() < 1e12).then_some(tenth + 0.0)
}

/// Processors of the cluster's hosts: each host once, for its TaskManagers share them.
pub(super) fn cores_of_hosts(cluster: &Cluster) -> u32 {
    let hosts: BTreeMap<&str, u32> = cluster
        .task_managers
        .iter()
        .map(|tm| (tm.host.as_str(), tm.host_cores))
        .collect();
    hosts.values().sum()
}

/// Memory of all TaskManager processes, bytes.
fn memory(cluster: &Cluster) -> u64 {
    cluster
        .task_managers
        .iter()
        .fold(0, |sum, tm| tm.process_memory_bytes.saturating_add(sum))
}

/// Slots that all jobs together need now.
pub(super) fn slots_needed(cluster: &Cluster) -> u32 {
    cluster
        .jobs
        .iter()
        .filter(|job| job.state.holds_slots())
        .map(Job::slots_needed)
        .sum()
}

/// Resources where the TaskManagers stay as they are.
pub(super) fn same_cluster(cluster: &Cluster, slots: (u32, u32)) -> Resources {
    let memory = memory(cluster);
    Resources {
        slots,
        slots_total: (cluster.slots(), cluster.slots()),
        cores: slots,
        cores_total: cores_of_hosts(cluster),
        memory_bytes: (memory, memory),
    }
}

/// Resources where TaskManagers come or go: slots in all then, and memory added or given back.
pub(super) fn other_cluster(cluster: &Cluster, slots: (u32, u32), total: u32, memory_then: u64) -> Resources {
    Resources {
        slots_total: (cluster.slots(), total),
        memory_bytes: (memory(cluster), memory_then),
        ..same_cluster(cluster, slots)
    }
}

/// Memory of the TaskManager processes with so much more (or, negative, less) of it.
pub(super) fn memory_with(cluster: &Cluster, more: i128) -> u64 {
    u64::try_from((i128::from(memory(cluster)) + more).max(0)).unwrap_or(u64::MAX)
}

/// What every plan on this cluster warns of, given the slots in use then.
pub(super) fn warnings_of_cluster(cluster: &Cluster, slots_then: u32) -> Vec<Warning> {
    let cores = cores_of_hosts(cluster);
    let mut warnings = Vec::new();
    if cluster.high_availability == Some(false) {
        warnings.push(Warning::NoHighAvailability);
    }
    if cores > 0 && slots_then > cores && slots_then > slots_needed(cluster) {
        warnings.push(Warning::MoreSlotsThanCores {
            slots: slots_then,
            cores,
        });
    }
    warnings
}
