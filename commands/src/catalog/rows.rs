//! The table.

use super::{Argument, Filled, Group, Kind, Modifier, ModifierRow, Piece, Risk, Row, Value, Word};
use crate::ask::{Ask, ChangeVerb, Decision, Look};
use crate::names::{Parallelism, RequestId};
use crate::refusal::Code;

const CHANGES: &[Modifier] = &[
    Modifier::Because,
    Modifier::Incident,
    Modifier::DryRun,
    Modifier::NoWait,
    Modifier::In,
];

/// TaskManagers that one host can carry at most; the launcher's own `max` is far below.
const MOST_TASK_MANAGERS: u32 = 1_000;

const fn argument(name: &'static str, kind: Kind) -> Argument {
    Argument {
        name,
        kind,
        optional: false,
        filler: None,
    }
}

const fn needed(name: &'static str, kind: Kind) -> Piece {
    Piece::Argument(argument(name, kind))
}

const fn optional(name: &'static str, kind: Kind) -> Piece {
    Piece::Argument(Argument {
        optional: true,
        ..argument(name, kind)
    })
}

const fn optional_in(name: &'static str, kind: Kind) -> Piece {
    Piece::Argument(Argument {
        optional: true,
        filler: Some("in"),
        ..argument(name, kind)
    })
}

const fn amount(most: u32) -> Piece {
    Piece::Argument(Argument {
        filler: Some("to"),
        ..argument("n", Kind::Amount { most })
    })
}

