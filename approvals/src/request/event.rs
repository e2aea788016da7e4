//! Facts about a request, past tense. The log of them is the audit log.

use std::collections::BTreeMap;

use commands::ask::Change;
use commands::condition::Mismatch;
use commands::names::{At, Incident, MessageId, Person, Place, RequestId, StepKey};
use commands::plan::{Output, Plan};
use commands::refusal::{Code, Refusal};
use commands::verdict::Judgement;
use commands::windows::Measured;
use serde::{Deserialize, Serialize};

use super::ballot::Ballot;
use crate::people::Evidence;
use crate::policy::Requirement;
use crate::ports::Handle;

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
    /// asked -> planned: this plan, with this digest. waiting -> planned: an edited plan; the version goes up by one and
    /// every vote is void.
    Planned {
        /// The plan.
        plan: Box<Plan>,
        /// Its digest.
        digest: String,
    },
    /// planned -> waiting: votes for this ballot are taken until then. approved or queued -> waiting: the policy in force
    /// demands more than was given; the ballot and the votes stay.
    ApprovalWanted {
        /// What a vote is for.
        ballot: Ballot,
        /// Until when.
        vote_until: At,
        /// What is needed, copied from the policy.
        requirement: Requirement,
    },
    /// asked or planned -> refused; approved -> refused: the target is busy and `no-wait` was said; waiting, approved or
    /// queued -> refused: its environment has left the config.
    Refused {
        /// Why, and what works.
        refusal: Refusal,
    },
    /// waiting: a vote (the person's last one counts). approved or queued: only a No.
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
    /// waiting, approved or queued -> waiting: a vote is taken back, or (by `sluice`, at the start) no longer counts. Where
    /// the others are enough, `Approved` follows in the same entry.
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
    /// approved or queued -> queued: a claim is held by another run.
    Queued {
        /// Who holds it.
        behind: RequestId,
    },
    /// approved or queued -> running, before step 1; all claims are taken in the same append.
    Started {
        /// The groups each voter was in at the start.
        evidence: BTreeMap<Person, Evidence>,
    },
    /// running or undoing, step ready: it will be sent now.
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
    /// running or undoing, step intended: the target accepted it.
    StepSent {
        /// Its number.
        step: u16,
        /// What to observe.
        handle: Handle,
    },
    /// running: the forward step under way is done. The next one is ready, or the last one is done; where a stop was asked
    /// -> stopping.
    StepDone {
        /// Its number.
        step: u16,
        /// What it gave.
        output: Output,
    },
    /// running or undoing, step intended: the answer was lost; only an observation decides now.
    StepUnknown {
        /// Its number.
        step: u16,
        /// What happened, in the adapter's words.
        why: String,
    },
    /// outcome unknown, or a step that is not known to be accepted, or a person's step: a person, or an observation
    /// (`sluice`), says what became of it. Done: `StepDone` or `StepUndone` follows in the same entry. Not done: it is ready
    /// to be sent again; where a stop was asked -> stopping.
    StepSettled {
        /// Its number.
        step: u16,
        /// Whether it was done.
        done: bool,
        /// Who said so.
        by: Person,
    },
    /// undoing: the undo step under way is done.
    StepUndone {
        /// The undo step's number.
        step: u16,
        /// The forward step it took back.
        undo_of: u16,
    },
    /// running -> stopping, as soon as no step is under way; outcome unknown: stopping, once it is settled. With a choice:
    /// stopping -> undoing, or settling next. undoing -> stopping: an undo step's precondition does not hold.
    StopAsked {
        /// Who; `sluice` where a step was rejected, a precondition failed or the time is up.
        by: Person,
        /// Undo or leave, once chosen.
        choice: Option<Choice>,
        /// Why, where it was not a person.
        why: Option<StopReason>,
    },
    /// running (last step done, or `leave` was chosen) -> settling; the verdict is due at `until`.
    Settling {
        /// When the `after` window ends.
        until: At,
    },
    /// settling -> finished.
    Finished {
        /// The verdict and its reasons.
        judgement: Judgement,
        /// Both windows of what was measured: of the cluster where it changed, then of each job.
        measured: Vec<Measured>,
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
    /// running or undoing -> failed.
    Failed {
        /// At which step.
        step: u16,
        /// A stable code.
        code: String,
        /// The other side's words.
        said: String,
    },
    /// undoing (all undo steps done), or stopping before anything was done -> rolled back.
    RolledBack,
    /// Of no request, but of Sluice itself: a start found another policy, or other people and links of accounts, than the
    /// one before, or it was the first.
    PolicyInForce {
        /// SHA-256 over the canonical JSON of the policy, as ballots hold it.
        policy: String,
        /// The same over people, their accounts and their groups.
        people: String,
    },
    /// running or undoing -> outcome unknown: budget spent and no observation decides. No end: claims stay held.
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

impl Event {
    /// Its kind, as the audit export names it.
    pub fn kind(&self) -> &'static str {
        match self {
            Event::Asked { .. } => "Asked",
            Event::Planned { .. } => "Planned",
            Event::ApprovalWanted { .. } => "ApprovalWanted",
            Event::Refused { .. } => "Refused",
            Event::VoteCast { .. } => "VoteCast",
            Event::VoteWithdrawn { .. } => "VoteWithdrawn",
            Event::AttemptRefused { .. } => "AttemptRefused",
            Event::Approved => "Approved",
            Event::Queued { .. } => "Queued",
            Event::Started { .. } => "Started",
            Event::StepIntended { .. } => "StepIntended",
            Event::StepSent { .. } => "StepSent",
            Event::StepDone { .. } => "StepDone",
            Event::StepUnknown { .. } => "StepUnknown",
            Event::StepSettled { .. } => "StepSettled",
            Event::StepUndone { .. } => "StepUndone",
            Event::StopAsked { .. } => "StopAsked",
            Event::Settling { .. } => "Settling",
            Event::Finished { .. } => "Finished",
            Event::Denied { .. } => "Denied",
            Event::Withdrawn { .. } => "Withdrawn",
            Event::Expired => "Expired",
            Event::Drifted { .. } => "Drifted",
            Event::Failed { .. } => "Failed",
            Event::RolledBack => "RolledBack",
            Event::OutcomeUnknown { .. } => "OutcomeUnknown",
            Event::PolicyInForce { .. } => "PolicyInForce",
        }
    }
}
