//! What a job will need: the arithmetic of rates, backlogs and TaskManager memory.
//!
//! The formulae are those of Flink's own documentation and of the Flink Kubernetes Operator's autoscaler (DS2, Kalavri
//! et al., OSDI 2018), named at each function.

use crate::names::Millis;
use crate::signals::Signal;
use crate::windows::Window;

/// One mebibyte.
const MIB: f64 = 1024.0 * 1024.0;

/// Task heap below which a TaskManager cannot do real work: a process of 1 GiB leaves 26 MiB, one of 1.1 GiB 70.
pub const MIN_TASK_HEAP_BYTES: u64 = 64 * 1024 * 1024;

/// How Flink divides `taskmanager.memory.process.size` by its defaults, bytes
/// (<https://nightlies.apache.org/flink/flink-docs-release-2.3/docs/deployment/memory/mem_setup_tm/>).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TaskManagerMemory {
    /// Total Flink memory: process less metaspace and overhead.
    pub flink: f64,
    /// JVM overhead: a tenth of the process, 192 MiB to 1 GiB.
    pub overhead: f64,
    /// Managed memory: 0.4 of Flink memory.
    pub managed: f64,
    /// Managed memory of one slot.
    pub managed_per_slot: f64,
    /// Network memory: a tenth of Flink memory, at least 64 MiB.
    pub network: f64,
    /// What is left for user code; may be negative, then the process does not start.
    pub task_heap: f64,
}

impl TaskManagerMemory {
    /// Divides a process of this many bytes among this many slots (at least one is assumed).
    pub fn of(process_bytes: u64, slots: u32) -> Self {
        let process = process_bytes as f64;
        let overhead = (0.1 * process).clamp(192.0 * MIB, 1024.0 * MIB);
        let flink = process - 256.0 * MIB - overhead;
        let managed = 0.4 * flink;
        let network = (0.1 * flink).max(64.0 * MIB);
        Self {
            flink,
            overhead,
            managed,
            managed_per_slot: managed / f64::from(slots.max(1)),
            network,
            task_heap: flink - 2.0 * 128.0 * MIB - managed - network,
        }
    }
}

/// True processing rate: records/s a vertex could process if its busiest subtask were busy all the time
/// (DS2; `ScalingMetrics` of the operator). Infinite where nothing was processed or nothing was busy.
pub fn true_processing_rate(records_per_s: f64, busy_ms_per_s: f64) -> f64 {
    if records_per_s <= 0.0 || busy_ms_per_s <= 0.0 {
        return f64::INFINITY;
    }
    records_per_s / (busy_ms_per_s.min(1000.0) / 1000.0)
}

/// Records read again after a restart: what arrived since the restored checkpoint was triggered, and while down.
pub fn replay_records(records_per_s: f64, checkpoint_age: Millis, down: Millis) -> f64 {
    records_per_s * (checkpoint_age.as_secs_f64() + down.as_secs_f64())
}

/// How long a backlog and a replay take to be worked off, seconds; `None` where more arrives than can be processed.
pub fn catch_up_s(backlog: f64, replay: f64, rate_after_per_s: f64, arriving_per_s: f64) -> Option<f64> {
    let spare = rate_after_per_s - arriving_per_s;
    (spare > 0.0).then(|| (backlog + replay) / spare)
}

/// The smallest parallelism that keeps up with what arrives and works the backlog off within `catch_up`, taking the
/// rate of one subtask as it is now. `None` where nothing is known of that rate.
pub fn enough(
    parallelism: u32,
    rate_per_s: f64,
    arriving_per_s: f64,
    backlog: f64,
    catch_up: Millis,
) -> Option<u32> {
    let each = rate_per_s / f64::from(parallelism);
    if !(each > 0.0 && each.is_finite()) {
        return None;
    }
    let needed = arriving_per_s + backlog / catch_up.as_secs_f64().max(1.0);
    Some((needed / each).ceil().clamp(1.0, f64::from(u32::MAX)) as u32)
}

/// The max parallelism Flink gives an operator that was first started at this parallelism and says nothing of its own
/// (`KeyGroupRangeAssignment.computeDefaultMaxParallelism`).
pub fn default_max_parallelism(parallelism: u32) -> u32 {
    let half_more = parallelism.saturating_add(parallelism / 2);
    half_more
        .checked_next_power_of_two()
        .unwrap_or(u32::MAX)
        .clamp(128, 32_768)
}

