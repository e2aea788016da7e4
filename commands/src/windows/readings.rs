//! Which readings are believed, and what those of one signal add up to.

use super::{Sample, Stat};
use crate::signals::{Kind, Signal};

/// A sample, and whether its attempt had begun to speak for itself.
#[derive(Debug, Clone, Copy)]
pub(super) struct Believed<'a> {
    pub sample: &'a Sample,
    /// Its subtasks' readings repeat those of the attempt before: they are not believed.
    repeats: bool,
}

/// One reading of a signal.
#[derive(Debug, Clone, Copy)]
struct Reading {
    at_s: f64,
    attempt: u64,
    value: f64,
}

impl Believed<'_> {
    fn reading(&self, signal: Signal) -> Option<Reading> {
        if self.repeats && signal.is_of_attempt() {
            return None;
        }
        Some(Reading {
            at_s: self.sample.at.0 as f64 / 1000.0,
            attempt: self.sample.attempt,
            value: told(self.sample, signal)?,
        })
    }
}

/// Marks the samples at the beginning of each attempt that repeat the last one of the attempt before.
pub(super) fn believed(samples: &[Sample]) -> Vec<Believed<'_>> {
    let mut believed: Vec<Believed<'_>> = Vec::with_capacity(samples.len());
    let mut old: Option<&Sample> = None;
    for sample in samples {
        if let Some(previous) = believed.last().filter(|one| one.sample.attempt != sample.attempt) {
            old = Some(previous.sample);
        }
        let repeats = old.is_some_and(|old| is_repeated(old, sample));
        if !repeats {
            old = None;
        }
        believed.push(Believed { sample, repeats });
    }
    believed
}

/// Counters begin anew with an attempt: one that stands where the old one stood is the old one. Zero is the beginning.
fn is_repeated(old: &Sample, new: &Sample) -> bool {
    [Signal::RecordsRead, Signal::RecordsWritten]
        .into_iter()
        .any(|signal| told(new, signal).is_some_and(|value| value > 0.0 && told(old, signal) == Some(value)))
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

/// What one signal did; `None` without a reading, and for a counter without two that can be compared.
pub(super) fn stat(within: &[Believed<'_>], signal: Signal) -> Option<Stat> {
    let readings: Vec<Reading> = within.iter().filter_map(|one| one.reading(signal)).collect();
    let (first, last) = (readings.first()?, readings.last()?);
    let change = match signal.kind() {
        Kind::Gauge => last.value - first.value,
        Kind::Counter => grown(&readings, signal)?,
    };
    let seconds = last.at_s - first.at_s;
    Some(Stat {
        first: first.value,
        last: last.value,
        mean: readings.iter().map(|reading| reading.value).sum::<f64>() / readings.len() as f64,
        max: readings
            .iter()
            .map(|reading| reading.value)
            .fold(first.value, f64::max),
        per_s: if seconds > 0.0 { change / seconds } else { 0.0 },
    })
}

/// What a counter grew by from reading to reading. A fall is a new beginning.
fn grown(readings: &[Reading], signal: Signal) -> Option<f64> {
    let comparable = |pair: &&[Reading]| !signal.is_of_attempt() || pair[0].attempt == pair[1].attempt;
    readings
        .windows(2)
        .filter(comparable)
        .map(|pair| (pair[1].value - pair[0].value).max(0.0))
        .reduce(|sum, more| sum + more)
}
