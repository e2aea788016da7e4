//! One job's signals from Flink's answers. Pure.

use std::collections::BTreeMap;

use commands::signals::Signal;

use crate::platforms::flink_rest::wire::{Aggregate, CheckpointStatistics, JobDetails, VertexDetails};

const BUSY: &str = "busyTimeMsPerSecond";
const BACK_PRESSURED: &str = "backPressuredTimeMsPerSecond";
const IDLE: &str = "idleTimeMsPerSecond";

/// Which metrics of a source's operators are asked for, beside those of its task. Operators' metrics are named
/// `<operator>.<metric>`; spaces, dots, colons and commas in an operator's name arrive as `_`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceMetrics {
    /// `<operator>.pendingRecords`: what waits outside. Only connectors that know it have it.
    pub pending: Vec<String>,
    /// `Source__<name>.numRecordsOut`: what the source itself has read, before anything chained to it.
    pub read: Vec<String>,
    /// How often names were told, without a backlog among them.
    pub questions: u8,
}

impl SourceMetrics {
    /// Takes what it needs from the names of all metrics of the source's vertex.
    pub fn read_names<'a>(&mut self, names: impl Iterator<Item = &'a str>) {
        let names: Vec<&str> = names.filter(|name| !name.contains(',')).collect();
        if names.is_empty() {
            return;
        }
        let of_operator = |metric: &str| {
            let wanted = |name: &&&str| name.rsplit_once('.').is_some_and(|(_, last)| last == metric);
            names
                .iter()
                .filter(wanted)
                .map(|name| (*name).to_owned())
                .collect::<Vec<String>>()
        };
        self.pending = of_operator("pendingRecords");
        self.read = of_operator("numRecordsOut");
        self.read.retain(|name| name.starts_with("Source__"));
        self.questions += 1;
    }
}

/// What is asked of a vertex, as the value of `get`.
pub fn wanted(of_source: Option<&SourceMetrics>) -> String {
    let operators = of_source
        .into_iter()
        .flat_map(|source| source.pending.iter().chain(&source.read));
    let names = [BUSY, BACK_PRESSURED, IDLE]
        .into_iter()
        .chain(operators.map(String::as_str));
    names.collect::<Vec<_>>().join(",")
}

/// The vertices that nothing feeds.
pub fn sources(details: &JobDetails) -> impl Iterator<Item = &VertexDetails> {
    details
        .vertices
        .iter()
        .filter(|vertex| is_source(details, vertex))
}

fn is_source(details: &JobDetails, vertex: &VertexDetails) -> bool {
    !details
        .plan
        .nodes
        .iter()
        .any(|node| node.id == vertex.id && !node.inputs.is_empty())
}

/// Whether nothing is fed by it.
fn is_last(details: &JobDetails, vertex: &VertexDetails) -> bool {
    !details
        .plan
        .nodes
        .iter()
        .flat_map(|node| &node.inputs)
        .any(|input| input.id == vertex.id)
}

/// The widest vertex of each slot sharing group; together they need as many slots as the job.
pub fn widest_of_each_group(details: &JobDetails) -> Vec<&VertexDetails> {
    let mut widest: BTreeMap<&str, &VertexDetails> = BTreeMap::new();
    for vertex in &details.vertices {
        let of_group = widest.entry(&vertex.slot_sharing_group_id).or_insert(vertex);
        if vertex.parallelism > of_group.parallelism {
            *of_group = vertex;
        }
    }
    widest.into_values().collect()
}

/// A vertex with what was read of it.
struct Read<'a> {
    vertex: &'a VertexDetails,
    readings: &'a [Aggregate],
    operators: Option<&'a SourceMetrics>,
    is_source: bool,
    is_last: bool,
}

