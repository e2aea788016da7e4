//! Answers to looks, and every "no".

use std::collections::BTreeMap;

use approvals::notice::{Answer, EnvView, Notice, Row};
use approvals::policy::Need;
use commands::fixtures::{cluster, job};
use commands::names::{At, Group, JobName, RequestId};
use commands::observed::{Observed, Seen};
use commands::plan::Output;
use commands::refusal::{Code, Refusal};

use super::scene::{Adjectives, NOW, checkpointed, orders, person, request, rescale, samples, shop, window};
use super::{card, sheet, shown};

fn observed() -> Observed {
    let scene = cluster()
        .with_foreign(1, 4)
        .with(job("orders").at(1))
        .with(job("nightly in").at(2));
    scene.observed()
}

fn unreachable() -> Observed {
    Observed {
        cluster: Seen::Unreachable {
            why: "connection refused (127.0.0.1:8081)".to_owned(),
        },
        ..observed()
    }
}

fn row(number: u64, state: &str, command: &str) -> Row {
    Row {
        id: RequestId::new(number),
        state: state.to_owned(),
        environment: Some(shop()),
        asked_by: person("bo"),
        asked_at: NOW,
        command: command.to_owned(),
    }
}

fn answer(answer: Answer) -> Notice {
    Notice::Answer(Box::new(answer))
}

#[test]
fn looks_are_answered_in_words_and_numbers() {
    let first = observed().cluster.get().unwrap().jobs[0].id.clone();
    let recent = window(
        At(NOW.0 - 300_000),
        (885_000.0, 1_200_000.0),
        450.0,
        990.0,
        (0.0, 0.0),
    );
    let status = |observed, job| {
        answer(Answer::Status {
            observed,
            job,
            recent: BTreeMap::from([(first.to_string(), recent.clone())]),
            open: vec![row(17, "settling", "scale invoices parallelism 2")],
            here: true,
        })
    };
    let help = |verb: Option<&str>| {
        answer(Answer::Help {
            verb: verb.map(str::to_owned),
            environment: Some(shop()),
            jobs: vec![JobName::parse("nightly in").unwrap(), orders().name],
        })
    };
    let whoami = |person| {
        answer(Answer::Whoami {
            person,
            account: "console: ana".to_owned(),
            groups: vec!["flink-owners".to_owned(), "leads".to_owned()],
        })
    };
    let env = |name: &str, here| EnvView {
        name: commands::names::Environment::parse(name).unwrap(),
        platform: "standalone".to_owned(),
        here,
    };
    insta::assert_snapshot!(sheet([
        ("help", help(None)),
        ("help scale", help(Some("scale"))),
        ("help frobnicate", help(Some("frobnicate"))),
        (
            "help nowhere",
            answer(Answer::Help {
                verb: None,
                environment: None,
                jobs: Vec::new()
            }),
        ),
        ("whoami", whoami(Some(person("ana")))),
        ("whoami, unknown", whoami(None)),
        (
            "whoami, in no group",
            answer(Answer::Whoami {
                person: Some(person("ana")),
                account: "console: ana".to_owned(),
                groups: Vec::new()
            }),
        ),
        (
            "envs",
            answer(Answer::Envs(vec![env("shop", true), env("lab", false)]))
        ),
        ("no envs", answer(Answer::Envs(Vec::new()))),
        ("status", status(observed(), None)),
        ("status of a job", status(observed(), Some(first.clone()))),
        ("status, unreachable", status(unreachable(), None)),
        ("jobs", answer(Answer::Jobs { observed: observed() })),
        (
            "no jobs",
            answer(Answer::Jobs {
                observed: cluster().with_foreign(1, 4).observed()
            })
        ),
        (
            "settings of a job",
            answer(Answer::Settings {
                observed: observed(),
                job: Some(first)
            })
        ),
        (
            "settings",
            answer(Answer::Settings {
                observed: observed(),
                job: None
            })
        ),
        (
            "snapshot",
            answer(Answer::Snapshot {
                job: orders().name,
                window: Some(recent.clone()),
                samples: samples()
            }),
        ),
        (
            "snapshot, nothing measured",
            answer(Answer::Snapshot {
                job: orders().name,
                window: None,
                samples: Vec::new()
            }),
        ),
        (
            "requests",
            answer(Answer::Requests(vec![
                row(18, "waiting", "scale orders parallelism 4"),
                row(17, "outcome unknown", "scale invoices parallelism 2"),
            ])),
        ),
        ("no requests", answer(Answer::Requests(Vec::new()))),
    ]));
}

#[test]
fn a_request_is_shown_in_full_and_explained() {
    let approved = request()
        .approved_by("bo")
        .with_steps(&[checkpointed(118), Output::Nothing], None);
    let explain = |who: Option<&str>, why_not| {
        answer(Answer::Explain {
            view: Box::new(request()),
            person: who.map(person),
            why_not,
        })
    };
    let not_one = Refusal::new(Code::NotAnApprover)
        .with("person", "dee")
        .with("groups", "flink-owners")
        .with("approvers", "bo, cy");
    let need = Need {
        count: 1,
        from: Group::parse("flink-owners").unwrap(),
    };
    let mut unplanned = request();
    unplanned.plan = None;
    unplanned.voting = None;
    insta::assert_snapshot!(sheet([
        ("show", answer(Answer::Show(Box::new(approved)))),
        (
            "show, unplanned",
            answer(Answer::Show(Box::new(unplanned.clone())))
        ),
        ("explain to who may", explain(Some("bo"), None)),
        ("explain to who may not", explain(Some("dee"), Some(not_one))),
        ("explain to a stranger", explain(None, None)),
        (
            "explain without a vote",
            answer(Answer::Explain {
                view: Box::new(unplanned),
                person: Some(person("bo")),
                why_not: None
            }),
        ),
        (
            "dry run",
            answer(Answer::DryRun {
                environment: shop(),
                command: "scale orders parallelism 4".to_owned(),
                plan: Box::new(rescale(1, 4)),
                need: vec![need],
            }),
        ),
    ]));
}

