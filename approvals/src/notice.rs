//! What people are told, as values; `adapters::wording` finds the words and `outbox` sends them.

mod elsewhere;
mod outgoing;
mod press;
mod refused;
mod view;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use commands::condition::{Mismatch, Progress};
use commands::names::{
    At, Environment, Group, Incident, JobName, MessageId, Millis, Person, Place, RequestId,
};
use commands::observed::Observed;
use commands::plan::{Output, Plan};
use commands::refusal::Refusal;
use commands::verdict::Judgement;
use commands::windows::{Measured, Sample, Window};
use serde::{Deserialize, Serialize};

use crate::policy::{Approvers, Need};
use crate::request::{Ballot, Choice, StopReason, Yes};

pub use elsewhere::elsewhere;
pub use outgoing::{environment_gone, outgoing, progress, reminder};
pub use press::buttons;
pub use refused::{attempt_refusal, why_not};
pub use view::{Context, approvers, row, view};

/// One thing to tell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notice {
    /// The answer to a look.
    Answer(Box<Answer>),
    /// A "no" to what somebody typed or pressed.
    Refused {
        /// Why, and what works.
        refusal: Refusal,
        /// The request it is about, if any.
        request: Option<RequestId>,
    },
    /// The request's card: posted when approval is wanted, edited whenever its state changes.
    Card(Box<RequestView>),
    /// The one message of a run that is edited.
    Progress(Box<RequestView>),
    /// A new message: the request queues, stops and asks, is in doubt, goes on, or has come to an end.
    Turn(Box<RequestView>),
    /// The first line of a thread that a command opened which is no message in its chat: who asks for what.
    Opener {
        /// Who asks.
        by: Person,
        /// The command as it would be typed, without the slash command's name.
        command: String,
    },
    /// A new message: votes are still awaited. With a group: it is woken because nobody has decided.
    Reminder(Box<RequestView>, Option<Woken>),
    /// A new message: a run cannot go on, because the config no longer names its environment.
    EnvironmentGone(Box<RequestView>),
    /// The policy, or the people it is about, are others than before this start.
    PolicyChanged(PolicyChange),
    /// A short word to one person: vote counted, withdrawn, delivery understood.
    Done(Acknowledged, RequestId),
}

/// A group that is woken because nobody has decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Woken {
    /// Which.
    pub group: Group,
    /// Who is in it, as the config lists them.
    pub people: BTreeSet<Person>,
    /// Whether the policy lets it approve. Being woken gives nobody a vote.
    pub may_approve: bool,
}

/// What is in force now, and what was before: digests of the policy, and of people, accounts and groups.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyChange {
    /// The policy's digest before and now.
    pub policy: (String, String),
    /// The digest of the people before and now.
    pub people: (String, String),
}

/// What a person's press or word led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Acknowledged {
    /// A vote counts; more are needed.
    VoteCounted,
    /// A vote was taken back.
    VoteWithdrawn,
    /// The run stops after the step in hand.
    WillStop,
    /// The person's word was recorded.
    Recorded,
}

/// Which message of a request a notice becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Slot {
    /// A message of its own.
    New,
    /// The card: the first time posted, afterwards edited.
    Card,
    /// The progress message: likewise.
    Progress,
}

/// A button's meaning; its id goes to the chat and comes back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Press {
    /// Vote yes for this ballot.
    Approve(Ballot),
    /// Vote no for this ballot; wants a reason.
    Deny(Ballot),
    /// Withdraw the request, or one's vote.
    Withdraw,
    /// Show the whole plan, privately.
    Details,
    /// Ask the same again: a new request.
    PlanAgain,
    /// Stop after the step in hand.
    Stop,
    /// After a stop: undo or leave.
    Choose(Choice),
    /// The step in doubt (or a person's step) is done, or is not.
    Say {
        /// Which step.
        step: u16,
        /// Done or not.
        done: bool,
    },
    /// Look at the target again now.
    LookAgain,
    /// Ask for a rollback: a new request.
    Undo,
}

