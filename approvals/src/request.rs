//! One request: its states, what may come in, what then is a fact. Pure.
//!
//! [`decide()`] says which events an input makes true; [`evolve()`] folds an event into the request. Nothing else changes
//! a request. The table of every state and every input is one snapshot file.
//!
//! ```text
//! asked -> planned -> waiting <-> approved -> running (step i of n) -> settling -> finished
//!                        |          | ^          |      \-> failed
//!                        |          v |          v
//!                        |        queued      stopping -> undo -> rolled back
//!                        v                       \------> leave -> settling
//!          refused, denied, withdrawn, expired, drifted
//! ```
//! From running and stopping a step may end up as *outcome unknown*: no end, but a state that only an observation or the
//! recorded word of a person leaves.

mod ballot;
mod decide;
mod event;
mod evolve;
mod hand;
mod input;
pub(crate) mod rights;
mod state;
mod undo;

#[cfg(test)]
pub(crate) mod fixtures;
#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) use tests::table::{inputs as inputs_for, states as lives};

use std::collections::BTreeMap;

use commands::ask::Change;
use commands::names::{At, Incident, MessageId, Person, Place, RequestId, StepKey};
use commands::plan::{Output, Plan, Span, Step};

pub use ballot::{Ballot, step_key};
pub use decide::{MAX_ATTEMPTS, decide};
pub use event::{Choice, Event, Particular, StopReason, Yes};
pub use evolve::{Corrupt, evolve};
pub use hand::Hand;
pub use input::Input;
pub use state::{End, Finished, Phase, State};

use crate::people::Evidence;
use crate::policy::Requirement;
use crate::ports::Handle;

/// A request, folded from its events.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// Its number.
    pub id: RequestId,
    /// Version of the plan: 1 until an edit verb exists.
    pub version: u32,
    /// Number of its last entry, from 1; 0: none.
    pub entries: u64,
    /// When its last event happened; the beginning of time where there is none.
    pub changed_at: At,
    /// What was asked, once asked.
    pub asked: Option<AskedFacts>,
    /// The plan, once planned.
    pub plan: Option<Box<Plan>>,
    /// What votes are for, once wanted.
    pub voting: Option<Voting>,
    /// The run, once started.
    pub run: Option<Run>,
    /// Where it stands.
    pub state: State,
}

impl Request {
    /// A request of which nothing is known yet.
    pub fn new(id: RequestId) -> Self {
        Self {
            id,
            version: 1,
            entries: 0,
            changed_at: At(i64::MIN),
            asked: None,
            plan: None,
            voting: None,
            run: None,
            state: State::New,
        }
    }

    /// Folds a request's whole history: each entry's time and events, first entry first.
    ///
    /// # Errors
    /// [`Corrupt`] at the first event that cannot follow.
    pub fn fold<'a>(
        id: RequestId,
        entries: impl IntoIterator<Item = (At, &'a [Event])>,
    ) -> Result<Self, Corrupt> {
        entries
            .into_iter()
            .try_fold(Self::new(id), |request, (at, events)| {
                request.with_entry(events, at)
            })
    }

    /// The request after one more entry.
    ///
    /// # Errors
    /// [`Corrupt`] at the first event that cannot follow.
    pub fn with_entry(self, events: &[Event], at: At) -> Result<Self, Corrupt> {
        let entries = self.entries + 1;
        let after = events
            .iter()
            .try_fold(self, |request, event| evolve(request, event, at))?;
        Ok(Self { entries, ..after })
    }

    /// The requester, once asked.
    pub fn requester(&self) -> Option<&Person> {
        self.asked.as_ref().map(|asked| &asked.by)
    }
}

/// What stays of `Asked`.
#[derive(Debug, Clone, PartialEq)]
pub struct AskedFacts {
    /// When.
    pub at: At,
    /// The requester.
    pub by: Person,
    /// What.
    pub change: Change,
    /// Why.
    pub because: Option<Particular>,
    /// Incident.
    pub incident: Option<Incident>,
    /// Where.
    pub place: Place,
    /// The thread's root.
    pub thread: MessageId,
}

/// The vote on a request.
#[derive(Debug, Clone, PartialEq)]
pub struct Voting {
    /// What a vote is for.
    pub ballot: Ballot,
    /// Until when.
    pub vote_until: At,
    /// What is needed.
    pub requirement: Requirement,
    /// Counted votes, one a person, in the order of the last change.
    pub votes: Vec<Vote>,
}

/// A counted vote.
#[derive(Debug, Clone, PartialEq)]
pub struct Vote {
    /// Who.
    pub person: Person,
    /// Yes or no.
    pub verdict: Yes,
    /// Why.
    pub reason: Option<Particular>,
    /// When.
    pub at: At,
    /// The groups the person was in.
    pub evidence: Evidence,
}

/// A run under way or over.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// When it started.
    pub started_at: At,
    /// What became of each step so far, in the order of their beginning.
    pub steps: Vec<StepRun>,
    /// Undo steps, renumbered upwards, with the forward step each takes back; empty until undo was chosen.
    pub undo: Vec<(Step, u16)>,
    /// `stop` was asked and waits for the step under way.
    pub stop_asked: Option<(Person, Option<StopReason>)>,
}

impl Run {
    /// A run that begins now.
    pub(crate) fn starting(now: At) -> Self {
        Self {
            started_at: now,
            steps: Vec::new(),
            undo: Vec::new(),
            stop_asked: None,
        }
    }

    /// The last forward step that is done, 0 if none.
    pub fn last_done(&self) -> u16 {
        self.forward()
            .filter(|s| s.done_at.is_some())
            .map(|s| s.step)
            .max()
            .unwrap_or(0)
    }

    /// Forward steps that are done, or were accepted and may have had an effect.
    pub(crate) fn with_effect(&self) -> impl DoubleEndedIterator<Item = &StepRun> {
        self.forward().filter(|s| s.done_at.is_some() || s.sent.is_some())
    }

    fn forward(&self) -> impl DoubleEndedIterator<Item = &StepRun> {
        self.steps.iter().filter(|s| s.undo_of.is_none())
    }

    /// What the done steps gave, by number.
    pub fn outputs(&self) -> BTreeMap<u16, Output> {
        self.steps
            .iter()
            .filter_map(|s| Some((s.step, s.output.clone()?)))
            .collect()
    }

    /// The spans in which steps of ours ran, for the verdict. One still under way ends `now`.
    pub fn spans(&self, now: At) -> Vec<Span> {
        self.steps
            .iter()
            .map(|s| Span {
                from: s.intended_at,
                to: s.done_at.unwrap_or(now),
            })
            .collect()
    }
}

/// One step of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct StepRun {
    /// Its number.
    pub step: u16,
    /// The forward step it takes back, where it is an undo step.
    pub undo_of: Option<u16>,
    /// Its key.
    pub key: StepKey,
    /// The last attempt.
    pub attempt: u32,
    /// When the first attempt was intended.
    pub intended_at: At,
    /// When the last attempt was intended.
    pub last_intended_at: At,
    /// When it was accepted, and what to observe.
    pub sent: Option<(At, Handle)>,
    /// When it was seen done.
    pub done_at: Option<At>,
    /// What it gave.
    pub output: Option<Output>,
}
