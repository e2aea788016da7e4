//! What people type.

use bolero::check;
use commands::catalog::{MODIFIERS, ROWS};
use commands::grammar::{Vocabulary, complete, parse, text_of};
use fuzz::bent::Bent;
use fuzz::corpus;

/// What fits on a phone with its caret line.
const COLUMNS: usize = 40;

fn seeds() -> Vec<Vec<u8>> {
    let examples = ROWS.iter().map(|row| row.example.as_bytes().to_vec());
    examples
        .chain(corpus::lines("tests/fuzz/corpus/grammar"))
        .collect()
}

#[test]
fn any_text_is_read_or_pointed_at() {
    let words: Vec<&str> = MODIFIERS
        .iter()
        .map(|row| row.word.text)
        .chain(ROWS.iter().map(|row| row.verb))
        .collect();
    let texts = Bent::new(seeds(), &words);
    texts.seeds().iter().for_each(|seed| is_read_or_pointed_at(seed));
    check!()
        .with_generator(texts)
        .for_each(|bytes| is_read_or_pointed_at(bytes));
}

fn is_read_or_pointed_at(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    match parse(&text) {
        // Its canonical text can be longer than what was typed, and then too long.
        Ok(ask) if text_of(&ask).chars().count() <= commands::grammar::LONGEST => {
            assert_eq!(
                parse(&text_of(&ask)),
                Ok(ask),
                "it is read otherwise from its own text"
            );
        }
        Ok(_) => {}
        Err(refusal) => {
            assert!(!refusal.next.is_empty(), "nothing to do next");
            for next in &refusal.next {
                assert!(parse(next).is_ok(), "offered, and not understood: {next}");
            }
            if let Some(line) = refusal.facts.get("text") {
                let number = |name: &str| refusal.facts[name].parse::<usize>().unwrap();
                let (width, at, length) = (line.chars().count(), number("at"), number("length"));
                assert!(
                    length >= 1 && at + length <= COLUMNS,
                    "the caret is off the phone"
                );
                // What is missing is pointed at behind the line, after a space.
                assert!(at <= width + 1, "the caret points at nothing: {at} of {line:?}");
                assert!(!line.contains('\n'), "more than a line");
            }
        }
    }
    completions_lie_within(&text);
}

fn completions_lie_within(text: &str) {
    let vocabulary = Vocabulary {
        environments: vec!["shop".into()],
        jobs: vec!["orders".into(), "my “orders”".into(), "in".into()],
        requests: vec!["R-1".into(), "R-18".into()],
    };
    let length = text.chars().count();
    for cursor in [0, length / 2, length, length + 1] {
        for completion in complete(text, cursor, &vocabulary) {
            assert!(
                completion.from <= completion.to && completion.to <= length,
                "{completion:?} of {length}"
            );
        }
    }
}
