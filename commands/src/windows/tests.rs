//! What windows say of samples.

mod properties;

use super::*;

/// A sample so many seconds after the beginning, of this attempt.
fn at(second: i64, attempt: u64, values: &[(Signal, f64)]) -> Sample {
    Sample {
        at: At(second * 1000),
        attempt,
        parallelism: 1,
        values: values.iter().copied().collect(),
    }
}

fn second(second: i64) -> At {
    At(second * 1000)
}

/// A sample every two seconds, reading 100/s.
fn steady(from: i64, to: i64) -> Vec<Sample> {
    (from..=to)
        .step_by(2)
        .map(|second| at(second, 0, &[(Signal::RecordsRead, second as f64 * 100.0)]))
        .collect()
}

fn rate(window: &Window, signal: Signal) -> f64 {
    window.per_s(signal).unwrap()
}

#[test]
fn a_rate_is_the_difference_of_the_counter_over_the_time() {
    let window = window(&steady(0, 60), second(10), second(30));
    assert_eq!(window.samples, 11);
    assert_eq!(rate(&window, Signal::RecordsRead), 100.0);
    assert_eq!(window.stats[&Signal::RecordsRead].first, 1_000.0);
    assert_eq!(window.stats[&Signal::RecordsRead].last, 3_000.0);
}

#[test]
fn a_counter_is_compared_within_each_attempt_and_the_pause_counts_as_time() {
    let read = |second, attempt, value| at(second, attempt, &[(Signal::RecordsRead, value)]);
    let samples = [
        read(0, 0, 5_000.0),
        read(2, 0, 5_200.0),
        read(4, 0, 5_400.0),
        read(8, 1, 90.0),
        read(10, 1, 290.0),
    ];
    // Nobody knows how old the first reading is, so the change is taken from the second on.
    assert_eq!(
        rate(&window(&samples, second(0), second(10)), Signal::RecordsRead),
        50.0
    );
}

#[test]
fn what_a_new_attempt_repeats_of_the_old_one_is_not_believed() {
    let sample = |second, attempt, read, busy| {
        at(
            second,
            attempt,
            &[
                (Signal::RecordsRead, read),
                (Signal::Busy, busy),
                (Signal::Slots, 4.0),
            ],
        )
    };
    let samples = [
        sample(0, 0, 5_000.0, 990.0),
        sample(2, 1, 5_000.0, 990.0),
        sample(4, 1, 5_000.0, 990.0),
        sample(6, 1, 10.0, 500.0),
        sample(8, 1, 810.0, 500.0),
        sample(10, 1, 1_610.0, 500.0),
    ];
    let window = window(&samples, second(2), second(10));
    assert_eq!(rate(&window, Signal::RecordsRead), 400.0);
    assert_eq!(window.stats[&Signal::Busy].max, 500.0);
    assert_eq!(window.stats[&Signal::Slots].mean, 4.0);
    assert_eq!(window.samples, 5);
}

#[test]
fn what_was_read_of_the_old_attempt_at_the_last_moment_is_not_believed() {
    let sample = |second, attempt, read, busy| {
        at(
            second,
            attempt,
            &[(Signal::RecordsRead, read), (Signal::Busy, busy)],
        )
    };
    let samples = [
        sample(0, 0, 5_000.0, 990.0),
        sample(2, 1, 5_150.0, 990.0),
        sample(4, 1, 10.0, 500.0),
        sample(6, 1, 810.0, 500.0),
        sample(8, 1, 1_610.0, 500.0),
    ];
    let window = window(&samples, second(2), second(8));
    assert_eq!(rate(&window, Signal::RecordsRead), 400.0);
    assert_eq!(window.stats[&Signal::Busy].max, 500.0);
}

#[test]
fn a_counter_that_falls_long_after_the_restart_began_anew() {
    let read = |second, value| at(second, 1, &[(Signal::RecordsRead, value)]);
    let samples = [
        at(0, 0, &[]),
        read(2, 100.0),
        read(38, 480.0),
        read(40, 500.0),
        read(42, 0.0),
        read(44, 40.0),
    ];
    assert_eq!(
        rate(&window(&samples, second(38), second(44)), Signal::RecordsRead),
        10.0
    );
}

