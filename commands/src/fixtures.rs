//! Clusters and jobs by adjective, for tests: `cluster().with_task_managers(2).running(job("orders").at(4))`.
//!
//! Behind the feature `fixtures`, so that tests of other crates can plan on the same scenes.

use std::collections::BTreeMap;

use crate::names::{At, Environment, JobId, JobName, Millis, TaskManagerId, VertexId};
use crate::observed::{
    Bounds, Checkpoint, Checkpoints, Cluster, Job, JobState, Launcher, Observed, RescaleTimes, Scheduler,
    Seen, TaskManager, Trigger, Version, Vertex,
};
use crate::plan::canonical_sha256;
use crate::signals::Signal;
use crate::windows::{Stat, Window};

/// When every scene is looked at.
pub const NOW: At = At(1_790_000_000_000);

/// One gibibyte.
const GIB: u64 = 1024 * 1024 * 1024;

/// The environment of every scene.
pub fn shop() -> Environment {
    Environment::parse("shop").expect("a plain key")
}

/// A cluster under construction.
#[derive(Debug, Clone)]
pub struct ClusterScene(Cluster);

/// A cluster without TaskManagers and jobs, high availability on, a launcher of 1 slot and 1,728 MiB, four at most.
pub fn cluster() -> ClusterScene {
    ClusterScene(Cluster {
        version: Version(String::new()),
        flink_version: "2.3.0".to_owned(),
        task_managers: Vec::new(),
        jobs: Vec::new(),
        high_availability: Some(true),
        heartbeat_timeout: Millis::seconds(50),
        launcher: Some(Launcher {
            slots: 1,
            memory_bytes: 1728 * 1024 * 1024,
            max: 4,
        }),
    })
}

impl ClusterScene {
    /// So many TaskManagers that somebody else started, with so many slots each.
    #[must_use]
    pub fn with_foreign(self, count: u32, slots: u32) -> Self {
        (0..count).fold(self, |scene, _| {
            scene.with_task_manager("foreign", false, slots, 0)
        })
    }

    /// So many TaskManagers that Sluice started, with so many slots and tasks each.
    #[must_use]
    pub fn with_ours(self, count: u32, slots: u32, tasks: u32) -> Self {
        (0..count).fold(self, |scene, _| {
            scene.with_task_manager("sluice", true, slots, tasks)
        })
    }

    fn with_task_manager(mut self, prefix: &str, ours: bool, slots: u32, assigned_tasks: u32) -> Self {
        let number = self.0.task_managers.len() + 1;
        self.0.task_managers.push(TaskManager {
            id: TaskManagerId::parse(&format!("{prefix}-{number}")).expect("printable"),
            slots,
            assigned_tasks,
            ours,
            host: "127.0.0.1".to_owned(),
            host_cores: 8,
            host_memory_bytes: 16 * GIB,
            process_memory_bytes: 1728 * 1024 * 1024,
        });
        self
    }

    /// With this job on it.
    #[must_use]
    pub fn with(mut self, job: JobScene) -> Self {
        self.0.jobs.push(job.done());
        self
    }

    /// Without JobManager high availability.
    #[must_use]
    pub fn without_high_availability(mut self) -> Self {
        self.0.high_availability = Some(false);
        self
    }

    /// On hosts with so many cores.
    #[must_use]
    pub fn with_cores(mut self, cores: u32) -> Self {
        self.0
            .task_managers
            .iter_mut()
            .for_each(|tm| tm.host_cores = cores);
        self
    }

    /// Without a launcher.
    #[must_use]
    pub fn without_launcher(mut self) -> Self {
        self.0.launcher = None;
        self
    }

    /// With a launcher of TaskManagers like this.
    #[must_use]
    pub fn with_launcher(mut self, slots: u32, memory_mib: u64, max: u32) -> Self {
        self.0.launcher = Some(Launcher {
            slots,
            memory_bytes: memory_mib * 1024 * 1024,
            max,
        });
        self
    }

