//! What the readings of one signal add up to.
//!
//! The JobManager renews what it knows of the subtasks at most every 10 s (`metrics.fetcher.update-interval`), so what is
//! read more often climbs in stairs, and the first and the last readings of a window are up to 10 s older than they
//! seem: of a window of 20 s that is half. So the change is taken from the first fresh reading to the last fresh one; where
//! there are no two of them the rate is not known, which is something else than 0. A stair longer than that is no stair
//! but a standstill, and counts.

use super::Stat;
use super::belief::Believed;
use crate::names::{At, Millis};
use crate::signals::{Kind, Signal};

/// The longest that one reading is told again: Flink's store of metrics, and a look.
pub const TOLD_AGAIN_FOR: Millis = Millis::seconds(12);

/// One reading of a signal.
#[derive(Debug, Clone, Copy)]
struct Reading {
    at: At,
    attempt: u64,
    value: f64,
}

/// What one signal did; `None` without a reading.
pub(super) fn stat(within: &[Believed<'_>], signal: Signal) -> Option<Stat> {
    let reading = |one: &Believed<'_>| {
        Some(Reading {
            at: one.sample.at,
            attempt: one.sample.attempt,
            value: one.told(signal)?,
        })
    };
    let readings: Vec<Reading> = within.iter().filter_map(reading).collect();
    let (first, last) = (readings.first()?, readings.last()?);
    let values = || readings.iter().map(|reading| reading.value);
    Some(Stat {
        first: first.value,
        last: last.value,
        mean: values().sum::<f64>() / readings.len() as f64,
        max: values().fold(first.value, f64::max),
        per_s: per_s(&readings, signal),
    })
}

fn per_s(readings: &[Reading], signal: Signal) -> Option<f64> {
    let readings = if signal.is_of_attempt() {
        fresh(readings)?
    } else {
        readings
    };
    let (first, last) = (readings.first()?, readings.last()?);
    let change = match signal.kind() {
        Kind::Gauge => last.value - first.value,
        Kind::Counter => grown(readings, signal)?,
    };
    let seconds = last.at.since(first.at).as_secs_f64();
    (seconds > 0.0).then(|| change / seconds)
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

/// From the first fresh reading to the last one. Readings that never change are fresh where that lasts longer than one
/// reading is told again. `None` where no two are known to be fresh.
fn fresh(readings: &[Reading]) -> Option<&[Reading]> {
    let (first, last) = (readings.first()?, readings.last()?);
    if readings.iter().all(|one| one.value == first.value) {
        return (last.at.since(first.at) > TOLD_AGAIN_FOR).then_some(readings);
    }
    let from = end_of_stair(readings).unwrap_or(0);
    let after = start_of_stair(readings).map_or(readings.len(), |start| start + 1);
    readings.get(from..after).filter(|fresh| fresh.len() > 1)
}

/// Where the readings first change, if that is soon after the first one.
fn end_of_stair(readings: &[Reading]) -> Option<usize> {
    let first = readings.first()?;
    let end = readings.iter().position(|one| one.value != first.value)?;
    (readings[end].at.since(first.at) <= TOLD_AGAIN_FOR).then_some(end)
}

/// Where the readings have their last value for the first time, if that is soon before the end.
fn start_of_stair(readings: &[Reading]) -> Option<usize> {
    let last = readings.last()?;
    let start = readings.iter().rposition(|one| one.value != last.value)? + 1;
    (last.at.since(readings[start].at) <= TOLD_AGAIN_FOR).then_some(start)
}
