//! What is understood.

use crate::ask::{Amount, Ask, Change, ChangeVerb, Decision, Look, Named, Target};
use crate::grammar::{parse, text_of};
use crate::names::{Environment, Incident, RequestId};

fn target(text: &str) -> Target {
    Target(text.to_owned())
}

fn named(text: &str, environment: Option<&str>) -> Named {
    Named {
        target: target(text),
        environment: environment.map(|name| Environment::parse(name).unwrap()),
    }
}

fn change(verb: ChangeVerb) -> Change {
    Change {
        verb,
        environment: None,
        because: None,
        incident: None,
        dry_run: false,
        no_wait: false,
    }
}

fn scale(job: &str, to: Amount) -> Change {
    change(ChangeVerb::ScaleParallelism { job: target(job), to })
}

fn reads(text: &str, ask: Ask) {
    assert_eq!(parse(text).as_ref(), Ok(&ask), "{text}");
    let canonical = text_of(&ask);
    assert_eq!(parse(&canonical), Ok(ask), "{text} as {canonical}");
}

fn reads_change(text: &str, change: Change) {
    reads(text, Ask::Change(change));
}

#[test]
fn every_example_of_the_catalog_is_read_by_its_own_row() {
    for row in crate::catalog::ROWS {
        let ask = parse(row.example).unwrap_or_else(|refusal| panic!("{}: {refusal:?}", row.example));
        assert!((row.take)(&ask).is_some(), "{}", row.example);
        assert_eq!(
            text_of(&ask),
            row.example,
            "an example is written the canonical way"
        );
    }
}

#[test]
fn looks_are_read() {
    let shop = Environment::parse("shop").unwrap();
    reads("help", Ask::Look(Look::Help(None)));
    reads("help SCALE", Ask::Look(Look::Help(Some("scale".into()))));
    reads("whoami", Ask::Look(Look::Whoami));
    reads("envs", Ask::Look(Look::Envs));
    reads("status", Ask::Look(Look::Status(None)));
    reads(
        "status orders",
        Ask::Look(Look::Status(Some(named("orders", None)))),
    );
    reads(
        "status in shop",
        Ask::Look(Look::Status(Some(named("shop", None)))),
    );
    reads("jobs", Ask::Look(Look::Jobs(None)));
    reads("jobs shop", Ask::Look(Look::Jobs(Some(shop.clone()))));
    reads("jobs in shop", Ask::Look(Look::Jobs(Some(shop))));
    reads(
        "settings \"my orders\"",
        Ask::Look(Look::Settings(named("my orders", None))),
    );
    reads(
        "snapshot 7f2c11",
        Ask::Look(Look::Snapshot(named("7f2c11", None))),
    );
    for (text, look) in [
        (
            "status orders in dev",
            Look::Status(Some(named("orders", Some("dev")))),
        ),
        (
            "settings orders in dev",
            Look::Settings(named("orders", Some("dev"))),
        ),
        (
            "snapshot orders on dev",
            Look::Snapshot(named("orders", Some("dev"))),
        ),
    ] {
        reads(text, Ask::Look(look));
    }
    reads("requests", Ask::Look(Look::Requests));
    reads("show", Ask::Look(Look::Show(None)));
    reads(
        "explain #R-18",
        Ask::Look(Look::Explain(Some(RequestId::new(18)))),
    );
}

#[test]
fn decisions_are_read() {
    let request = Some(RequestId::new(18));
    reads("approve", Ask::Decide(Decision::Approve(None)));
    reads("approve R-18", Ask::Decide(Decision::Approve(request)));
    reads("approve r–18", Ask::Decide(Decision::Approve(request)));
    reads(
        "deny R-18 because “too risky”",
        Ask::Decide(Decision::Deny(request, Some("too risky".into()))),
    );
    reads(
        "deny because too risky",
        Ask::Decide(Decision::Deny(None, Some("too risky".into()))),
    );
    reads("withdraw r-18", Ask::Decide(Decision::Withdraw(request)));
    reads("stop", Ask::Decide(Decision::Stop(None)));
}

