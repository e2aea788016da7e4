//! Metrics as the JobManager's store has them: fetched at most so often, only when somebody asks, and seen from the next
//! instant on. So the first question finds nothing, and after a rescale the old attempt still speaks for a while.

use super::Cluster;
use super::flow::Times;
use super::running::Running;
use super::slots::TaskManager;
use crate::flink::job::{to_float, whole};
use std::collections::{BTreeMap, HashMap};

/// What has metrics of its own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Component {
    JobManager,
    TaskManager(String),
    Job(String),
    /// Job, vertex, subtask.
    Subtask(String, String, u32),
}

/// Names and values (values are always text) of one component.
#[derive(Clone, Debug, Default)]
pub(crate) struct Values {
    pub values: BTreeMap<String, String>,
    /// Which attempt of its subtask they are from.
    pub attempt: u32,
}

type Snapshot = BTreeMap<Component, Values>;

/// The JobManager's `MetricStore` and its fetcher.
#[derive(Default)]
pub(crate) struct Store {
    shown: Snapshot,
    fetched: Option<(u64, Snapshot)>,
    last_fetch: Option<u64>,
    first_asked: HashMap<String, u64>,
    /// A story that does not care: every answer shows this very moment.
    pub always_fresh: bool,
}

impl Cluster {
    /// Someone asks for metrics: shows what the last fetch brought, and fetches again if that is due.
    pub fn touch_metrics(&mut self) {
        let now = self.now;
        if self.store.always_fresh {
            self.store.shown = self.measure();
            return;
        }
        if let Some((_, brought)) = self.store.fetched.take_if(|(at, _)| *at < now) {
            self.store.shown = brought;
        }
        let due = self
            .store
            .last_fetch
            .is_none_or(|last| last + self.settings.metrics_update <= now);
        if due {
            let snapshot = self.measure();
            self.store.fetched = Some((now, snapshot));
            self.store.last_fetch = Some(now);
        }
    }

    /// The stored values of a component.
    pub fn metrics_of(&self, component: &Component) -> Option<&Values> {
        self.store.shown.get(component)
    }

    /// The stored values of each subtask of a vertex. The very first question for a vertex finds nothing.
    pub fn metrics_of_subtasks(&mut self, job: &str, vertex: &str) -> Vec<(u32, Values)> {
        let now = self.now;
        let first = *self.store.first_asked.entry(vertex.to_owned()).or_insert(now);
        if first == now && !self.store.always_fresh {
            return Vec::new();
        }
        let of_vertex = self
            .store
            .shown
            .iter()
            .filter_map(|(component, values)| match component {
                Component::Subtask(j, v, subtask) if j == job && v == vertex => {
                    Some((*subtask, values.clone()))
                }
                _ => None,
            });
        of_vertex.collect()
    }

    fn measure(&self) -> Snapshot {
        let mut snapshot = Snapshot::new();
        snapshot.insert(
            Component::JobManager,
            Values {
                values: self.jobmanager_values(),
                attempt: 0,
            },
        );
        for taskmanager in self
            .taskmanagers
            .iter()
            .filter(|taskmanager| taskmanager.killed.is_none())
        {
            let values = self.taskmanager_values(taskmanager);
            snapshot.insert(
                Component::TaskManager(taskmanager.id.clone()),
                Values { values, attempt: 0 },
            );
        }
        for job in self.jobs.iter().filter(|job| !job.status().is_over()) {
            let values = job_values(job, self.now);
            snapshot.insert(Component::Job(job.spec.id.clone()), Values { values, attempt: 0 });
            self.measure_subtasks(job, &mut snapshot);
        }
        snapshot
    }

    /// Only running tasks report; while there are none the old attempt's values stay in the store.
    fn measure_subtasks(&self, job: &Running, snapshot: &mut Snapshot) {
        if job.task_state() != "RUNNING" {
            let old = self
                .store
                .shown
                .iter()
                .chain(self.store.fetched.iter().flat_map(|(_, old)| old));
            let of_job = old.filter(
                |(component, _)| matches!(component, Component::Subtask(id, _, _) if *id == job.spec.id),
            );
            snapshot.extend(of_job.map(|(component, values)| (component.clone(), values.clone())));
            return;
        }
        for (number, vertex) in job.spec.vertices.iter().enumerate() {
            for subtask in 0..job.parallelism[number] {
                let component = Component::Subtask(job.spec.id.clone(), vertex.id.clone(), subtask);
                let values = subtask_values(job, number, subtask, self.now);
                snapshot.insert(
                    component,
                    Values {
                        values,
                        attempt: job.attempt,
                    },
                );
            }
        }
    }

