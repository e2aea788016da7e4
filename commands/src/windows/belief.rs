//! Which samples are believed: right after a restart Flink goes on telling for a while what the old attempt told.

use super::{Sample, told};
use crate::names::Millis;
use crate::signals::Signal;

/// How long after its first sample an attempt may still be told as the old one was: Flink's store of metrics (10 s), a
/// question for them that finds nobody (10 s), and a look.
const OLD_FOR: Millis = Millis::seconds(30);

/// A sample, and whether its attempt speaks for itself.
#[derive(Debug, Clone, Copy)]
pub(super) struct Believed<'a> {
    pub sample: &'a Sample,
    /// What its subtasks tell is of the attempt before.
    is_old: bool,
}

impl Believed<'_> {
    /// A reading, if there is one and it is believed.
    pub fn told(&self, signal: Signal) -> Option<f64> {
        let is_believed = !(self.is_old && signal.is_of_attempt());
        told(self.sample, signal).filter(|_| is_believed)
    }
}

/// Marks the samples at the beginning of each attempt that are still of the attempt before.
pub(super) fn believed(samples: &[Sample]) -> Vec<Believed<'_>> {
    let mut before: Option<&Sample> = None;
    let mut believed = Vec::with_capacity(samples.len());
    for attempt in samples.chunk_by(|one, next| one.attempt == next.attempt) {
        let old = before.map_or(0, |last| old_ones(attempt, last));
        believed.extend(attempt.iter().enumerate().map(|(place, sample)| Believed {
            sample,
            is_old: place < old,
        }));
        before = attempt.last();
    }
    believed
}

/// How many samples of an attempt are of the one before: those that repeat its last one, and those before a counter
/// falls, which were read before the restart and had counted on.
fn old_ones(attempt: &[Sample], before: &Sample) -> usize {
    let repeated = attempt
        .iter()
        .take_while(|sample| repeats(before, sample))
        .count();
    let early = attempt
        .iter()
        .take_while(|sample| sample.at.since(attempt[0].at) <= OLD_FOR)
        .count();
    let fallen = (1..early)
        .rev()
        .find(|place| falls(&attempt[place - 1], &attempt[*place]));
    repeated.max(fallen.unwrap_or(0))
}

/// Counters begin anew with an attempt: one that stands where the old one stood is the old one. Zero is the beginning.
fn repeats(old: &Sample, new: &Sample) -> bool {
    counters(old, new).any(|(old, new)| new > 0.0 && new == old)
}

fn falls(earlier: &Sample, later: &Sample) -> bool {
    counters(earlier, later).any(|(earlier, later)| later < earlier)
}

/// What the subtasks counted, in both samples.
fn counters(one: &Sample, other: &Sample) -> impl Iterator<Item = (f64, f64)> {
    [Signal::RecordsRead, Signal::RecordsWritten]
        .into_iter()
        .filter_map(|signal| told(one, signal).zip(told(other, signal)))
}