/// A request as people may see it: no evidence, no accounts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RequestView {
    /// Its number.
    pub id: RequestId,
    /// Where it stands.
    pub state: StateView,
    /// Who asked.
    pub asked_by: Person,
    /// When.
    pub asked_at: At,
    /// Where.
    pub place: Place,
    /// The thread's root.
    pub thread: MessageId,
    /// The command as it would be typed, without the slash command's name.
    pub command: String,
    /// Why; `None`: not said, or erased.
    pub because: Option<String>,
    /// The incident.
    pub incident: Option<Incident>,
    /// What is planned, once planned.
    pub plan: Option<Box<Plan>>,
    /// What is needed and until when, once wanted.
    pub voting: Option<VotingView>,
    /// Steps that have begun, in order; undo steps too.
    pub steps: Vec<StepView>,
    /// When the run started.
    pub started_at: Option<At>,
    /// When this view was made.
    pub at: At,
    /// Whether identities are not verified (demo mode): said on every card.
    pub demo: bool,
}

/// The vote as people may see it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VotingView {
    /// What votes are for.
    pub ballot: Ballot,
    /// Until when.
    pub vote_until: At,
    /// What is needed.
    pub need: Vec<Need>,
    /// Who can approve, by group, the requester left out.
    pub approvers: Approvers,
    /// Votes so far.
    pub votes: Vec<(Person, Yes, Option<String>)>,
}

/// One step as people may see it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepView {
    /// Its number.
    pub number: u16,
    /// The forward step it takes back, where it is an undo step.
    pub undo_of: Option<u16>,
    /// How many attempts.
    pub attempt: u32,
    /// When it began.
    pub from: At,
    /// When it was seen done.
    pub to: Option<At>,
    /// What it gave.
    pub output: Option<Output>,
    /// How far it is, while under way.
    pub progress: Option<Progress>,
}

/// Where a request stands, with the facts that its message needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum StateView {
    /// Votes are taken.
    Waiting,
    /// The quorum is met.
    Approved,
    /// Another run holds the target.
    Queued {
        /// Which.
        behind: RequestId,
        /// Whose.
        holder: Option<Person>,
        /// Since when it runs.
        since: Option<At>,
        /// What it does.
        command: Option<String>,
    },
    /// Step `step` of `of`.
    Running {
        /// Step in hand.
        step: u16,
        /// Steps in all.
        of: u16,
        /// A person must do it.
        person: bool,
    },
    /// Between steps: undo or leave?
    Stopping {
        /// Who asked; `sluice` by itself.
        by: Person,
        /// Why, where it was not a person.
        why: Option<StopReason>,
        /// Whether undo is under way.
        undoing: bool,
    },
    /// The after window runs.
    Settling {
        /// Until when.
        until: At,
    },
    /// Nobody knows.
    OutcomeUnknown {
        /// Which step.
        step: u16,
        /// Since when.
        since: At,
    },
    /// Settled by an observation or a word; it goes on.
    GoesOn {
        /// Which step.
        step: u16,
        /// Whether it was done.
        done: bool,
        /// Who said so.
        by: Person,
    },
    /// Over, with a verdict.
    Finished(Box<FinishedView>),
    /// Over: not possible or not allowed.
    Refused {
        /// Why.
        refusal: Refusal,
    },
    /// Over.
    Denied {
        /// By whom.
        by: Person,
        /// Why.
        reason: Option<String>,
    },
    /// Over.
    Withdrawn {
        /// By whom.
        by: Person,
    },
    /// Over.
    Expired,
    /// Over: the target changed.
    Drifted {
        /// What differs.
        mismatches: Vec<Mismatch>,
    },
    /// Over: a step was rejected.
    Failed {
        /// Which.
        step: u16,
        /// Code.
        code: String,
        /// Words of the other side.
        said: String,
    },
    /// Over: undone.
    RolledBack {
        /// Why it was.
        why: Option<StopReason>,
    },
}