    fn jobmanager_values(&self) -> BTreeMap<String, String> {
        let total: usize = self
            .taskmanagers
            .iter()
            .map(|taskmanager| taskmanager.slots.len())
            .sum();
        let free: usize = self.taskmanagers.iter().map(TaskManager::free_slots).sum();
        let running = self.jobs.iter().filter(|job| !job.status().is_over()).count();
        let mut values = jvm(128 << 20, 512 << 20, 0.05);
        values.insert("taskSlotsTotal".to_owned(), total.to_string());
        values.insert("taskSlotsAvailable".to_owned(), free.to_string());
        values.insert(
            "numRegisteredTaskManagers".to_owned(),
            self.taskmanagers.len().to_string(),
        );
        values.insert("numRunningJobs".to_owned(), running.to_string());
        self.grant_wishes("jobmanager", &mut values);
        values
    }

    fn taskmanager_values(&self, taskmanager: &TaskManager) -> BTreeMap<String, String> {
        let mut values = jvm(64 << 20, 154 << 20, 0.2);
        let constants = [
            ("Status.Flink.Memory.Managed.Total", 241_591_914_u64),
            ("Status.Flink.Memory.Managed.Used", 0),
            ("Status.Shuffle.Netty.UsedMemory", 851_968),
            ("Status.Shuffle.Netty.TotalMemory", 67_108_864),
            ("Status.Shuffle.Netty.AvailableMemory", 66_256_896),
            ("Status.Shuffle.Netty.RequestedMemoryUsage", 1),
            ("Status.Shuffle.Netty.UsedMemorySegments", 26),
            ("Status.Shuffle.Netty.TotalMemorySegments", 2_048),
            ("Status.Shuffle.Netty.AvailableMemorySegments", 2_022),
        ];
        values.extend(constants.map(|(name, value)| (name.to_owned(), value.to_string())));
        self.grant_wishes(&taskmanager.id, &mut values);
        values
    }

    fn grant_wishes(&self, component: &str, values: &mut BTreeMap<String, String>) {
        let wishes = self
            .metric_wishes
            .iter()
            .filter(|((owner, _), _)| owner == component);
        values.extend(wishes.map(|((_, name), value)| (name.clone(), value.clone())));
    }
}

fn jvm(used: u64, max: u64, load: f64) -> BTreeMap<String, String> {
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
pub(crate) fn decimal(value: f64) -> String {
    if value.is_nan() {
        "NaN".to_owned()
    } else {
        format!("{value:?}")
    }
}

fn job_values(job: &Running, now: u64) -> BTreeMap<String, String> {
    let checkpoints = &job.checkpoints;
    let running = if job.is_executing() {
        now - job.tasks_started
    } else {
        0
    };
    let last = checkpoints.completed.as_ref();
    let size = super::super::answers::STATE_SIZE;
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
fn subtask_values(job: &Running, number: usize, subtask: u32, now: u64) -> BTreeMap<String, String> {
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

/// Mean deviation from the mean in percent of the mean, as Flink's `DoubleDataSkew` has it.
pub(crate) fn skew(values: &[f64]) -> f64 {
    let count = to_float(values.len() as u64);
    let mean = values.iter().sum::<f64>() / count;
    if mean == 0.0 {
        return 0.0;
    }
    let deviation = values.iter().map(|value| (value - mean).abs()).sum::<f64>() / count;
    deviation / mean * 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn skew_is_the_one_that_was_captured() {
        assert_eq!(skew(&[22.0, 24.0]), 4.347_826_086_956_521_5);
        assert_eq!(skew(&[741.0, 829.0]), 5.605_095_541_401_274);
    }

    #[test]
    fn operators_are_named_as_flink_names_them() {
        assert_eq!(operator_prefix("Source: log"), "Source__log.");
        assert_eq!(operator_prefix("discard: Writer"), "discard__Writer.");
    }
}
