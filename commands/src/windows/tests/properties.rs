//! What holds for whatever was sampled.

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;

use super::*;
use crate::plan::canonical_sha256;
use crate::signals::Kind;

/// Any reading: also none, none that is a number, and the greatest ones.
fn value() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => 0.0..1e6f64,
        1 => Just(0.0),
        1 => prop::num::f64::ANY,
    ]
}

/// Samples in the order of time, of attempts that follow one another; their parallelism numbers them from 1.
fn samples() -> impl Strategy<Value = Vec<Sample>> {
    let values = btree_map(prop::sample::select(Signal::ALL.to_vec()), value(), 0..8);
    vec((0i64..5_000, 0u64..2, values), 0..40).prop_map(|steps| {
        let (mut at, mut attempt, mut number) = (0, 0, 0);
        let sample = |(later, restarts, values)| {
            at += later;
            attempt += restarts;
            number += 1;
            Sample {
                at: At(at),
                attempt,
                parallelism: number,
                values,
            }
        };
        steps.into_iter().map(sample).collect()
    })
}

proptest! {
    #[test]
    fn a_window_holds_what_lies_in_it_and_counters_never_shrink(samples in samples(), from in 0i64..50_000, long in 0i64..100_000) {
        let (from, to) = (At(from), At(from + long));
        let window = window(&samples, from, to);
        let within = samples.iter().filter(|sample| from <= sample.at && sample.at <= to).count();
        prop_assert_eq!(window.samples as usize, within);
        // Panics on what is no number.
        canonical_sha256(&window);
        for (signal, stat) in &window.stats {
            if signal.kind() == Kind::Counter {
                prop_assert!(stat.per_s.is_none_or(|per_s| per_s >= 0.0), "{signal:?} {stat:?}");
            }
        }
    }

    #[test]
    fn a_pair_is_equally_long_and_lies_where_it_was_asked_for(
        samples in samples(),
        started in 0i64..100_000,
        settling in 0i64..20_000,
        after in 0i64..60_000,
        before in 0u64..60_000,
    ) {
        let (started_at, settled_from) = (At(started), At(started + settling));
        let until = At(started + settling + after);
        let length = |window: &Window| window.to.since(window.from).0;
        let (first, second) = pair(&samples, started_at, settled_from, until, Millis(before));
        if let Some(first) = &first {
            prop_assert_eq!(first.to, started_at);
            prop_assert!(first.samples > 0 && length(first) <= before);
        }
        if let Some(second) = &second {
            prop_assert!(second.samples > 0);
            prop_assert!(settled_from <= second.from && second.to <= until);
        }
        if let (Some(first), Some(second)) = (&first, &second) {
            prop_assert_eq!(length(first), length(second));
        }
    }

    #[test]
    fn thinned_samples_are_some_of_them_in_order(samples in samples(), at_most in 0usize..50) {
        let thinned = thin(&samples, at_most);
        prop_assert_eq!(thinned.len(), samples.len().min(at_most));
        let numbers: Vec<u32> = thinned.iter().map(|sample| sample.parallelism).collect();
        prop_assert!(numbers.is_sorted_by(|one, next| one < next), "{numbers:?}");
        if at_most > 1 && !samples.is_empty() {
            prop_assert_eq!(numbers[0], 1);
            prop_assert_eq!(numbers[numbers.len() - 1] as usize, samples.len());
        }
    }
}