impl StateView {
    /// Whether the request has come to an end.
    pub fn is_over(&self) -> bool {
        match self {
            Self::Waiting
            | Self::Approved
            | Self::Queued { .. }
            | Self::Running { .. }
            | Self::Stopping { .. }
            | Self::Settling { .. }
            | Self::OutcomeUnknown { .. }
            | Self::GoesOn { .. } => false,
            Self::Finished(_)
            | Self::Refused { .. }
            | Self::Denied { .. }
            | Self::Withdrawn { .. }
            | Self::Expired
            | Self::Drifted { .. }
            | Self::Failed { .. }
            | Self::RolledBack { .. } => true,
        }
    }
}

/// What the last message tells.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FinishedView {
    /// The verdict and its reasons.
    pub judgement: Judgement,
    /// Both windows of what was measured: of the cluster where it changed, then of each job.
    pub measured: Vec<Measured>,
    /// How long the job (of several the one that took longest) did not run with all subtasks, as seen by the sampler and the runner.
    pub down: Option<Millis>,
    /// Restarts of ours.
    pub our_restarts: u64,
    /// What the picture shows; `None`: nothing was sampled.
    pub pictured: Option<Pictured>,
    /// When the change was made, to be marked in the picture.
    pub changed_at: At,
    /// Who approved.
    pub approved_by: Vec<Person>,
}

/// What a picture shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pictured {
    /// The job; `None`: the cluster as a whole.
    pub job: Option<JobName>,
    /// The samples of both windows and between; at most 240.
    pub samples: Vec<Sample>,
}

/// The answer to a look.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// `help`
    Help {
        /// The verb asked about.
        verb: Option<String>,
        /// The channel's environment.
        environment: Option<Environment>,
        /// Jobs that run there, for examples with real names.
        jobs: Vec<JobName>,
    },
    /// `whoami`
    Whoami {
        /// The person, where the account is linked.
        person: Option<Person>,
        /// The account as the config would name it, such as `console: ana`.
        account: String,
        /// The person's groups.
        groups: Vec<String>,
    },
    /// `envs`
    Envs(Vec<EnvView>),
    /// `status` and `jobs`
    Status {
        /// What was seen.
        observed: Observed,
        /// Only this job, where one was named.
        job: Option<commands::names::JobId>,
        /// The recent past of each running job.
        recent: BTreeMap<String, Window>,
        /// What holds the target and what waits for it.
        open: Vec<Row>,
        /// Whether it is the channel's own environment; else commands must name it.
        here: bool,
    },
    /// `jobs`
    Jobs {
        /// What was seen.
        observed: Observed,
    },
    /// `settings`
    Settings {
        /// What was seen.
        observed: Observed,
        /// The job, where one was named.
        job: Option<commands::names::JobId>,
    },
    /// `snapshot`
    Snapshot {
        /// The job.
        job: JobName,
        /// The recent past.
        window: Option<Window>,
        /// For the picture; at most 240.
        samples: Vec<Sample>,
    },
    /// `requests`
    Requests(Vec<Row>),
    /// `show`, and the Details button
    Show(Box<RequestView>),
    /// `explain`
    Explain {
        /// The request.
        view: Box<RequestView>,
        /// Who asks.
        person: Option<Person>,
        /// Why that person's vote would not count; `None`: it would.
        why_not: Option<Refusal>,
    },
    /// `dry-run`
    DryRun {
        /// The environment.
        environment: Environment,
        /// The command as it would be typed.
        command: String,
        /// The plan.
        plan: Box<Plan>,
        /// What would be needed.
        need: Vec<Need>,
    },
}

/// An environment in `envs`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EnvView {
    /// Its name.
    pub name: Environment,
    /// `standalone`, ...
    pub platform: String,
    /// Whether it is this channel's default.
    pub here: bool,
}

/// A request in a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Its number.
    pub id: RequestId,
    /// One word: waiting, running, finished, ...
    pub state: String,
    /// Where; `None` for a request that was refused before its environment was known.
    pub environment: Option<Environment>,
    /// Who asked.
    pub asked_by: Person,
    /// When.
    pub asked_at: At,
    /// The command, without the slash command's name.
    pub command: String,
}
