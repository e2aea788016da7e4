//! What happens to jobs because of slots, checkpoints, failures and time: the transitions that need the whole cluster.

use super::checkpoints::{Checkpoints, Ended};
use super::flow::Flow;
use super::rescale::{Cause, Manager, Outcome, Prospect, Rescale, Verdict};
use super::running::{Failure, Phase, Running, Status};
use super::slots::{self, TaskManager, slots_open_to};
use super::{Cluster, Operation, Scheduler, Store};
use crate::flink::job::{Bounds, Job, to_float};
use std::collections::{BTreeMap, VecDeque};

/// Why a restart aborts checkpoints, in Flink's words.
const SUSPENDED: &str = "Checkpoint Coordinator is suspending.";
/// Data port of the first TaskManager; the others count on.
const FIRST_PORT: u16 = 40_001;

impl Cluster {
    /// A job that has been running for its age already, if there are slots; it waits for them otherwise.
    pub fn run(&mut self, job: Job) {
        self.unplaced.push(job);
        self.place_unplaced();
    }

    fn place_unplaced(&mut self) {
        for job in std::mem::take(&mut self.unplaced) {
            if slots_open_to(&self.taskmanagers, &job.id) < job.parallelism {
                self.unplaced.push(job);
                continue;
            }
            let parallelism = vec![job.parallelism; job.vertices.len()];
            let at = self.admit(job, Phase::Executing);
            self.jobs[at].parallelism = parallelism;
            self.occupy(at);
            self.seat(at);
        }
    }

    /// Jobs that found no slots before the story began wait for them from now on.
    pub fn start_unplaced(&mut self) {
        for mut job in std::mem::take(&mut self.unplaced) {
            job.age = 0;
            let at = self.admit(job, Phase::Executing);
            self.jobs[at].timestamps.remove("RUNNING");
            self.wait_for_slots(at);
        }
    }

    fn admit(&mut self, job: Job, phase: Phase) -> usize {
        let (now, started) = (self.now, self.now - job.age);
        let requirements = self.fresh_id();
        let mut flow = Flow::new(job.arriving, job.capacity, job.backlog, job.vertices.len());
        let rate = flow.rate(job.parallelism);
        flow.start(started);
        flow.position = rate * to_float(job.age) / 1000.0;
        let checkpoints = Checkpoints::new(
            (
                job.checkpoint_interval,
                job.checkpoint_duration,
                job.tolerable_failures,
            ),
            (now, job.age),
            job.parallelism * u32::try_from(job.vertices.len()).unwrap_or(u32::MAX),
            |at| rate * to_float(at - started) / 1000.0,
        );
        if job.age > 0 {
            flow.assume_past(now, rate, job.parallelism, job.bottleneck);
        }
        let stamps = [
            ("INITIALIZING", started),
            ("CREATED", started),
            ("RUNNING", started),
        ];
        let bounds = vec![job.bounds; job.vertices.len()];
        self.jobs.push(Running {
            parallelism: bounds.iter().map(|bounds| bounds.upper).collect(),
            bounds,
            phase,
            started,
            ended: None,
            timestamps: BTreeMap::from(stamps),
            places: Vec::new(),
            attempt: 0,
            tasks_started: started,
            manager: None,
            checkpoints,
            flow,
            restarts: 0,
            rescales: 0,
            failures: VecDeque::new(),
            rescale_log: VecDeque::new(),
            rescaling: Some((started, Cause::InitialSchedule)),
            requirements,
            rescale_attempts: 0,
            dies_at: None,
            spec: job,
        });
        self.jobs.len() - 1
    }

    /// The set-up job begins its story already past what its age has put behind it.
    fn seat(&mut self, at: usize) {
        let job = &mut self.jobs[at];
        let mut manager = Manager::new(&self.settings, job.spec.checkpoint_interval, job.started);
        while manager.due().is_some_and(|due| due <= self.now) {
            manager.tick(
                self.now,
                Prospect {
                    change: false,
                    desired: true,
                },
            );
        }
        job.manager = Some(manager);
        let started = job.started;
        self.close_rescale(at, Outcome::Succeeded, started);
        self.changed(at, Cause::NewResourceAvailable);
    }

