//! Heap, garbage collection and CPU of TaskManagers: always those of the worst one.

use std::collections::{BTreeMap, BTreeSet};

use commands::signals::Signal;
use futures::future::try_join_all;

use crate::http::Request;
use crate::platforms::flink_rest::FlinkRest;
use crate::platforms::flink_rest::look::Missed;
use crate::platforms::flink_rest::wire::{Aggregate, Metric, TaskManagers};

const HEAP_USED: &str = "Status.JVM.Memory.Heap.Used";
const HEAP_MAX: &str = "Status.JVM.Memory.Heap.Max";
/// Since 1.19, with every collector.
const GC: &str = "Status.JVM.GarbageCollector.All.TimeMsPerSecond";
const CPU: &str = "Status.JVM.CPU.Load";

/// The most TaskManagers that are asked one by one for their heap.
const MOST_HEAPS: usize = 64;

/// The worst of some TaskManagers.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Machines {
    /// Heap used of heap allowed, 0 to 1.
    pub heap: Option<f64>,
    /// Time in garbage collection, ms/s.
    pub gc: Option<f64>,
    /// Load, 0 to 1.
    pub cpu: Option<f64>,
}

impl Machines {
    /// Adds what is known.
    pub fn add_to(self, values: &mut BTreeMap<Signal, f64>) {
        let known = [
            (Signal::Heap, self.heap),
            (Signal::Gc, self.gc),
            (Signal::Cpu, self.cpu),
        ];
        values.extend(
            known
                .into_iter()
                .filter_map(|(signal, value)| Some((signal, value?))),
        );
    }
}

/// Reads these TaskManagers, or all of them where none is named.
///
/// # Errors
/// When Flink cannot be read.
pub async fn read(flink: &FlinkRest, of: &BTreeSet<String>) -> Result<Machines, Missed> {
    let mut request = Request::get(["taskmanagers", "metrics"])
        .with("get", [HEAP_USED, HEAP_MAX, GC, CPU].join(","))
        .with("agg", "min,max");
    if !of.is_empty() {
        request = request.with("taskmanagers", of.iter().cloned().collect::<Vec<_>>().join(","));
    }
    // One that has gone since it was named is refused: nothing is known then, until the job's next attempt.
    let readings: Vec<Aggregate> = flink.ask_if_there(request).await?.unwrap_or_default();
    let find = |name: &str| readings.iter().find(|reading| reading.id == name);
    let heap = match find(HEAP_MAX) {
        Some(limit) if limit.min == limit.max => {
            share(find(HEAP_USED).and_then(|used| used.max.0), limit.max.0)
        }
        Some(_) => fullest(flink, of).await?,
        None => None,
    };
    Ok(Machines {
        heap,
        gc: find(GC).and_then(|gc| gc.max.0),
        cpu: find(CPU).and_then(|cpu| cpu.max.0),
    })
}

/// Where limits differ, the fullest heap is not the one with most in it: each is asked.
async fn fullest(flink: &FlinkRest, of: &BTreeSet<String>) -> Result<Option<f64>, Missed> {
    let listed: TaskManagers = flink.ask(Request::get(["taskmanagers"])).await?;
    let ids = listed
        .taskmanagers
        .into_iter()
        .map(|tm| tm.id)
        .filter(|id| of.is_empty() || of.contains(id));
    let shares = ids.take(MOST_HEAPS).map(async |id| {
        let request =
            Request::get(["taskmanagers", &id, "metrics"]).with("get", [HEAP_USED, HEAP_MAX].join(","));
        let metrics: Vec<Metric> = flink.ask_if_there(request).await?.unwrap_or_default();
        let find = |name: &str| metrics.iter().find(|metric| metric.id == name)?.value.0;
        Ok::<_, Missed>(share(find(HEAP_USED), find(HEAP_MAX)))
    });
    Ok(try_join_all(shares).await?.into_iter().flatten().reduce(f64::max))
}

fn share(used: Option<f64>, limit: Option<f64>) -> Option<f64> {
    let limit = limit.filter(|limit| *limit > 0.0)?;
    Some((used? / limit).clamp(0.0, 1.0))
}
