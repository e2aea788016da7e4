//! What is offered while somebody types.

use crate::grammar::{Vocabulary, complete, parse};

fn vocabulary() -> Vocabulary {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    Vocabulary {
        environments: names(&["shop", "test"]),
        jobs: names(&["orders", "Orders v2", "payments"]),
        requests: names(&["R-19", "R-18"]),
    }
}

/// Completes where the bar stands; each offer as the whole text that follows from it.
fn offers(marked: &str) -> Vec<String> {
    let cursor = marked.find('|').map(|at| marked[..at].chars().count()).unwrap();
    let text = marked.replace('|', "");
    let apply = |completion: crate::grammar::Completion| {
        let before: String = text.chars().take(completion.from).collect();
        let after: String = text.chars().skip(completion.to).collect();
        format!("{before}{}{after}", completion.text)
    };
    complete(&text, cursor, &vocabulary())
        .into_iter()
        .map(apply)
        .collect()
}

#[test]
fn verbs_are_offered_first() {
    assert_eq!(offers("|").len(), 16);
    assert_eq!(
        offers("s|"),
        ["status", "settings", "snapshot", "scale", "stop", "show"]
    );
    assert_eq!(offers("/flink SC|"), ["/flink scale"]);
    assert_eq!(offers("xyz|"), [""; 0]);
}

#[test]
fn names_of_this_channel_are_offered_and_quoted_where_needed() {
    assert_eq!(
        offers("scale |"),
        [
            "scale orders",
            "scale \"Orders v2\"",
            "scale payments",
            "scale shop",
            "scale test"
        ]
    );
    assert_eq!(offers("scale o|"), ["scale orders", "scale \"Orders v2\""]);
    assert_eq!(offers("scale \"o|"), ["scale orders", "scale \"Orders v2\""]);
    assert_eq!(offers("jobs |"), ["jobs shop", "jobs test"]);
    assert_eq!(offers("approve |"), ["approve R-19", "approve R-18"]);
    assert_eq!(offers("approve r-19|"), ["approve R-19"]);
    assert_eq!(offers("status p|"), ["status payments"]);
}

#[test]
fn words_and_modifiers_are_offered_where_they_fit() {
    assert_eq!(
        offers("scale orders |"),
        ["scale orders parallelism", "scale orders taskmanagers"]
    );
    assert_eq!(offers("scale orders p| 4"), ["scale orders parallelism 4"]);
    let modifiers = ["because", "incident", "dry-run", "no-wait", "in"];
    assert_eq!(offers("scale orders parallelism 4 |").len(), modifiers.len());
    assert_eq!(offers("scale orders parallelism 4 no-wait i|").len(), 2);
    assert_eq!(offers("scale orders parallelism 4 in |").len(), 2);
    assert_eq!(offers("help sc|"), ["help scale"]);
    assert_eq!(offers("deny R-18 b|"), ["deny R-18 because"]);
}

#[test]
fn nothing_is_offered_inside_a_reason_a_number_or_after_a_mistake() {
    for text in [
        "deny because no|",
        "deny because \"no|",
        "scale orders parallelism |",
        "scale orders wrong |",
        "bogus |",
    ] {
        assert_eq!(offers(text), [""; 0], "{text}");
    }
}

#[test]
fn a_cursor_beyond_the_end_is_at_the_end_and_any_cursor_is_safe() {
    assert_eq!(complete("who", 99, &vocabulary())[0].text, "whoami");
    let text = "scale “Ördërs” parallelism 4 because “x”";
    for cursor in 0..=text.len() {
        complete(text, cursor, &vocabulary());
    }
    assert!(parse(text).is_ok());
}

#[test]
fn after_in_only_environments_are_offered() {
    assert_eq!(offers("status in |"), ["status in shop", "status in test"]);
    assert_eq!(offers("snapshot orders i|"), ["snapshot orders in"]);
    assert_eq!(
        offers("snapshot orders in |"),
        ["snapshot orders in shop", "snapshot orders in test"]
    );
}