/// Records/s that arrive at the sources: what they read and what the backlog grew by, where both are known. Without a backlog signal the
/// read rate is what arrives only if nothing is back-pressured (below a tenth of the time, Flink's own "OK").
pub fn arriving_per_s(window: &Window) -> Option<f64> {
    let read = window.per_s(Signal::RecordsRead)?;
    match window.stats.get(&Signal::Backlog) {
        Some(backlog) => Some((read + backlog.per_s?).max(0.0)),
        None => {
            let pressed = window.stats.get(&Signal::BackPressure)?.mean;
            (pressed < 100.0).then_some(read)
        }
    }
}

/// Records/s that leave, or where the last vertices tell nothing, that are read; `None` where neither is known.
pub fn leaving_per_s(window: &Window) -> Option<f64> {
    window
        .per_s(Signal::RecordsWritten)
        .filter(|written| *written > 0.0)
        .or(window.per_s(Signal::RecordsRead))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mib(bytes: f64) -> f64 {
        (bytes / MIB * 10.0).round() / 10.0
    }

    #[test]
    fn memory_is_divided_as_flink_divides_it() {
        let memory = TaskManagerMemory::of(4096 * 1024 * 1024, 2);
        assert_eq!(mib(memory.flink), 3430.4);
        assert_eq!(mib(memory.overhead), 409.6);
        assert_eq!(mib(memory.managed), 1372.2);
        assert_eq!(mib(memory.managed_per_slot), 686.1);
        assert_eq!(mib(memory.network), 343.0);
        assert_eq!(mib(memory.task_heap), 1459.2);
    }

    #[test]
    fn one_gibibyte_leaves_too_little_task_heap_and_flinks_default_does_not() {
        let heap = |mib: u64| TaskManagerMemory::of(mib * 1024 * 1024, 2).task_heap;
        assert_eq!(mib(heap(1024)), 25.6);
        assert!(heap(1024) < MIN_TASK_HEAP_BYTES as f64);
        assert_eq!(mib(heap(1728)), 384.0);
        assert!(heap(256) < 0.0);
    }

    #[test]
    fn the_true_rate_is_what_a_fully_busy_vertex_would_do() {
        assert_eq!(true_processing_rate(40_000.0, 900.0).round(), 44_444.0);
        assert_eq!((true_processing_rate(400.0, 980.0) * 100.0).round(), 40_816.0);
        assert_eq!(true_processing_rate(0.0, 500.0), f64::INFINITY);
        assert_eq!(true_processing_rate(500.0, 0.0), f64::INFINITY);
    }

    #[test]
    fn replay_and_catch_up_follow_from_the_rates() {
        let replay = replay_records(40_000.0, Millis::seconds(5), Millis::seconds(15));
        assert_eq!(replay, 800_000.0);
        let seconds = catch_up_s(6e6, replay, 88_889.0, 40_000.0).unwrap();
        assert_eq!((seconds * 10.0).round() / 10.0, 139.1);
        assert_eq!(catch_up_s(6e6, 0.0, 40_000.0, 40_000.0), None);
    }

    #[test]
    fn enough_is_the_smallest_that_keeps_up_and_catches_up() {
        let half_an_hour = Millis::minutes(30);
        assert_eq!(enough(1, 200.0, 600.0, 0.0, half_an_hour), Some(3));
        assert_eq!(enough(1, 200.0, 600.0, 360_000.0, half_an_hour), Some(4));
        assert_eq!(enough(1, f64::INFINITY, 600.0, 0.0, half_an_hour), None);
        assert_eq!(enough(1, 0.0, 600.0, 0.0, half_an_hour), None);
    }

    #[test]
    fn the_default_max_parallelism_is_flinks() {
        let cases = [
            (1, 128),
            (85, 128),
            (86, 256),
            (100, 256),
            (129, 256),
            (171, 256),
            (172, 512),
            (300, 512),
            (32_768, 32_768),
            (u32::MAX, 32_768),
        ];
        for (parallelism, max) in cases {
            assert_eq!(default_max_parallelism(parallelism), max, "at {parallelism}");
        }
    }
}
