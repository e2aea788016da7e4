//! What holds for every text and every ask.

use proptest::prelude::*;

use super::*;
use crate::ask::{Amount, Change, ChangeVerb, Decision, Look, Target};
use crate::catalog;
use crate::grammar::quote::is_invisible;
use crate::names::{Environment, Incident, RequestId};

/// A name as a job's author may give it: any character that can be seen.
fn name() -> impl Strategy<Value = String> {
    let seen = |text: &String| !text.trim().is_empty() && !text.chars().any(is_invisible);
    prop_oneof![
        "[a-z][a-z0-9_.-]{0,20}[a-z0-9]",
        "\\PC{1,40}".prop_filter("can be seen", seen),
        Just("parallelism".to_owned()),
        Just("in".to_owned()),
        Just("a \"quoted\" \\ name".to_owned()),
    ]
}

fn target() -> impl Strategy<Value = Target> {
    name().prop_map(Target)
}

fn environment() -> impl Strategy<Value = Environment> {
    let key = prop_oneof!["[A-Za-z0-9._-]{1,64}", Just("in".to_owned())];
    key.prop_map(|key| Environment::parse(&key).expect("a key"))
}

fn incident() -> impl Strategy<Value = Incident> {
    "[A-Za-z0-9._-]{1,64}".prop_map(|key| Incident::parse(&key).expect("a key"))
}

fn request() -> impl Strategy<Value = RequestId> {
    (1..=u64::MAX).prop_map(RequestId::new)
}

/// A reason: anything that says something.
fn reason() -> impl Strategy<Value = String> {
    any::<String>().prop_filter("says something", |text| {
        !text.trim().is_empty() && text.chars().count() < 1_000
    })
}

fn amount(most: u32) -> impl Strategy<Value = Amount> {
    let kinds = vec![Amount::To, Amount::Plus, Amount::Minus, Amount::Times];
    (prop::sample::select(kinds), 1..=most).prop_map(|(kind, number)| kind(number))
}

fn change_verb() -> impl Strategy<Value = ChangeVerb> {
    prop_oneof![
        (target(), amount(32_768)).prop_map(|(job, to)| ChangeVerb::ScaleParallelism { job, to }),
        (target(), amount(1_000)).prop_map(|(cluster, to)| ChangeVerb::ScaleTaskManagers { cluster, to }),
        request().prop_map(|request| ChangeVerb::Rollback { request }),
    ]
}

fn change() -> impl Strategy<Value = Change> {
    let said = (
        prop::option::of(environment()),
        prop::option::of(reason()),
        prop::option::of(incident()),
        any::<bool>(),
        any::<bool>(),
    );
    (change_verb(), said).prop_map(
        |(verb, (environment, because, incident, dry_run, no_wait))| Change {
            verb,
            environment,
            because,
            incident,
            dry_run,
            no_wait,
        },
    )
}

fn look() -> impl Strategy<Value = Look> {
    let verb = prop::sample::select(catalog::verbs().map(str::to_owned).collect::<Vec<_>>());
    prop_oneof![
        prop::option::of(verb).prop_map(Look::Help),
        Just(Look::Whoami),
        Just(Look::Envs),
        prop::option::of(target()).prop_map(Look::Status),
        prop::option::of(environment()).prop_map(Look::Jobs),
        target().prop_map(Look::Settings),
        target().prop_map(Look::Snapshot),
        Just(Look::Requests),
        prop::option::of(request()).prop_map(Look::Show),
        prop::option::of(request()).prop_map(Look::Explain),
    ]
}

fn decision() -> impl Strategy<Value = Decision> {
    let here = || prop::option::of(request());
    prop_oneof![
        here().prop_map(Decision::Approve),
        (here(), prop::option::of(reason())).prop_map(|(request, why)| Decision::Deny(request, why)),
        here().prop_map(Decision::Withdraw),
        here().prop_map(Decision::Stop),
    ]
}

fn ask() -> impl Strategy<Value = Ask> {
    prop_oneof![
        look().prop_map(Ask::Look),
        change().prop_map(Ask::Change),
        decision().prop_map(Ask::Decide),
    ]
}

/// Texts of the catalog's own words and of what is typed wrong around them.
fn nearly_a_command() -> impl Strategy<Value = String> {
    let words: Vec<&str> = vec![
        "scale",
        "orders",
        "parallelism",
        "paralellism",
        "taskmanagers",
        "4",
        "0",
        "-1",
        "x2",
        "+",
        "99999999999",
        "because",
        "\"lag",
        "up\"",
        "”",
        "incident",
        "in",
        "to",
        "dry-run",
        "approve",
        "R-18",
        "R-0",
        "#R-18",
        "deny",
        "help",
        "status",
        "in",
        "/flink",
        "@sluice",
        "—dry‑run",
        "\u{202e}",
        "orders\u{200b}",
        "=",
        "parallelism=4",
        ".",
        "\n",
        "\\",
    ];
    prop::collection::vec(prop::sample::select(words), 0..10).prop_map(|words| words.join(" "))
}

proptest! {
    #[test]
    fn every_ask_reads_back_from_its_own_text(ask in ask()) {
        prop_assert_eq!(parse(&text_of(&ask)), Ok(ask));
    }

    #[test]
    fn no_text_at_all_makes_it_panic(text in any::<String>(), cursor in 0usize..200) {
        let _ = parse(&text);
        let _ = complete(&text, cursor, &Vocabulary::default());
    }

    #[test]
    fn what_is_proposed_instead_can_be_typed(text in prop_oneof![nearly_a_command(), any::<String>()]) {
        if let Err(refusal) = parse(&text) {
            prop_assert!(!refusal.next.is_empty());
            for next in &refusal.next {
                prop_assert!(parse(next).is_ok(), "{next:?}");
            }
        }
    }

    #[test]
    fn the_caret_stands_under_what_is_shown(text in prop_oneof![nearly_a_command(), any::<String>()]) {
        if let Err(refusal) = parse(&text) {
            let number = |name: &str| refusal.facts[name].parse::<usize>().expect("a column");
            let line = refusal.facts["text"].as_str();
            let shown = line.chars().count();
            prop_assert!(shown <= 38, "{line:?} is {shown} columns wide");
            prop_assert!(number("length") >= 1);
            prop_assert!(number("at") + number("length") <= 38);
            prop_assert!(!line.chars().any(is_invisible), "{line:?}");
        }
    }
}
