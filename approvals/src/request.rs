//! One request: its states, what may come in, what then is a fact. Pure.
//!
//! `decide` says which events an input makes true; `evolve` folds an event into the request. Nothing else changes a
//! request. The table of every state and every input is one snapshot file.

use std::collections::BTreeMap;

use commands::ask::Change;
use commands::condition::{Mismatch, Progress};
use commands::names::{At, Incident, MessageId, Millis, Person, Place, RequestId, StepKey};
use commands::plan::{Output, Plan, Span, Step};
use commands::refusal::{Code, Refusal};
use commands::verdict::Judgement;
use commands::windows::Window;
use serde::{Deserialize, Serialize};

use crate::people::{Account, Evidence};
use crate::policy::Requirement;
use crate::ports::Handle;

/// SHA-256 over (plan digest, request, version, policy digest, vote_until), in hex: what a vote is for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ballot(pub String);

impl Ballot {
    /// As people see it: `7F2C-91`.
    pub fn short(&self) -> String {
        let hex: String = self.0.chars().take(6).collect::<String>().to_uppercase();
        match hex.split_at_checked(4) {
            Some((head, tail)) => format!("{head}-{tail}"),
            None => hex,
        }
    }
}

/// Text that a person wrote, or what identifies an account. In the chain it stands as a salted digest; the text itself
/// lies beside and can be erased, after which it reads as `None`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Particular {
    /// The text.
    pub particular: Option<String>,
}

impl Particular {
    /// This text.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            particular: Some(text.into()),
        }
    }

    /// The text, where it was not erased.
    pub fn text(&self) -> Option<&str> {
        self.particular.as_deref()
    }
}

/// A vote's content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Yes {
    /// In favour.
    Yes,
    /// Against: one is enough, and it has a reason.
    No,
}

/// What a person chose after `stop`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Choice {
    /// Run the undo steps of the approved plan.
    Undo,
    /// Leave what was done.
    Leave,
}

/// A fact about a request. Each says in its documentation what it changes; `evolve` rejects it in any other state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind")]
pub enum Event {
    /// The first: new -> asked.
    Asked {
        /// The requester.
        by: Person,
        /// The account it came from.
        account: Particular,
        /// What was asked.
        change: Change,
        /// Why, as typed.
        because: Option<Particular>,
        /// The incident, as typed.
        incident: Option<Incident>,
        /// Where it was asked.
        place: Place,
        /// The thread's root.
        thread: MessageId,
    },
    /// asked -> planned: this plan, with this digest.
    Planned {
        /// The plan.
        plan: Box<Plan>,
        /// Its digest.
        digest: String,
    },
    /// planned -> waiting: votes for this ballot are taken until then.
    ApprovalWanted {
        /// What a vote is for.
        ballot: Ballot,
        /// Until when.
        vote_until: At,
        /// What is needed, copied from the policy.
        requirement: Requirement,
    },
    /// asked or planned -> refused.
    Refused {
        /// Why, and what works.
        refusal: Refusal,
    },
    /// waiting: a vote (the person's last one counts).
    VoteCast {
        /// Who.
        person: Person,
        /// Yes or no.
        verdict: Yes,
        /// For what.
        ballot: Ballot,
        /// Why; a denial has one.
        reason: Option<Particular>,
        /// From which account.
        account: Particular,
        /// The groups the person was in.
        evidence: Evidence,
    },
    /// waiting, approved or queued: a vote is taken back; below the quorum the request is waiting again.
    VoteWithdrawn {
        /// Whose.
        person: Person,
    },
    /// Any state, unchanged: somebody tried what he may not.
    AttemptRefused {
        /// Who.
        person: Person,
        /// Why not.
        code: Code,
    },
    /// waiting -> approved: the quorum is met.
    Approved,
    /// approved -> queued: a claim is held by another run.
    Queued {
        /// Who holds it.
        behind: RequestId,
    },
    /// approved or queued -> running, before step 1; all claims are taken in the same append.
    Started {
        /// The groups each voter was in at the start.
        evidence: BTreeMap<Person, Evidence>,
    },
    /// running: the step will be sent now.
    StepIntended {
        /// Its number.
        step: u16,
        /// Counted from 1.
        attempt: u32,
        /// The same for every attempt.
        key: StepKey,
        /// The forward step it takes back, where it is an undo step.
        undo_of: Option<u16>,
    },
    /// running: the target accepted the step.
    StepSent {
        /// Its number.
        step: u16,
        /// What to observe.
        handle: Handle,
    },
    /// running: seen done. The next step is ready, or the last one is done.
    StepDone {
        /// Its number.
        step: u16,
        /// What it gave.
        output: Output,
    },
    /// running: the answer was lost; only an observation decides now.
    StepUnknown {
        /// Its number.
        step: u16,
        /// What happened, in the adapter's words.
        why: String,
    },
    /// outcome unknown: a person, or a late observation (`sluice`), says what became of the step.
    StepSettled {
        /// Its number.
        step: u16,
        /// Whether it was done.
        done: bool,
        /// Who said so.
        by: Person,
    },
    /// stopping: an undo step is done.
    StepUndone {
        /// The undo step's number.
        step: u16,
        /// The forward step it took back.
        undo_of: u16,
    },
    /// running -> stopping, as soon as no step is under way; with a choice: stopping -> undo or leave.
    StopAsked {
        /// Who; `sluice` where a step was rejected, a precondition failed or the time is up.
        by: Person,
        /// Undo or leave, once chosen.
        choice: Option<Choice>,
        /// Why, where it was not a person.
        why: Option<StopReason>,
    },
    /// running (last step done) or stopping (leave) -> settling; the verdict is due at `until`.
    Settling {
        /// When the `after` window ends.
        until: At,
    },
    /// settling -> finished.
    Finished {
        /// The verdict and its reasons.
        judgement: Judgement,
        /// The window before, where one was sampled.
        before: Option<Window>,
        /// The window after, where one was sampled.
        after: Option<Window>,
    },
    /// waiting, approved or queued -> denied.
    Denied {
        /// By whom.
        by: Person,
    },
    /// waiting, approved or queued -> withdrawn, by the requester.
    Withdrawn {
        /// By whom.
        by: Person,
    },
    /// waiting, approved or queued -> expired.
    Expired,
    /// waiting, approved or queued -> drifted: the target is not what the plan was made for.
    Drifted {
        /// What differs.
        mismatches: Vec<Mismatch>,
    },
    /// running or stopping -> failed.
    Failed {
        /// At which step.
        step: u16,
        /// A stable code.
        code: String,
        /// The other side's words.
        said: String,
    },
    /// stopping (undo done) -> rolled back.
    RolledBack,
    /// running or stopping -> outcome unknown: budget spent and no observation decides. No end: claims stay held.
    OutcomeUnknown {
        /// Which step.
        step: u16,
    },
}

