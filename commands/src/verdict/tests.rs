//! Verdicts over windows by adjective.

mod properties;

use super::*;
use crate::names::At;
use crate::signals::Signal;
use crate::windows::Stat;

/// A window under construction: a minute in which nothing was measured.
struct Scene(Window);

fn minute() -> Scene {
    Scene(Window {
        from: At(0),
        to: At(60_000),
        samples: 30,
        stats: [].into(),
    })
}

impl Scene {
    fn with(mut self, signal: Signal, first: f64, per_s: f64) -> Self {
        let last = first + per_s * 60.0;
        let stat = Stat {
            first,
            last,
            mean: f64::midpoint(first, last),
            max: first.max(last),
            per_s: Some(per_s),
        };
        self.0.stats.insert(signal, stat);
        self
    }

    /// Records/s read and written.
    fn moving(self, per_s: f64) -> Self {
        self.with(Signal::RecordsRead, 0.0, per_s)
            .with(Signal::RecordsWritten, 0.0, per_s)
    }

    fn reading(self, per_s: f64) -> Self {
        self.with(Signal::RecordsRead, 0.0, per_s)
    }

    fn writing(self, per_s: f64) -> Self {
        self.with(Signal::RecordsWritten, 0.0, per_s)
    }

    /// A backlog at the window's end, and records/s by which it grows.
    fn backlog(self, last: f64, per_s: f64) -> Self {
        self.with(Signal::Backlog, last - per_s * 60.0, per_s)
    }

    fn back_pressured(self) -> Self {
        self.with(Signal::BackPressure, 900.0, 0.0)
    }

    fn at_ease(self) -> Self {
        self.with(Signal::BackPressure, 0.0, 0.0)
    }

    fn checkpoints(self, completed: f64) -> Self {
        self.with(Signal::CheckpointsCompleted, 100.0, completed / 60.0)
    }

    fn rates_unknown(mut self) -> Self {
        self.0.stats.values_mut().for_each(|stat| stat.per_s = None);
        self
    }

    fn of(mut self, samples: u32, seconds: i64) -> Self {
        self.0.samples = samples;
        self.0.to = At(seconds * 1000);
        self
    }
}

/// More subtasks, the backlog gone in ten minutes.
fn wider(before: u32, after: u32) -> Promise {
    Promise::Throughput {
        before,
        after,
        arriving_per_s: None,
        leaving_per_s: None,
        backlog_gone_after: Some(Millis::minutes(10)),
    }
}

/// Nothing was measured.
const NOTHING: Evidence<'static> = Evidence {
    before: None,
    after: None,
    samples: &[],
    ours: &[],
};

fn verdict(promise: &Promise, before: Scene, after: Scene) -> Judgement {
    judge(
        promise,
        &Evidence {
            before: Some(&before.0),
            after: Some(&after.0),
            samples: &[],
            ours: &[],
        },
    )
}

/// Samples at these seconds, with so many restarts by then.
fn counting(restarts: &[(i64, f64)]) -> Vec<Sample> {
    restarts
        .iter()
        .map(|(second, count)| Sample {
            at: At(second * 1000),
            attempt: *count as u64,
            parallelism: 1,
            values: [(Signal::Restarts, *count)].into(),
        })
        .collect()
}

fn span(from: i64, to: i64) -> Span {
    Span {
        from: At(from * 1000),
        to: At(to * 1000),
    }
}

fn restarts_not_ours(samples: &[Sample], ours: &[Span]) -> u64 {
    restarts::not_ours(&Evidence {
        before: None,
        after: None,
        samples,
        ours,
    })
}

#[test]
fn four_times_the_subtasks_that_work_four_times_as_much_are_better() {
    let judgement = verdict(
        &wider(1, 4),
        minute().moving(450.0).backlog(1_200_000.0, 1_550.0),
        minute().moving(1_790.0).backlog(1_000_000.0, 210.0),
    );
    assert_eq!(judgement.verdict, Verdict::Better);
    assert_eq!(
        judgement.reasons,
        [
            Reason::Throughput {
                before: 450.0,
                after: 1_790.0,
                expected: 1_800.0
            },
            Reason::BacklogSlope {
                before: 1_550.0,
                after: 210.0
            },
        ]
    );
}

#[test]
fn arrivals_bound_what_is_expected() {
    let judgement = verdict(
        &wider(1, 4),
        minute().moving(200.0).backlog(50_000.0, 100.0),
        minute().moving(250.0).backlog(50_000.0, 50.0),
    );
    assert_eq!(judgement.verdict, Verdict::Better);
    assert!(
        matches!(judgement.reasons[0], Reason::Throughput { expected: 300.0, .. }),
        "{judgement:?}"
    );
}