#[test]
fn amounts_are_absolute_or_relative() {
    for (text, to) in [
        ("8", Amount::To(8)),
        ("+2", Amount::Plus(2)),
        ("-1", Amount::Minus(1)),
        ("−1", Amount::Minus(1)),
        ("—1", Amount::Minus(1)),
        ("x2", Amount::Times(2)),
        ("X2", Amount::Times(2)),
        ("×2", Amount::Times(2)),
        ("32768", Amount::To(32_768)),
        ("008", Amount::To(8)),
    ] {
        reads_change(&format!("scale orders parallelism {text}"), scale("orders", to));
    }
}

#[test]
fn task_managers_and_rollback_are_read() {
    let verb = ChangeVerb::ScaleTaskManagers {
        cluster: target("shop"),
        to: Amount::Plus(1),
    };
    for text in [
        "scale shop taskmanagers +1",
        "scale shop TaskManager +1",
        "scale shop to tms +1",
    ] {
        reads_change(text, change(verb.clone()));
    }
    reads_change(
        "rollback R-18",
        change(ChangeVerb::Rollback {
            request: RequestId::new(18),
        }),
    );
}

#[test]
fn modifiers_follow_in_any_order() {
    let all = Change {
        environment: Some(Environment::parse("shop").unwrap()),
        because: Some("lag 1.2 M, growing".into()),
        incident: Some(Incident::parse("4711").unwrap()),
        dry_run: true,
        no_wait: true,
        ..scale("orders", Amount::To(4))
    };
    for tail in [
        "because \"lag 1.2 M, growing\" incident 4711 dry-run no-wait in shop",
        "in shop no-wait dry-run incident #4711 because \"lag 1.2 M, growing\"",
        "in shop —dry‑run --no-wait incident 4711 because lag 1.2 M, growing",
        "in shop incident 4711 DRYRUN nowait because „lag 1.2 M, growing“",
        "because lag 1.2 M, growing\nincident 4711 dry-run no-wait in shop",
    ] {
        reads_change(&format!("scale orders parallelism 4 {tail}"), all.clone());
    }
}

#[test]
fn what_phones_do_to_a_text_does_not_matter() {
    for text in [
        "  SCALE   orders\u{a0}Parallelism\u{202f}4  ",
        "/flink scale orders parallelism 4",
        "sluice: scale orders parallelism 4",
        "@sluice scale orders parallelism 4.",
        "/scale orders parallelism 4",
        "\u{feff}scale “orders” to parallelism 4",
        "scale orders parallelism to 4",
        "scale\n\torders\r\nparallelism 4",
    ] {
        reads_change(text, scale("orders", Amount::To(4)));
    }
}

#[test]
fn names_in_quotes_may_hold_anything_that_can_be_seen() {
    for (typed, name) in [
        ("\"orders v2\"", "orders v2"),
        ("“Insert-into: a, b”", "Insert-into: a, b"),
        (r#""say \"hi\" \\ there""#, r#"say "hi" \ there"#),
        ("\"in\"", "in"),
        ("\"parallelism\"", "parallelism"),
        ("\"orders.\"", "orders."),
        (
            "\"<@U123> *bold* `x` {{y}} %s $(z)\"",
            "<@U123> *bold* `x` {{y}} %s $(z)",
        ),
        ("\"订单\"", "订单"),
        ("orders-db:/v2.1_a", "orders-db:/v2.1_a"),
        ("--flag", "--flag"),
    ] {
        reads_change(
            &format!("scale {typed} parallelism 4"),
            scale(name, Amount::To(4)),
        );
    }
}

#[test]
fn a_reason_may_hold_anything_and_lack_its_closing_quote() {
    let because = |reason: &str| Change {
        because: Some(reason.to_owned()),
        ..scale("orders", Amount::To(4))
    };
    for (typed, reason) in [
        (
            "\"lag\u{202e} & <b>markup</b>\u{0}\"",
            "lag\u{202e} & <b>markup</b>\u{0}",
        ),
        ("\"two\nlines\"", "two\nlines"),
        (
            "the \"enrich\" step is slow, no-wait please.",
            "the \"enrich\" step is slow, no-wait please.",
        ),
        ("\"never closed no-wait", "never closed no-wait"),
        (r#"C:\logs are full"#, r#"C:\logs are full"#),
    ] {
        reads_change(
            &format!("scale orders parallelism 4 because {typed}"),
            because(reason),
        );
    }
}
