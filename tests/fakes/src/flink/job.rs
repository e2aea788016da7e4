//! Jobs by adjective: what a story says about a job before it runs.

use std::time::Duration;

/// A streaming job as a story describes it. `job("orders")` is healthy: three vertices that are never chained, source
/// `log`, keyed `work`, `sink`; parallelism 1, 100 records/s arriving, 200 records/s a subtask, a checkpoint every 10 s
/// that takes 0.5 s, running for an hour.
#[derive(Clone, Debug)]
pub struct Job {
    pub(super) name: String,
    pub(super) id: String,
    pub(super) vertices: Vec<Vertex>,
    pub(super) bottleneck: usize,
    pub(super) bounds: Bounds,
    pub(super) parallelism: u32,
    pub(super) max_parallelism: u32,
    pub(super) arriving: f64,
    pub(super) capacity: f64,
    pub(super) backlog: f64,
    pub(super) checkpoint_interval: Option<u64>,
    pub(super) checkpoint_duration: u64,
    pub(super) tolerable_failures: u32,
    pub(super) legacy_source: bool,
    pub(super) watermarks: bool,
    pub(super) age: u64,
}

/// One vertex of a job: its id (32 hexadecimal digits) and its name as Flink shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vertex {
    /// 32 hexadecimal digits, made from job and vertex name.
    pub id: String,
    /// `Source: log`, `work`, `sink: Writer`.
    pub name: String,
}

/// The parallelism that a vertex may have, both ends included; 1 or more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// With fewer slots than this the job does not run.
    pub lower: u32,
    /// What the scheduler strives for.
    pub upper: u32,
}

/// A healthy job of this name; see [`Job`].
pub fn job(name: &str) -> Job {
    Job {
        name: name.to_owned(),
        id: hex_id(&["job", name]),
        vertices: vertices(name, &["Source: log", "work", "sink: Writer"]),
        bottleneck: 1,
        bounds: Bounds { lower: 1, upper: 1 },
        parallelism: 1,
        max_parallelism: 128,
        arriving: 100.0,
        capacity: 200.0,
        backlog: 0.0,
        checkpoint_interval: Some(10_000),
        checkpoint_duration: 500,
        tolerable_failures: 0,
        legacy_source: false,
        watermarks: false,
        age: 3_600_000,
    }
}

impl Job {
    /// Runs every vertex at this parallelism, with bounds from 1 to it.
    pub fn parallelism(mut self, parallelism: u32) -> Self {
        self.parallelism = parallelism;
        self.bounds = Bounds {
            lower: 1,
            upper: parallelism,
        };
        self
    }

    /// The bounds of every vertex, where they are not 1 to the parallelism.
    pub fn bounds(mut self, lower: u32, upper: u32) -> Self {
        self.bounds = Bounds { lower, upper };
        self
    }

    /// The largest parallelism its state allows; 1 to 32768.
    pub fn max_parallelism(mut self, max: u32) -> Self {
        self.max_parallelism = max;
        self
    }

    /// Records arriving at the source, per second.
    pub fn arriving(mut self, records_per_second: f64) -> Self {
        self.arriving = records_per_second;
        self
    }

    /// What one subtask of the slowest vertex gets done, in records per second.
    pub fn capacity_per_subtask(mut self, records_per_second: f64) -> Self {
        self.capacity = records_per_second;
        self
    }

    /// Records that have arrived and were not read yet.
    pub fn backlog(mut self, records: u64) -> Self {
        self.backlog = to_float(records);
        self
    }

    /// A checkpoint each `interval`.
    pub fn with_checkpoints_every(mut self, interval: Duration) -> Self {
        self.checkpoint_interval = Some(millis(interval));
        self
    }

    /// No periodic checkpoints.
    pub fn without_checkpoints(mut self) -> Self {
        self.checkpoint_interval = None;
        self
    }

    /// From trigger to last acknowledgement.
    pub fn checkpoint_takes(mut self, duration: Duration) -> Self {
        self.checkpoint_duration = millis(duration);
        self
    }

    /// `execution.checkpointing.tolerable-failed-checkpoints`: one more in a row and the job restarts. Flink's default
    /// is 0.
    pub fn tolerating_failed_checkpoints(mut self, count: u32) -> Self {
        self.tolerable_failures = count;
        self
    }

    /// The vertex with this name is the slow one, `work` unless said.
    pub fn slowest_at(mut self, vertex: &str) -> Self {
        let at = self.vertices.iter().position(|v| v.name == vertex);
        self.bottleneck = at.expect("a vertex of this job");
        self
    }

    /// Other vertices, upstream first; the first is the source, the second the slow one.
    pub fn made_of(mut self, names: &[&str]) -> Self {
        self.vertices = vertices(&self.name, names);
        self.bottleneck = 1.min(names.len() - 1);
        self
    }

    /// Its source is of the old kind: busy time is `"NaN"` and there is no `pendingRecords`.
    pub fn with_legacy_source(mut self) -> Self {
        self.legacy_source = true;
        self
    }

    /// Emits watermarks; without, they are `-9223372036854775808`.
    pub fn with_watermarks(mut self) -> Self {
        self.watermarks = true;
        self
    }

    /// All its tasks have been RUNNING for so long. Zero for a job that has just started.
    pub fn running_for(mut self, age: Duration) -> Self {
        self.age = millis(age);
        self
    }

    /// The job's id: 32 hexadecimal digits, made from its name.
    pub fn id(&self) -> &str {
        &self.id
    }
}

fn vertices(job: &str, names: &[&str]) -> Vec<Vertex> {
    let vertex = |name: &&str| Vertex {
        id: hex_id(&["vertex", job, name]),
        name: (*name).to_owned(),
    };
    names.iter().map(vertex).collect()
}

/// 32 hexadecimal digits that depend on `parts` alone (FNV-1a, twice).
pub(super) fn hex_id(parts: &[&str]) -> String {
    let hash = |seed: u64| {
        let bytes = parts.iter().flat_map(|part| part.bytes().chain([0]));
        bytes.fold(seed, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
    };
    format!(
        "{:016x}{:016x}",
        hash(0xcbf2_9ce4_8422_2325),
        hash(0x9ae1_6a3b_2f90_404f)
    )
}

pub(super) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Exact up to 2^53, far above any count in a story.
#[allow(clippy::cast_precision_loss)]
pub(super) fn to_float(count: u64) -> f64 {
    count as f64
}

/// Whole records of a count that is never negative.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
pub(super) fn whole(records: f64) -> u64 {
    records.max(0.0) as u64
}
