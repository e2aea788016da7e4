//! What happens to a job because of bounds, slots, checkpoints, failures and time.

use super::checkpoints::Ended;
use super::rescale::{Cause, Manager, Outcome, Prospect, Rescale, Verdict};
use super::running::{Failure, Phase, Status};
use super::slots::{self, slots_open_to};
use super::{Cluster, Operation, Scheduler};
use crate::flink::job::Bounds;

/// Why a restart aborts checkpoints, in Flink's words.
const SUSPENDED: &str = "Checkpoint Coordinator is suspending.";
/// Why the end of a job does.
const SHUT_DOWN: &str = "CheckpointCoordinator shutdown.";

impl Cluster {
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

    pub(super) fn prospect(&self, at: usize) -> Prospect {
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
        let subtasks = self.jobs[at].subtasks();
        self.jobs[at].checkpoints.start_one(now, subtasks);
        self.abort_checkpoints(at, SUSPENDED);
        self.count_tasks(at);
    }

    /// Ends what is being taken, and answers the clients that had asked for it.
    fn abort_checkpoints(&mut self, at: usize, why: &str) {
        let now = self.now;
        let job = &mut self.jobs[at];
        let triggers = job.checkpoints.abort(now, why);
        let id = job.spec.id.clone();
        for trigger in triggers {
            self.operations
                .insert((id.clone(), trigger), Operation::checkpoint_failed(why, now));
        }
    }

    fn possible(&self, at: usize) -> Option<Vec<u32>> {
        let job = &self.jobs[at];
        job.possible(slots_open_to(&self.taskmanagers, &job.spec.id))
    }

    pub(super) fn wait_for_slots(&mut self, at: usize) {
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

    pub(super) fn stop_waiting_if_content(&mut self, at: usize) {
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

    pub(super) fn occupy(&mut self, at: usize) {
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
        job.places.clear();
        let id = job.spec.id.clone();
        self.abort_checkpoints(at, SHUT_DOWN);
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

    pub(super) fn close_rescale(&mut self, at: usize, outcome: Outcome, ended: u64) {
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
}
