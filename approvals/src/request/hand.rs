//! The step in hand: which it is, and what a run may still do.

use commands::names::At;
use commands::plan::{Action, Step};

use super::{Phase, Request, State, StepRun};

/// The step that a run has in hand: ready, under way, in doubt or unknown.
#[derive(Debug, Clone, Copy)]
pub struct Hand<'a> {
    /// What is to be done; an undo step carries its number above the plan's own.
    pub step: &'a Step,
    /// The forward step it takes back, where it is an undo step.
    pub undo_of: Option<u16>,
    /// What became of it so far, once it was intended.
    pub ran: Option<&'a StepRun>,
}

/// How far the step in hand is, outcome unknown included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Ready,
    Intended,
    Sent,
    InDoubt,
    Unknown,
}

impl Hand<'_> {
    /// How often it was intended.
    pub fn attempts(&self) -> u32 {
        self.ran.map_or(0, |ran| ran.attempt)
    }

    /// Whether a person does it.
    pub fn is_a_persons(&self) -> bool {
        matches!(self.step.action, Action::AskPerson { .. })
    }
}

impl Request {
    /// The step in hand; `None` where no run is under way, or all that will be done is done.
    pub fn hand(&self) -> Option<Hand<'_>> {
        let (number, undoing) = match self.state {
            State::Running { step, .. } => (step, false),
            State::Undoing { step, .. } => (step, true),
            State::Unknown { step, undoing, .. } => (step, undoing),
            _ => return None,
        };
        let (step, undo_of) = if undoing {
            let (step, undo_of) = self.run.as_ref()?.undo.iter().find(|(s, _)| s.number == number)?;
            (step, Some(*undo_of))
        } else {
            (self.plan.as_ref()?.step(number)?, None)
        };
        Some(Hand {
            step,
            undo_of,
            ran: self.step_run(number),
        })
    }

    /// Whether no step is under way: the next forward step is ready, or all are done.
    pub(super) fn is_between_steps(&self) -> bool {
        matches!(
            self.state,
            State::Running {
                phase: Phase::Ready,
                ..
            }
        )
    }

    /// The step in hand and how far it is.
    pub(super) fn in_hand(&self) -> Option<(Stage, Hand<'_>)> {
        let stage = match &self.state {
            State::Running { phase, .. } | State::Undoing { phase, .. } => match phase {
                Phase::Ready => Stage::Ready,
                Phase::Intended => Stage::Intended,
                Phase::Sent => Stage::Sent,
                Phase::InDoubt => Stage::InDoubt,
            },
            State::Unknown { .. } => Stage::Unknown,
            _ => return None,
        };
        Some((stage, self.hand()?))
    }

    /// A copy of the step in hand.
    pub fn step_in_hand(&self) -> Option<Step> {
        self.hand().map(|hand| hand.step.clone())
    }

    /// What became of a step so far; `None` before its first intent.
    pub fn step_run(&self, number: u16) -> Option<&StepRun> {
        self.run.as_ref()?.steps.iter().find(|s| s.step == number)
    }

    /// The attempt at this step that is intended and not answered; `None` where there is none.
    pub fn intended_attempt(&self, number: u16) -> Option<u32> {
        match self.state {
            State::Running {
                step,
                phase: Phase::Intended,
            }
            | State::Undoing {
                step,
                phase: Phase::Intended,
            } if step == number => self.step_run(number).map(|ran| ran.attempt),
            _ => None,
        }
    }

    /// The instant from which no further forward step is sent without asking; `None` before the start.
    pub fn run_until(&self) -> Option<At> {
        let run = self.run.as_ref()?;
        Some(run.started_at.plus(self.plan.as_ref()?.run_within))
    }

    /// Whether the forward step in hand may no longer be sent, whatever its precondition says: the time is up, or the plan
    /// in hand is not the one that was voted on.
    pub fn must_stop(&self, now: At) -> bool {
        let forward = matches!(self.state, State::Running { .. });
        forward && (self.run_until().is_some_and(|until| now >= until) || !self.is_bound())
    }
}