/// Why a run stops by itself between steps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StopReason {
    /// The target refused the step.
    Rejected {
        /// Which step.
        step: u16,
        /// A stable code.
        code: String,
        /// Its words.
        said: String,
    },
    /// What must hold before the step does not.
    Precondition {
        /// Which step.
        step: u16,
        /// What differs.
        mismatches: Vec<Mismatch>,
    },
    /// `run_within` has passed.
    TimeUp,
}

/// A request, folded from its events.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// Its number.
    pub id: RequestId,
    /// Version of the plan: 1 until an edit verb exists.
    pub version: u32,
    /// Number of its last entry, from 1; 0: none.
    pub entries: u64,
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

/// Where a request stands. Each variant holds only what is true there.
#[derive(Debug, Clone, PartialEq)]
pub enum State {
    /// Before its first entry.
    New,
    /// Asked, not planned.
    Asked,
    /// Planned, not yet put to the vote.
    Planned,
    /// Votes are taken.
    Waiting,
    /// The quorum is met; about to start.
    Approved,
    /// Approved; another run holds a claim.
    Queued {
        /// Which.
        behind: RequestId,
    },
    /// Step `step` is ready, under way or in doubt.
    Running {
        /// Its number (forward).
        step: u16,
        /// How far it is.
        phase: Phase,
    },
    /// Between steps, waiting for undo or leave.
    Stopping {
        /// The last forward step that was done, 0 if none.
        done: u16,
    },
    /// Undo steps run (people see: stopping).
    Undoing {
        /// The undo step's number.
        step: u16,
        /// How far it is.
        phase: Phase,
    },
    /// All steps are done; the `after` window is being sampled.
    Settling {
        /// When it ends.
        until: At,
    },
    /// Nobody knows whether the step was done.
    Unknown {
        /// Which step.
        step: u16,
        /// Since when.
        since: At,
        /// Whether it is an undo step.
        undoing: bool,
    },
    /// Over.
    Ended(End),
}

