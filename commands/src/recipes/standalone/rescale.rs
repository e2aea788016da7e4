//! A job rescaled in place: a checkpoint, the new bounds, and a second checkpoint with which the change happens.
//!
//! The first checkpoint proves that checkpoints work and bounds what is read again. Since Flink 2.0 the adaptive
//! scheduler holds new bounds back until the *next* completed checkpoint, so the plan asks for one; it restores from
//! that one, and its age is about zero. No savepoint: a savepoint taken in between is not used for recovery.
//!
//! Which vertices are meant: people call the widest upper bound the job's parallelism. A vertex whose upper bound is
//! the widest gets what is asked for, or its own max parallelism where that is less; a vertex that was deliberately
//! kept narrower (a sink that must stay alone, say) stays as narrow, and never gets wider than what is asked for. The
//! lower bound is never raised: above the free slots it would let the job's next restart fail.

use std::collections::BTreeMap;

use super::STEP_BUDGET;
use crate::condition::Condition;
use crate::names::{Millis, VertexId};
use crate::observed::{Bounds, Cluster, Job, JobState, Scheduler};
use crate::plan::{Action, Delivery, JobRef, Step};
use crate::refusal::{Code, Refusal};

/// The bounds of every vertex of a job.
pub(super) type AllBounds = BTreeMap<VertexId, Bounds>;

/// The longest that a checkpoint is waited for: Flink's own default of `execution.checkpointing.timeout`.
const LONGEST_CHECKPOINT: Millis = Millis::minutes(10);

/// The bounds of a job that can be rescaled in place; refused where it cannot. `typed` is the job as it can be typed.
pub(super) fn rescalable<'a>(job: &'a Job, environment: &str, typed: &str) -> Result<&'a AllBounds, Refusal> {
    let refusal = |code| Refusal::new(code).with("job", &job.name);
    if job.state != JobState::Running {
        return Err(refusal(Code::JobNotRunning)
            .with("state", job.state.word())
            .try_instead(format!("status {typed}")));
    }
    let bounds = match (job.scheduler, &job.bounds) {
        (Scheduler::Reactive, _) => {
            return Err(
                refusal(Code::ReactiveMode).try_instead(format!("scale {environment} taskmanagers +1"))
            );
        }
        (Scheduler::Adaptive, Some(bounds)) if !bounds.is_empty() => bounds,
        _ => return Err(refusal(Code::NotAdaptive).try_instead(format!("settings {typed}"))),
    };
    match job.checkpoints.interval {
        Some(_) => Ok(bounds),
        None => Err(refusal(Code::NoCheckpointing).try_instead(format!("settings {typed}"))),
    }
}

/// The bounds with which the job has this parallelism, by the rule on top of this module.
pub(super) fn bounds_for(job: &Job, bounds: &AllBounds, parallelism: u32) -> AllBounds {
    let widest = bounds.values().map(|bounds| bounds.upper).max().unwrap_or(0);
    let new = |id: &VertexId, old: &Bounds| {
        let max = job
            .vertices
            .iter()
            .find(|v| v.id == *id)
            .map_or(old.upper, |v| v.max_parallelism);
        let wanted = if old.upper == widest { max } else { old.upper };
        let upper = wanted.min(parallelism).max(1);
        Bounds {
            lower: old.lower.min(upper).max(1),
            upper,
        }
    };
    bounds
        .iter()
        .map(|(id, old)| (id.clone(), new(id, old)))
        .collect()
}

/// The most that [`bounds_for`] can give: the greatest max parallelism among the widest vertices.
pub(super) fn highest_parallelism(job: &Job, bounds: &AllBounds) -> u32 {
    let widest = bounds.values().map(|bounds| bounds.upper).max().unwrap_or(0);
    let at_widest = |id: &VertexId| bounds.get(id).is_some_and(|bounds| bounds.upper == widest);
    job.vertices
        .iter()
        .filter(|v| at_widest(&v.id))
        .map(|v| v.max_parallelism)
        .max()
        .unwrap_or(widest)
}

/// Slots the job needs with these bounds.
pub(super) fn slots_with(job: &Job, bounds: &AllBounds) -> u32 {
    job.slots_needed_at(|vertex| {
        bounds
            .get(&vertex.id)
            .map_or(vertex.parallelism, |bounds| bounds.upper)
    })
}

/// The greatest parallelism below `parallelism` that needs no more than `room` slots, if any does.
pub(super) fn widest_within(job: &Job, bounds: &AllBounds, parallelism: u32, room: u32) -> Option<u32> {
    (1..parallelism)
        .rev()
        .find(|&narrower| slots_with(job, &bounds_for(job, bounds, narrower)) <= room)
}

/// A job as plans name it.
pub(super) fn job_ref(job: &Job) -> JobRef {
    JobRef {
        id: job.id.clone(),
        name: job.name.clone(),
    }
}