const fn word(text: &'static str, also: &'static [&'static str]) -> Word {
    Word { text, also }
}

fn request_of(request: Option<RequestId>) -> Filled {
    Filled::with(request.map(Value::Request))
}

/// Every modifier.
pub const MODIFIERS: &[ModifierRow] = &[
    ModifierRow {
        modifier: Modifier::Because,
        word: word("because", &["reason", "why"]),
        argument: Some(argument("reason", Kind::Reason)),
        key: "catalog.because",
        summary: "Says why; in quotes, or to the end of the line. The approvers read it.",
    },
    ModifierRow {
        modifier: Modifier::Incident,
        word: word("incident", &["inc"]),
        argument: Some(argument("id", Kind::Incident)),
        key: "catalog.incident",
        summary: "Names the incident it belongs to.",
    },
    ModifierRow {
        modifier: Modifier::DryRun,
        word: word("dry-run", &["dryrun"]),
        argument: None,
        key: "catalog.dry_run",
        summary: "Shows the plan and asks nobody.",
    },
    ModifierRow {
        modifier: Modifier::NoWait,
        word: word("no-wait", &["nowait"]),
        argument: None,
        key: "catalog.no_wait",
        summary: "Refuses instead of queueing where the target is busy.",
    },
    ModifierRow {
        modifier: Modifier::In,
        word: word("in", &["on"]),
        argument: Some(argument("environment", Kind::Environment)),
        key: "catalog.in",
        summary: "Names the environment, where it is not the channel's.",
    },
];

/// Refusals of what names a job or an environment.
const NAMED: &[Code] = &[
    Code::UnknownJob,
    Code::AmbiguousJob,
    Code::UnknownEnvironment,
    Code::Unreachable,
];

/// Refusals of what names an environment.
const UNREACHABLE: &[Code] = &[Code::UnknownEnvironment, Code::Unreachable];

/// Refusals of what names a request.
const NOT_FOUND: &[Code] = &[Code::UnknownRequest, Code::WhichRequest, Code::NotNow];

/// Refusals of a rescale in place.
const RESCALE: &[Code] = &[
    Code::UnknownJob,
    Code::AmbiguousJob,
    Code::Unreachable,
    Code::JobNotRunning,
    Code::NotAdaptive,
    Code::ReactiveMode,
    Code::NoCheckpointing,
    Code::BadNumber,
    Code::AboveMaxParallelism,
    Code::NothingToChange,
    Code::NotEnoughSlots,
];

/// Refusals of another number of TaskManagers.
const TASK_MANAGERS: &[Code] = &[
    Code::UnknownEnvironment,
    Code::Unreachable,
    Code::NoLauncher,
    Code::BadNumber,
    Code::AboveLauncherMax,
    Code::NothingToChange,
    Code::MemoryTooSmall,
    Code::NotOurTaskManagers,
    Code::NotEnoughSlots,
    Code::SeveralJobsMustNarrow,
    Code::JobNotRunning,
    Code::NotAdaptive,
    Code::ReactiveMode,
    Code::NoCheckpointing,
];

/// Refusals of a rollback.
const ROLLBACK: &[Code] = &[
    Code::UnknownRequest,
    Code::NothingToRollBack,
    Code::UnknownJob,
    Code::Unreachable,
    Code::JobNotRunning,
    Code::NotAdaptive,
    Code::ReactiveMode,
    Code::NoCheckpointing,
    Code::AboveMaxParallelism,
    Code::NotEnoughSlots,
    Code::NoLauncher,
    Code::AboveLauncherMax,
    Code::MemoryTooSmall,
    Code::NotOurTaskManagers,
    Code::SeveralJobsMustNarrow,
];

/// Every verb and form, in the order in which `help` lists them.
pub const ROWS: &[Row] = &[
    Row {
        verb: "help",
        discord: &["flink", "help"],
        form: &[optional("verb", Kind::Verb)],
        modifiers: &[],
        group: Group::Look,
        risk: Risk::None,
        example: "help scale",
        key: "catalog.help",
        summary: "Lists the verbs, or explains one.",
        notes: "",
        refuses: &[],
        build: |filled| Some(Ask::Look(Look::Help(filled.verb()))),
        take: |ask| match ask {
            Ask::Look(Look::Help(verb)) => Some(Filled::with(verb.clone().map(Value::Verb))),
            _ => None,
        },
    },
    Row {
        verb: "whoami",
        discord: &["flink", "whoami"],
        form: &[],
        modifiers: &[],
        group: Group::Look,
        risk: Risk::None,
        example: "whoami",
        key: "catalog.whoami",
        summary: "Says who Sluice takes you for, and what you may approve.",
        notes: "",
        refuses: &[],
        build: |_| Some(Ask::Look(Look::Whoami)),
        take: |ask| matches!(ask, Ask::Look(Look::Whoami)).then(Filled::default),
    },
    Row {
        verb: "envs",
        discord: &["flink", "envs"],
        form: &[],
        modifiers: &[],
        group: Group::Look,
        risk: Risk::None,
        example: "envs",
        key: "catalog.envs",
        summary: "Lists the environments, and which is this channel's.",
        notes: "",
        refuses: &[],
        build: |_| Some(Ask::Look(Look::Envs)),
        take: |ask| matches!(ask, Ask::Look(Look::Envs)).then(Filled::default),
    },
    Row {
        verb: "status",
        discord: &["flink", "status"],
        form: &[optional_in("target", Kind::Target)],
        modifiers: &[Modifier::In],
        group: Group::Look,
        risk: Risk::None,
        example: "status orders",
        key: "catalog.status",
        summary: "How the channel's environment, another one, or one job is doing.",
        notes: "",
        refuses: NAMED,
        build: |filled| Some(Ask::Look(Look::Status(filled.named()))),
        take: |ask| match ask {
            Ask::Look(Look::Status(named)) => {
                Some(named.as_ref().map_or_else(Filled::default, Filled::of_named))
            }
            _ => None,
        },
    },
    Row {
        verb: "jobs",
        discord: &["flink", "jobs"],
        form: &[optional_in("environment", Kind::Environment)],
        modifiers: &[],
        group: Group::Look,
        risk: Risk::None,
        example: "jobs shop",
        key: "catalog.jobs",
        summary: "Lists the jobs of an environment.",
        notes: "",
        refuses: UNREACHABLE,
        build: |filled| Some(Ask::Look(Look::Jobs(filled.environment()))),
        take: |ask| match ask {
            Ask::Look(Look::Jobs(name)) => Some(Filled::with(name.clone().map(Value::Environment))),
            _ => None,
        },
    },
    Row {
        verb: "settings",
        discord: &["flink", "settings"],
        form: &[needed("target", Kind::Target)],
        modifiers: &[Modifier::In],
        group: Group::Look,
        risk: Risk::None,
        example: "settings orders",
        key: "catalog.settings",
        summary: "The effective settings, as a rollback would restore them.",
        notes: "",
        refuses: NAMED,
        build: |filled| Some(Ask::Look(Look::Settings(filled.named()?))),
        take: |ask| match ask {
            Ask::Look(Look::Settings(named)) => Some(Filled::of_named(named)),
            _ => None,
        },
    },
    Row {
        verb: "snapshot",
        discord: &["flink", "snapshot"],
        form: &[needed("job", Kind::Job)],
        modifiers: &[Modifier::In],
        group: Group::Look,
        risk: Risk::None,
        example: "snapshot orders",
        key: "catalog.snapshot",
        summary: "The metrics of a job's recent past, with a chart.",
        notes: "",
        refuses: NAMED,
        build: |filled| Some(Ask::Look(Look::Snapshot(filled.named()?))),
        take: |ask| match ask {
            Ask::Look(Look::Snapshot(named)) => Some(Filled::of_named(named)),
            _ => None,
        },
    },
    Row {
        verb: "scale",
        discord: &["flink", "scale", "parallelism"],
        form: &[
            needed("job", Kind::Job),
            Piece::Word(word("parallelism", &["par"])),
            amount(Parallelism::MAX),
        ],
        modifiers: CHANGES,
        group: Group::Capacity,
        risk: Risk::RestartsJob,
        example: "scale orders parallelism 4 because \"lag is growing\"",
        key: "catalog.scale_parallelism",
        summary: "Gives a job another parallelism, in place.",
        notes: "In place, by the adaptive scheduler: a checkpoint, the new bounds of every vertex, and a second checkpoint with which \
                the change happens. The number is that of the widest vertices: each of them gets it, or its own max parallelism \
                where that is less. A vertex that was kept narrower stays as narrow, and none gets wider than the number. Lower \
                bounds are never raised. There is room when the slots of all TaskManagers, less what the other jobs need, are \
                enough.",
        refuses: RESCALE,
        build: |filled| {
            let verb = ChangeVerb::ScaleParallelism {
                job: filled.target()?,
                to: filled.amount()?,
            };
            Some(Ask::Change(filled.change(verb)))
        },
        take: |ask| match ask {
            Ask::Change(change) => match &change.verb {
                ChangeVerb::ScaleParallelism { job, to } => Some(Filled::of_change(
                    [Value::Target(job.clone()), Value::Amount(*to)],
                    change,
                )),
                _ => None,
            },
            _ => None,
        },
    },
    Row {
        verb: "scale",
        discord: &["flink", "scale", "taskmanagers"],
        form: &[
            needed("environment", Kind::Cluster),
            Piece::Word(word(
                "taskmanagers",
                &["taskmanager", "task-managers", "tms", "tm"],
            )),
            amount(MOST_TASK_MANAGERS),
        ],
        modifiers: CHANGES,
        group: Group::Capacity,
        risk: Risk::StartsProcesses,
        example: "scale shop taskmanagers +1",
        key: "catalog.scale_taskmanagers",
        summary: "Starts or stops TaskManagers of an environment.",
        notes: "TaskManagers of the environment's launcher, on Sluice's own host. Upwards, the plan says which jobs grow by themselves \
                and which slots stay empty. Downwards, only TaskManagers that Sluice started are stopped, each when it has no task, or \
                where the plan says that one more restart is the price; the one job that must narrow is narrowed first.",
        refuses: TASK_MANAGERS,
        build: |filled| {
            let verb = ChangeVerb::ScaleTaskManagers {
                cluster: filled.target()?,
                to: filled.amount()?,
            };
            Some(Ask::Change(filled.change(verb)))
        },
        take: |ask| match ask {
            Ask::Change(change) => match &change.verb {
                ChangeVerb::ScaleTaskManagers { cluster, to } => Some(Filled::of_change(
                    [Value::Target(cluster.clone()), Value::Amount(*to)],
                    change,
                )),
                _ => None,
            },
            _ => None,
        },
    },
    Row {
        verb: "rollback",
        discord: &["flink", "rollback"],
        form: &[needed("request", Kind::Request)],
        modifiers: CHANGES,
        group: Group::Undo,
        risk: Risk::RestartsJob,
        example: "rollback R-18",
        key: "catalog.rollback",
        summary: "Goes back to the settings that a request recorded before its change.",
        notes: "Back to the exact bounds, or to the number of TaskManagers with the bounds of the job that had narrowed with them, by \
                the same steps and the same gate.",
        refuses: ROLLBACK,
        build: |filled| {
            Some(Ask::Change(filled.change(ChangeVerb::Rollback {
                request: filled.request()?,
            })))
        },
        take: |ask| match ask {
            Ask::Change(change) => match &change.verb {
                ChangeVerb::Rollback { request } => {
                    Some(Filled::of_change([Value::Request(*request)], change))
                }
                _ => None,
            },
            _ => None,
        },
    },
    Row {
        verb: "approve",
        discord: &["flink", "approve"],
        form: &[optional("request", Kind::Request)],
        modifiers: &[],
        group: Group::Decide,
        risk: Risk::Decides,
        example: "approve R-18",
        key: "catalog.approve",
        summary: "Says yes to a request; in a thread, to the one of the thread.",
        notes: "",
        refuses: NOT_FOUND,
        build: |filled| Some(Ask::Decide(Decision::Approve(filled.request()))),
        take: |ask| match ask {
            Ask::Decide(Decision::Approve(request)) => Some(request_of(*request)),
            _ => None,
        },
    },
    Row {
        verb: "deny",
        discord: &["flink", "deny"],
        form: &[optional("request", Kind::Request)],
        modifiers: &[Modifier::Because],
        group: Group::Decide,
        risk: Risk::Decides,
        example: "deny R-18 because \"not at this hour\"",
        key: "catalog.deny",
        summary: "Says no to a request, with a reason; that ends it.",
        notes: "",
        refuses: NOT_FOUND,
        build: |filled| Some(Ask::Decide(Decision::Deny(filled.request(), filled.reason()))),
        take: |ask| match ask {
            Ask::Decide(Decision::Deny(request, reason)) => {
                Some(request_of(*request).and(Modifier::Because, reason.clone().map(Value::Reason)))
            }
            _ => None,
        },
    },
    Row {
        verb: "withdraw",
        discord: &["flink", "withdraw"],
        form: &[optional("request", Kind::Request)],
        modifiers: &[],
        group: Group::Decide,
        risk: Risk::Decides,
        example: "withdraw R-18",
        key: "catalog.withdraw",
        summary: "Takes back your request, or your vote.",
        notes: "",
        refuses: NOT_FOUND,
        build: |filled| Some(Ask::Decide(Decision::Withdraw(filled.request()))),
        take: |ask| match ask {
            Ask::Decide(Decision::Withdraw(request)) => Some(request_of(*request)),
            _ => None,
        },
    },
    Row {
        verb: "stop",
        discord: &["flink", "stop"],
        form: &[optional("request", Kind::Request)],
        modifiers: &[],
        group: Group::Decide,
        risk: Risk::Decides,
        example: "stop R-18",
        key: "catalog.stop",
        summary: "Stops a running request between two steps; then undo or leave.",
        notes: "",
        refuses: NOT_FOUND,
        build: |filled| Some(Ask::Decide(Decision::Stop(filled.request()))),
        take: |ask| match ask {
            Ask::Decide(Decision::Stop(request)) => Some(request_of(*request)),
            _ => None,
        },
    },
    Row {
        verb: "requests",
        discord: &["flink", "requests"],
        form: &[],
        modifiers: &[],
        group: Group::Decide,
        risk: Risk::None,
        example: "requests",
        key: "catalog.requests",
        summary: "Lists the open requests.",
        notes: "",
        refuses: &[],
        build: |_| Some(Ask::Look(Look::Requests)),
        take: |ask| matches!(ask, Ask::Look(Look::Requests)).then(Filled::default),
    },
    Row {
        verb: "show",
        discord: &["flink", "show"],
        form: &[optional("request", Kind::Request)],
        modifiers: &[],
        group: Group::Decide,
        risk: Risk::None,
        example: "show R-18",
        key: "catalog.show",
        summary: "Shows a request: its plan, its votes, how far it is.",
        notes: "",
        refuses: NOT_FOUND,
        build: |filled| Some(Ask::Look(Look::Show(filled.request()))),
        take: |ask| match ask {
            Ask::Look(Look::Show(request)) => Some(request_of(*request)),
            _ => None,
        },
    },
    Row {
        verb: "explain",
        discord: &["flink", "explain"],
        form: &[optional("request", Kind::Request)],
        modifiers: &[],
        group: Group::Decide,
        risk: Risk::None,
        example: "explain R-18",
        key: "catalog.explain",
        summary: "Says who may approve a request, and why you may not.",
        notes: "",
        refuses: NOT_FOUND,
        build: |filled| Some(Ask::Look(Look::Explain(filled.request()))),
        take: |ask| match ask {
            Ask::Look(Look::Explain(request)) => Some(request_of(*request)),
            _ => None,
        },
    },
];
