//! Records: how many arrive, wait and are worked off, and how busy that makes each vertex. Linear between events, so it is
//! integrated exactly.

use super::super::job::{to_float, whole};
use std::collections::VecDeque;

/// Milliseconds over which Flink's `*PerSecond` meters take their mean (MeterView, 60 s).
const METER_SPAN_MS: u64 = 60_000;
/// A task reports itself fully busy for so long after it started, even an idle one (observed).
const START_UP_MS: u64 = 5_000;
/// What one record costs a vertex that is not the slow one, in busy milliseconds.
const LIGHT_COST_MS: f64 = 0.1;

/// The stream of one job.
#[derive(Clone, Debug)]
pub(crate) struct Flow {
    /// Records per second.
    pub arriving: f64,
    /// Records per second of one subtask of the slow vertex.
    pub capacity: f64,
    /// Arrived and not read.
    pub backlog: f64,
    /// Position in the source's log: all records ever read, minus what a restore read again.
    pub position: f64,
    /// Worked off by the present attempt.
    pub done: f64,
    /// Milliseconds that each subtask of a vertex has spent, by vertex.
    pub spent: Vec<Times>,
    started: u64,
    trail: VecDeque<(u64, f64)>,
}

/// Where a subtask's time goes, in ms per second, or in ms when summed up.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Times {
    pub busy: f64,
    pub back_pressured: f64,
    pub idle: f64,
}

impl Flow {
    pub fn new(arriving: f64, capacity: f64, backlog: f64, vertices: usize) -> Self {
        Self {
            arriving,
            capacity,
            backlog,
            position: 0.0,
            done: 0.0,
            spent: vec![Times::default(); vertices],
            started: 0,
            trail: VecDeque::new(),
        }
    }

    /// Records per second that `subtasks` of the slow vertex work off now.
    pub fn rate(&self, subtasks: u32) -> f64 {
        let most = self.capacity * f64::from(subtasks);
        if self.backlog > 0.0 {
            most
        } else {
            most.min(self.arriving)
        }
    }

    /// When the backlog will be gone, if it ever is.
    pub fn empties_at(&self, now: u64, subtasks: u32) -> Option<u64> {
        let gain = self.rate(subtasks) - self.arriving;
        (self.backlog > 0.0 && gain > 0.0).then(|| now + whole((self.backlog * 1000.0 / gain).ceil()).max(1))
    }

    /// A new attempt starts here: its counters begin at nought.
    pub fn start(&mut self, now: u64) {
        self.started = now;
        self.done = 0.0;
        self.spent.fill(Times::default());
        self.trail.clear();
        self.trail.push_back((now, 0.0));
    }

    /// Takes the time since the attempt's start, up to `now`, as having gone at this rate, the backlog apart.
    pub fn assume_past(&mut self, now: u64, rate: f64, subtasks: u32, slow: usize) {
        let seconds = to_float(now - self.started) / 1000.0;
        for vertex in 0..self.spent.len() {
            let times = self.times(vertex, slow, subtasks, subtasks, now);
            let spent = &mut self.spent[vertex];
            spent.busy = times.busy * seconds;
            spent.back_pressured = times.back_pressured * seconds;
            spent.idle = times.idle * seconds;
        }
        self.done = rate * seconds;
        self.trail.push_back((now, self.done));
    }

    /// Goes back to a checkpoint's position: what was read since must be read again.
    pub fn replay_from(&mut self, position: f64) {
        self.backlog += self.position - position;
        self.position = position;
    }

    /// Lets `span` ms go by while nothing runs.
    pub fn wait(&mut self, span: u64) {
        self.backlog += self.arriving * to_float(span) / 1000.0;
    }

    /// Lets `span` ms go by up to `now` while `subtasks` of the slow vertex (number `slow`) run.
    pub fn run(&mut self, now: u64, span: u64, subtasks: u32, slow: usize) {
        let seconds = to_float(span) / 1000.0;
        for vertex in 0..self.spent.len() {
            let times = self.times(vertex, slow, subtasks, subtasks, now - span);
            let spent = &mut self.spent[vertex];
            spent.busy += times.busy * seconds;
            spent.back_pressured += times.back_pressured * seconds;
            spent.idle += times.idle * seconds;
        }
        let most = self.capacity * f64::from(subtasks) * seconds;
        let served = most.min(self.backlog + self.arriving * seconds);
        self.backlog = (self.backlog + self.arriving * seconds - served).max(0.0);
        if self.backlog < 1e-6 {
            self.backlog = 0.0;
        }
        self.position += served;
        self.done += served;
        self.trail.push_back((now, self.done));
        while self.trail.len() > 2 && self.trail[1].0 + METER_SPAN_MS <= now {
            self.trail.pop_front();
        }
    }

