//! Checkpoints of one job: periodic ones, those a client triggered, their failures, and what a restart does to them.

use std::collections::VecDeque;

/// `web.checkpoints.history`.
const HISTORY: usize = 10;

/// What the job's checkpoint coordinator knows.
#[derive(Clone, Debug)]
pub(crate) struct Checkpoints {
    pub interval: Option<u64>,
    pub duration: u64,
    pub tolerable_failures: u32,
    /// When the next periodic one is due; only while the job runs.
    pub next_at: Option<u64>,
    pub in_flight: Option<InFlight>,
    pub waiting_triggers: Vec<String>,
    pub counts: Counts,
    pub history: VecDeque<Checkpoint>,
    pub completed: Option<Checkpoint>,
    pub failed: Option<Checkpoint>,
    pub restored: Option<Restored>,
    pub durations: Vec<u64>,
    /// How the next ones end, where a story wants failures.
    pub failing: Option<Failing>,
    pub failures_in_a_row: u32,
    next_id: u64,
}

/// `counts` of `/checkpoints`, without what is in flight.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub restored: u64,
    pub completed: u64,
    pub failed: u64,
}

/// One that is being taken.
#[derive(Clone, Debug)]
pub(crate) struct InFlight {
    pub id: u64,
    pub triggered: u64,
    pub completes: u64,
    /// The source's position it will hold.
    pub position: f64,
    pub triggers: Vec<String>,
    pub subtasks: u32,
}

/// One that has ended.
#[derive(Clone, Debug)]
pub(crate) struct Checkpoint {
    pub id: u64,
    pub triggered: u64,
    pub ended: u64,
    pub position: f64,
    pub subtasks: u32,
    /// Why it failed, if it did.
    pub failure: Option<String>,
}

/// The checkpoint an attempt started from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Restored {
    pub id: u64,
    pub at: u64,
}

/// A story's wish that checkpoints fail.
#[derive(Clone, Debug)]
pub(crate) struct Failing {
    /// How many more; `None`: until told otherwise.
    pub left: Option<u32>,
    pub why: String,
}

/// How a checkpoint ended.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Ended {
    Completed {
        id: u64,
        triggers: Vec<String>,
    },
    Failed {
        why: String,
        triggers: Vec<String>,
        too_many: bool,
    },
}

impl Checkpoints {
    /// The coordinator of a job that has been running for `age` ms at `now`, its past taken as regular.
    pub fn new(
        (interval, duration, tolerable_failures): (Option<u64>, u64, u32),
        (now, age): (u64, u64),
        subtasks: u32,
        position_at: impl Fn(u64) -> f64,
    ) -> Self {
        let mut this = Self {
            interval,
            duration,
            tolerable_failures,
            next_at: interval.map(|interval| now + interval),
            in_flight: None,
            waiting_triggers: Vec::new(),
            counts: Counts::default(),
            history: VecDeque::new(),
            completed: None,
            failed: None,
            restored: None,
            durations: Vec::new(),
            failing: None,
            failures_in_a_row: 0,
            next_id: 1,
        };
        let Some(interval) = interval else { return this };
        let started = now - age;
        let past = age.saturating_sub(duration) / interval;
        for id in 1..=past {
            let triggered = started + id * interval;
            let end = triggered + duration;
            let checkpoint = Checkpoint {
                id,
                triggered,
                ended: end,
                position: position_at(triggered),
                subtasks,
                failure: None,
            };
            this.keep(checkpoint);
        }
        this.next_id = past + 1;
        this
    }

    /// Starts one, or lets `trigger` wait for the one that is being taken to end (one at a time).
    pub fn trigger(&mut self, now: u64, position: f64, subtasks: u32, trigger: Option<String>) {
        if self.in_flight.is_some() {
            self.waiting_triggers.extend(trigger);
            return;
        }
        let mut triggers = std::mem::take(&mut self.waiting_triggers);
        triggers.extend(trigger);
        let completes = now + self.duration;
        self.in_flight = Some(InFlight {
            id: self.next_id,
            triggered: now,
            completes,
            position,
            triggers,
            subtasks,
        });
        self.next_id += 1;
        if let Some(interval) = self.interval {
            self.next_at = Some(self.next_at.unwrap_or(now).max(now) + interval);
        }
    }

    /// Ends the one in flight, well or, where the story wants it, badly.
    pub fn end(&mut self, now: u64) -> Option<Ended> {
        let done = self.in_flight.take()?;
        let failure = self.next_failure();
        let id = done.id;
        let triggers = done.triggers.clone();
        self.keep(done.ended(now, failure.clone()));
        let Some(why) = failure else {
            self.failures_in_a_row = 0;
            return Some(Ended::Completed { id, triggers });
        };
        self.failures_in_a_row += 1;
        let too_many = self.failures_in_a_row > self.tolerable_failures;
        Some(Ended::Failed {
            why,
            triggers,
            too_many,
        })
    }

    /// With periodic checkpoints one is always about to be taken when a restart comes, so a restart costs one.
    pub fn start_one(&mut self, now: u64, subtasks: u32) {
        if self.in_flight.is_none() && self.interval.is_some() {
            self.trigger(now, 0.0, subtasks, None);
        }
    }

    /// Fails what is being taken and what waits. Answers the clients' triggers among them.
    pub fn abort(&mut self, now: u64, why: &str) -> Vec<String> {
        self.next_at = None;
        self.failures_in_a_row = 0;
        let mut triggers = std::mem::take(&mut self.waiting_triggers);
        if let Some(lost) = self.in_flight.take() {
            triggers.extend(lost.triggers.iter().cloned());
            self.keep(lost.ended(now, Some(why.to_owned())));
        }
        triggers
    }

    /// An attempt starts from the last completed one, if there is any: its position.
    pub fn restore(&mut self, now: u64) -> Option<f64> {
        let from = self.completed.as_ref()?;
        self.counts.restored += 1;
        self.restored = Some(Restored { id: from.id, at: now });
        Some(from.position)
    }

    /// What a new JobManager finds in the store: the last completed one, and no statistics.
    pub fn recover(&mut self) {
        self.next_at = None;
        self.in_flight = None;
        self.waiting_triggers.clear();
        self.counts = Counts::default();
        self.history.clear();
        self.durations.clear();
        self.failed = None;
        self.restored = None;
        self.failures_in_a_row = 0;
    }

    /// All that were ever begun.
    pub fn total(&self) -> u64 {
        self.counts.completed + self.counts.failed + u64::from(self.in_flight.is_some())
    }

    fn next_failure(&mut self) -> Option<String> {
        let failing = self.failing.as_mut()?;
        let why = failing.why.clone();
        if let Some(left) = &mut failing.left {
            *left -= 1;
            if *left == 0 {
                self.failing = None;
            }
        }
        Some(why)
    }

    fn keep(&mut self, ended: Checkpoint) {
        if ended.failure.is_some() {
            self.counts.failed += 1;
            self.failed = Some(ended.clone());
        } else {
            self.counts.completed += 1;
            self.durations.push(ended.ended - ended.triggered);
            self.completed = Some(ended.clone());
        }
        self.history.push_front(ended);
        self.history.truncate(HISTORY);
    }
}

impl InFlight {
    fn ended(self, now: u64, failure: Option<String>) -> Checkpoint {
        let Self {
            id,
            triggered,
            position,
            subtasks,
            ..
        } = self;
        Checkpoint {
            id,
            triggered,
            ended: now,
            position,
            subtasks,
            failure,
        }
    }
}