    pub fn register(&mut self, id: &str, slots: u32) {
        assert!(
            self.taskmanager(id).is_none(),
            "TaskManager {id} is registered already"
        );
        let port = FIRST_PORT + u16::try_from(self.taskmanagers.len()).unwrap_or(0);
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

    fn unreachable(&self, id: &str, at: u64) -> Failure {
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
    fn slots_changed(&mut self) {
        for at in 0..self.jobs.len() {
            self.changed(at, Cause::NewResourceAvailable);
            self.stop_waiting_if_content(at);
        }
    }

    /// Tells one job that bounds or slots changed.
    pub fn changed(&mut self, at: usize, cause: Cause) {
        let prospect = self.prospect(at);
        let (now, job) = (self.now, &mut self.jobs[at]);
        if !job.is_executing() {
            return;
        }
        let noticed = job
            .manager
            .as_mut()
            .is_some_and(|manager| manager.changed(now, prospect));
        if noticed && job.rescaling.is_none() {
            job.rescaling = Some((now, cause));
        }
    }

    fn prospect(&self, at: usize) -> Prospect {
        let job = &self.jobs[at];
        let slots = slots_open_to(&self.taskmanagers, &job.spec.id);
        let change = job
            .possible(slots)
            .is_some_and(|possible| possible != job.parallelism);
        Prospect {
            change: change && self.settings.scheduler == Scheduler::Adaptive,
            desired: slots >= job.desired(),
        }
    }

    /// Does what is due now for one job.
    pub fn act_on(&mut self, at: usize) {
        let now = self.now;
        if let Some((_, failure)) = self.jobs[at].dies_at.take_if(|(when, _)| *when <= now) {
            self.fail(at, failure);
        }
        self.act_on_checkpoints(at);
        match self.jobs[at].phase.clone() {
            Phase::Deploying { until } if until <= now => self.tasks_run(at),
            Phase::Restarting { until, rescale } if until <= now => {
                if rescale && self.possible(at).is_some() {
                    self.create(at);
                } else {
                    self.wait_for_slots(at);
                }
            }
            Phase::Creating { until } if until <= now => self.deploy(at),
            Phase::Waiting { until, .. } => {
                self.stop_waiting_if_content(at);
                if until <= now && matches!(self.jobs[at].phase, Phase::Waiting { .. }) {
                    self.give_up(at);
                }
            }
            _ => {}
        }
        self.act_on_manager(at);
    }

    fn act_on_manager(&mut self, at: usize) {
        let (now, prospect) = (self.now, self.prospect(at));
        let job = &mut self.jobs[at];
        if let Some(manager) = job
            .manager
            .as_mut()
            .filter(|manager| manager.due().is_some_and(|due| due <= now))
        {
            let verdict = manager.tick(now, prospect);
            self.follow(at, verdict);
        }
    }

    fn act_on_checkpoints(&mut self, at: usize) {
        let now = self.now;
        let job = &mut self.jobs[at];
        let over = job
            .checkpoints
            .in_flight
            .as_ref()
            .is_some_and(|in_flight| in_flight.completes <= now);
        if let Some(ended) = over.then(|| job.checkpoints.end(now)).flatten() {
            let id = job.spec.id.clone();
            self.settle(&id, &ended);
            self.checkpoint_ended(at, &ended);
        }
        let job = &mut self.jobs[at];
        let waiting = !job.checkpoints.waiting_triggers.is_empty();
        let due = job.checkpoints.next_at.is_some_and(|next| next <= now) || waiting;
        if job.phase == Phase::Executing && job.checkpoints.in_flight.is_none() && due {
            let (position, subtasks) = (job.flow.position, job.subtasks());
            job.checkpoints.trigger(now, position, subtasks, None);
        }
    }

    fn checkpoint_ended(&mut self, at: usize, ended: &Ended) {
        let (now, prospect, tolerated) = (self.now, self.prospect(at), self.settings.rescale_on_failed);
        let job = &mut self.jobs[at];
        let enough = job.checkpoints.failures_in_a_row >= tolerated;
        match ended {
            Ended::Failed { too_many: true, .. } => {
                let class = "org.apache.flink.util.FlinkRuntimeException".to_owned();
                let message = "Exceeded checkpoint tolerable failure threshold.".to_owned();
                self.fail(
                    at,
                    Failure {
                        class,
                        message,
                        at: now,
                        taskmanager: None,
                    },
                );
            }
            Ended::Failed { .. } if !enough => {}
            _ => {
                let verdict = job
                    .manager
                    .as_mut()
                    .map_or(Verdict::Stay, |manager| manager.checkpointed(prospect));
                self.follow(at, verdict);
            }
        }
    }

    fn follow(&mut self, at: usize, verdict: Verdict) {
        match verdict {
            Verdict::Stay => {}
            Verdict::Forget => self.close_rescale(at, Outcome::NothingChanged, self.now),
            Verdict::Rescale => {
                self.jobs[at].rescales += 1;
                self.restart(at, self.settings.cancelling, true);
            }
        }
    }

    /// A task failed: the job restarts after the restart strategy's delay.
    pub fn fail(&mut self, at: usize, failure: Failure) {
        let job = &mut self.jobs[at];
        if !job.is_executing() && !matches!(job.phase, Phase::Creating { .. }) {
            return;
        }
        job.note_failure(failure);
        self.close_rescale(at, Outcome::FailoverRestarting, self.now);
        self.jobs[at].rescaling = Some((self.now, Cause::RecoverableFailover));
        self.restart(at, self.settings.restart_delay, false);
    }

    fn restart(&mut self, at: usize, takes: u64, rescale: bool) {
        let now = self.now;
        let job = &mut self.jobs[at];
        job.restarts += 1;
        job.manager = None;
        job.dies_at = None;
        job.stamp("CANCELLING", now);
        job.phase = Phase::Restarting {
            until: now + takes,
            rescale,
        };
        self.abort_checkpoints(at);
        self.count_tasks(at);
    }

    fn abort_checkpoints(&mut self, at: usize) {
        let now = self.now;
        let job = &mut self.jobs[at];
        let subtasks = job.subtasks();
        let triggers = job.checkpoints.abort(now, subtasks, SUSPENDED);
        let id = job.spec.id.clone();
        for trigger in triggers {
            self.operations.insert(
                (id.clone(), trigger),
                Operation::checkpoint_failed(SUSPENDED, now),
            );
        }
    }

    fn possible(&self, at: usize) -> Option<Vec<u32>> {
        let job = &self.jobs[at];
        job.possible(slots_open_to(&self.taskmanagers, &job.spec.id))
    }

    fn wait_for_slots(&mut self, at: usize) {
        let (now, settings) = (self.now, &self.settings);
        let phase = Phase::Waiting {
            content_at: now + settings.submission_stabilization,
            until: now + settings.submission_wait,
        };
        let job = &mut self.jobs[at];
        job.stamp("CREATED", now);
        job.phase = phase;
        self.stop_waiting_if_content(at);
    }

    fn stop_waiting_if_content(&mut self, at: usize) {
        let Phase::Waiting { content_at, .. } = self.jobs[at].phase else {
            return;
        };
        let open = slots_open_to(&self.taskmanagers, &self.jobs[at].spec.id);
        let enough = open >= self.jobs[at].desired();
        if enough || (content_at <= self.now && self.possible(at).is_some()) {
            self.create(at);
        }
    }

    fn create(&mut self, at: usize) {
        let until = self.now + self.settings.creating;
        let Some(parallelism) = self.possible(at) else {
            return;
        };
        let job = &mut self.jobs[at];
        job.parallelism = parallelism;
        job.stamp("CREATED", self.now);
        job.phase = Phase::Creating { until };
        self.occupy(at);
    }

    fn occupy(&mut self, at: usize) {
        let job = &self.jobs[at];
        let (id, width) = (job.spec.id.clone(), job.width() as usize);
        let last = self.empties_first.as_deref();
        self.jobs[at].places = slots::take(&mut self.taskmanagers, &id, width, last, self.now);
        self.count_tasks(at);
    }

    fn count_tasks(&mut self, at: usize) {
        let job = &self.jobs[at];
        for (number, (id, slot)) in job.places.iter().enumerate() {
            if let Some(taskmanager) = self
                .taskmanagers
                .iter_mut()
                .find(|taskmanager| taskmanager.id == *id)
            {
                taskmanager.slots[*slot].tasks = job.tasks_in(number);
            }
        }
    }

    fn deploy(&mut self, at: usize) {
        let (now, until) = (self.now, self.now + self.settings.deploying);
        let interval = self.jobs[at].spec.checkpoint_interval;
        let manager = Manager::new(&self.settings, interval, now);
        let job = &mut self.jobs[at];
        job.attempt = job.attempt.saturating_add(u32::from(job.restarts > 0));
        job.stamp("RUNNING", now);
        job.tasks_started = now;
        job.phase = Phase::Deploying { until };
        job.manager = Some(manager);
        if job.checkpoints.interval.is_some() {
            // Without a completed one it reads from the very beginning.
            let position = job.checkpoints.restore(now).unwrap_or(0.0);
            job.flow.replay_from(position);
        }
        self.close_rescale(at, Outcome::Succeeded, now);
        self.count_tasks(at);
        self.changed(at, Cause::NewResourceAvailable);
    }

    fn tasks_run(&mut self, at: usize) {
        let now = self.now;
        let dead = self.jobs[at].places.iter().find_map(|(id, _)| {
            self.taskmanager(id)
                .filter(|taskmanager| taskmanager.killed.is_some())
                .map(|dead| dead.id.clone())
        });
        if let Some(id) = dead {
            let failure = self.unreachable(&id, now);
            return self.fail(at, failure);
        }
        let job = &mut self.jobs[at];
        job.phase = Phase::Executing;
        job.flow.start(now);
        job.checkpoints.next_at = job.checkpoints.interval.map(|interval| now + interval);
    }

    fn give_up(&mut self, at: usize) {
        let class = "org.apache.flink.runtime.jobmanager.scheduler.NoResourceAvailableException".to_owned();
        let message = "Could not acquire the minimum required resources.".to_owned();
        self.jobs[at].note_failure(Failure {
            class,
            message,
            at: self.now,
            taskmanager: None,
        });
        self.end(at, Status::Failed);
    }

    /// The job is over; its slots are free at once.
    pub fn end(&mut self, at: usize, status: Status) {
        let now = self.now;
        let job = &mut self.jobs[at];
        job.phase = Phase::Over(status);
        job.ended = Some(now);
        job.stamp(status.spelling(), now);
        job.manager = None;
        job.dies_at = None;
        job.checkpoints.next_at = None;
        job.checkpoints.in_flight = None;
        job.places.clear();
        let id = job.spec.id.clone();
        for slot in self
            .taskmanagers
            .iter_mut()
            .flat_map(|taskmanager| &mut taskmanager.slots)
        {
            if slot.holder.as_deref() == Some(&id) {
                slot.release();
            }
        }
        self.slots_changed();
    }

    fn close_rescale(&mut self, at: usize, outcome: Outcome, ended: u64) {
        let Some((started, cause)) = self.jobs[at].rescaling.take() else {
            return;
        };
        let uuid = self.fresh_id();
        let keep = self.settings.rescale_history;
        let job = &mut self.jobs[at];
        job.rescale_attempts += 1;
        let requirements = job.requirements.clone();
        let attempt = job.rescale_attempts;
        job.rescale_log.push_front(Rescale {
            uuid,
            requirements,
            attempt,
            started,
            ended,
            cause,
            outcome,
        });
        job.rescale_log.truncate(keep);
    }

    /// The bounds are others from now on. What was under way for the old ones is ignored.
    pub fn set_bounds(&mut self, at: usize, bounds: Vec<Bounds>) {
        self.close_rescale(at, Outcome::RequirementsUpdated, self.now);
        let requirements = self.fresh_id();
        let job = &mut self.jobs[at];
        job.bounds = bounds;
        job.requirements = requirements;
        job.rescale_attempts = 0;
        self.changed(at, Cause::UpdateRequirement);
        let unnoticed = self.jobs[at].is_executing() && self.jobs[at].rescaling.is_none();
        if unnoticed && self.prospect(at).change {
            self.jobs[at].rescaling = Some((self.now, Cause::UpdateRequirement));
        }
        self.stop_waiting_if_content(at);
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