    /// Looked at.
    pub fn observed(mut self) -> Observed {
        let ids: Vec<_> = self
            .0
            .task_managers
            .iter()
            .map(|tm| (tm.id.clone(), tm.slots))
            .collect();
        self.0.version = Version(canonical_sha256(&ids)[..12].to_owned());
        Observed {
            at: NOW,
            environment: shop(),
            cluster: Seen::Seen(self.0),
        }
    }
}

/// An environment that does not answer.
pub fn unreachable() -> Observed {
    let why = "connection refused".to_owned();
    Observed {
        at: NOW,
        environment: shop(),
        cluster: Seen::Unreachable { why },
    }
}

/// A job under construction.
#[derive(Debug, Clone)]
pub struct JobScene(Job);

/// A running job of three vertices in one slot sharing group, at parallelism 1 of at most 128, adaptive, with a
/// checkpoint every 10 s.
pub fn job(name: &str) -> JobScene {
    let id = JobId::parse(&canonical_sha256(&name)[..32]).expect("hex");
    let vertices = [(1, "Source: log"), (2, "enrich"), (3, "discard: Writer")]
        .map(|(number, name)| vertex(number, name, if number == 1 { None } else { Some(number - 1) }));
    let job = Job {
        version: Version(String::new()),
        id,
        name: JobName::parse(name).expect("printable"),
        state: JobState::Running,
        scheduler: Scheduler::Adaptive,
        vertices: vertices.to_vec(),
        bounds: None,
        checkpoints: Checkpoints {
            interval: Some(Millis::seconds(10)),
            last_completed: Some(Checkpoint {
                id: 117,
                triggered_at: NOW.minus(Millis::seconds(4)),
                duration: Millis(400),
                size_bytes: 3_100_000,
            }),
            completed: 117,
            failed: 0,
            last_failure: None,
            triggers: BTreeMap::new(),
        },
        rescale_times: RescaleTimes {
            cooldown: Millis::seconds(30),
            max_delay: Millis::seconds(30),
            stabilization: Millis::seconds(60),
        },
        restarts: 0,
        running_since: Some(NOW.minus(Millis::minutes(60))),
    };
    JobScene(job).at(1)
}

/// The id of a fixture's vertex, counted from 1.
pub fn vertex_id(number: u32) -> VertexId {
    VertexId::parse(&format!("{number:032x}")).expect("hex")
}

fn vertex(number: u32, name: &str, input: Option<u32>) -> Vertex {
    Vertex {
        id: vertex_id(number),
        name: name.to_owned(),
        parallelism: 1,
        max_parallelism: 128,
        running: 1,
        slot_sharing_group: "g1".to_owned(),
        inputs: input.map(vertex_id).into_iter().collect(),
    }
}

impl JobScene {
    /// Every vertex runs at this parallelism, bounds 1 to it.
    #[must_use]
    pub fn at(mut self, parallelism: u32) -> Self {
        for vertex in &mut self.0.vertices {
            vertex.parallelism = parallelism;
            vertex.running = parallelism;
        }
        self.bounded(1, parallelism)
    }

    /// Every vertex has these bounds.
    #[must_use]
    pub fn bounded(mut self, lower: u32, upper: u32) -> Self {
        let bounds = Bounds { lower, upper };
        self.0.bounds = Some(self.0.vertices.iter().map(|v| (v.id.clone(), bounds)).collect());
        self
    }

    /// The vertex with this number (from 1) runs at this parallelism, bounds 1 to it.
    #[must_use]
    pub fn vertex_at(mut self, number: u32, parallelism: u32) -> Self {
        let id = vertex_id(number);
        for vertex in self.0.vertices.iter_mut().filter(|v| v.id == id) {
            vertex.parallelism = parallelism;
            vertex.running = parallelism;
        }
        if let Some(bounds) = &mut self.0.bounds {
            bounds.insert(
                id,
                Bounds {
                    lower: 1,
                    upper: parallelism,
                },
            );
        }
        self
    }

