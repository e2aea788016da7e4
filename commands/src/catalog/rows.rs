//! The table.

use super::{Argument, Filled, Group, Kind, Modifier, ModifierRow, Piece, Risk, Row, Value, Word};
use crate::ask::{Ask, ChangeVerb, Decision, Look};
use crate::names::{Parallelism, RequestId};

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

/// Every verb and form, in the order in which `help` lists them.
pub const ROWS: &[Row] = &[
    Row {
        verb: "help",
        form: &[optional("verb", Kind::Verb)],
        modifiers: &[],
        group: Group::Look,
        risk: Risk::None,
        example: "help scale",
        key: "catalog.help",
        summary: "Lists the verbs, or explains one.",
        build: |filled| Some(Ask::Look(Look::Help(filled.verb()))),
        take: |ask| match ask {
            Ask::Look(Look::Help(verb)) => Some(Filled::with(verb.clone().map(Value::Verb))),
            _ => None,
        },
    },
    Row {
        verb: "whoami",
        form: &[],
        modifiers: &[],
        group: Group::Look,
        risk: Risk::None,
        example: "whoami",
        key: "catalog.whoami",
        summary: "Says who Sluice takes you for, and what you may approve.",
        build: |_| Some(Ask::Look(Look::Whoami)),
        take: |ask| matches!(ask, Ask::Look(Look::Whoami)).then(Filled::default),
    },
    Row {
        verb: "envs",
        form: &[],
        modifiers: &[],
        group: Group::Look,
        risk: Risk::None,
        example: "envs",
        key: "catalog.envs",
        summary: "Lists the environments, and which is this channel's.",
        build: |_| Some(Ask::Look(Look::Envs)),
        take: |ask| matches!(ask, Ask::Look(Look::Envs)).then(Filled::default),
    },
    Row {
        verb: "status",
        form: &[optional_in("target", Kind::Target)],
        modifiers: &[],
        group: Group::Look,
        risk: Risk::None,
        example: "status orders",
        key: "catalog.status",
        summary: "How the channel's environment, another one, or one job is doing.",
        build: |filled| Some(Ask::Look(Look::Status(filled.target()))),
        take: |ask| match ask {
            Ask::Look(Look::Status(target)) => Some(Filled::with(target.clone().map(Value::Target))),
            _ => None,
        },
    },
    Row {
        verb: "jobs",
        form: &[optional_in("environment", Kind::Environment)],
        modifiers: &[],
        group: Group::Look,
        risk: Risk::None,
        example: "jobs shop",
        key: "catalog.jobs",
        summary: "Lists the jobs of an environment.",
        build: |filled| Some(Ask::Look(Look::Jobs(filled.environment()))),
        take: |ask| match ask {
            Ask::Look(Look::Jobs(name)) => Some(Filled::with(name.clone().map(Value::Environment))),
            _ => None,
        },
    },
    Row {
        verb: "settings",
        form: &[needed("target", Kind::Target)],
        modifiers: &[],
        group: Group::Look,
        risk: Risk::None,
        example: "settings orders",
        key: "catalog.settings",
        summary: "The effective settings, as a rollback would restore them.",
        build: |filled| Some(Ask::Look(Look::Settings(filled.target()?))),
        take: |ask| match ask {
            Ask::Look(Look::Settings(target)) => Some(Filled::with([Value::Target(target.clone())])),
            _ => None,
        },
    },
    Row {
        verb: "snapshot",
        form: &[needed("job", Kind::Job)],
        modifiers: &[],
        group: Group::Look,
        risk: Risk::None,
        example: "snapshot orders",
        key: "catalog.snapshot",
        summary: "The metrics of a job's recent past, with a chart.",
        build: |filled| Some(Ask::Look(Look::Snapshot(filled.target()?))),
        take: |ask| match ask {
            Ask::Look(Look::Snapshot(job)) => Some(Filled::with([Value::Target(job.clone())])),
            _ => None,
        },
    },
    Row {
        verb: "scale",
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
        form: &[needed("request", Kind::Request)],
        modifiers: CHANGES,
        group: Group::Undo,
        risk: Risk::RestartsJob,
        example: "rollback R-18",
        key: "catalog.rollback",
        summary: "Goes back to the settings that a request recorded before its change.",
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
        form: &[optional("request", Kind::Request)],
        modifiers: &[],
        group: Group::Decide,
        risk: Risk::Decides,
        example: "approve R-18",
        key: "catalog.approve",
        summary: "Says yes to a request; in a thread, to the one of the thread.",
        build: |filled| Some(Ask::Decide(Decision::Approve(filled.request()))),
        take: |ask| match ask {
            Ask::Decide(Decision::Approve(request)) => Some(request_of(*request)),
            _ => None,
        },
    },
    Row {
        verb: "deny",
        form: &[optional("request", Kind::Request)],
        modifiers: &[Modifier::Because],
        group: Group::Decide,
        risk: Risk::Decides,
        example: "deny R-18 because \"not at this hour\"",
        key: "catalog.deny",
        summary: "Says no to a request, with a reason; that ends it.",
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
        form: &[optional("request", Kind::Request)],
        modifiers: &[],
        group: Group::Decide,
        risk: Risk::Decides,
        example: "withdraw R-18",
        key: "catalog.withdraw",
        summary: "Takes back your request, or your vote.",
        build: |filled| Some(Ask::Decide(Decision::Withdraw(filled.request()))),
        take: |ask| match ask {
            Ask::Decide(Decision::Withdraw(request)) => Some(request_of(*request)),
            _ => None,
        },
    },
    Row {
        verb: "stop",
        form: &[optional("request", Kind::Request)],
        modifiers: &[],
        group: Group::Decide,
        risk: Risk::Decides,
        example: "stop R-18",
        key: "catalog.stop",
        summary: "Stops a running request between two steps; then undo or leave.",
        build: |filled| Some(Ask::Decide(Decision::Stop(filled.request()))),
        take: |ask| match ask {
            Ask::Decide(Decision::Stop(request)) => Some(request_of(*request)),
            _ => None,
        },
    },
    Row {
        verb: "requests",
        form: &[],
        modifiers: &[],
        group: Group::Decide,
        risk: Risk::None,
        example: "requests",
        key: "catalog.requests",
        summary: "Lists the open requests.",
        build: |_| Some(Ask::Look(Look::Requests)),
        take: |ask| matches!(ask, Ask::Look(Look::Requests)).then(Filled::default),
    },
    Row {
        verb: "show",
        form: &[optional("request", Kind::Request)],
        modifiers: &[],
        group: Group::Decide,
        risk: Risk::None,
        example: "show R-18",
        key: "catalog.show",
        summary: "Shows a request: its plan, its votes, how far it is.",
        build: |filled| Some(Ask::Look(Look::Show(filled.request()))),
        take: |ask| match ask {
            Ask::Look(Look::Show(request)) => Some(request_of(*request)),
            _ => None,
        },
    },
    Row {
        verb: "explain",
        form: &[optional("request", Kind::Request)],
        modifiers: &[],
        group: Group::Decide,
        risk: Risk::None,
        example: "explain R-18",
        key: "catalog.explain",
        summary: "Says who may approve a request, and why you may not.",
        build: |filled| Some(Ask::Look(Look::Explain(filled.request()))),
        take: |ask| match ask {
            Ask::Look(Look::Explain(request)) => Some(request_of(*request)),
            _ => None,
        },
    },
];
