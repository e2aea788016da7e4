//! What goes wrong, or merely happens, on a story's word: in jobs, in the JobManager, on the way to it.

use super::job::millis;
use super::model::checkpoints::Failing;
use super::model::running::Failure;
use super::{Bounds, FakeFlink, Status};
use crate::calls::{Aim, Call, Interrupt, Misbehaviour};
use std::time::Duration;

/// What a new JobManager finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Jobs {
    /// They were in a store of high availability: they restart from their last checkpoint, bounds and all.
    Kept,
    /// There was no such store: jobs and bounds are gone.
    Gone,
}

/// The calls that ask for a checkpoint.
pub fn triggering_a_checkpoint() -> Aim {
    Aim::at("POST", "/jobs/{jobid}/checkpoints")
}

/// The calls that change bounds.
pub fn changing_bounds() -> Aim {
    Aim::at("PUT", "/jobs/{jobid}/resource-requirements")
}

impl FakeFlink {
    /// Records arriving per second, from now on.
    pub fn arriving(&self, job: &str, records_per_second: f64) {
        self.shared.cluster().job_by_name_mut(job).flow.arriving = records_per_second;
    }

    /// What one subtask of the slow vertex gets done per second, from now on.
    pub fn capacity_per_subtask(&self, job: &str, records_per_second: f64) {
        self.shared.cluster().job_by_name_mut(job).flow.capacity = records_per_second;
    }

    /// How long checkpoints take that begin from now on.
    pub fn checkpoints_take(&self, job: &str, duration: Duration) {
        self.shared.cluster().job_by_name_mut(job).checkpoints.duration = millis(duration);
    }

    /// Checkpoints fail from now on, with this message; one under way fails too.
    pub fn checkpoints_fail(&self, job: &str, why: &str) {
        let failing = Failing {
            left: None,
            why: why.to_owned(),
        };
        self.shared.cluster().job_by_name_mut(job).checkpoints.failing = Some(failing);
    }

    /// The next `times` (1 or more) checkpoints to end fail.
    pub fn next_checkpoints_fail(&self, job: &str, times: u32, why: &str) {
        let failing = (times > 0).then(|| Failing {
            left: Some(times),
            why: why.to_owned(),
        });
        self.shared.cluster().job_by_name_mut(job).checkpoints.failing = failing;
    }

    /// Checkpoints complete again.
    pub fn checkpoints_complete(&self, job: &str) {
        self.shared.cluster().job_by_name_mut(job).checkpoints.failing = None;
    }

    /// A task throws: the job restarts.
    pub fn task_fails(&self, job: &str, class: &str, message: &str) {
        let mut cluster = self.shared.cluster();
        let at = cluster.position(job);
        let failure = Failure {
            class: class.to_owned(),
            message: message.to_owned(),
            at: cluster.now,
            taskmanager: None,
        };
        cluster.fail(at, failure);
    }

    /// The job ends: `Finished`, `Canceled` or `Failed`.
    pub fn job_ends(&self, job: &str, status: Status) {
        assert!(status.is_over(), "{status:?} is no end");
        let mut cluster = self.shared.cluster();
        let at = cluster.position(job);
        cluster.end(at, status);
    }

    /// Somebody else changes the bounds of every vertex, past Sluice.
    pub fn somebody_sets_bounds(&self, job: &str, lower: u32, upper: u32) {
        let mut cluster = self.shared.cluster();
        let at = cluster.position(job);
        let bounds = vec![Bounds { lower, upper }; cluster.jobs[at].bounds.len()];
        cluster.set_bounds(at, bounds);
    }

    /// A new JobManager at the same address, at once; the TaskManagers register again.
    pub fn restarts_jobmanager(&self, jobs: Jobs) {
        self.shared.cluster().restart_jobmanager(jobs == Jobs::Kept);
    }

    /// The JobManager's port closes, with every connection: new ones are refused. The model goes on.
    pub fn goes_down(&self) {
        self.exchange.hang_up();
    }

    /// The port opens again.
    pub fn comes_back(&self) {
        self.exchange
            .pick_up()
            .expect("the fake's own port is still free");
    }

    /// The next call that `aim` meets misbehaves.
    pub fn next_call(&self, aim: Aim, deed: Misbehaviour) {
        self.next_calls(1, aim, deed);
    }

    /// The next `times` calls that `aim` meets misbehave.
    pub fn next_calls(&self, times: usize, aim: Aim, deed: Misbehaviour) {
        self.shared.script().add(aim, times, deed);
    }

    /// Asks `hook` about every call, by its number, before anything else happens to it. The hook may look at the fake,
    /// but must not change its script.
    pub fn on_call(&self, hook: impl FnMut(usize, &Call) -> Interrupt + Send + 'static) {
        self.shared.script().hook(hook);
    }

    /// No hook and no misbehaviour from now on.
    pub fn behaves(&self) {
        self.shared.script().clear();
    }

    /// Waits until a call is being held (see [`Interrupt::HoldAfterEffect`]): the moment to stop the caller.
    pub async fn until_a_call_is_held(&self) {
        let _ = self.shared.held.subscribe().wait_for(|held| *held > 0).await;
    }

    /// Waits until every held call has been let go: until its caller is gone.
    pub async fn until_no_call_is_held(&self) {
        let _ = self.shared.held.subscribe().wait_for(|held| *held == 0).await;
    }

    /// Whether a call is being held now; a stopped caller's call is let go.
    pub fn holds_a_call(&self) -> bool {
        *self.shared.held.borrow() > 0
    }

    /// Metrics without the fetcher's delays: every answer shows this moment.
    pub fn metrics_are_fresh(&self) -> &Self {
        self.shared.cluster().store.always_fresh = true;
        self
    }

    /// This metric of this TaskManager (or of `"jobmanager"`) has this value from now on.
    pub fn metric(&self, component: &str, name: &str, value: &str) {
        let key = (component.to_owned(), name.to_owned());
        self.shared.cluster().metric_wishes.insert(key, value.to_owned());
    }
}
