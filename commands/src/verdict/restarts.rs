//! Restarts that are held against a change.

use super::Evidence;
use crate::names::{At, Millis};
use crate::plan::Span;
use crate::signals::Signal;

/// How late a restart may show: the JobManager reads metrics anew every ten seconds (`metrics.fetcher.update-interval`,
/// <https://nightlies.apache.org/flink/flink-docs-release-2.3/docs/deployment/config/#metrics>).
const SHOWN_WITHIN: Millis = Millis::seconds(10);

/// Restarts since the change began that lie outside our own steps: by time, not by number, for one stopped TaskManager
/// may cost several.
pub(super) fn not_ours(evidence: &Evidence<'_>) -> u64 {
    let began = began(evidence);
    let counted = evidence.samples.iter().filter_map(|sample| {
        let count = sample.values.get(&Signal::Restarts)?;
        count.is_finite().then_some((sample.at, *count))
    });
    let counted: Vec<(At, f64)> = counted.collect();
    counted
        .windows(2)
        .filter(|pair| began.is_none_or(|began| pair[1].0 > began))
        .filter(|pair| {
            !evidence
                .ours
                .iter()
                .any(|span| is_within(span, pair[0].0, pair[1].0))
        })
        .map(|pair| (pair[1].1 - pair[0].1).max(0.0) as u64)
        .sum()
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
