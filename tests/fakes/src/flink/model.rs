//! The cluster as a model: jobs, TaskManagers, and what time does to them. No sockets, no JSON.

mod admission;
mod arrivals;
pub(crate) mod checkpoints;
pub(crate) mod flow;
mod lives;
mod members;
pub(crate) mod metrics;
pub(crate) mod rescale;
pub(crate) mod running;
pub(crate) mod slots;

use super::job::hex_id;
use arrivals::Arrival;
use checkpoints::Ended;
use metrics::Store;
use running::Running;
use slots::TaskManager;
use std::collections::{BTreeMap, HashMap};

/// The configuration of the cluster; every duration in milliseconds. The default is Flink's own.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `jobmanager.scheduler`.
    pub scheduler: Scheduler,
    /// `web.adaptive-scheduler.rescale-history.size`; 0 (Flink's default) keeps none. Here 20.
    pub rescale_history: usize,
    /// `jobmanager.adaptive-scheduler.submission.resource-wait-timeout`.
    pub submission_wait: u64,
    /// `...submission.resource-stabilization-timeout`.
    pub submission_stabilization: u64,
    /// `slot.idle.timeout`; a slot is reported free after about twice as long (observed).
    pub slot_idle: u64,
    /// `...executing.cooldown-after-rescaling`.
    pub cooldown: u64,
    /// `...executing.resource-stabilization-timeout`.
    pub executing_stabilization: u64,
    /// `...rescale-trigger.max-delay`; `None`: three checkpoint intervals, 0 without checkpoints.
    pub max_delay: Option<u64>,
    /// `...rescale-trigger.max-checkpoint-failures`.
    pub rescale_on_failed: u32,
    /// `metrics.fetcher.update-interval`.
    pub metrics_update: u64,
    /// `web.refresh-interval`: `/jobs/:id` and what hangs on it may be this old.
    pub web_refresh: u64,
    /// `restart-strategy.fixed-delay.delay`.
    pub restart_delay: u64,
    /// How long a killed TaskManager stays listed.
    pub killed_listed: u64,
    /// How long after a TaskManager was killed its tasks' failure is noticed.
    pub killed_noticed: u64,
    /// `RESTARTING`, the time to cancel the tasks of the old attempt.
    pub cancelling: u64,
    /// `CREATED`, the time to make the new execution graph.
    pub creating: u64,
    /// `RUNNING` with tasks that are not running yet.
    pub deploying: u64,
    /// How long a new TaskManager process takes until it is listed.
    pub registering: u64,
    /// How long a new TaskManager process is listed with 0 slots.
    pub slots_reported: u64,
    /// `heartbeat.interval`: a TaskManager's `assignedTasks` may be this old. 0: never old.
    pub heartbeat: u64,
}

/// `jobmanager.scheduler`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheduler {
    /// Rescales in place.
    Adaptive,
    /// Flink's default: knows no resource requirements.
    Default,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            scheduler: Scheduler::Adaptive,
            rescale_history: 20,
            submission_wait: 300_000,
            submission_stabilization: 10_000,
            slot_idle: 50_000,
            cooldown: 30_000,
            executing_stabilization: 60_000,
            max_delay: None,
            rescale_on_failed: 2,
            metrics_update: 10_000,
            web_refresh: 3_000,
            restart_delay: 1_000,
            killed_listed: 12_000,
            killed_noticed: 3_000,
            cancelling: 300,
            creating: 300,
            deploying: 400,
            registering: 3_000,
            slots_reported: 300,
            heartbeat: 10_000,
        }
    }
}

impl Settings {
    /// A cluster tuned to act at once, as in a demo: cooldown 1 s, stabilization 2 s, max-delay 1 s, idle slots back
    /// after 5 s, metrics fetched each second, states 0.2 s old at most, tasks told each second.
    pub fn tuned() -> Self {
        Self {
            submission_stabilization: 2_000,
            slot_idle: 5_000,
            cooldown: 1_000,
            executing_stabilization: 2_000,
            max_delay: Some(1_000),
            metrics_update: 1_000,
            web_refresh: 200,
            killed_listed: 3_500,
            killed_noticed: 500,
            heartbeat: 1_000,
            ..Self::default()
        }
    }

    pub(crate) fn max_delay(&self, checkpoint_interval: Option<u64>) -> u64 {
        self.max_delay
            .unwrap_or_else(|| checkpoint_interval.map_or(0, |interval| 3 * interval))
    }

    pub(crate) fn slots_free_after(&self) -> u64 {
        2 * self.slot_idle
    }
}

/// Something that really changed the cluster because a client asked for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effect {
    /// The call that caused it.
    pub call: usize,
    /// When, in epoch milliseconds of the story.
    pub at: u64,
    /// The job's name; its id where the job is unknown.
    pub job: String,
    /// What was done.
    pub deed: Deed,
}

/// What a client had done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// A checkpoint was begun or put in line, under this trigger id.
    TriggeredCheckpoint(String),
    /// The bounds became others; the body as compact JSON with sorted keys.
    ChangedBounds(String),
}

impl Effect {
    /// What makes a repetition the same act: the trigger id, or the bounds.
    pub fn key(&self) -> &str {
        match &self.deed {
            Deed::TriggeredCheckpoint(trigger) => trigger,
            Deed::ChangedBounds(body) => body,
        }
    }
}

/// The result of a triggered checkpoint, until it is forgotten.
#[derive(Clone, Debug)]
pub(crate) enum Operation {
    InProgress,
    Completed { checkpoint: u64, at: u64 },
    Failed { class: String, message: String, at: u64 },
}

