//! How a story's jobs come onto the cluster: as if they had been running for a while, or waiting for their first slots.

use super::Cluster;
use super::checkpoints::Checkpoints;
use super::flow::Flow;
use super::rescale::{Cause, Manager, Outcome, Prospect};
use super::running::{Phase, Running};
use super::slots::slots_open_to;
use crate::flink::job::{Job, to_float};
use std::collections::{BTreeMap, VecDeque};

impl Cluster {
    /// A job that has been running for its age already, if there are slots; it waits for them otherwise.
    pub fn run(&mut self, job: Job) {
        self.unplaced.push(job);
        self.place_unplaced();
    }

    pub(super) fn place_unplaced(&mut self) {
        for job in std::mem::take(&mut self.unplaced) {
            if slots_open_to(&self.taskmanagers, &job.id) < job.parallelism {
                self.unplaced.push(job);
                continue;
            }
            let parallelism = vec![job.parallelism; job.vertices.len()];
            let at = self.admit(job, Phase::Executing);
            self.jobs[at].parallelism = parallelism;
            self.occupy(at);
            self.all_report();
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
}