#[test]
fn less_than_half_of_the_expected_gain_is_the_same() {
    let judgement = verdict(
        &wider(1, 4),
        minute().moving(200.0).backlog(50_000.0, 400.0),
        minute().moving(390.0).backlog(60_000.0, 210.0),
    );
    assert_eq!(judgement.verdict, Verdict::Same);
    assert!(!judgement.reasons.contains(&Reason::NoGainExpected));
}

#[test]
fn a_backlog_that_shrinks_as_promised_is_better_though_throughput_was_to_stay() {
    // 60,000 gone in ten minutes are 100 a second.
    let before = || minute().moving(500.0).backlog(60_000.0, 0.0);
    let shrinking = |per_s: f64| minute().moving(500.0 + per_s).backlog(40_000.0, -per_s);
    let judgement = verdict(&wider(1, 2), before(), shrinking(100.0));
    assert_eq!(judgement.verdict, Verdict::Better);
    assert!(
        matches!(judgement.reasons[0], Reason::BacklogSlope { .. }),
        "{judgement:?}"
    );
    assert_eq!(
        verdict(&wider(1, 2), before(), shrinking(90.0)).verdict,
        Verdict::Same
    );
}

#[test]
fn a_backlog_that_is_gone_before_the_window_is_better() {
    let before = minute().moving(500.0).backlog(60_000.0, 0.0);
    let judgement = verdict(&wider(1, 4), before, minute().moving(500.0).backlog(20.0, 0.0));
    assert_eq!(judgement.verdict, Verdict::Better);
}

#[test]
fn the_ordinary_coming_and_going_of_a_small_backlog_is_no_gain() {
    let before = minute().moving(500.0).backlog(600.0, 0.0);
    let judgement = verdict(&wider(1, 4), before, minute().moving(500.0).backlog(0.0, -10.0));
    assert_eq!(judgement.verdict, Verdict::Same);
    assert_eq!(judgement.reasons[0], Reason::NoGainExpected);
}

#[test]
fn a_job_that_filters_is_judged_by_what_it_lets_through() {
    let job = |read: f64| minute().reading(read).writing(read / 10.0);
    let judgement = verdict(
        &wider(1, 4),
        job(1_000.0).backlog(90_000.0, 200.0),
        job(1_200.0).backlog(90_000.0, 0.0),
    );
    assert_eq!(judgement.verdict, Verdict::Better);
    let Reason::Throughput { expected, .. } = judgement.reasons[0] else {
        panic!("{judgement:?}");
    };
    assert!((expected - 120.0).abs() < 1e-9, "{expected}");
}

#[test]
fn where_the_last_vertices_tell_nothing_what_is_read_stands_for_it() {
    let job = |read: f64| minute().reading(read).writing(0.0);
    let judgement = verdict(
        &wider(1, 4),
        job(100.0).backlog(90_000.0, 300.0),
        job(390.0).backlog(90_000.0, 10.0),
    );
    assert_eq!(judgement.verdict, Verdict::Better);
}

#[test]
fn without_a_backlog_a_gain_of_a_back_pressured_job_still_counts() {
    let judgement = verdict(
        &wider(1, 4),
        minute().moving(200.0).back_pressured(),
        minute().moving(700.0).at_ease(),
    );
    assert_eq!(judgement.verdict, Verdict::Better);
}

#[test]
fn a_tenth_less_at_equal_arrivals_is_worse() {
    let before = || minute().moving(1_000.0).backlog(10.0, 0.0);
    let after = |moved: f64| minute().moving(moved).backlog(9_000.0, 1_000.0 - moved);
    assert_eq!(
        verdict(&Promise::Resources, before(), after(900.0)).verdict,
        Verdict::Worse
    );
    assert_eq!(
        verdict(&Promise::Resources, before(), after(910.0)).verdict,
        Verdict::Same
    );
}

#[test]
fn less_is_not_worse_where_less_arrives_or_the_backlog_is_worked_off() {
    let steady = |moved: f64| minute().moving(moved).backlog(10.0, 0.0);
    assert_eq!(
        verdict(&Promise::Resources, steady(1_000.0), steady(850.0)).verdict,
        Verdict::Same
    );
    let catching_up = minute().moving(2_000.0).backlog(60_000.0, -1_000.0);
    assert_eq!(
        verdict(&Promise::Resources, catching_up, steady(1_000.0)).verdict,
        Verdict::Same
    );
}