/// New bounds for one job, in place.
pub(super) struct Rescale<'a> {
    /// The job.
    pub job: &'a Job,
    /// Its bounds now.
    pub from: &'a AllBounds,
    /// Its bounds then.
    pub to: AllBounds,
    /// Slots that the other jobs leave it when the plan is made.
    pub room: u32,
}

impl Rescale<'_> {
    /// The three steps, numbered from `first` on.
    pub fn steps(&self, first: u16) -> Vec<Step> {
        vec![
            self.prove_checkpoints(first),
            self.set_bounds(first + 1),
            self.change_with_checkpoint(first + 2),
        ]
    }

    fn prove_checkpoints(&self, number: u16) -> Step {
        let job = &self.job.id;
        Step {
            number,
            action: Action::Checkpoint { job: job.clone() },
            precondition: vec![
                Condition::BoundsAre {
                    job: job.clone(),
                    bounds: self.from.clone(),
                },
                Condition::JobRuns { job: job.clone() },
            ],
            done_when: Condition::CheckpointCompleted { job: job.clone() },
            undo: Vec::new(),
            delivery: Delivery::Fenced,
            budget: checkpoint_budget(self.job),
        }
    }

    fn set_bounds(&self, number: u16) -> Step {
        let job = &self.job.id;
        let slots = slots_with(self.job, &self.to);
        let precondition = vec![
            Condition::BoundsAre {
                job: job.clone(),
                bounds: self.from.clone(),
            },
            Condition::JobRuns { job: job.clone() },
            Condition::RoomFor {
                job: job.clone(),
                slots,
            },
        ];
        Step {
            precondition,
            undo: self.back(),
            ..self.put(number, &self.to)
        }
    }

    /// By then the change may already have happened, with a checkpoint that the job made by itself; so the step does
    /// not ask that the job runs, only that nobody has set other bounds.
    fn change_with_checkpoint(&self, number: u16) -> Step {
        let bounds = Condition::BoundsAre {
            job: self.job.id.clone(),
            bounds: self.to.clone(),
        };
        let parallelism = self
            .to
            .iter()
            .map(|(id, bounds)| (id.clone(), bounds.upper))
            .collect();
        Step {
            precondition: vec![bounds],
            ..self.checkpoint_until(number, parallelism)
        }
    }

    /// The old bounds, and a checkpoint with which they come into force.
    fn back(&self) -> Vec<Step> {
        vec![
            self.put(1, self.from),
            self.checkpoint_until(2, self.parallelism_before()),
        ]
    }

    fn put(&self, number: u16, bounds: &AllBounds) -> Step {
        let job = &self.job.id;
        Step {
            number,
            action: Action::SetBounds {
                job: job.clone(),
                bounds: bounds.clone(),
            },
            precondition: Vec::new(),
            done_when: Condition::BoundsAre {
                job: job.clone(),
                bounds: bounds.clone(),
            },
            undo: Vec::new(),
            delivery: Delivery::Comparing,
            budget: STEP_BUDGET,
        }
    }

    fn checkpoint_until(&self, number: u16, parallelism: BTreeMap<VertexId, u32>) -> Step {
        checkpoint_until(number, self.job, parallelism)
    }

    /// Where the old bounds bring the job back to: up to them where the slots are there, else to where it was.
    fn parallelism_before(&self) -> BTreeMap<VertexId, u32> {
        let fits = slots_with(self.job, self.from) <= self.room;
        let before = |id: &VertexId, bounds: &Bounds| match self.job.vertices.iter().find(|v| v.id == *id) {
            Some(vertex) if !fits => vertex.parallelism,
            _ => bounds.upper,
        };
        self.from
            .iter()
            .map(|(id, bounds)| (id.clone(), before(id, bounds)))
            .collect()
    }
}

/// A checkpoint after which the job runs so. The scheduler makes a change that is due with it, at the latest when its own
/// times have passed: they are the budget.
pub(super) fn checkpoint_until(number: u16, job: &Job, parallelism: BTreeMap<VertexId, u32>) -> Step {
    Step {
        number,
        action: Action::Checkpoint { job: job.id.clone() },
        precondition: Vec::new(),
        done_when: Condition::RunsAt {
            job: job.id.clone(),
            parallelism,
        },
        undo: Vec::new(),
        delivery: Delivery::Fenced,
        budget: job.rescale_times.budget(),
    }
}

/// Three times what the last one took, at least [`STEP_BUDGET`]: back pressure makes checkpoints slow.
fn checkpoint_budget(job: &Job) -> Millis {
    let last = job
        .checkpoints
        .last_completed
        .as_ref()
        .map_or(Millis(0), |last| last.duration);
    Millis(last.0.saturating_mul(3)).clamp(STEP_BUDGET, LONGEST_CHECKPOINT)
}

/// Slots that a job with these bounds may take on this cluster when it needs no more than the others leave.
pub(super) fn room_for(cluster: &Cluster, job: &Job) -> u32 {
    cluster.room_for(&job.id)
}

/// The number of the step that follows these.
pub(super) fn next_number(steps: &[Step]) -> u16 {
    steps.last().map_or(1, |step| step.number.saturating_add(1))
}
