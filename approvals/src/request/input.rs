//! What may come in: from people, from the runner, from time.

use std::collections::BTreeMap;

use commands::ask::Change;
use commands::condition::Mismatch;
use commands::names::{MessageId, Millis, Person, Place, RequestId};
use commands::plan::{Output, Plan};
use commands::refusal::Refusal;
use commands::verdict::Judgement;
use commands::windows::Measured;

use super::ballot::Ballot;
use super::event::{Choice, Yes};
use crate::people::{Account, Evidence};
use crate::policy::Requirement;
use crate::ports::Handle;

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
    /// The planner, or the policy, refused; or the environment has left the config before the run.
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
    /// An observation: the step in hand is not done. Accepted before, it will not be done by itself any more and counts
    /// as rejected; not known to be accepted, it is ready to be sent again.
    SeenNotDone(Vec<Mismatch>),
    /// The budget is spent and no observation decides.
    CannotTell,
    /// A person says whether the step in hand was done (outcome unknown, or a person's step).
    Say {
        /// Who.
        person: Person,
        /// Which step, as it stood on the button: a late press says nothing about the next step.
        step: u16,
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
        /// Both windows of what was measured: of the cluster where it changes, then of each job.
        measured: Vec<Measured>,
    },
}

impl Input {
    /// Its word in refusals, tables and logs.
    pub fn word(&self) -> &'static str {
        match self {
            Input::Ask { .. } => "ask",
            Input::Plan { .. } => "plan",
            Input::Refuse(_) => "refuse",
            Input::Vote { .. } => "vote",
            Input::Withdraw { .. } => "withdraw",
            Input::Tick => "tick",
            Input::Start { .. } => "start",
            Input::Intend { .. } => "intend",
            Input::Accepted(_) => "accepted",
            Input::Rejected { .. } => "rejected",
            Input::Lost { .. } => "lost",
            Input::SeenDone(_) => "seen done",
            Input::SeenNotDone(_) => "seen not done",
            Input::CannotTell => "cannot tell",
            Input::Say { .. } => "say",
            Input::Stop { .. } => "stop",
            Input::Settle { .. } => "settle",
            Input::Judge { .. } => "judge",
        }
    }
}