    /// How a subtask of `vertex` spends its time at this moment; `width` is the vertex's own parallelism.
    pub fn times(&self, vertex: usize, slow: usize, subtasks: u32, width: u32, now: u64) -> Times {
        if now < self.started + START_UP_MS {
            return Times {
                busy: 1000.0,
                ..Times::default()
            };
        }
        let rate = self.rate(subtasks);
        let saturated = self.backlog > 0.0 || self.arriving > self.capacity * f64::from(subtasks);
        let share = rate / f64::from(width.max(1));
        let busy = if vertex == slow {
            1000.0 * share / self.capacity.max(f64::MIN_POSITIVE)
        } else {
            share * LIGHT_COST_MS
        };
        let busy = busy.clamp(0.0, 1000.0);
        if saturated && vertex < slow {
            Times {
                busy,
                back_pressured: 1000.0 - busy,
                idle: 0.0,
            }
        } else {
            Times {
                busy,
                back_pressured: 0.0,
                idle: 1000.0 - busy,
            }
        }
    }

    /// What a meter shows: the mean over the last 60 s, where an attempt younger than that counts nought before it.
    pub fn meter(&self, now: u64) -> f64 {
        let then = now.saturating_sub(METER_SPAN_MS);
        (self.done - self.done_at(then)) * 1000.0 / to_float(METER_SPAN_MS)
    }

    fn done_at(&self, then: u64) -> f64 {
        let after = self.trail.iter().position(|(at, _)| *at > then);
        match after {
            Some(0) => 0.0,
            Some(at) => {
                let ((t0, d0), (t1, d1)) = (self.trail[at - 1], self.trail[at]);
                d0 + (d1 - d0) * to_float(then - t0) / to_float(t1 - t0)
            }
            None => self.trail.back().map_or(0.0, |(_, done)| *done),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backlog_grows_by_what_nobody_works_off() {
        let mut flow = Flow::new(600.0, 200.0, 0.0, 3);
        flow.start(0);
        flow.run(10_000, 10_000, 1, 1);
        assert_eq!((whole(flow.done), whole(flow.backlog)), (2_000, 4_000));
    }

    #[test]
    fn four_subtasks_work_a_backlog_off_and_then_keep_pace() {
        let mut flow = Flow::new(600.0, 200.0, 4_000.0, 3);
        flow.start(0);
        assert_eq!(flow.empties_at(0, 4), Some(20_000));
        flow.run(20_000, 20_000, 4, 1);
        assert_eq!((whole(flow.done), whole(flow.backlog)), (16_000, 0));
        flow.run(30_000, 10_000, 4, 1);
        assert_eq!(whole(flow.done), 22_000);
    }

    #[test]
    fn while_nothing_runs_everything_that_arrives_waits() {
        let mut flow = Flow::new(600.0, 200.0, 0.0, 3);
        flow.wait(1_500);
        assert_eq!(whole(flow.backlog), 900);
    }

    #[test]
    fn a_restore_reads_again_what_was_read_since_the_checkpoint() {
        let mut flow = Flow::new(600.0, 200.0, 100.0, 3);
        flow.position = 5_000.0;
        flow.replay_from(4_200.0);
        assert_eq!((whole(flow.backlog), whole(flow.position)), (900, 4_200));
    }

    #[test]
    fn meters_creep_after_a_start() {
        let mut flow = Flow::new(600.0, 200.0, 0.0, 3);
        flow.start(0);
        flow.run(15_000, 15_000, 1, 1);
        assert_eq!(flow.meter(15_000).round(), 50.0);
        for _ in 0..10 {
            flow.run(flow.trail.back().unwrap().0 + 15_000, 15_000, 1, 1);
        }
        assert_eq!(flow.meter(165_000).round(), 200.0);
    }

    #[test]
    fn times_of_a_subtask_sum_to_a_second() {
        let mut flow = Flow::new(600.0, 200.0, 10.0, 3);
        flow.start(0);
        for vertex in 0..3 {
            let times = flow.times(vertex, 1, 1, 1, 60_000);
            assert_eq!(times.busy + times.back_pressured + times.idle, 1000.0);
        }
        assert_eq!(flow.times(1, 1, 1, 1, 60_000).busy, 1000.0);
        assert!(flow.times(0, 1, 1, 1, 60_000).back_pressured > 900.0);
    }
}
