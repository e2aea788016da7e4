//! Sampling the fake Flink, whose metrics are as late as a real one's.

use std::time::Duration;

use fakes::calls::{Aim, Misbehaviour};
use fakes::flink::{FakeFlink, Settings, job};

use super::*;
use crate::platforms::flink_rest::tests::client_of;

struct Reader {
    flink: FakeFlink,
    rest: FlinkRest,
    metrics: JobManagerMetrics,
}

impl Reader {
    async fn of(flink: FakeFlink) -> Self {
        let rest = FlinkRest::new(client_of(&flink));
        Self {
            flink,
            rest,
            metrics: JobManagerMetrics::default(),
        }
    }

    /// Moves on by a sampler's step and reads once.
    async fn sample(&self) -> Sampling {
        self.flink.advance(Duration::from_secs(2));
        let at = At(i64::try_from(self.flink.now()).unwrap());
        self.metrics.sample(&self.rest, at).await.unwrap()
    }

    async fn sample_of_cluster(&self) -> Sample {
        let samples = self.sample().await.samples.into_iter();
        samples
            .filter(|(of, _)| *of == Sampled::Cluster)
            .map(|(_, sample)| sample)
            .next()
            .unwrap()
    }

    async fn sample_of(&self, name: &str) -> Option<Sample> {
        let id = Sampled::Job(JobId::parse(&self.flink.job_id(name)).unwrap());
        let samples = self.sample().await.samples.into_iter();
        samples
            .filter(|(of, _)| *of == id)
            .map(|(_, sample)| sample)
            .next()
    }

    async fn samples_of(&self, name: &str, count: usize) -> Vec<Sample> {
        let mut samples = Vec::new();
        for _ in 0..count {
            samples.extend(self.sample_of(name).await);
        }
        samples
    }
}

fn of_jobs(read: Sampling) -> impl Iterator<Item = Sample> {
    let jobs = read.samples.into_iter();
    jobs.filter(|(of, _)| *of != Sampled::Cluster)
        .map(|(_, sample)| sample)
}

async fn one_job() -> Reader {
    let flink = FakeFlink::start().await;
    flink.configured(Settings::tuned()).with_taskmanagers(2, 4);
    let orders = job("orders")
        .parallelism(1)
        .arriving(600.0)
        .capacity_per_subtask(200.0)
        .backlog(10_000);
    flink.runs(orders.running_for(Duration::from_secs(120)));
    Reader::of(flink).await
}

#[tokio::test]
async fn all_signals_of_a_running_job_are_read() {
    let reader = one_job().await;
    let samples = reader.samples_of("orders", 6).await;
    let last = samples.last().unwrap();
    let missing: Vec<_> = Signal::ALL
        .iter()
        .filter(|signal| !last.values.contains_key(signal))
        .collect();
    assert_eq!(missing, [] as [&Signal; 0]);
    assert_eq!((last.parallelism, last.attempt), (1, 0));
    assert_eq!(
        (last.values[&Signal::Slots], last.values[&Signal::SlotsUsed]),
        (8.0, 1.0)
    );
    assert!(last.values[&Signal::Busy] > 900.0);
    let before = &samples[samples.len() - 2];
    let written = last.values[&Signal::RecordsWritten] - before.values[&Signal::RecordsWritten];
    assert!((written - 400.0).abs() < 60.0, "{written} in 2 s at 200/s");
    let backlog = last.values[&Signal::Backlog] - before.values[&Signal::Backlog];
    assert!((backlog - 800.0).abs() < 120.0, "{backlog} more in 2 s at 400/s");
    reader.flink.assert_lawful();
}

#[tokio::test]
async fn a_cluster_without_a_job_tells_what_it_has() {
    let flink = FakeFlink::start().await;
    flink.configured(Settings::tuned()).with_taskmanagers(2, 4);
    let reader = Reader::of(flink).await;
    reader.sample().await;
    let sampling = reader.sample().await;
    assert_eq!(sampling.jobs, []);
    let [(Sampled::Cluster, sample)] = &sampling.samples[..] else {
        panic!("{sampling:?}")
    };
    let told = [Signal::TaskManagers, Signal::Slots, Signal::SlotsUsed].map(|signal| sample.values[&signal]);
    assert_eq!(told, [2.0, 8.0, 0.0]);
    for signal in [Signal::Heap, Signal::Gc, Signal::Cpu] {
        assert!(sample.values.contains_key(&signal), "{signal:?}");
    }
}

#[tokio::test]
async fn the_jobs_are_named_from_the_first_reading_on() {
    let reader = one_job().await;
    let sampling = reader.sample().await;
    assert_eq!(sampling.jobs, [JobName::parse("orders").unwrap()]);
}

