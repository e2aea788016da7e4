//! What the life of a request needs from outside: traits that adapters implement, and what may go wrong there.

use std::collections::BTreeMap;

use async_trait::async_trait;
use commands::names::{
    At, Environment, JobId, JobName, MessageId, Millis, Person, Place, RequestId, StepKey,
};
use commands::observed::Observed;
use commands::plan::{Output, Step};
use commands::windows::{Sample, Sampled};

use crate::notice::Notice;
use crate::people::{Account, Evidence};
use crate::request::Ballot;

/// A source of an error, boxed: for logs, never for people or metrics.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A failure outside, sorted by what may be done about it.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// Not done; the same thing may be tried again.
    #[error("not done, may be tried again")]
    Transient {
        /// How long the other side asked to wait.
        retry_after: Option<Millis>,
        /// The cause.
        source: BoxError,
    },
    /// Not done, and the same thing will not work.
    #[error("refused by the other side: {said}")]
    Rejected {
        /// A stable code for metrics and events.
        code: &'static str,
        /// The other side's own words, cut to 300 characters and scrubbed.
        said: String,
        /// The cause.
        source: BoxError,
    },
    /// Perhaps done: the answer was lost. Look before it is done again.
    #[error("perhaps done, the answer was lost")]
    Unknown {
        /// The cause.
        source: BoxError,
    },
}

/// Proof that one attempt at one step was approved. Adapters read it; only [`crate::runner`] makes it, from an intent
/// that is already in the ledger, and the send consumes it.
#[derive(Debug)]
pub struct Permit(Intent);

/// What a permit permits, for its one maker.
#[derive(Debug)]
pub(crate) struct Intent {
    pub environment: Environment,
    pub request: RequestId,
    pub ballot: Ballot,
    pub step: Step,
    pub key: StepKey,
    pub attempt: u32,
    pub epoch: u64,
    pub outputs: BTreeMap<u16, Output>,
}

impl Permit {
    pub(crate) fn from_intent(intent: Intent) -> Self {
        Self(intent)
    }

    /// Where it may be done.
    pub fn environment(&self) -> &Environment {
        &self.0.environment
    }

    /// For which request.
    pub fn request(&self) -> RequestId {
        self.0.request
    }

    /// Under which ballot.
    pub fn ballot(&self) -> &Ballot {
        &self.0.ballot
    }

    /// What may be done.
    pub fn step(&self) -> &Step {
        &self.0.step
    }

    /// The idempotency key: the same for every attempt at this step.
    pub fn key(&self) -> &StepKey {
        &self.0.key
    }

    /// Which attempt, counted from 1.
    pub fn attempt(&self) -> u32 {
        self.0.attempt
    }

    /// The fencing number of the process that committed the intent.
    pub fn epoch(&self) -> u64 {
        self.0.epoch
    }

    /// What the steps done so far gave.
    pub fn outputs(&self) -> &BTreeMap<u16, Output> {
        &self.0.outputs
    }
}

/// What to observe after a send; opaque to everyone but the adapter that gave it. At most 256 characters.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Handle(pub String);

/// What a look shall include beyond the environment itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LookFor {
    /// Checkpoints asked for by key: their state is looked up in `checkpoints.triggers` of the job.
    pub triggers: Vec<(JobId, StepKey)>,
}

/// What one reading of an environment gave.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sampling {
    /// Every job that has not ended, by name, for completion.
    pub jobs: Vec<JobName>,
    /// A sample of the cluster, and one of each running job that was understood.
    pub samples: Vec<(Sampled, Sample)>,
}

/// One kind of target.
#[async_trait]
pub trait Platform: Send + Sync {
    /// Looks at an environment. What cannot be reached is `Unreachable` in the answer, not an error.
    async fn look(&self, environment: &Environment, look_for: &LookFor) -> Observed;

    /// Sends one step. `Ok` means accepted, not done.
    async fn send(&self, permit: Permit) -> Result<Handle, Fault>;

    /// Reads all signals of an environment's cluster and of every running job on it once.
    async fn sample(&self, environment: &Environment) -> Result<Sampling, Fault>;
}

/// Where a message goes.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Address {
    /// The channel.
    pub place: Place,
    /// The thread's root message; `None`: a new root. A [stand-in](MessageId::stand_in) never reaches a chat: the outbox
    /// puts the thread's real root in its place, or `None` where this message is to become it.
    pub thread: Option<MessageId>,
    /// Only the person behind this account sees it.
    pub only_for: Option<Account>,
}

/// What a channel can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Venue {
    /// Threads, so requests too.
    Threads,
    /// Nothing that everybody sees: it is a talk between a person and Sluice, or between people.
    DirectMessage,
    /// Nothing: Sluice is no member of it, or it does not exist.
    NotAMember,
    /// No new messages: it is archived or read-only.
    Closed,
}

/// A chat, for speaking. Hearing is the adapter's own: it calls [`crate::intake::Intake::receive`].
#[async_trait]
pub trait Chat: Send + Sync {
    /// Posts a new message and says which it became. `nonce` is the outbox row: the same post twice carries the same.
    async fn post(&self, to: &Address, notice: &Notice, nonce: u64) -> Result<MessageId, Fault>;

    /// Changes a message posted before.
    async fn edit(&self, to: &Address, message: &MessageId, notice: &Notice) -> Result<(), Fault>;

    /// An earlier life of this process may have posted under this nonce what is posted now: a chat that would show it
    /// twice looks for it first.
    fn may_have_posted(&self, _nonce: u64) {}

    /// What a channel can hold, as far as it is known; a chat whose channels all hold threads need not say so.
    async fn venue(&self, _place: &Place) -> Result<Venue, Fault> {
        Ok(Venue::Threads)
    }
}

/// Who is in which group, looked up now.
#[async_trait]
pub trait Roster: Send + Sync {
    /// The groups a person is in, and when that was looked up.
    async fn groups_of(&self, person: &Person) -> Result<Evidence, Fault>;
}

/// The time. Decisions use the ledger's clock, which never runs behind its last entry.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> At;
}

/// Chance: salts and jitter.
pub trait Dice: Send + Sync {
    /// Sixteen random bytes.
    fn roll(&self) -> [u8; 16];
}
