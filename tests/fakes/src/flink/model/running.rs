//! One job that was told to run: its phase, its bounds, its attempts. What needs the whole cluster is in `lives`.

use super::checkpoints::Checkpoints;
use super::flow::Flow;
use super::rescale::{Cause, Manager, Rescale};
use super::slots::Place;
use crate::flink::job::{Bounds, Job};
use std::collections::{BTreeMap, VecDeque};

/// Job states that the model goes through, as Flink spells them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Waits for slots, or makes its execution graph.
    Created,
    /// Runs, or deploys its tasks.
    Running,
    /// Cancels the tasks of the old attempt.
    Restarting,
    /// Ended well.
    Finished,
    /// Ended on request.
    Canceled,
    /// Ended badly.
    Failed,
}

impl Status {
    /// As in the REST API.
    pub fn spelling(self) -> &'static str {
        match self {
            Self::Created => "CREATED",
            Self::Running => "RUNNING",
            Self::Restarting => "RESTARTING",
            Self::Finished => "FINISHED",
            Self::Canceled => "CANCELED",
            Self::Failed => "FAILED",
        }
    }

    /// Whether it is over for good.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Finished | Self::Canceled | Self::Failed)
    }
}

/// Where a job is in its life.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Phase {
    Executing,
    Deploying {
        until: u64,
    },
    /// Cancels its tasks; then on to a new graph, or to wait for slots.
    Restarting {
        until: u64,
        rescale: bool,
    },
    Creating {
        until: u64,
    },
    /// Not enough slots. Takes less than desired after `content_at`, gives up at `until`.
    Waiting {
        content_at: u64,
        until: u64,
    },
    Over(Status),
}

/// An entry of the exception history.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub class: String,
    pub message: String,
    pub at: u64,
    pub taskmanager: Option<(String, u16)>,
}

/// A job on the cluster.
#[derive(Clone, Debug)]
pub(crate) struct Running {
    pub spec: Job,
    pub phase: Phase,
    pub started: u64,
    pub ended: Option<u64>,
    pub timestamps: BTreeMap<&'static str, u64>,
    pub bounds: Vec<Bounds>,
    /// By vertex: what it runs at, or is about to.
    pub parallelism: Vec<u32>,
    pub places: Vec<Place>,
    pub attempt: u32,
    pub tasks_started: u64,
    pub manager: Option<Manager>,
    pub checkpoints: Checkpoints,
    pub flow: Flow,
    pub restarts: u64,
    pub rescales: u64,
    pub failures: VecDeque<Failure>,
    pub rescale_log: VecDeque<Rescale>,
    pub rescaling: Option<(u64, Cause)>,
    pub requirements: String,
    pub rescale_attempts: u64,
    /// A task will fail at this moment (its TaskManager was killed).
    pub dies_at: Option<(u64, Failure)>,
}

impl Running {
    pub fn status(&self) -> Status {
        match self.phase {
            Phase::Executing | Phase::Deploying { .. } => Status::Running,
            Phase::Restarting { .. } => Status::Restarting,
            Phase::Creating { .. } | Phase::Waiting { .. } => Status::Created,
            Phase::Over(status) => status,
        }
    }

    /// What every task of it is doing, as Flink spells it.
    pub fn task_state(&self) -> &'static str {
        match self.phase {
            Phase::Executing => "RUNNING",
            Phase::Deploying { .. } => "DEPLOYING",
            Phase::Restarting { .. } => "CANCELED",
            Phase::Creating { .. } | Phase::Waiting { .. } => "CREATED",
            Phase::Over(Status::Finished) => "FINISHED",
            Phase::Over(_) => "CANCELED",
        }
    }

    /// Whether the scheduler is in its state `Executing`, in which it may rescale.
    pub fn is_executing(&self) -> bool {
        matches!(self.phase, Phase::Executing | Phase::Deploying { .. })
    }

    /// Subtasks of the slow vertex.
    pub fn workers(&self) -> u32 {
        self.parallelism[self.spec.bottleneck]
    }

    /// Slots it needs at its present parallelism: all vertices share slots.
    pub fn width(&self) -> u32 {
        self.parallelism.iter().copied().max().unwrap_or(0)
    }

    pub fn subtasks(&self) -> u32 {
        self.parallelism.iter().sum()
    }

    /// Slots it would like to have.
    pub fn desired(&self) -> u32 {
        self.bounds.iter().map(|bounds| bounds.upper).max().unwrap_or(0)
    }

    /// The parallelism that so many slots allow, if they allow any.
    pub fn possible(&self, slots: u32) -> Option<Vec<u32>> {
        let least = self.bounds.iter().map(|bounds| bounds.lower).max().unwrap_or(1);
        (slots >= least).then(|| self.bounds.iter().map(|bounds| bounds.upper.min(slots)).collect())
    }

    /// Tasks of this job in its n-th slot.
    pub fn tasks_in(&self, slot: usize) -> u32 {
        let deployed = matches!(self.phase, Phase::Executing | Phase::Deploying { .. });
        let tasks = self.parallelism.iter().filter(|p| **p as usize > slot).count();
        if deployed {
            u32::try_from(tasks).unwrap_or(u32::MAX)
        } else {
            0
        }
    }

    pub fn due(&self, now: u64) -> Option<u64> {
        let phase = match &self.phase {
            Phase::Executing => None,
            Phase::Over(_) => return None,
            Phase::Deploying { until } | Phase::Restarting { until, .. } | Phase::Creating { until } => {
                Some(*until)
            }
            Phase::Waiting { content_at, until } => {
                Some(if *content_at > now { *content_at } else { *until })
            }
        };
        let executing = self.phase == Phase::Executing;
        let checkpoint = self
            .checkpoints
            .in_flight
            .as_ref()
            .map(|in_flight| in_flight.completes);
        let next = self
            .checkpoints
            .next_at
            .filter(|_| executing && checkpoint.is_none());
        let manager = self
            .manager
            .as_ref()
            .filter(|_| self.is_executing())
            .and_then(Manager::due);
        let empty = executing
            .then(|| self.flow.empties_at(now, self.workers()))
            .flatten();
        let death = self.dies_at.as_ref().map(|(at, _)| *at);
        [phase, checkpoint, next, manager, empty, death]
            .into_iter()
            .flatten()
            .min()
    }

    pub fn let_flow(&mut self, now: u64, span: u64) {
        match self.phase {
            Phase::Executing => {
                let workers = self.workers();
                self.flow.run(now, span, workers, self.spec.bottleneck);
            }
            Phase::Over(_) => {}
            _ => self.flow.wait(span),
        }
    }

    /// A new JobManager takes it over from its store: definition, bounds and last completed checkpoint.
    pub fn recover(&mut self, now: u64) {
        self.checkpoints.recover();
        self.manager = None;
        self.dies_at = None;
        self.restarts = 0;
        self.rescales = 0;
        self.attempt = 0;
        self.started = now;
        self.places.clear();
        self.failures.clear();
        self.rescale_log.clear();
        self.rescaling = Some((now, Cause::InitialSchedule));
        self.timestamps = BTreeMap::from([("INITIALIZING", now)]);
    }

    pub fn stamp(&mut self, status: &'static str, now: u64) {
        self.timestamps.insert(status, now);
    }

    /// Where checkpoint `id` lies.
    pub fn checkpoint_path(&self, id: u64) -> String {
        format!("file:/checkpoints/{}/chk-{id}", self.spec.id)
    }

    pub fn note_failure(&mut self, failure: Failure) {
        self.failures.push_front(failure);
        self.failures.truncate(16);
    }
}
