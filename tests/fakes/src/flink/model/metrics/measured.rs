//! What each component measures at this moment: names as Flink writes them, values as text.

use super::Times;
use crate::flink::answers::STATE_SIZE;
use crate::flink::job::{to_float, whole};
use crate::flink::model::running::Running;
use std::collections::BTreeMap;

pub(super) fn jvm(used: u64, max: u64, load: f64) -> BTreeMap<String, String> {
    let whole_numbers = [
        ("Memory.Heap.Used", used),
        ("Memory.Heap.Committed", max),
        ("Memory.Heap.Max", max),
        ("Memory.NonHeap.Used", 70_056_832),
        ("Memory.NonHeap.Committed", 72_155_136),
        ("Memory.NonHeap.Max", 738_197_504),
        ("Memory.Metaspace.Used", 49_157_728),
        ("Memory.Metaspace.Committed", 50_331_648),
        ("Memory.Metaspace.Max", 268_435_456),
        ("Memory.Direct.Count", 2_070),
        ("Memory.Direct.MemoryUsed", 73_887_376),
        ("Memory.Direct.TotalCapacity", 73_887_374),
        ("Memory.Mapped.Count", 0),
        ("Memory.Mapped.MemoryUsed", 0),
        ("Memory.Mapped.TotalCapacity", 0),
        ("Threads.Count", 60),
        ("ClassLoader.ClassesLoaded", 9_000),
        ("ClassLoader.ClassesUnloaded", 0),
        ("FileDescriptor.Open", 120),
        ("FileDescriptor.Max", 1_048_576),
        ("CPU.Time", 12_000_000_000),
        ("GarbageCollector.All.Count", 9),
        ("GarbageCollector.All.Time", 74),
        ("GarbageCollector.G1_Young_Generation.Count", 9),
        ("GarbageCollector.G1_Young_Generation.Time", 74),
        ("GarbageCollector.G1_Old_Generation.Count", 0),
        ("GarbageCollector.G1_Old_Generation.Time", 0),
    ];
    let fractions = [
        ("CPU.Load", load),
        ("GarbageCollector.All.TimeMsPerSecond", 0.5),
        ("GarbageCollector.G1_Young_Generation.TimeMsPerSecond", 0.5),
        ("GarbageCollector.G1_Old_Generation.TimeMsPerSecond", 0.0),
    ];
    let named = |name: &str| format!("Status.JVM.{name}");
    let whole_numbers = whole_numbers
        .into_iter()
        .map(|(name, value)| (named(name), value.to_string()));
    let fractions = fractions
        .into_iter()
        .map(|(name, value)| (named(name), decimal(value)));
    whole_numbers.chain(fractions).collect()
}

/// As Java writes a double: always with a decimal point.
fn decimal(value: f64) -> String {
    if value.is_nan() {
        "NaN".to_owned()
    } else {
        format!("{value:?}")
    }
}

pub(super) fn job_values(job: &Running, now: u64) -> BTreeMap<String, String> {
    let checkpoints = &job.checkpoints;
    let running = if job.is_executing() {
        now - job.tasks_started
    } else {
        0
    };
    let last = checkpoints.completed.as_ref();
    let size = STATE_SIZE;
    let in_flight = u64::from(checkpoints.in_flight.is_some());
    let number = |of: Option<u64>, none: i64| of.map_or(none.to_string(), |value| value.to_string());
    let values = [
        ("numRestarts", job.restarts.to_string()),
        ("numRescales", job.rescales.to_string()),
        ("runningTime", running.to_string()),
        ("uptime", running.to_string()),
        ("downtime", "0".to_owned()),
        ("allSubTasksRunningOrFinishedTime", running.to_string()),
        ("restartingTime", "0".to_owned()),
        ("failingTime", "0".to_owned()),
        ("cancellingTime", "0".to_owned()),
        ("createdTime", "0".to_owned()),
        ("deployingTime", "0".to_owned()),
        ("initializingTime", "0".to_owned()),
        (
            "numberOfCompletedCheckpoints",
            checkpoints.counts.completed.to_string(),
        ),
        ("numberOfFailedCheckpoints", checkpoints.counts.failed.to_string()),
        ("numberOfInProgressCheckpoints", in_flight.to_string()),
        ("totalNumberOfCheckpoints", checkpoints.total().to_string()),
        ("lastCompletedCheckpointId", number(last.map(|last| last.id), -1)),
        (
            "lastCheckpointDuration",
            number(last.map(|last| last.ended - last.triggered), -1),
        ),
        (
            "lastCheckpointCompletedTimestamp",
            number(last.map(|last| last.ended), -1),
        ),
        ("lastCheckpointSize", number(last.map(|_| size), -1)),
        ("lastCheckpointFullSize", number(last.map(|_| size), -1)),
        ("lastCheckpointMetadataSize", number(last.map(|_| 4_096), -1)),
        ("lastCheckpointProcessedData", number(last.map(|_| 0), -1)),
        ("lastCheckpointPersistedData", number(last.map(|_| 0), -1)),
        (
            "lastCheckpointExternalPath",
            last.map_or("n/a".to_owned(), |last| job.checkpoint_path(last.id)),
        ),
        (
            "lastCheckpointRestoreTimestamp",
            number(checkpoints.restored.map(|restored| restored.at), -1),
        ),
    ];
    values.map(|(name, value)| (name.to_owned(), value)).into()
}