/// How far the step in hand is.
#[derive(Debug, Clone, PartialEq)]
pub enum Phase {
    /// Not intended yet.
    Ready,
    /// Intended; after a crash, or a fault, it is not known whether it was sent.
    Intended,
    /// Accepted.
    Sent,
    /// The answer was lost.
    InDoubt,
}

/// The ends.
#[derive(Debug, Clone, PartialEq)]
pub enum End {
    /// With a verdict.
    Finished(Box<Finished>),
    /// Not possible, or not allowed.
    Refused(Refusal),
    /// By an approver.
    Denied(Person),
    /// By the requester.
    Withdrawn(Person),
    /// Nobody decided in time.
    Expired,
    /// The target changed.
    Drifted(Vec<Mismatch>),
    /// A step was rejected.
    Failed {
        /// Which.
        step: u16,
        /// Code.
        code: String,
        /// Words.
        said: String,
    },
    /// Undo ran.
    RolledBack,
}

/// What a finished request knows.
#[derive(Debug, Clone, PartialEq)]
pub struct Finished {
    /// The verdict.
    pub judgement: Judgement,
    /// Before.
    pub before: Option<Window>,
    /// After.
    pub after: Option<Window>,
    /// When.
    pub at: At,
}

/// What may come in.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// A person (or an alert rule) asks.
    Ask {
        /// The requester.
        by: Person,
        /// From which account.
        account: Account,
        /// What.
        change: Change,
        /// Where.
        place: Place,
        /// The thread's root.
        thread: MessageId,
    },
    /// The planner answered: a plan, and what the policy demands for it.
    Plan {
        /// The plan.
        plan: Box<Plan>,
        /// What is needed.
        requirement: Requirement,
    },
    /// The planner, or the policy, refused.
    Refuse(Refusal),
    /// Somebody votes.
    Vote {
        /// Who.
        person: Person,
        /// From which account.
        account: Account,
        /// Yes or no.
        verdict: Yes,
        /// The ballot on the button; typed votes carry the one in force when they were typed.
        ballot: Ballot,
        /// Why.
        reason: Option<String>,
        /// The groups the person is in, looked up just now; `None`: could not be.
        evidence: Option<Evidence>,
        /// What the policy in force now demands; `None`: it allows nothing. The stricter of both counts.
        in_force: Option<Requirement>,
    },
    /// The requester withdraws the request, an approver his vote.
    Withdraw {
        /// Who.
        person: Person,
    },
    /// Time has passed.
    Tick,
    /// The runner looked at the target and the roster and wants to start.
    Start {
        /// What differs from the plan; empty: nothing.
        mismatches: Vec<Mismatch>,
        /// The groups of each yes-voter now.
        evidence: BTreeMap<Person, Evidence>,
        /// What the policy in force now demands.
        in_force: Option<Requirement>,
        /// The run that holds a claim we need.
        held_by: Option<RequestId>,
        /// The requester said `no-wait`, and it was not queued before.
        no_wait: bool,
    },
    /// The runner wants to send the step in hand; what of its precondition does not hold.
    Intend {
        /// What differs; empty: nothing.
        mismatches: Vec<Mismatch>,
    },
    /// The target accepted the step in hand.
    Accepted(Handle),
    /// The target refused it.
    Rejected {
        /// A stable code.
        code: String,
        /// Its words.
        said: String,
    },
    /// The answer was lost.
    Lost {
        /// In the adapter's words.
        why: String,
    },
    /// An observation: the step in hand is done.
    SeenDone(Output),
    /// An observation: the step in hand is not done and will not be by itself.
    SeenNotDone(Vec<Mismatch>),
    /// The budget is spent and no observation decides.
    CannotTell,
    /// A person says whether the step in hand was done (outcome unknown, or a person's step).
    Say {
        /// Who.
        person: Person,
        /// Done or not.
        done: bool,
        /// The groups the person is in.
        evidence: Option<Evidence>,
    },
    /// Somebody wants to stop, or chooses after stopping.
    Stop {
        /// Who.
        person: Person,
        /// Undo or leave.
        choice: Option<Choice>,
        /// The groups the person is in.
        evidence: Option<Evidence>,
    },
    /// All steps are done: how long the `after` window takes.
    Settle {
        /// Warm-up and window together.
        wait: Millis,
    },
    /// The windows were read and judged.
    Judge {
        /// The verdict.
        judgement: Judgement,
        /// Before.
        before: Option<Window>,
        /// After.
        after: Option<Window>,
    },
}

/// Progress of the step in hand, as last observed; not an event, shown only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// The step's number.
    pub step: u16,
    /// How far.
    pub progress: Progress,
}