#[test]
fn a_counter_that_flink_renews_every_ten_seconds_is_read_where_it_is_fresh() {
    // 100/s, renewed at 4 s, 14 s, 24 s, and so on; read every second.
    let stairs = |second: i64| ((second - 4).div_euclid(10) * 1_000 + 5_000) as f64;
    let samples: Vec<Sample> = (0..60)
        .map(|second| {
            at(
                second,
                0,
                &[
                    (Signal::RecordsRead, stairs(second)),
                    (Signal::Backlog, 9_000.0 - stairs(second)),
                ],
            )
        })
        .collect();
    for from in 10..30 {
        let window = window(&samples, second(from), second(from + 21));
        assert_eq!(rate(&window, Signal::RecordsRead), 100.0, "from {from} s");
        assert_eq!(rate(&window, Signal::Backlog), -100.0, "from {from} s");
    }
}

#[test]
fn a_job_that_stands_still_for_longer_is_not_taken_for_a_stair() {
    let read = |second: i64| {
        at(
            second,
            0,
            &[(Signal::RecordsRead, second.clamp(0, 30) as f64 * 100.0)],
        )
    };
    let samples: Vec<Sample> = (0..=60).map(read).collect();
    let window = window(&samples, second(0), second(60));
    assert!((rate(&window, Signal::RecordsRead) - 50.0).abs() < 1.0);
}

#[test]
fn a_counter_at_zero_in_both_attempts_is_believed() {
    let sample = |second, attempt| at(second, attempt, &[(Signal::RecordsWritten, 0.0)]);
    let window = window(
        &[sample(0, 0), sample(2, 1), sample(20, 1)],
        second(2),
        second(20),
    );
    assert_eq!(rate(&window, Signal::RecordsWritten), 0.0);
}

#[test]
fn a_number_of_the_job_goes_on_over_its_attempts() {
    let sample = |second, attempt, restarts| at(second, attempt, &[(Signal::Restarts, restarts)]);
    let window = window(
        &[sample(0, 3, 3.0), sample(5, 4, 4.0), sample(10, 5, 5.0)],
        second(0),
        second(10),
    );
    assert_eq!(rate(&window, Signal::Restarts), 0.2);
}

#[test]
fn what_is_no_number_is_absent() {
    let samples = [
        at(
            0,
            0,
            &[
                (Signal::Busy, f64::NAN),
                (Signal::Idle, i64::MIN as f64),
                (Signal::Backlog, 10.0),
            ],
        ),
        at(2, 0, &[(Signal::Busy, f64::INFINITY), (Signal::Backlog, 30.0)]),
    ];
    let window = window(&samples, second(0), second(2));
    assert_eq!(window.stats.keys().collect::<Vec<_>>(), [&Signal::Backlog]);
    assert_eq!(window.stats[&Signal::Backlog].mean, 20.0);
}

#[test]
fn a_counter_read_once_tells_no_rate() {
    let window = window(&steady(0, 60), second(9), second(11));
    assert_eq!(window.samples, 1);
    assert_eq!(window.stats[&Signal::RecordsRead].last, 1_000.0);
    assert_eq!(window.per_s(Signal::RecordsRead), None);
}

/// What a JobManager with its own settings told of a job that moves 600/s: new counters every ten seconds.
fn renewed_every_ten_seconds() -> Vec<Sample> {
    let told = |second: i64| ((second - 4).div_euclid(10) * 6_000 + 60_000) as f64;
    (0..60)
        .map(|second| {
            let values = [
                (Signal::RecordsRead, told(second)),
                (Signal::RecordsWritten, told(second)),
                (Signal::Backlog, 12_000.0),
            ];
            at(second, 0, &values)
        })
        .collect()
}

#[test]
fn a_window_shorter_than_flinks_own_interval_knows_no_rate() {
    let samples = renewed_every_ten_seconds();
    for from in 5..40 {
        let window = window(&samples, second(from), second(from + 8));
        for signal in [Signal::RecordsRead, Signal::RecordsWritten, Signal::Backlog] {
            assert_eq!(window.per_s(signal), None, "{signal:?} from {from} s");
        }
    }
}