#[test]
fn without_a_backlog_a_loss_of_a_job_still_back_pressured_is_worse() {
    let job = |moved: f64| minute().moving(moved).back_pressured();
    assert_eq!(
        verdict(&wider(1, 2), job(500.0), job(400.0)).verdict,
        Verdict::Worse
    );
}

#[test]
fn arrivals_that_moved_by_more_than_a_fifth_cannot_be_compared() {
    let job = |moved: f64| minute().moving(moved).backlog(10.0, 0.0);
    for (after, expected) in [
        (1_000.0, Verdict::Same),
        (1_200.0, Verdict::Same),
        (1_210.0, Verdict::Inconclusive),
        (790.0, Verdict::Inconclusive),
    ] {
        let judgement = verdict(&wider(1, 2), job(1_000.0), job(after));
        assert_eq!(judgement.verdict, expected, "{after}: {judgement:?}");
    }
    let judgement = verdict(&wider(1, 2), job(1_000.0), job(500.0));
    assert_eq!(
        judgement.reasons[0],
        Reason::ArrivalsMoved {
            before: 1_000.0,
            after: 500.0
        }
    );
}

#[test]
fn arrivals_that_are_unknown_before_are_at_least_what_was_read() {
    let judgement = verdict(
        &wider(1, 2),
        minute().moving(1_000.0).back_pressured(),
        minute().moving(500.0).at_ease(),
    );
    assert_eq!(judgement.verdict, Verdict::Inconclusive);
}

#[test]
fn checkpoints_that_stop_are_worse() {
    let job = |completed: f64| minute().moving(500.0).backlog(0.0, 0.0).checkpoints(completed);
    let judgement = verdict(&wider(1, 2), job(6.0), job(0.0));
    assert_eq!(judgement.verdict, Verdict::Worse);
    assert_eq!(judgement.reasons[0], Reason::CheckpointsStopped);
    assert_eq!(verdict(&wider(1, 2), job(6.0), job(1.0)).verdict, Verdict::Same);
    // One in the window before: the next may lie just beyond the window after.
    assert_eq!(verdict(&wider(1, 2), job(1.0), job(0.0)).verdict, Verdict::Same);
}

#[test]
fn three_samples_and_ten_seconds_are_the_least() {
    let job = |samples, seconds| minute().moving(500.0).backlog(0.0, 0.0).of(samples, seconds);
    for (samples, seconds, expected) in [
        (3, 10, Verdict::Same),
        (2, 10, Verdict::Inconclusive),
        (3, 9, Verdict::Inconclusive),
    ] {
        let judgement = verdict(&wider(1, 2), job(30, 60), job(samples, seconds));
        assert_eq!(judgement.verdict, expected, "{samples} samples in {seconds} s");
        let judgement = verdict(&wider(1, 2), job(samples, seconds), job(30, 60));
        assert_eq!(
            judgement.verdict, expected,
            "{samples} samples in {seconds} s before"
        );
    }
}

#[test]
fn without_samples_of_a_job_no_promise_can_be_judged() {
    for promise in [wider(1, 2), Promise::Resources, Promise::Room] {
        assert_eq!(judge(&promise, &NOTHING).verdict, Verdict::Inconclusive);
    }
}

#[test]
fn where_no_job_runs_what_promised_no_gain_is_the_same() {
    for promise in [Promise::Resources, Promise::Room] {
        let judgement = judge_all(&promise, &[]);
        assert_eq!(judgement.verdict, Verdict::Same);
        assert_eq!(judgement.reasons, [Reason::NoGainExpected]);
    }
    assert_eq!(judge_all(&wider(1, 2), &[]).verdict, Verdict::Inconclusive);
}