impl Read<'_> {
    /// Whether what was read is of the present attempt, and of all its subtasks.
    fn is_believed(&self) -> bool {
        self.vertex.metrics.read_records_complete && self.vertex.metrics.write_records_complete
    }

    fn find(&self, name: &str) -> Option<&Aggregate> {
        self.readings.iter().find(|reading| reading.id == name)
    }

    fn sum_of(&self, names: &[String]) -> Option<f64> {
        let sums = names
            .iter()
            .map(|name| self.find(name)?.sum.0.filter(|sum| *sum >= 0.0));
        if names.is_empty() { None } else { sums.sum() }
    }

    fn pending(&self) -> Option<f64> {
        self.sum_of(&self.operators?.pending)
    }

    /// Records that came out of a source. Where all is chained into one vertex nothing leaves it, and its source
    /// operator is asked instead.
    fn came_out(&self) -> Option<f64> {
        if self.is_last {
            self.sum_of(&self.operators?.read)
        } else {
            self.vertex.metrics.write_records.0
        }
    }

    fn came_in(&self) -> Option<f64> {
        if self.is_source {
            self.came_out()
        } else {
            self.vertex.metrics.read_records.0
        }
    }
}

/// All signals of one job; what it does not tell, or what is not believed, is absent. `readings` are those of the
/// vertices, in their order.
pub fn of_job(
    details: &JobDetails,
    operators: &BTreeMap<String, SourceMetrics>,
    readings: &[Vec<Aggregate>],
    checkpoints: &CheckpointStatistics,
    restarts: u64,
) -> BTreeMap<Signal, f64> {
    let read = |(vertex, readings)| Read {
        vertex,
        readings,
        operators: operators.get(&vertex.id),
        is_source: is_source(details, vertex),
        is_last: is_last(details, vertex),
    };
    let vertices: Vec<Read<'_>> = details
        .vertices
        .iter()
        .zip(readings.iter().map(Vec::as_slice))
        .map(read)
        .collect();
    let mut values: BTreeMap<Signal, f64> = [
        (Signal::CheckpointsCompleted, checkpoints.counts.completed as f64),
        (Signal::CheckpointsFailed, checkpoints.counts.failed as f64),
        (Signal::Restarts, restarts as f64),
        (Signal::SlotsUsed, slots_used(details)),
    ]
    .into();
    let last = checkpoints.latest.completed.as_ref();
    values.extend(last.map(|last| (Signal::CheckpointDuration, last.end_to_end_duration as f64)));
    if vertices.iter().all(Read::is_believed) {
        values.extend(
            flow(&vertices)
                .into_iter()
                .chain(load(&vertices))
                .filter_map(|(signal, value)| Some((signal, value?))),
        );
    }
    values
}

fn slots_used(details: &JobDetails) -> f64 {
    widest_of_each_group(details)
        .iter()
        .map(|vertex| f64::from(vertex.parallelism))
        .sum()
}

/// What goes through the job.
fn flow(vertices: &[Read<'_>]) -> [(Signal, Option<f64>); 3] {
    let sources = || vertices.iter().filter(|read| read.is_source);
    let last = vertices.iter().filter(|read| read.is_last);
    let told: Vec<f64> = sources().filter_map(Read::pending).collect();
    let tellers = sources()
        .filter(|read| read.operators.is_some_and(|source| !source.pending.is_empty()))
        .count();
    let is_told = tellers > 0 && told.len() == tellers;
    [
        (Signal::Backlog, is_told.then(|| told.iter().sum())),
        (Signal::RecordsRead, sources().map(Read::came_out).sum()),
        (Signal::RecordsWritten, last.map(Read::came_in).sum()),
    ]
}

/// How hard its subtasks work. Sources are exempt where there is anything else: they wait and are held back at the same
/// time, and old ones tell nothing.
fn load(vertices: &[Read<'_>]) -> [(Signal, Option<f64>); 3] {
    let workers = || {
        let only_sources = vertices.iter().all(|read| read.is_source);
        vertices
            .iter()
            .filter(move |read| only_sources || !read.is_source)
    };
    let max = |values: &mut dyn Iterator<Item = f64>| values.reduce(f64::max);
    let busy = &mut workers().filter_map(|read| read.find(BUSY)?.max.0);
    let held = &mut vertices
        .iter()
        .filter_map(|read| read.find(BACK_PRESSURED)?.max.0);
    let idle = workers()
        .filter_map(|read| read.find(IDLE)?.min.0)
        .reduce(f64::min);
    [
        (Signal::Busy, max(busy)),
        (Signal::BackPressure, max(held)),
        (Signal::Idle, idle),
    ]
}

#[cfg(test)]
mod tests;