#[test]
fn a_rate_is_told_rightly_or_not_at_all() {
    let samples = renewed_every_ten_seconds();
    for length in 1..30 {
        for from in 5..30 {
            let window = window(&samples, second(from), second(from + length));
            let rate = window.per_s(Signal::RecordsWritten);
            assert!(
                rate.is_none_or(|rate| rate == 600.0),
                "{rate:?} of {length} s from {from} s"
            );
        }
    }
}

#[test]
fn no_samples_are_an_empty_window() {
    let window = window(&[], second(0), second(10));
    assert_eq!((window.samples, window.stats.len()), (0, 0));
}

#[test]
fn both_windows_are_as_long_as_the_shorter_time() {
    let (before, after) = pair(
        &steady(0, 400),
        second(100),
        second(120),
        second(150),
        Millis::seconds(60),
    );
    let (before, after) = (before.unwrap(), after.unwrap());
    assert_eq!((before.from, before.to), (second(70), second(100)));
    assert_eq!((after.from, after.to), (second(120), second(150)));
}

#[test]
fn both_windows_are_as_long_as_what_was_sampled_before() {
    let (before, after) = pair(
        &steady(80, 400),
        second(100),
        second(120),
        second(220),
        Millis::seconds(60),
    );
    let (before, after) = (before.unwrap(), after.unwrap());
    // The first sample speaks for the two seconds before it too.
    assert_eq!((before.from, before.to), (second(78), second(100)));
    assert_eq!((after.from, after.to), (second(198), second(220)));
}

#[test]
fn the_last_reading_just_before_the_end_does_not_shorten_the_windows() {
    let (before, after) = pair(
        &steady(1, 149),
        second(100),
        second(120),
        second(150),
        Millis::seconds(30),
    );
    assert_eq!(before.unwrap().from, second(70));
    assert_eq!(after.unwrap().from, second(120));
}

#[test]
fn a_sampler_that_fell_silent_moves_the_second_window_to_what_it_saw() {
    let (before, after) = pair(
        &steady(0, 138),
        second(100),
        second(120),
        second(180),
        Millis::seconds(60),
    );
    let (before, after) = (before.unwrap(), after.unwrap());
    assert_eq!((before.from, before.to), (second(80), second(100)));
    assert_eq!((after.from, after.to), (second(120), second(140)));
}

#[test]
fn where_nothing_was_sampled_there_is_no_window() {
    assert_eq!(
        pair(&[], second(100), second(120), second(150), Millis::seconds(60)),
        (None, None)
    );
    let (before, after) = pair(
        &steady(120, 400),
        second(100),
        second(120),
        second(150),
        Millis::seconds(60),
    );
    assert_eq!(before, None);
    assert_eq!(after.unwrap().from, second(120));
    let (before, after) = pair(
        &steady(0, 110),
        second(100),
        second(120),
        second(150),
        Millis::seconds(60),
    );
    assert_eq!(before.unwrap().from, second(40));
    assert_eq!(after, None);
}

#[test]
fn a_single_sample_before_does_not_take_the_window_after_away() {
    let (before, after) = pair(
        &steady(100, 400),
        second(101),
        second(120),
        second(150),
        Millis::seconds(60),
    );
    assert_eq!(before, None);
    assert_eq!(after.unwrap().from, second(120));
}

#[test]
fn thinned_samples_keep_their_ends_and_lie_evenly() {
    let seconds = |samples: &[Sample]| {
        samples
            .iter()
            .map(|sample| sample.at.0 / 1000)
            .collect::<Vec<_>>()
    };
    let samples = steady(0, 20);
    assert_eq!(seconds(&thin(&samples, 3)), [0, 10, 20]);
    assert_eq!(seconds(&thin(&samples, 11)).len(), 11);
    assert_eq!(seconds(&thin(&samples, 100)).len(), 11);
    assert_eq!(seconds(&thin(&samples, 1)), [20]);
    assert_eq!(thin(&samples, 0), []);
    assert_eq!(thin(&[], 5), []);
}
