//! Every reason for "no": an answer, not a failure. A stable code, the facts, and the nearest thing that works.

use serde::{Deserialize, Serialize};

/// A refusal. `adapters::wording` makes the sentence from `code` and `facts`; `next` is ready to type, without the slash
/// command's name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// Which reason.
    pub code: Code,
    /// The facts of the sentence, by placeholder name.
    pub facts: std::collections::BTreeMap<String, String>,
    /// Commands that work instead, most useful first.
    pub next: Vec<String>,
}

impl Refusal {
    /// A refusal without facts.
    pub fn new(code: Code) -> Self {
        Self {
            code,
            facts: std::collections::BTreeMap::new(),
            next: Vec::new(),
        }
    }

    /// With one more fact.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.facts.insert(name.to_owned(), value.to_string());
        self
    }

    /// With one more command that works.
    #[must_use]
    pub fn try_instead(mut self, command: impl Into<String>) -> Self {
        self.next.push(command.into());
        self
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal,)*) => {
        /// The stable code of a refusal. Which facts it carries stands in its documentation.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $($(#[$doc])* $name,)* }

        impl Code {
            /// Every code.
            pub const ALL: &[Code] = &[$(Code::$name,)*];

            /// As people and metrics see it.
            pub fn as_str(self) -> &'static str {
                match self { $(Code::$name => $code,)* }
            }
        }
    };
}

codes! {
    /// The text is no command. Facts: `text`, `at` (column from 0), `length`, `found`, `wanted`.
    NotUnderstood = "NOT_UNDERSTOOD",
    /// The text is longer than 4,000 characters. Facts: `length`.
    TextTooLong = "TEXT_TOO_LONG",
    /// A number that cannot be. Facts: `number`, `must`.
    BadNumber = "BAD_NUMBER",
    /// No such environment. Facts: `environment`, `known`.
    UnknownEnvironment = "UNKNOWN_ENVIRONMENT",
    /// The environment of a request has left the config before its run. Facts: `environment`.
    EnvironmentGone = "ENVIRONMENT_GONE",
    /// The channel has no environment. Facts: `place`.
    NoEnvironmentHere = "NO_ENVIRONMENT_HERE",
    /// No such job. Facts: `job`, `environment`, `known`.
    UnknownJob = "UNKNOWN_JOB",
    /// Several jobs fit. Facts: `job`, `environment`, `matches`.
    AmbiguousJob = "AMBIGUOUS_JOB",
    /// No such request. Facts: `request`.
    UnknownRequest = "UNKNOWN_REQUEST",
    /// No request is meant here. Facts: none.
    WhichRequest = "WHICH_REQUEST",
    /// A request needs a thread, and a direct message is seen by nobody who could approve. Facts: none.
    DirectMessage = "DIRECT_MESSAGE",
    /// Sluice is no member of the channel, so it cannot hold a thread there. Facts: none.
    NotInChannel = "NOT_IN_CHANNEL",
    /// The channel is archived or takes no new messages. Facts: none.
    ChannelClosed = "CHANNEL_CLOSED",
    /// The target does not answer. Facts: `environment`, `why`.
    Unreachable = "UNREACHABLE",
    /// The job is not running. Facts: `job`, `state`.
    JobNotRunning = "JOB_NOT_RUNNING",
    /// Above the job's max parallelism. Facts: `job`, `max`, `asked`.
    AboveMaxParallelism = "ABOVE_MAX_PARALLELISM",
    /// Not enough slots. Facts: `job`, `asked`, `room`, `total`, `others`.
    NotEnoughSlots = "NOT_ENOUGH_SLOTS",
    /// The job is so already. Facts: `job`, `now`.
    NothingToChange = "NOTHING_TO_CHANGE",
    /// Checkpointing is off: the state since the last restore point would be lost. Facts: `job`.
    NoCheckpointing = "NO_CHECKPOINTING",
    /// The default scheduler cannot rescale in place. Facts: `job`.
    NotAdaptive = "NOT_ADAPTIVE",
    /// Reactive mode takes no bounds. Facts: `job`.
    ReactiveMode = "REACTIVE_MODE",
    /// The config gives no launcher. Facts: `environment`.
    NoLauncher = "NO_LAUNCHER",
    /// More than the launcher's `max`. Facts: `asked`, `max`.
    AboveLauncherMax = "ABOVE_LAUNCHER_MAX",
    /// A TaskManager of this size would leave too little heap. Facts: `memory`, `task_heap`.
    MemoryTooSmall = "MEMORY_TOO_SMALL",
    /// More TaskManagers would have to go than Sluice started. Facts: `asked`, `now`, `ours`.
    NotOurTaskManagers = "NOT_OUR_TASKMANAGERS",
    /// Several jobs would have to narrow. Facts: `jobs`.
    SeveralJobsMustNarrow = "SEVERAL_JOBS_MUST_NARROW",
    /// Nothing to roll back to. Facts: `request`, `state`: `changed_nothing` (that request recorded no settings),
    /// `as_recorded` (the settings are those), `other_vertices` (the job is built otherwise now), or the request's state.
    NothingToRollBack = "NOTHING_TO_ROLL_BACK",
    /// No rule of the policy fits. Facts: `environment`, `verb`.
    NoPolicy = "NO_POLICY",
    /// Nobody could approve it. Facts: `group`.
    NoApprovers = "NO_APPROVERS",
    /// A freeze is in force. Facts: `environment`, `until`.
    Frozen = "FROZEN",
    /// The target is busy and `no-wait` was said. Facts: `holder`, `path`.
    Busy = "BUSY",
    /// One cannot approve one's own request. Facts: `approvers`.
    SelfApproval = "SELF_APPROVAL",
    /// The person is in none of the groups that may. Facts: `person`, `groups`, `approvers`.
    NotAnApprover = "NOT_AN_APPROVER",
    /// The account is linked to nobody in the config. Facts: `account`.
    UnknownPerson = "UNKNOWN_PERSON",
    /// The button or vote is for another ballot. Facts: `request`.
    StaleBallot = "STALE_BALLOT",
    /// The deadline has passed. Facts: `request`.
    VoteTooLate = "VOTE_TOO_LATE",
    /// The roster could not be looked up or is too old. Facts: `person`.
    NoEvidence = "NO_EVIDENCE",
    /// That is not possible in the request's present state. Facts: `request`, `state`, `input`.
    NotNow = "NOT_NOW",
    /// Only the requester may. Facts: `request`, `requester`.
    NotTheRequester = "NOT_THE_REQUESTER",
    /// A denial needs a reason. Facts: `request`.
    ReasonNeeded = "REASON_NEEDED",
    /// The person voted already, and the quorum is met. Facts: `request`.
    AlreadyDecided = "ALREADY_DECIDED",
    /// The ledger cannot write: nothing was recorded. Facts: none.
    NotRecorded = "NOT_RECORDED",
    /// Only looks here: changes need a chat. Facts: none.
    LooksOnly = "LOOKS_ONLY",
}

impl Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Code::ALL
            .iter()
            .copied()
            .find(|code| code.as_str() == text)
            .ok_or_else(|| serde::de::Error::custom(format!("unknown refusal code {text}")))
    }
}