    /// The vertex with this number (from 1) has this max parallelism.
    #[must_use]
    pub fn vertex_max(mut self, number: u32, max: u32) -> Self {
        let id = vertex_id(number);
        self.0
            .vertices
            .iter_mut()
            .filter(|v| v.id == id)
            .for_each(|v| v.max_parallelism = max);
        self
    }

    /// The vertex with this number (from 1) is in a slot sharing group of its own.
    #[must_use]
    pub fn vertex_apart(mut self, number: u32) -> Self {
        let id = vertex_id(number);
        let apart = format!("apart-{number}");
        self.0
            .vertices
            .iter_mut()
            .filter(|v| v.id == id)
            .for_each(|v| v.slot_sharing_group.clone_from(&apart));
        self
    }

    /// Of each vertex only so many subtasks run.
    #[must_use]
    pub fn with_running(mut self, running: u32) -> Self {
        self.0.vertices.iter_mut().for_each(|v| v.running = running);
        self
    }

    /// In another state.
    #[must_use]
    pub fn in_state(mut self, state: JobState) -> Self {
        self.0.state = state;
        self
    }

    /// Under another scheduler; only the adaptive one has bounds.
    #[must_use]
    pub fn under(mut self, scheduler: Scheduler) -> Self {
        self.0.scheduler = scheduler;
        if scheduler != Scheduler::Adaptive {
            self.0.bounds = None;
        }
        self
    }

    /// Without checkpointing.
    #[must_use]
    pub fn without_checkpoints(mut self) -> Self {
        self.0.checkpoints = Checkpoints::default();
        self
    }

    /// With a checkpoint asked for by key.
    #[must_use]
    pub fn with_trigger(mut self, key: &str, trigger: Trigger) -> Self {
        self.0.checkpoints.triggers.insert(key.to_owned(), trigger);
        self
    }

    /// With this last completed checkpoint.
    #[must_use]
    pub fn with_checkpoint(mut self, id: u64, triggered_at: At) -> Self {
        let last = Checkpoint {
            id,
            triggered_at,
            duration: Millis(400),
            size_bytes: 3_100_000,
        };
        self.0.checkpoints.last_completed = Some(last);
        self
    }

    /// With this id.
    #[must_use]
    pub fn with_id(mut self, id: &str) -> Self {
        self.0.id = JobId::parse(id).expect("32 hex digits");
        self
    }

    /// As observed: its version follows from id and bounds.
    pub fn done(mut self) -> Job {
        self.0.version = Version(canonical_sha256(&(&self.0.id, &self.0.bounds))[..12].to_owned());
        self.0
    }
}

/// A recent past of ten minutes to [`NOW`]: records/s read and written, the backlog at its end and its growth per
/// second, busy ms/s.
pub fn recent(read: f64, written: f64, backlog: f64, growth: f64, busy: f64) -> Window {
    let counter = |per_s: f64| Stat {
        first: 0.0,
        last: per_s * 600.0,
        mean: per_s * 300.0,
        max: per_s * 600.0,
        per_s: Some(per_s),
    };
    let gauge = |value: f64| Stat {
        first: value,
        last: value,
        mean: value,
        max: value,
        per_s: Some(0.0),
    };
    let backlog = Stat {
        per_s: Some(growth),
        ..gauge(backlog)
    };
    Window {
        from: NOW.minus(Millis::minutes(10)),
        to: NOW,
        samples: 60,
        stats: BTreeMap::from([
            (Signal::RecordsRead, counter(read)),
            (Signal::RecordsWritten, counter(written)),
            (Signal::Backlog, backlog),
            (Signal::Busy, gauge(busy)),
            (Signal::BackPressure, gauge(900.0)),
        ]),
    }
}
