//! Everything a person can ask for: looks, changes and decisions.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::names::{Environment, Incident, RequestId};

/// One thing asked, as the grammar read it. Names in it are as typed; who looks at the live target resolves them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// Answered and forgotten: no request, no approval.
    Look(Look),
    /// Becomes a request that needs a peer's approval.
    Change(Change),
    /// Bears on a request that exists.
    Decide(Decision),
}

/// A question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Look {
    /// `help [verb]`
    Help(Option<String>),
    /// `whoami`
    Whoami,
    /// `envs`
    Envs,
    /// `status [target] [in <environment>]`: the channel's environment, or one job or environment.
    Status(Option<Named>),
    /// `jobs [environment]`
    Jobs(Option<Environment>),
    /// `settings <target> [in <environment>]`: effective settings, as a rollback would restore them.
    Settings(Named),
    /// `snapshot <job> [in <environment>]`: the metrics of the recent past.
    Snapshot(Named),
    /// `requests`: what is open here.
    Requests,
    /// `show <request>`
    Show(Option<RequestId>),
    /// `explain <request>`: who may approve it, and why not me.
    Explain(Option<RequestId>),
}

/// A change, and what was said about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// What is to change.
    pub verb: ChangeVerb,
    /// `in <environment>`; without it the channel's environment.
    pub environment: Option<Environment>,
    /// `because "<reason>"`
    pub because: Option<String>,
    /// `incident <id>`
    pub incident: Option<Incident>,
    /// `dry-run`: show the plan and ask nobody.
    pub dry_run: bool,
    /// `no-wait`: refuse instead of queueing behind another run.
    pub no_wait: bool,
}

/// The verbs that change something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeVerb {
    /// `scale <job> parallelism N`
    ScaleParallelism {
        /// The job, as typed.
        job: Target,
        /// The wanted parallelism.
        to: Amount,
    },
    /// `scale <environment> taskmanagers N`
    ScaleTaskManagers {
        /// The cluster, as typed.
        cluster: Target,
        /// The wanted number of TaskManagers.
        to: Amount,
    },
    /// `rollback <request>`: back to the settings recorded in that request.
    Rollback {
        /// The request whose change is to be taken back.
        request: RequestId,
    },
}

impl ChangeVerb {
    /// The verb's word in the catalog and in the policy: `scale` or `rollback`.
    pub fn word(&self) -> &'static str {
        match self {
            ChangeVerb::ScaleParallelism { .. } | ChangeVerb::ScaleTaskManagers { .. } => "scale",
            ChangeVerb::Rollback { .. } => "rollback",
        }
    }
}

/// A number as people give it: absolute or relative to what is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Amount {
    /// `8`
    To(u32),
    /// `+2`
    Plus(u32),
    /// `-1`
    Minus(u32),
    /// `x2`
    Times(u32),
}

impl Amount {
    /// The absolute number, given what is now; `None` below zero or above `u32`.
    pub fn from_now(self, now: u32) -> Option<u32> {
        match self {
            Amount::To(n) => Some(n),
            Amount::Plus(n) => now.checked_add(n),
            Amount::Minus(n) => now.checked_sub(n),
            Amount::Times(n) => now.checked_mul(n),
        }
    }
}

impl fmt::Display for Amount {
    /// As it is typed: `8`, `+2`, `-1`, `x2`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Amount::To(n) => write!(f, "{n}"),
            Amount::Plus(n) => write!(f, "+{n}"),
            Amount::Minus(n) => write!(f, "-{n}"),
            Amount::Times(n) => write!(f, "x{n}"),
        }
    }
}

/// A job or a cluster as typed: a name, an id, or the unique beginning (six characters or more) of one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Target(pub String);

/// What a look is at, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// The job or the environment, as typed.
    pub target: Target,
    /// `in <environment>`: then the target is a job of that one; without it, of the channel's environment.
    pub environment: Option<Environment>,
}

/// What a person decides about a request. `None` means the request of the thread the person typed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// `approve [request]`
    Approve(Option<RequestId>),
    /// `deny [request] [because "<reason>"]`; the reason is asked for where it is missing.
    Deny(Option<RequestId>, Option<String>),
    /// `withdraw [request]`: the requester withdraws the request, an approver his vote.
    Withdraw(Option<RequestId>),
    /// `stop [request]`: between steps, then undo or leave.
    Stop(Option<RequestId>),
}