/// `rest.async.store-duration`.
const OPERATIONS_KEPT_MS: u64 = 300_000;

/// The whole cluster.
pub(crate) struct Cluster {
    pub now: u64,
    pub settings: Settings,
    pub taskmanagers: Vec<TaskManager>,
    /// TaskManager processes that are not listed yet.
    pub arriving: Vec<Arrival>,
    pub jobs: Vec<Running>,
    /// Told to run, and no slots yet.
    pub unplaced: Vec<super::Job>,
    pub operations: BTreeMap<(String, String), Operation>,
    pub effects: Vec<Effect>,
    pub empties_first: Option<String>,
    pub store: Store,
    pub metric_wishes: HashMap<(String, String), String>,
    pub graphs: HashMap<String, (u64, Running)>,
    /// TaskManagers that ever registered.
    pub members: u16,
    serial: u64,
}

impl Cluster {
    pub fn new(now: u64) -> Self {
        Self {
            now,
            settings: Settings::default(),
            taskmanagers: Vec::new(),
            arriving: Vec::new(),
            jobs: Vec::new(),
            unplaced: Vec::new(),
            operations: BTreeMap::new(),
            effects: Vec::new(),
            empties_first: None,
            store: Store::default(),
            metric_wishes: HashMap::new(),
            graphs: HashMap::new(),
            members: 0,
            serial: 0,
        }
    }

    /// A fresh id of 32 hexadecimal digits, the same in every run of a story.
    pub fn fresh_id(&mut self) -> String {
        self.serial += 1;
        hex_id(&["fresh", &self.serial.to_string()])
    }

    /// Moves on to `then`, doing all that is due on the way, in order. Never goes back.
    pub fn advance_to(&mut self, then: u64) {
        self.start_unplaced();
        while let Some(at) = self.due().filter(|at| *at <= then) {
            self.let_flow(at);
            self.act();
        }
        self.let_flow(then.max(self.now));
    }

    fn due(&self) -> Option<u64> {
        let jobs = self.jobs.iter().filter_map(|job| job.due(self.now));
        jobs.chain(self.slots_due())
            .chain(self.killed_due())
            .chain(self.arrival_due())
            .chain(self.heartbeat_due())
            .min()
            .map(|at| at.max(self.now))
    }

    fn let_flow(&mut self, to: u64) {
        let span = to - self.now;
        self.now = to;
        if span > 0 {
            for job in &mut self.jobs {
                job.let_flow(to, span);
            }
        }
    }

    /// Does one round of what is due now.
    fn act(&mut self) {
        self.free_idle_slots();
        self.drop_killed();
        self.let_arrive();
        self.let_report();
        for at in 0..self.jobs.len() {
            self.act_on(at);
        }
    }

    /// The result of a triggered checkpoint, if it is remembered.
    pub fn operation(&mut self, job: &str, trigger: &str) -> Option<&Operation> {
        let now = self.now;
        self.operations.retain(|_, operation| match operation {
            Operation::InProgress => true,
            Operation::Completed { at, .. } | Operation::Failed { at, .. } => now - *at <= OPERATIONS_KEPT_MS,
        });
        self.operations.get(&(job.to_owned(), trigger.to_owned()))
    }

    pub(crate) fn settle(&mut self, job: &str, ended: &Ended) {
        let at = self.now;
        let (triggers, operation) = match ended {
            Ended::Completed { id, triggers } => (triggers, Operation::Completed { checkpoint: *id, at }),
            Ended::Failed { why, triggers, .. } => (triggers, Operation::checkpoint_failed(why, at)),
        };
        for trigger in triggers {
            self.operations
                .insert((job.to_owned(), trigger.clone()), operation.clone());
        }
    }

    pub fn job_by_name(&self, name: &str) -> &Running {
        let found = self.jobs.iter().rev().find(|job| job.spec.name == name);
        found.unwrap_or_else(|| no_such("job", name))
    }

    pub fn job_by_name_mut(&mut self, name: &str) -> &mut Running {
        let found = self.jobs.iter_mut().rev().find(|job| job.spec.name == name);
        found.unwrap_or_else(|| no_such("job", name))
    }

    pub fn position(&self, name: &str) -> usize {
        let found = self.jobs.iter().rposition(|job| job.spec.name == name);
        found.unwrap_or_else(|| no_such("job", name))
    }

    pub fn job(&self, id: &str) -> Option<&Running> {
        self.jobs.iter().find(|job| job.spec.id == id)
    }

    /// A job as the graph-based answers see it: renewed only so often.
    pub fn graph(&mut self, id: &str) -> Option<Running> {
        let fresh = self.job(id)?.clone();
        let (now, refresh) = (self.now, self.settings.web_refresh);
        let kept = self
            .graphs
            .entry(id.to_owned())
            .or_insert_with(|| (now, fresh.clone()));
        if kept.0 + refresh <= now {
            *kept = (now, fresh);
        }
        Some(kept.1.clone())
    }
}

impl Operation {
    pub fn checkpoint_failed(why: &str, at: u64) -> Self {
        let class = "org.apache.flink.runtime.checkpoint.CheckpointException".to_owned();
        Self::Failed {
            class,
            message: why.to_owned(),
            at,
        }
    }
}

#[track_caller]
#[allow(
    clippy::panic,
    reason = "a story that names what it never made is a mistake of the story"
)]
fn no_such(what: &str, name: &str) -> ! {
    panic!("the fake Flink has no {what} named {name}")
}
