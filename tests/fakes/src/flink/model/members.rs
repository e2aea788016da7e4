//! TaskManagers come and go, slots are given back, and a new JobManager takes over.

use super::rescale::Cause;
use super::running::{Failure, Phase};
use super::slots::TaskManager;
use super::{Cluster, Store};

/// Data port of the first TaskManager; the others count on.
const FIRST_PORT: u16 = 40_001;

impl Cluster {
    pub fn register(&mut self, id: &str, slots: u32) {
        assert!(
            self.taskmanager(id).is_none(),
            "TaskManager {id} is registered already"
        );
        let port = FIRST_PORT + self.members;
        self.members += 1;
        self.taskmanagers
            .push(TaskManager::new(id, slots, port, self.now));
        self.place_unplaced();
        self.slots_changed();
    }

    pub fn taskmanager(&self, id: &str) -> Option<&TaskManager> {
        self.taskmanagers.iter().find(|taskmanager| taskmanager.id == id)
    }

    /// Stopped with SIGTERM: gone from the list at once; tasks it had fail.
    pub fn lose(&mut self, id: &str) {
        let port = self.taskmanager(id).map_or(0, |taskmanager| taskmanager.port);
        self.taskmanagers.retain(|taskmanager| taskmanager.id != id);
        let failure = Failure {
            class: "org.apache.flink.util.FlinkExpectedException".to_owned(),
            message: "The TaskExecutor is shutting down.".to_owned(),
            at: self.now,
            taskmanager: Some((id.to_owned(), port)),
        };
        for at in 0..self.jobs.len() {
            if self.has_tasks_on(at, id) {
                self.fail(at, failure.clone());
            }
        }
    }

    /// Killed with SIGKILL: noticed late, and until then new attempts may land on it and fail too.
    pub fn kill(&mut self, id: &str) {
        let noticed = self.now + self.settings.killed_noticed;
        if let Some(taskmanager) = self
            .taskmanagers
            .iter_mut()
            .find(|taskmanager| taskmanager.id == id)
        {
            taskmanager.killed = Some(self.now);
        }
        for at in 0..self.jobs.len() {
            if self.has_tasks_on(at, id) {
                self.jobs[at].dies_at = Some((noticed, self.unreachable(id, noticed)));
            }
        }
    }

    pub(super) fn unreachable(&self, id: &str, at: u64) -> Failure {
        let port = self.taskmanager(id).map_or(0, |taskmanager| taskmanager.port);
        Failure {
            class: "org.apache.flink.runtime.rpc.exceptions.RecipientUnreachableException".to_owned(),
            message: format!(
                "Could not send message [RemoteRpcInvocation(TaskExecutorGateway.submitTask(TaskDeploymentDescriptor, \
                 JobMasterId, Duration))] to recipient [{id}], because the recipient is unreachable. This can either \
                 mean that the recipient has been terminated or that the remote RpcService is currently not reachable."
            ),
            at,
            taskmanager: Some((id.to_owned(), port)),
        }
    }

    fn has_tasks_on(&self, at: usize, id: &str) -> bool {
        let job = &self.jobs[at];
        let placed = job.is_executing() || matches!(job.phase, Phase::Creating { .. });
        placed && job.places.iter().any(|(taskmanager, _)| taskmanager == id)
    }

    pub fn slots_due(&self) -> Option<u64> {
        let slots = self
            .taskmanagers
            .iter()
            .flat_map(|taskmanager| &taskmanager.slots);
        slots
            .filter_map(|slot| slot.idle_since)
            .min()
            .map(|since| since + self.settings.slots_free_after())
    }

    pub fn killed_due(&self) -> Option<u64> {
        let killed = self
            .taskmanagers
            .iter()
            .filter_map(|taskmanager| taskmanager.killed)
            .min();
        killed.map(|at| at + self.settings.killed_listed)
    }

    pub fn drop_killed(&mut self) {
        let (now, listed) = (self.now, self.settings.killed_listed);
        self.taskmanagers
            .retain(|taskmanager| taskmanager.killed.is_none_or(|at| at + listed > now));
    }

    pub fn free_idle_slots(&mut self) {
        let (now, after) = (self.now, self.settings.slots_free_after());
        let slots = self
            .taskmanagers
            .iter_mut()
            .flat_map(|taskmanager| &mut taskmanager.slots);
        let mut freed = false;
        for slot in slots.filter(|slot| slot.idle_since.is_some_and(|since| since + after <= now)) {
            slot.release();
            freed = true;
        }
        if freed {
            self.slots_changed();
        }
    }

    /// Tells every job that there may be more slots for it.
    pub(super) fn slots_changed(&mut self) {
        for at in 0..self.jobs.len() {
            self.changed(at, Cause::NewResourceAvailable);
            self.stop_waiting_if_content(at);
        }
    }

    /// A new JobManager: it has forgotten operations, metrics and cached graphs, and the jobs unless they were kept in a
    /// store of high availability; kept ones restart from their last checkpoint, their bounds with them.
    pub fn restart_jobmanager(&mut self, keep_jobs: bool) {
        self.operations.clear();
        self.store = Store::default();
        self.graphs.clear();
        for slot in self
            .taskmanagers
            .iter_mut()
            .flat_map(|taskmanager| &mut taskmanager.slots)
        {
            slot.release();
        }
        if !keep_jobs {
            self.jobs.clear();
            return;
        }
        self.jobs.retain(|job| !job.status().is_over());
        for at in 0..self.jobs.len() {
            self.jobs[at].recover(self.now);
            self.wait_for_slots(at);
        }
    }
}
