//! Where a request stands: each variant holds only what is true there.

use commands::condition::Mismatch;
use commands::names::{At, Person, RequestId};
use commands::refusal::Refusal;
use commands::verdict::Judgement;
use commands::windows::Measured;

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
    /// Step `step` is ready, under way or in doubt. One past the last step: all that will be done is done, and settling
    /// is about to begin.
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
    /// Undo steps run (people see: stopping). One past the last undo step: all are done.
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
    /// Both windows of what was measured: of the cluster where it changed, then of each job.
    pub measured: Vec<Measured>,
    /// When.
    pub at: At,
}

impl State {
    /// The word people see: waiting, running, outcome unknown, rolled back, ...
    pub fn word(&self) -> &'static str {
        match self {
            State::New => "new",
            State::Asked => "asked",
            State::Planned => "planned",
            State::Waiting => "waiting",
            State::Approved => "approved",
            State::Queued { .. } => "queued",
            State::Running { .. } => "running",
            State::Stopping { .. } | State::Undoing { .. } => "stopping",
            State::Settling { .. } => "settling",
            State::Unknown { .. } => "outcome unknown",
            State::Ended(end) => end.word(),
        }
    }
}

impl End {
    /// The word people see.
    pub fn word(&self) -> &'static str {
        match self {
            End::Finished(_) => "finished",
            End::Refused(_) => "refused",
            End::Denied(_) => "denied",
            End::Withdrawn(_) => "withdrawn",
            End::Expired => "expired",
            End::Drifted(_) => "drifted",
            End::Failed { .. } => "failed",
            End::RolledBack => "rolled back",
        }
    }
}
