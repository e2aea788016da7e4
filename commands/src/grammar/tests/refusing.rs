//! What is not understood: what is wrong, where, and what was probably meant.

use crate::grammar::parse;
use crate::refusal::{Code, Refusal};

/// The refusal as a person sees it: the line, the caret, the found word, what was wanted, what to type.
fn shown(refusal: &Refusal) -> String {
    let fact = |name: &str| refusal.facts[name].as_str();
    let (at, length): (usize, usize) = (fact("at").parse().unwrap(), fact("length").parse().unwrap());
    let caret = format!("{}{}", " ".repeat(at), "^".repeat(length));
    assert!(
        fact("text").chars().count() <= 38 && caret.chars().count() <= 40,
        "too wide: {refusal:?}"
    );
    assert!(!refusal.next.is_empty(), "nothing to do next: {refusal:?}");
    for next in &refusal.next {
        assert!(parse(next).is_ok(), "offered but not understood: {next}");
    }
    format!(
        "{} {}\n{}\n{caret}\nwanted: {}\ntry: {}",
        refusal.code.as_str(),
        fact("found"),
        fact("text"),
        fact("wanted"),
        refusal.next.join("\n     ")
    )
}

fn refused(text: &str) -> String {
    shown(&parse(text).expect_err(text))
}

#[test]
fn a_mistake_is_pointed_at_and_the_command_that_was_meant_is_offered() {
    let mistakes = [
        "scale orders paralellism 4",
        "/flink sclae orders parallelism 4",
        "sclae orders paralelism 4",
        "scale orders 4",
        "scale parallelism orders 4",
        "scale parallelism 4",
        "scale orders parallelism=4",
        "scale orders parallelism4",
        "scale orders",
        "scale",
        "scale orders parallelism",
        "scale orders parallelism many",
        "scale orders parallelism 4 now",
        "scale orders parallelism 4 drrun",
        "scale orders parallelism 4 dry-run dry-run",
        "scale orders parallelism 4 because",
        "scale orders parallelism 4 because \"\"",
        "scale orders parallelism 4 because \"lag\" is growing",
        "scale orders parallelism 4 incident",
        "scale \"orders parallelism 4",
        "deny R-18 too risky",
        "approve 18",
        "approve R-0",
        "rollback",
        "help sacle",
        "status orders now",
        "whoami please",
        "please scale orders parallelism 4 because the lag is growing and growing and growing",
        "restart orders",
        "\"scale\" orders parallelism 4",
        "",
        "/flink",
        ".",
        "scale or\u{200b}ders parallelism 4",
        "scale \"\u{202e}sredro\" parallelism 4",
        "scale orders parallelism 4 \u{200f}",
        "jobs in shop now",
    ];
    let all: Vec<String> = mistakes
        .iter()
        .map(|text| format!("> {text:?}\n{}", refused(text)))
        .collect();
    insta::assert_snapshot!(all.join("\n\n"));
}

#[test]
fn numbers_that_cannot_be_are_refused_and_say_what_can() {
    for (number, near) in [
        ("0", Some("1")),
        ("+0", Some("+1")),
        ("x0", Some("x1")),
        ("2.5", Some("3")),
        ("4,0", Some("4")),
        ("32769", None),
        ("99999999999999999999999999", None),
        ("--5", None),
        ("+-5", None),
        ("1e9", None),
        ("4x", None),
        ("0x10", None),
        ("٤", None),
    ] {
        let refusal = parse(&format!("scale orders parallelism {number}")).expect_err(number);
        if number == "٤" {
            assert_eq!(
                refusal.code,
                Code::NotUnderstood,
                "digits of other scripts are no number here"
            );
            continue;
        }
        assert_eq!(refusal.code, Code::BadNumber, "{number}: {refusal:?}");
        assert_eq!(refusal.facts["number"], number);
        assert_eq!(refusal.facts["must"], "1…32768, +N, -N, xN");
        match near {
            Some(near) => assert_eq!(refusal.next, [format!("scale orders parallelism {near}")]),
            None => assert_eq!(refusal.next, ["help scale"], "{number}"),
        }
    }
}

#[test]
fn a_text_of_a_hundred_kilobytes_is_refused_by_its_length() {
    let refusal = parse(&"scale ".repeat(17_000)).unwrap_err();
    assert_eq!(refusal.code, Code::TextTooLong);
    assert_eq!(refusal.facts["length"], "102000");
    let longest = format!("scale orders parallelism 4 because {}", "x".repeat(4_000 - 35));
    assert!(parse(&longest).is_ok());
    assert_eq!(parse(&format!("{longest}x")).unwrap_err().code, Code::TextTooLong);
}