/// A refusal with every fact that its code documents.
fn refusal(code: Code) -> Refusal {
    let facts: &[(&str, &str)] = match code {
        Code::NotUnderstood => {
            return commands::grammar::parse("scale orders paralellism 4").unwrap_err();
        }
        Code::TextTooLong => &[("length", "102000")],
        Code::BadNumber => &[("number", "0"), ("must", "1…128")],
        Code::UnknownEnvironment => &[("environment", "shp"), ("known", "shop, lab")],
        Code::EnvironmentGone => &[("environment", "shop")],
        Code::NoEnvironmentHere => &[("place", "console:lobby")],
        Code::UnknownJob => &[("job", "ordres"), ("environment", "shop"), ("known", "")],
        Code::AmbiguousJob => &[
            ("job", "7f2c1a"),
            ("environment", "shop"),
            ("matches", "orders, orders-eu"),
        ],
        Code::Unreachable => &[("environment", "shop"), ("why", "connection refused")],
        Code::JobNotRunning => &[("job", "orders"), ("state", "restarting")],
        Code::AboveMaxParallelism => &[("job", "orders"), ("max", "128"), ("asked", "200")],
        Code::NotEnoughSlots => &[
            ("job", "orders"),
            ("asked", "8"),
            ("room", "3"),
            ("total", "4"),
            ("others", "1"),
        ],
        Code::NothingToChange => &[("job", "orders"), ("now", "4")],
        Code::NoLauncher => &[("environment", "shop")],
        Code::AboveLauncherMax => &[("asked", "9"), ("max", "4")],
        Code::MemoryTooSmall => &[("memory", "1024 MiB"), ("task_heap", "26 MiB")],
        Code::NotOurTaskManagers => &[("asked", "1"), ("now", "3"), ("ours", "1")],
        Code::SeveralJobsMustNarrow => &[("jobs", "orders, invoices")],
        Code::NothingToRollBack => &[("request", "R-17"), ("state", "denied")],
        Code::NoPolicy => &[("environment", "shop"), ("verb", "scale")],
        Code::NoApprovers => &[("group", "flink-owners")],
        Code::Frozen => &[
            ("environment", "shop"),
            ("until", "1795536000000"),
            ("reason", "sale"),
        ],
        Code::Busy => &[("holder", "R-17"), ("path", "shop/shop")],
        Code::UnknownPerson => &[("account", "console: eve")],
        Code::NotNow => &[("request", "R-18"), ("state", "rolled back"), ("input", "vote")],
        _ => &[
            ("request", "R-18"),
            ("person", "dee"),
            ("groups", "flink-owners"),
            ("approvers", "bo, cy"),
            ("requester", "ana"),
            ("job", "orders"),
        ],
    };
    let refusal = facts.iter().fold(Refusal::new(code), |refusal, (name, value)| {
        refusal.with(name, value)
    });
    match code {
        Code::AboveMaxParallelism => refusal.try_instead("scale orders parallelism 128"),
        Code::SelfApproval => refusal.try_instead("withdraw R-18"),
        Code::NotRecorded => refusal,
        _ => refusal.try_instead("status"),
    }
}

fn refused(code: Code) -> Notice {
    let about = matches!(
        code,
        Code::StaleBallot | Code::VoteTooLate | Code::NotNow | Code::SelfApproval
    );
    Notice::Refused {
        refusal: refusal(code),
        request: about.then(|| RequestId::new(18)),
    }
}

#[test]
fn every_no_says_why_and_what_to_do_next() {
    insta::assert_snapshot!(sheet(
        Code::ALL.iter().map(|code| (code.as_str(), refused(*code)))
    ));
    for code in Code::ALL {
        let card = card(&refused(*code));
        assert!(card.headline.plain().ends_with(&format!("[{}]", code.as_str())));
        assert!(!card.headline.plain().contains("%{"), "{}", card.headline.plain());
        assert!(
            !card.body.is_empty() || *code == Code::LooksOnly,
            "{} says nothing next",
            code.as_str()
        );
    }
}

#[test]
fn a_mistake_is_pointed_at() {
    let refused = |text: &str| Notice::Refused {
        refusal: commands::grammar::parse(text).unwrap_err(),
        request: None,
    };
    let texts = [
        "scale orders paralellism 4",
        "scale orders",
        "frobnicate",
        "scale orders parallelism 0",
    ];
    insta::assert_snapshot!(sheet(texts.map(|text| (text, refused(text)))));
}

#[test]
fn a_fact_that_is_missing_leaves_no_hole_that_looks_like_code() {
    let bare = Notice::Refused {
        refusal: Refusal::new(Code::UnknownJob),
        request: None,
    };
    assert!(!shown(&bare).contains("%{"));
}

#[test]
fn a_hundred_jobs_are_counted_and_not_listed() {
    let many = (0..100).fold(cluster().with_foreign(1, 400), |scene, n| {
        scene.with(job(&format!("job-{n}")))
    });
    let text = shown(&answer(Answer::Jobs {
        observed: many.observed(),
    }));
    assert!(text.contains("… 80 more"), "{text}");
    assert!(text.lines().count() < 60);
}
