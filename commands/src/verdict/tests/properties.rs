//! What holds for whatever was measured.

use proptest::collection::btree_map;
use proptest::prelude::*;

use super::*;
use crate::plan::canonical_sha256;
use crate::signals::Kind;

fn window() -> impl Strategy<Value = Window> {
    let number = || prop_oneof![0.0..10_000.0f64, Just(0.0), Just(1e18)];
    let rate = prop::option::of(-1_000.0..1_000.0f64);
    let stat = (number(), number(), rate).prop_map(|(first, last, per_s)| Stat {
        first,
        last,
        mean: first,
        max: first.max(last),
        per_s,
    });
    let stats = btree_map(prop::sample::select(Signal::ALL.to_vec()), stat, 0..16);
    (0u32..10, 0i64..60_000, stats).prop_map(|(samples, to, mut stats)| {
        let counters = stats
            .iter_mut()
            .filter(|(signal, _)| signal.kind() == Kind::Counter);
        counters.for_each(|(_, stat)| stat.per_s = stat.per_s.map(|per_s| per_s.max(0.0)));
        Window {
            from: At(0),
            to: At(to),
            samples,
            stats,
        }
    })
}

fn promise() -> impl Strategy<Value = Promise> {
    let gone = prop::option::of((0u64..10_000_000).prop_map(Millis));
    prop_oneof![
        Just(Promise::Resources),
        Just(Promise::Room),
        (0u32..200, 0u32..200, gone).prop_map(|(before, after, backlog_gone_after)| Promise::Throughput {
            before,
            after,
            arriving_per_s: None,
            leaving_per_s: None,
            backlog_gone_after,
        }),
    ]
}

proptest! {
    #[test]
    fn every_verdict_has_a_reason_and_little_evidence_is_never_a_success(
        promise in promise(),
        before in prop::option::of(window()),
        after in prop::option::of(window()),
    ) {
        let evidence = Evidence { before: before.as_ref(), after: after.as_ref(), samples: &[], ours: &[] };
        let judgement = judge(&promise, &evidence);
        prop_assert!(!judgement.reasons.is_empty());
        // Panics on what is no number.
        canonical_sha256(&judgement);
        if ![&before, &after].iter().all(|window| window.as_ref().is_some_and(is_enough)) {
            prop_assert_ne!(judgement.verdict, Verdict::Better);
            prop_assert_ne!(judgement.verdict, Verdict::Worse);
        }
        if !matches!(promise, Promise::Throughput { .. }) {
            prop_assert_ne!(judgement.verdict, Verdict::Better);
        }
    }

    #[test]
    fn a_restart_that_is_not_ours_is_always_worse(
        promise in promise(),
        before in prop::option::of(window()),
        after in prop::option::of(window()),
    ) {
        let samples = counting(&[(200, 0.0), (210, 1.0)]);
        let ours = [span(70, 80)];
        let evidence = Evidence { before: before.as_ref(), after: after.as_ref(), samples: &samples, ours: &ours };
        let judgement = judge(&promise, &evidence);
        prop_assert_eq!(judgement.verdict, Verdict::Worse);
        prop_assert_eq!(&judgement.reasons[0], &Reason::Restarts(1));
    }
}
