//! Where a story looks to see what became of the cluster, without a socket.

use super::job::whole;
use super::model::slots::TaskManager;
use super::{Bounds, Effect, FakeFlink, Status, Vertex};
use crate::calls::Call;

impl FakeFlink {
    /// The job's id: 32 hexadecimal digits. Panics, as all looks do, where the story never had such a job.
    pub fn job_id(&self, name: &str) -> String {
        self.shared.cluster().job_by_name(name).spec.id.clone()
    }

    /// The names of all jobs, oldest first.
    pub fn jobs(&self) -> Vec<String> {
        let cluster = self.shared.cluster();
        cluster.jobs.iter().map(|job| job.spec.name.clone()).collect()
    }

    /// Its vertices, upstream first.
    pub fn vertices(&self, name: &str) -> Vec<Vertex> {
        self.shared.cluster().job_by_name(name).spec.vertices.clone()
    }

    /// Its state.
    pub fn status(&self, name: &str) -> Status {
        self.shared.cluster().job_by_name(name).status()
    }

    /// Whether all its tasks are RUNNING.
    pub fn all_tasks_run(&self, name: &str) -> bool {
        self.shared.cluster().job_by_name(name).task_state() == "RUNNING"
    }

    /// The widest parallelism among its vertices: what it runs at, or is about to.
    pub fn parallelism(&self, name: &str) -> u32 {
        self.shared.cluster().job_by_name(name).width()
    }

    /// The bounds of its first vertex.
    pub fn bounds(&self, name: &str) -> Bounds {
        self.shared.cluster().job_by_name(name).bounds[0]
    }

    /// `numRestarts`: rescales count too.
    pub fn restarts(&self, name: &str) -> u64 {
        self.shared.cluster().job_by_name(name).restarts
    }

    /// `numRescales`.
    pub fn rescales(&self, name: &str) -> u64 {
        self.shared.cluster().job_by_name(name).rescales
    }

    /// Whole records that arrived and were not read yet.
    pub fn backlog(&self, name: &str) -> u64 {
        whole(self.shared.cluster().job_by_name(name).flow.backlog)
    }

    /// Checkpoints that completed since the job was first run.
    pub fn completed_checkpoints(&self, name: &str) -> u64 {
        self.shared
            .cluster()
            .job_by_name(name)
            .checkpoints
            .counts
            .completed
    }

    /// Ids of the TaskManagers that are listed, oldest first.
    pub fn taskmanagers(&self) -> Vec<String> {
        self.shared
            .cluster()
            .taskmanagers
            .iter()
            .map(|taskmanager| taskmanager.id.clone())
            .collect()
    }

    /// Tasks on this TaskManager; 0 where it is not listed.
    pub fn tasks_on(&self, id: &str) -> u32 {
        self.shared
            .cluster()
            .taskmanager(id)
            .map_or(0, TaskManager::assigned_tasks)
    }

    /// What clients had changed, oldest first. A call that changed nothing (a trigger id seen before, the same bounds)
    /// leaves no effect.
    pub fn effects(&self) -> Vec<Effect> {
        self.shared.cluster().effects.clone()
    }

    /// Every call that arrived, oldest first, lost ones too.
    pub fn calls(&self) -> Vec<Call> {
        self.shared.calls()
    }

    /// What was unlawful so far, one sentence each.
    pub fn violations(&self) -> Vec<String> {
        self.shared.violations()
    }

    /// The same, and forgets them: for stories that are about unlawful calls.
    pub fn take_violations(&self) -> Vec<String> {
        self.shared.take_violations()
    }

    /// Fails the story where anything was unlawful.
    #[track_caller]
    pub fn assert_lawful(&self) {
        let violations = self.violations();
        assert!(
            violations.is_empty(),
            "the fake Flink objects:\n{}",
            violations.join("\n")
        );
    }
}