#[test]
fn of_several_jobs_the_worst_decides_and_is_named() {
    let (steady, fast, fell) = (
        minute().moving(100.0).at_ease().0,
        minute().moving(190.0).at_ease().0,
        minute().moving(20.0).back_pressured().0,
    );
    let pressed = minute().moving(100.0).back_pressured().0;
    let of = |name: &str, before, after| {
        let evidence = Evidence {
            before: Some(before),
            after: Some(after),
            ..NOTHING
        };
        (JobName::parse(name).unwrap(), evidence)
    };
    let same = of("audit", &steady, &steady);
    let better = of("orders", &pressed, &fast);
    let worse = of("payments", &pressed, &fell);
    let unknown = (JobName::parse("silent").unwrap(), NOTHING);
    let judged = |jobs: &[(JobName, Evidence<'_>)]| {
        let judgement = judge_all(&wider(1, 2), jobs);
        (judgement.verdict, judgement.job.map(|job| job.to_string()))
    };
    let named = |verdict, name: &str| (verdict, Some(name.to_owned()));
    assert_eq!(
        judged(&[same.clone(), better.clone(), worse.clone(), unknown.clone()]),
        named(Verdict::Worse, "payments")
    );
    assert_eq!(
        judged(&[same.clone(), better.clone(), unknown]),
        named(Verdict::Inconclusive, "silent")
    );
    assert_eq!(judged(&[same.clone(), better]), named(Verdict::Better, "orders"));
    assert_eq!(judged(&[same]), (Verdict::Same, None));
    assert_eq!(judged(&[worse]), (Verdict::Worse, None));
}

#[test]
fn samples_that_tell_no_rates_cannot_be_judged() {
    let judgement = verdict(&wider(1, 2), minute().at_ease(), minute().at_ease());
    assert_eq!(judgement.verdict, Verdict::Inconclusive);
    assert_eq!(judgement.reasons, [Reason::RatesUnknown]);
}

#[test]
fn a_rate_that_is_not_known_is_no_standstill() {
    for promise in [wider(1, 2), Promise::Resources, Promise::Room] {
        let (before, after) = (minute().moving(450.0), minute().moving(450.0).rates_unknown());
        let judgement = verdict(&promise, before, after);
        assert_eq!(judgement.verdict, Verdict::Inconclusive, "{promise:?}");
        assert_eq!(judgement.reasons, [Reason::RatesUnknown]);
    }
}

#[test]
fn a_restart_of_its_own_is_worse_even_where_the_windows_say_little() {
    let samples = counting(&[(90, 0.0), (130, 1.0), (300, 1.0), (320, 2.0)]);
    let ours = [span(100, 120)];
    let judgement = judge(
        &wider(1, 2),
        &Evidence {
            before: None,
            after: None,
            samples: &samples,
            ours: &ours,
        },
    );
    assert_eq!(judgement.verdict, Verdict::Worse);
    assert_eq!(judgement.reasons, [Reason::Restarts(1)]);
}

#[test]
fn a_restart_outweighs_a_gain_and_the_gain_is_still_told() {
    let before = minute().moving(100.0).backlog(90_000.0, 300.0).0;
    let after = minute().moving(390.0).backlog(90_000.0, 10.0).0;
    let judgement = judge(
        &wider(1, 4),
        &Evidence {
            before: Some(&before),
            after: Some(&after),
            samples: &counting(&[(200, 1.0), (210, 2.0)]),
            ours: &[span(60, 80)],
        },
    );
    assert_eq!(judgement.verdict, Verdict::Worse);
    assert_eq!(judgement.reasons.len(), 3);
    assert_eq!(judgement.reasons[0], Reason::Restarts(1));
}

#[test]
fn restarts_within_our_steps_are_not_counted() {
    let samples = counting(&[
        (95, 0.0),
        (105, 1.0),
        (155, 1.0),
        (165, 2.0),
        (395, 2.0),
        (405, 3.0),
    ]);
    assert_eq!(restarts_not_ours(&samples, &[span(90, 130), span(150, 170)]), 1);
}

#[test]
fn a_restart_of_ours_that_flink_shows_late_is_not_counted() {
    let samples = counting(&[(90, 0.0), (125, 0.0), (129, 1.0), (135, 1.0), (160, 2.0)]);
    assert_eq!(restarts_not_ours(&samples, &[span(100, 120)]), 1);
}

#[test]
fn restarts_before_the_change_began_are_not_its_fault() {
    let samples = counting(&[(10, 0.0), (20, 5.0), (90, 5.0), (110, 6.0), (200, 6.0)]);
    assert_eq!(restarts_not_ours(&samples, &[span(100, 120)]), 0);
}

#[test]
fn a_count_that_begins_anew_is_no_restart() {
    let mut samples = counting(&[(200, 7.0), (210, 0.0), (220, 1.0)]);
    samples[0].values.insert(Signal::Restarts, f64::NAN);
    assert_eq!(restarts_not_ours(&samples, &[span(100, 120)]), 1);
    assert_eq!(restarts_not_ours(&counting(&[(200, 7.0), (210, 0.0)]), &[]), 0);
}