/// Metrics of one subtask of vertex `number`; the load is even.
pub(super) fn subtask_values(
    job: &Running,
    number: usize,
    subtask: u32,
    now: u64,
) -> BTreeMap<String, String> {
    let (flow, slow, width) = (&job.flow, job.spec.bottleneck, job.parallelism[number]);
    let share = f64::from(width.max(1));
    let legacy = job.spec.legacy_source && number == 0;
    let times = flow.times(number, slow, job.workers(), width, now);
    let done = to_float(part(whole(flow.done), width, subtask));
    let meter = flow.meter(now) / share;
    let first = number == 0;
    let last = number + 1 == job.spec.vertices.len();
    let flows = |is: bool| if is { (0.0, 0.0) } else { (done, meter) };
    let watermark = if job.spec.watermarks {
        now.to_string()
    } else {
        i64::MIN.to_string()
    };
    let mut values = BTreeMap::new();
    let mut put = |name: &str, value: String| values.insert(name.to_owned(), value);
    let busy = if legacy { f64::NAN } else { times.busy };
    put("busyTimeMsPerSecond", decimal(busy));
    put_times(&mut put, times, legacy, &flow.spent[number]);
    put_records(&mut put, "", flows(first), flows(last));
    put("mailboxQueueSize", "0".to_owned());
    put("checkpointStartDelayNanos", "1000000".to_owned());
    if !first {
        put("currentInputWatermark", watermark.clone());
        put("checkpointAlignmentTime", "0".to_owned());
    }
    put(
        "Shuffle.Netty.Input.Buffers.inPoolUsage",
        decimal(if first { 0.0 } else { times.busy / 1000.0 }),
    );
    put(
        "Shuffle.Netty.Output.Buffers.outPoolUsage",
        decimal(times.back_pressured / 1000.0),
    );
    put("initializationTime", "214".to_owned());
    let operator = operator_prefix(&job.spec.vertices[number].name);
    put_records(&mut put, &operator, (done, meter), flows(last));
    put(&format!("{operator}currentOutputWatermark"), watermark);
    if first && !legacy {
        put(
            &format!("{operator}pendingRecords"),
            part(whole(flow.backlog), width, subtask).to_string(),
        );
        let lag = flow.backlog * 1000.0 / flow.arriving.max(1.0);
        put(
            &format!("{operator}currentEmitEventTimeLag"),
            whole(lag).to_string(),
        );
        put(&format!("{operator}sourceIdleTime"), "0".to_owned());
    }
    values
}

/// What falls to one of `width` subtasks, so that all sum to the whole.
fn part(total: u64, width: u32, subtask: u32) -> u64 {
    let (width, subtask) = (u64::from(width.max(1)), u64::from(subtask));
    total / width + u64::from(subtask < total % width)
}

fn put_times(put: &mut impl FnMut(&str, String) -> Option<String>, now: Times, legacy: bool, spent: &Times) {
    put("idleTimeMsPerSecond", whole(now.idle).to_string());
    put(
        "backPressuredTimeMsPerSecond",
        whole(now.back_pressured).to_string(),
    );
    put(
        "softBackPressuredTimeMsPerSecond",
        whole(now.back_pressured).to_string(),
    );
    put("hardBackPressuredTimeMsPerSecond", "0".to_owned());
    put("isBackPressured", (now.back_pressured > 500.0).to_string());
    put(
        "accumulateBusyTimeMs",
        decimal(if legacy { f64::NAN } else { spent.busy }),
    );
    put(
        "accumulateBackPressuredTimeMs",
        whole(spent.back_pressured).to_string(),
    );
    put("accumulateIdleTimeMs", whole(spent.idle).to_string());
}

/// Counters and meters of records in and out, with an operator's prefix or, for the task, none.
fn put_records(
    put: &mut impl FnMut(&str, String) -> Option<String>,
    prefix: &str,
    (records_in, rate_in): (f64, f64),
    (records_out, rate_out): (f64, f64),
) {
    const RECORD_BYTES: f64 = 1_000.0;
    put(&format!("{prefix}numRecordsIn"), whole(records_in).to_string());
    put(&format!("{prefix}numRecordsOut"), whole(records_out).to_string());
    put(&format!("{prefix}numRecordsInPerSecond"), decimal(rate_in));
    put(&format!("{prefix}numRecordsOutPerSecond"), decimal(rate_out));
    put(
        &format!("{prefix}numBytesIn"),
        whole(records_in * RECORD_BYTES).to_string(),
    );
    put(
        &format!("{prefix}numBytesOut"),
        whole(records_out * RECORD_BYTES).to_string(),
    );
    put(
        &format!("{prefix}numBytesInPerSecond"),
        decimal(rate_in * RECORD_BYTES),
    );
    put(
        &format!("{prefix}numBytesOutPerSecond"),
        decimal(rate_out * RECORD_BYTES),
    );
}

/// `Source: log` becomes `Source__log.`; names are cut at 80 characters.
fn operator_prefix(vertex: &str) -> String {
    let name: String = vertex
        .chars()
        .map(|c| {
            if matches!(c, ' ' | '.' | ':' | ',') {
                '_'
            } else {
                c
            }
        })
        .take(80)
        .collect();
    format!("{name}.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_are_named_as_flink_names_them() {
        assert_eq!(operator_prefix("Source: log"), "Source__log.");
        assert_eq!(operator_prefix("discard: Writer"), "discard__Writer.");
    }
}
