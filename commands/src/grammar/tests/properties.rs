//! What holds for every text and every ask.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use crate::ask::{Amount, Ask, Change, ChangeVerb, Decision, Look, Named, Target};
use crate::catalog::{MODIFIERS, ROWS};
use crate::grammar::{Vocabulary, complete, parse, quoted, text_of};
use crate::names::{Environment, Incident, RequestId};

/// Any name that can be seen, and often one that is hard: reserved, quoted, with dots and dashes.
fn name() -> impl Strategy<Value = String> {
    let hard = prop::sample::select(vec![
        "in", "to", "On", "because", "dry-run", "—in", "a.", "。", "\"", "\\", " x", "scale", "-1", "R-1",
        "“”",
    ]);
    prop_oneof![
        "[a-zA-Z0-9._:/-]{1,20}",
        hard.prop_map(str::to_owned),
        "\\PC{1,30}".prop_filter("can be seen", |text| {
            !text.chars().any(super::super::quote::is_invisible) && !text.trim().is_empty()
        }),
    ]
}

fn amount(most: u32) -> impl Strategy<Value = Amount> {
    (1..=most, 0..4).prop_map(|(number, kind)| match kind {
        0 => Amount::To(number),
        1 => Amount::Plus(number),
        2 => Amount::Minus(number),
        _ => Amount::Times(number),
    })
}

fn request() -> impl Strategy<Value = RequestId> {
    (1..u64::MAX).prop_map(RequestId::new)
}

fn reason() -> impl Strategy<Value = String> {
    prop_oneof!["[ -~]{1,40}", any::<String>()].prop_filter("says something", |text| !text.trim().is_empty())
}

fn key() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z0-9._-]{1,20}",
        Just("in".to_owned()),
        Just("-.".to_owned())
    ]
}

fn environment() -> impl Strategy<Value = Environment> {
    key().prop_map(|key| Environment::parse(&key).unwrap())
}

fn change() -> impl Strategy<Value = Ask> {
    let verb = prop_oneof![
        (name(), amount(32_768)).prop_map(|(job, to)| ChangeVerb::ScaleParallelism { job: Target(job), to }),
        (name(), amount(1_000)).prop_map(|(name, to)| ChangeVerb::ScaleTaskManagers {
            cluster: Target(name),
            to
        }),
        request().prop_map(|request| ChangeVerb::Rollback { request }),
    ];
    // A number sign before an incident is not part of it.
    let incident = key().prop_map(|key| Incident::parse(&key).unwrap());
    (
        verb,
        option::of(environment()),
        option::of(reason()),
        option::of(incident),
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(|(verb, environment, because, incident, dry_run, no_wait)| {
            Ask::Change(Change {
                verb,
                environment,
                because,
                incident,
                dry_run,
                no_wait,
            })
        })
}

fn look() -> impl Strategy<Value = Ask> {
    let verb = prop::sample::select(ROWS.iter().map(|row| row.verb.to_owned()).collect::<Vec<_>>());
    let named = || {
        (name(), option::of(environment())).prop_map(|(name, environment)| Named {
            target: Target(name),
            environment,
        })
    };
    prop_oneof![
        option::of(verb).prop_map(Look::Help),
        Just(Look::Whoami),
        Just(Look::Envs),
        option::of(named()).prop_map(Look::Status),
        option::of(environment()).prop_map(Look::Jobs),
        named().prop_map(Look::Settings),
        named().prop_map(Look::Snapshot),
        Just(Look::Requests),
        option::of(request()).prop_map(Look::Show),
        option::of(request()).prop_map(Look::Explain),
    ]
    .prop_map(Ask::Look)
}

fn decision() -> impl Strategy<Value = Ask> {
    prop_oneof![
        option::of(request()).prop_map(Decision::Approve),
        (option::of(request()), option::of(reason()))
            .prop_map(|(request, reason)| Decision::Deny(request, reason)),
        option::of(request()).prop_map(Decision::Withdraw),
        option::of(request()).prop_map(Decision::Stop),
    ]
    .prop_map(Ask::Decide)
}

/// Texts made of the catalog's own words: near to commands, and mostly none.
fn catalog_words() -> impl Strategy<Value = String> {
    let mut words: Vec<String> = MODIFIERS.iter().map(|row| row.word.text.to_owned()).collect();
    words.extend(
        ROWS.iter()
            .flat_map(|row| row.example.split(' '))
            .map(str::to_owned),
    );
    words.extend(
        [
            "to", "0", "x2", "+", "\"", "“", "\\", "\n", ".", "R-", "#", "—", "\u{200b}", "'",
        ]
        .map(str::to_owned),
    );
    vec(prop::sample::select(words), 0..12).prop_map(|words| words.join(" "))
}

/// Whatever the text: no panic, and an ask that was read is read again from its canonical text.
fn is_answered(text: &str) -> Result<(), TestCaseError> {
    match parse(text) {
        Ok(ask) => prop_assert_eq!(parse(&text_of(&ask)), Ok(ask)),
        Err(refusal) => {
            prop_assert!(!refusal.next.is_empty());
            for next in &refusal.next {
                prop_assert!(parse(next).is_ok(), "offered but not understood: {}", next);
            }
            if let Some(line) = refusal.facts.get("text") {
                let number = |name: &str| refusal.facts[name].parse::<usize>().unwrap();
                prop_assert!(line.chars().count() <= 38, "too wide for a phone: {:?}", line);
                prop_assert!(number("length") >= 1 && number("at") + number("length") <= 40);
            }
            for (name, fact) in &refusal.facts {
                let hidden = fact.chars().any(super::super::quote::is_invisible);
                prop_assert!(
                    name == "number" || !hidden,
                    "{} hides something: {:?}",
                    name,
                    fact
                );
            }
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn every_ask_is_read_from_its_own_text(ask in prop_oneof![change(), look(), decision()]) {
        let text = text_of(&ask);
        if text.chars().count() <= super::super::LONGEST {
            prop_assert_eq!(parse(&text), Ok(ask), "{}", text);
        }
    }

    #[test]
    fn any_text_is_answered(text in any::<String>()) {
        is_answered(&text)?;
    }

    #[test]
    fn any_text_of_the_catalogs_words_is_answered(text in catalog_words()) {
        is_answered(&text)?;
    }

    #[test]
    fn a_command_with_anything_in_it_is_answered(text in any::<String>(), at in 0usize..60) {
        let command = "scale orders parallelism 4 because \"lag\" in shop";
        let at = at.min(command.len());
        is_answered(&format!("{}{text}{}", &command[..at], &command[at..]))?;
    }

    #[test]
    fn any_completion_lies_within_the_text(text in prop_oneof![any::<String>(), catalog_words()], cursor in 0usize..80) {
        let vocabulary = Vocabulary {
            environments: vec!["shop".into()],
            jobs: vec!["my orders".into(), "in".into()],
            requests: vec!["R-1".into()],
        };
        for completion in complete(&text, cursor, &vocabulary) {
            prop_assert!(completion.from <= completion.to && completion.to <= text.chars().count());
        }
    }

    #[test]
    fn a_name_in_a_command_reads_back(name in name()) {
        let text = format!("status {}", quoted(&name));
        prop_assert_eq!(parse(&text), Ok(Ask::Look(Look::Status(Some(Named { target: Target(name), environment: None })))));
    }
}
