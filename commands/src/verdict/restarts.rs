//! Restarts that are held against a change.

use super::Evidence;
use crate::names::{At, Millis};
use crate::plan::Span;
use crate::signals::Signal;
use crate::windows::Sample;

/// How late a restart may show: the JobManager reads metrics anew every ten seconds (`metrics.fetcher.update-interval`,
/// <https://nightlies.apache.org/flink/flink-docs-release-2.3/docs/deployment/config/#metrics>).
const SHOWN_WITHIN: Millis = Millis::seconds(10);

/// Restarts since the change began that lie outside our own steps: by time, not by number, for one stopped TaskManager
/// may cost several.
pub(super) fn not_ours(evidence: &Evidence<'_>) -> u64 {
    let began = began(evidence);
    counted(evidence.samples)
        .filter(|(from, to, _)| {
            began.is_none_or(|began| *to > began)
                && !evidence.ours.iter().any(|span| is_within(span, *from, *to))
        })
        .map(|(_, _, restarts)| restarts)
        .sum()
}

/// Restarts that lie within our own steps: told beside the others, and held against nobody.
pub fn ours(samples: &[Sample], ours: &[Span]) -> u64 {
    counted(samples)
        .filter(|(from, to, _)| ours.iter().any(|span| is_within(span, *from, *to)))
        .map(|(_, _, restarts)| restarts)
        .sum()
}

/// Restarts between each two readings, with the instants of both.
fn counted(samples: &[Sample]) -> impl Iterator<Item = (At, At, u64)> {
    let readings: Vec<(At, f64)> = samples
        .iter()
        .filter_map(|sample| Some((sample.at, *sample.values.get(&Signal::Restarts)?)))
        .filter(|(_, count)| count.is_finite())
        .collect();
    let pairs = readings.len().saturating_sub(1);
    (0..pairs).map(move |at| {
        let ((from, before), (to, after)) = (readings[at], readings[at + 1]);
        (from, to, (after - before).max(0.0) as u64)
    })
}

/// When the change began: what happened before is not its fault.
fn began(evidence: &Evidence<'_>) -> Option<At> {
    let first = evidence.ours.iter().map(|span| span.from).min();
    first.or(evidence.before.map(|window| window.to))
}

/// Whether what showed between two samples may have happened in this span.
fn is_within(span: &Span, from: At, to: At) -> bool {
    from <= span.to.plus(SHOWN_WITHIN) && span.from <= to
}
