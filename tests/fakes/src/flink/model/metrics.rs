//! Metrics as the JobManager's store has them: fetched at most so often, only when somebody asks, and seen from the next
//! instant on. So the first question finds nothing, and after a rescale the old attempt still speaks for a while.

mod measured;

use super::Cluster;
use super::flow::Times;
use super::running::Running;
use super::slots::TaskManager;
use crate::flink::job::to_float;
use measured::{job_values, jvm, subtask_values};
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
}
