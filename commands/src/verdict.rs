//! After against the promise: did it help?
//!
//! Throughput and the slope of the backlog decide, never busy alone: until a backlog is worked off, busy and back
//! pressure stay high. Whatever speaks against the change is looked at first, then whether the windows can be compared,
//! then what was gained.

mod compared;
mod restarts;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use crate::names::{JobName, Millis};
use crate::plan::{Promise, Span};
use crate::windows::{Sample, Window};

use compared::Compared;
pub use restarts::ours as our_restarts;

/// What became of the promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// At least half of the expected gain, or the promised slope of the backlog, was measured.
    Better,
    /// No gain was expected, or less than half of it came.
    Same,
    /// Throughput fell, the job restarted by itself, or checkpoints stopped.
    Worse,
    /// The windows cannot be compared.
    Inconclusive,
}

/// A verdict and the facts it rests on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Judgement {
    /// The verdict.
    pub verdict: Verdict,
    /// Why, most telling first.
    pub reasons: Vec<Reason>,
    /// The job that decided it, where several were measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job: Option<JobName>,
}

/// One fact that a verdict rests on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Records/s that left: before, after, expected.
    Throughput {
        /// Before the change.
        before: f64,
        /// After it.
        after: f64,
        /// As expected: min(arrivals, before x subtasks after / subtasks before).
        expected: f64,
    },
    /// Records/s by which the backlog grew (negative: shrank).
    BacklogSlope {
        /// Before the change.
        before: f64,
        /// After it.
        after: f64,
    },
    /// Restarts that were not ours.
    Restarts(u64),
    /// No checkpoint completed after the change though some did before.
    CheckpointsStopped,
    /// Arrivals moved by more than a fifth between the windows.
    ArrivalsMoved {
        /// Records/s before.
        before: f64,
        /// Records/s after.
        after: f64,
    },
    /// Fewer than three samples, or less than ten seconds, in a window.
    TooFewSamples,
    /// Records/s are not known in one of the windows: the job does not count them, or Flink did not renew its counters
    /// twice within it.
    RatesUnknown,
    /// No gain was expected.
    NoGainExpected,
}

/// Fewer samples in a window say nothing.
const FEWEST_SAMPLES: u32 = 3;

/// A shorter window says nothing.
const SHORTEST: Millis = Millis::seconds(10);

/// What a promise is judged by.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'a> {
    /// The window that ends where the change began.
    pub before: Option<&'a Window>,
    /// The window that begins where its effect had settled, as long as `before`.
    pub after: Option<&'a Window>,
    /// Every sample from the first window to the last, in the order of time.
    pub samples: &'a [Sample],
    /// When our own steps ran: a restart then is not held against the change.
    pub ours: &'a [Span],
}

/// Judges a promise by what was measured of each job it bears on: the worst of them decides, and where none of them got
/// worse or is unknown, one that gained is enough. Without a job, what promised no gain is the same.
pub fn judge_all(promise: &Promise, jobs: &[(JobName, Evidence<'_>)]) -> Judgement {
    let judged = jobs
        .iter()
        .map(|(name, evidence)| (name, judge(promise, evidence)));
    match judged.min_by_key(|(_, judgement)| weight(judgement.verdict)) {
        Some((name, judgement)) => Judgement {
            job: (jobs.len() > 1).then(|| name.clone()),
            ..judgement
        },
        None if matches!(promise, Promise::Throughput { .. }) => {
            told(Verdict::Inconclusive, Reason::TooFewSamples)
        }
        None => told(Verdict::Same, Reason::NoGainExpected),
    }
}

/// Which of several verdicts decides: the lowest.
fn weight(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Worse => 0,
        Verdict::Inconclusive => 1,
        Verdict::Better => 2,
        Verdict::Same => 3,
    }
}

fn told(verdict: Verdict, reason: Reason) -> Judgement {
    Judgement {
        verdict,
        reasons: vec![reason],
        job: None,
    }
}

/// Judges a promise by what was measured of one job.
///
/// - *Worse*: the job restarted by itself after the change began; checkpoints stopped; or throughput fell by a tenth or
///   more, and not because less arrived.
/// - *Inconclusive*: fewer than three samples or ten seconds in a window, rates that are not known, or arrivals that moved
///   by more than a fifth.
/// - *Better*: at least half of the expected gain of throughput came, or the backlog shrinks as promised.
/// - *Same*: no gain was expected, or less than half of it came.
pub fn judge(promise: &Promise, evidence: &Evidence<'_>) -> Judgement {
    let restarts = restarts::not_ours(evidence);
    let restarted = (restarts > 0).then_some(Reason::Restarts(restarts));
    let windows = evidence
        .before
        .zip(evidence.after)
        .filter(|(before, after)| is_enough(before) && is_enough(after));
    match (restarted, windows) {
        (Some(restarted), windows) => {
            let facts = windows.map(|(before, after)| Compared::of(promise, before, after).facts());
            Judgement {
                verdict: Verdict::Worse,
                reasons: std::iter::once(restarted)
                    .chain(facts.into_iter().flatten())
                    .collect(),
                job: None,
            }
        }
        (None, Some((before, after))) => Compared::of(promise, before, after).judgement(),
        (None, None) => told(Verdict::Inconclusive, Reason::TooFewSamples),
    }
}

fn is_enough(window: &Window) -> bool {
    window.samples >= FEWEST_SAMPLES && window.to.since(window.from) >= SHORTEST
}
