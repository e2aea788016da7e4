//! Samples of the recent past, and what a window of them says.
//!
//! Rates come from differences of counters, never from Flink's meters: those are means over the last minute. A counter
//! of the subtasks begins at zero with each attempt, so differences are taken within an attempt only. Which samples are
//! believed at all says [`belief`], what they add up to [`readings`].

mod belief;
mod readings;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use readings::TOLD_AGAIN_FOR;

use crate::names::{At, JobId, Millis};
use crate::plan::JobRef;
use crate::signals::Signal;

/// All signals of one job, or of the cluster, at one instant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// When it was read.
    pub at: At,
    /// Which attempt of the job it belongs to: counters restart with it (`numRestarts`). 0 of a cluster.
    pub attempt: u64,
    /// The job's parallelism then; 0 of a cluster.
    pub parallelism: u32,
    /// What was read; a signal that the job does not tell, or told as NaN, is absent.
    pub values: BTreeMap<Signal, f64>,
}

/// What samples are taken of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sampled {
    /// The cluster as a whole: TaskManagers, slots, machines. Its samples are of no attempt.
    Cluster,
    /// One job.
    Job(JobId),
}

/// Both windows of one thing that a change is measured by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// The job; `None`: the cluster as a whole.
    pub job: Option<JobRef>,
    /// The window before the change, where one was sampled.
    pub before: Option<Window>,
    /// The window after it, where one was sampled.
    pub after: Option<Window>,
}

impl Measured {
    /// What its samples are of.
    pub fn sampled(&self) -> Sampled {
        match &self.job {
            Some(job) => Sampled::Job(job.id.clone()),
            None => Sampled::Cluster,
        }
    }
}

/// What the samples of one window say.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Window {
    /// Its beginning.
    pub from: At,
    /// Its end.
    pub to: At,
    /// How many samples lie in it.
    pub samples: u32,
    /// What each signal did.
    pub stats: BTreeMap<Signal, Stat>,
}

impl Window {
    /// A signal's change per second; `None` where it is not known.
    pub fn per_s(&self, signal: Signal) -> Option<f64> {
        self.stats.get(&signal)?.per_s
    }
}

/// What one signal did over a window.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Stat {
    /// The first reading.
    pub first: f64,
    /// The last reading.
    pub last: f64,
    /// The mean of the readings.
    pub mean: f64,
    /// The greatest reading.
    pub max: f64,
    /// Change per second, from the first fresh reading to the last fresh one. Of a counter what it grew by, counted
    /// within each attempt where it begins anew with each; a time without a job counts as time. `None`: not known, for want
    /// of two fresh readings that can be compared.
    pub per_s: Option<f64>,
}

/// What the samples from `from` to `to`, both included, say; the samples are in the order of time.
///
/// Samples before `from` are looked at too: right after a restart Flink may go on telling of the old attempt, and such
/// readings are not believed. A reading that is no number (NaN, infinite, Flink's least long) is absent.
pub fn window(samples: &[Sample], from: At, to: At) -> Window {
    let within: Vec<_> = belief::believed(samples)
        .into_iter()
        .filter(|one| (from..=to).contains(&one.sample.at))
        .collect();
    let stat = |signal: Signal| Some((signal, readings::stat(&within, signal)?));
    Window {
        from,
        to,
        samples: u32::try_from(within.len()).unwrap_or(u32::MAX),
        stats: Signal::ALL.into_iter().filter_map(stat).collect(),
    }
}

/// Flink says "none" by NaN, by infinity or by the least long, `-2^63`; no quantity of a job comes near that.
const BEYOND: f64 = 1e18;

/// A reading that is a number.
fn told(sample: &Sample, signal: Signal) -> Option<f64> {
    sample
        .values
        .get(&signal)
        .copied()
        .filter(|value| value.abs() < BEYOND)
}

/// The window before a change and the one after it, of the same length: the shorter of `before`, of the time from
/// `settled_from` to `until`, and of what was sampled of either. The first ends at `started_at`, the second as late as
/// it can. `None` where nothing was sampled; then the other is as long as it can be.
pub fn pair(
    samples: &[Sample],
    started_at: At,
    settled_from: At,
    until: At,
    before: Millis,
) -> (Option<Window>, Option<Window>) {
    let sampled_before = sampled(samples, started_at.minus(before), started_at);
    let sampled_after = sampled(samples, settled_from, until);
    let length = [sampled_before, sampled_after]
        .into_iter()
        .flatten()
        .map(|(from, to)| to.since(from))
        .min()
        .unwrap_or_default();
    let ending = |to: At| Some(window(samples, to.minus(length), to)).filter(|window| window.samples > 0);
    (
        sampled_before.and_then(|_| ending(started_at)),
        sampled_after.and_then(|(_, to)| ending(to)),
    )
}

/// The part of a span that samples speak for: from the first to the last one in it, and beyond each by the time that
/// usually lies between two. `None` without a sample, and where a single one speaks for no time.
fn sampled(samples: &[Sample], from: At, to: At) -> Option<(At, At)> {
    let mut within = samples
        .iter()
        .map(|sample| sample.at)
        .filter(|at| (from..=to).contains(at));
    let first = within.next()?;
    let (last, gaps) = within.fold((first, 0), |(_, gaps), at| (at, gaps + 1));
    let usual = Millis(last.since(first).0.checked_div(gaps).unwrap_or(0));
    let (from, to) = (first.minus(usual).max(from), last.plus(usual).min(to));
    (from < to).then_some((from, to))
}

/// At most so many of these samples, evenly spread, the first and the last among them.
pub fn thin(samples: &[Sample], at_most: usize) -> Vec<Sample> {
    if samples.len() <= at_most {
        return samples.to_vec();
    }
    let last = samples.len() - 1;
    match at_most {
        0 => Vec::new(),
        1 => vec![samples[last].clone()],
        _ => (0..at_most)
            .map(|place| samples[place * last / (at_most - 1)].clone())
            .collect(),
    }
}