#[tokio::test]
async fn counters_never_fall_within_an_attempt_over_a_rescale() {
    let reader = one_job().await;
    let mut samples = reader.samples_of("orders", 5).await;
    for parallelism in [4, 2] {
        reader.flink.somebody_sets_bounds("orders", 1, parallelism);
        samples.extend(reader.samples_of("orders", 15).await);
        let last = samples.last().unwrap();
        assert_eq!(last.parallelism, parallelism);
        assert!(last.values.contains_key(&Signal::Busy));
    }
    assert_eq!(samples.last().unwrap().attempt, 2);
    for pair in samples.windows(2) {
        let [before, after] = pair else { unreachable!() };
        for signal in [Signal::RecordsRead, Signal::RecordsWritten] {
            let values = (before.values.get(&signal), after.values.get(&signal));
            if let (Some(one), Some(other), true) = (values.0, values.1, before.attempt == after.attempt) {
                assert!(other >= one, "{signal:?}: {before:?} and {after:?}");
            }
        }
    }
    // A new attempt begins again: its first counters are below the old one's last.
    let written = |attempt: u64| {
        let of_attempt = samples.iter().filter(move |sample| sample.attempt == attempt);
        of_attempt.filter_map(|sample| sample.values.get(&Signal::RecordsWritten).copied())
    };
    assert!(written(1).next().unwrap() < written(0).next_back().unwrap());
    assert!(written(2).next().unwrap() < written(1).next_back().unwrap());
}

#[tokio::test]
async fn a_source_is_asked_for_its_names_once_per_attempt() {
    let reader = one_job().await;
    reader.samples_of("orders", 8).await;
    let asked = || {
        let calls = reader.flink.calls();
        calls
            .iter()
            .filter(|call| call.path.ends_with("/subtasks/metrics") && call.query.is_empty())
            .count()
    };
    let once = asked();
    assert!(once <= 3, "{once}: the first finds nothing");
    reader.samples_of("orders", 5).await;
    assert_eq!(asked(), once);
}

#[tokio::test]
async fn each_of_two_jobs_is_charged_with_its_own_taskmanagers() {
    let flink = FakeFlink::start().await;
    flink.configured(Settings::tuned()).with_taskmanagers(2, 1);
    flink
        .runs(job("orders").parallelism(1))
        .runs(job("clicks").parallelism(1));
    flink.metric("tm-1", "Status.JVM.CPU.Load", "0.25");
    flink.metric("tm-2", "Status.JVM.CPU.Load", "0.75");
    let reader = Reader::of(flink).await;
    reader.samples_of("orders", 4).await;
    let sampling = reader.sample().await;
    let mut loads: Vec<f64> = of_jobs(sampling)
        .map(|sample| sample.values[&Signal::Cpu])
        .collect();
    loads.sort_by(f64::total_cmp);
    assert_eq!(loads, [0.25, 0.75]);
    let cluster = reader.sample_of_cluster().await;
    assert_eq!(cluster.values[&Signal::Cpu], 0.75, "that of the busiest");
    assert_eq!(cluster.values[&Signal::SlotsUsed], 2.0);
    reader.flink.assert_lawful();
}

#[tokio::test]
async fn the_fullest_heap_is_found_where_heaps_differ() {
    let reader = one_job().await;
    for (id, used, limit) in [("tm-1", "90", "100"), ("tm-2", "500", "1000")] {
        reader.flink.metric(id, "Status.JVM.Memory.Heap.Used", used);
        reader.flink.metric(id, "Status.JVM.Memory.Heap.Max", limit);
    }
    let sample = reader.samples_of("orders", 5).await.pop().unwrap();
    assert_eq!(sample.values[&Signal::Heap], 0.9);
    reader.flink.assert_lawful();
}

#[tokio::test]
async fn a_job_that_ends_is_forgotten_and_a_flink_that_fails_is_a_fault() {
    let reader = one_job().await;
    reader.samples_of("orders", 3).await;
    reader.flink.next_call(
        Aim::at("GET", "/jobs/{jobid}"),
        Misbehaviour::InternalError("java.lang.IllegalStateException: odd".to_owned()),
    );
    let fault = reader.metrics.sample(&reader.rest, At(0)).await.unwrap_err();
    assert!(matches!(fault, Fault::Transient { .. }));
    reader.flink.job_ends("orders", fakes::flink::Status::Canceled);
    assert_eq!(reader.samples_of("orders", 2).await, []);
    assert!(reader.metrics.remembered.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_job_that_was_seen_while_it_restarted_does_not_keep_its_old_attempt() {
    let reader = one_job().await;
    // `numRestarts` comes seconds after the job runs again.
    reader.flink.configured(Settings {
        metrics_update: 5_000,
        ..Settings::tuned()
    });
    reader.samples_of("orders", 4).await;
    reader.flink.somebody_sets_bounds("orders", 1, 4);
    let (mut seen_restarting, mut samples) = (false, Vec::new());
    for _ in 0..200 {
        reader.flink.advance(Duration::from_millis(100));
        let at = At(i64::try_from(reader.flink.now()).unwrap());
        let read = reader.metrics.sample(&reader.rest, at).await.unwrap();
        let read: Vec<Sample> = of_jobs(read).collect();
        seen_restarting |= read.is_empty() && !reader.flink.all_tasks_run("orders");
        samples.extend(read);
    }
    assert!(seen_restarting);
    let wide: Vec<u64> = samples
        .iter()
        .filter(|sample| sample.parallelism == 4)
        .map(|sample| sample.attempt)
        .collect();
    assert!(
        !wide.is_empty() && wide.iter().all(|attempt| *attempt == 1),
        "{wide:?}"
    );
}
