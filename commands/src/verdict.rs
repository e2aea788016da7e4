//! After against the promise: did it help?

use serde::{Deserialize, Serialize};

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
    /// No gain was expected.
    NoGainExpected,
}
