//! What was probably meant: small changes at the place where the reading stopped, kept where they make a command.

use super::lex::{self, Word};
use super::quote::{QUOTES, in_quotes, is_invisible};
use super::walk::{self, Stuck, Wanted, Wrong};
use crate::ask::Ask;
use crate::catalog::{self, Argument, Kind, Misfit, Modifier, Piece};

/// How many corrections are offered.
const MOST: usize = 2;

/// Beyond so many words nobody mistyped one.
const MOST_WORDS: usize = 64;

/// How many mistakes are corrected at once.
const DEPTH: u32 = 3;

/// Commands near the words, most probable first; empty where none is.
pub(super) fn corrections(text: &str, words: &[Word], stuck: &Stuck) -> Vec<Ask> {
    let mut found = Vec::new();
    if words.len() <= MOST_WORDS {
        let said: Vec<String> = words
            .iter()
            .map(|word| text[word.span.clone()].to_owned())
            .collect();
        search(&said, stuck, DEPTH, &mut found);
    }
    found
}

/// Tries one kind of change after the other, and looks no further than the first kind that makes a command.
fn search(said: &[String], stuck: &Stuck, depth: u32, found: &mut Vec<Ask>) {
    for change in CHANGES {
        for candidate in change(said, stuck) {
            let text = candidate.join(" ");
            let words = lex::words(&text);
            match walk::read(&text, &words) {
                Ok(ask) if found.len() < MOST && !found.contains(&ask) => found.push(ask),
                Err(left) if depth > 1 && (left.at > stuck.at || candidate.len() < said.len()) => {
                    let said: Vec<String> = words
                        .iter()
                        .map(|word| text[word.span.clone()].to_owned())
                        .collect();
                    search(&said, &left, depth - 1, found);
                }
                _ => {}
            }
        }
        if !found.is_empty() {
            return;
        }
    }
}

/// One kind of change: the texts, as words, that it makes of the words said.
type Change = fn(&[String], &Stuck) -> Vec<Vec<String>>;

/// The kinds of change, most probable first.
const CHANGES: [Change; 11] = [
    seen_only,
    unquoted,
    possible_number,
    request,
    parted,
    near_words,
    reason,
    missing_word,
    exchanged,
    completed,
    without,
];

fn replaced(said: &[String], at: usize, with: &[&str]) -> Vec<String> {
    let with = with.iter().map(|word| (*word).to_owned());
    said[..at]
        .iter()
        .cloned()
        .chain(with)
        .chain(said.iter().skip(at + 1).cloned())
        .collect()
}

/// `or<zero width space>ders` -> `orders`
fn seen_only(said: &[String], stuck: &Stuck) -> Vec<Vec<String>> {
    let seen = |word: &String| word.chars().filter(|c| !is_invisible(*c)).collect::<String>();
    match (&stuck.wrong, said.get(stuck.at)) {
        (Some(Wrong::Invisible(_)), Some(word)) => vec![replaced(said, stuck.at, &[&seen(word)])],
        _ => Vec::new(),
    }
}

/// `"orders parallelism 4` -> `orders parallelism 4`; `"scale" orders` -> `scale orders`
fn unquoted(said: &[String], stuck: &Stuck) -> Vec<Vec<String>> {
    match said.get(stuck.at) {
        Some(word) if stuck.wrong == Some(Wrong::OpenQuotes) || stuck.at == 0 => {
            let bare = word.trim_matches(QUOTES);
            if bare == word {
                Vec::new()
            } else {
                vec![replaced(said, stuck.at, &[bare])]
            }
        }
        _ => Vec::new(),
    }
}

/// `parallelism 0` -> `parallelism 1`
fn possible_number(said: &[String], stuck: &Stuck) -> Vec<Vec<String>> {
    match &stuck.wrong {
        Some(Wrong::Number(Misfit::Number { near: Some(near), .. })) if stuck.at < said.len() => {
            vec![replaced(said, stuck.at, &[&near.to_string()])]
        }
        _ => Vec::new(),
    }
}

/// `approve 18` -> `approve R-18`
fn request(said: &[String], stuck: &Stuck) -> Vec<Vec<String>> {
    match said.get(stuck.at) {
        Some(word) if wants_request(stuck) => {
            let digits = word.trim_start_matches(|c: char| !c.is_ascii_digit());
            vec![replaced(said, stuck.at, &[&format!("R-{digits}")])]
        }
        _ => Vec::new(),
    }
}

fn wants_request(stuck: &Stuck) -> bool {
    stuck.wanted.iter().any(|wanted| {
        matches!(
            wanted,
            Wanted::Argument(Argument {
                kind: Kind::Request,
                ..
            })
        )
    })
}

/// `paralellism` -> `parallelism`, nearest first; one wrong letter in three at most.
fn near_words(said: &[String], stuck: &Stuck) -> Vec<Vec<String>> {
    let Some(word) = said.get(stuck.at) else {
        return Vec::new();
    };
    let typed = catalog::folded(word);
    let longer = |wanted: &str| wanted.chars().count().max(typed.chars().count());
    let mut near: Vec<(usize, &str)> = stuck
        .wanted
        .iter()
        .flat_map(|wanted| wanted.words())
        .map(|wanted| (strsim::osa_distance(&typed, wanted), wanted))
        .filter(|(wrong, wanted)| *wrong * 3 <= longer(wanted))
        .collect();
    near.sort_by_key(|(wrong, _)| *wrong);
    near.iter()
        .map(|(_, wanted)| replaced(said, stuck.at, &[wanted]))
        .collect()
}

/// `parallelism=4`, `parallelism:4` and `parallelism4` -> `parallelism 4`
fn parted(said: &[String], stuck: &Stuck) -> Vec<Vec<String>> {
    let parts = said
        .get(stuck.at)
        .and_then(|word| match word.split_once(['=', ':']) {
            Some(parts) => Some(parts),
            None => Some(word.split_at(word.find(|c: char| c.is_ascii_digit()).filter(|at| *at > 0)?)),
        });
    match parts {
        Some((left, right)) if !left.is_empty() && !right.is_empty() => {
            vec![replaced(said, stuck.at, &[left, right])]
        }
        _ => Vec::new(),
    }
}

/// `deny R-18 too risky` -> `deny R-18 because "too risky"`; `because "lag" is up` -> `because "lag is up"`.
fn reason(said: &[String], stuck: &Stuck) -> Vec<Vec<String>> {
    let Some(because) = Modifier::Because.row().map(|row| row.word) else {
        return Vec::new();
    };
    let rest = said.get(stuck.at..).unwrap_or_default();
    let with = |before: &[String], reason: String| {
        vec![
            before
                .iter()
                .cloned()
                .chain([because.text.to_owned(), in_quotes(&reason)])
                .collect(),
        ]
    };
    match &said[..stuck.at.min(said.len())] {
        before if !rest.is_empty() && stuck.wanted[..] == [Wanted::Modifier(Modifier::Because)] => {
            with(before, rest.join(" "))
        }
        [before @ .., word, first] if !rest.is_empty() && because.is(word) => with(
            before,
            format!("{} {}", first.trim_matches(QUOTES), rest.join(" ")),
        ),
        _ => Vec::new(),
    }
}

/// `scale orders 4` -> `scale orders parallelism 4`
fn missing_word(said: &[String], stuck: &Stuck) -> Vec<Vec<String>> {
    let words = stuck.wanted.iter().filter_map(|wanted| match wanted {
        Wanted::Word(word) => Some(word.text),
        _ => None,
    });
    let here = said.get(stuck.at);
    words
        .filter_map(|word| here.map(|here| replaced(said, stuck.at, &[word, here])))
        .collect()
}

/// `scale parallelism orders 4` -> `scale orders parallelism 4`
fn exchanged(said: &[String], stuck: &Stuck) -> Vec<Vec<String>> {
    match said.get(stuck.at + 1) {
        Some(next) if stuck.at > 0 && next.starts_with(char::is_alphabetic) => {
            let mut other = said.to_vec();
            other.swap(stuck.at, stuck.at + 1);
            vec![other]
        }
        _ => Vec::new(),
    }
}

/// `scale orders` -> the rest of the verb's examples. Names in an example are nobody's, so they are not offered; a
/// modifier that lacks its value is left out.
fn completed(said: &[String], stuck: &Stuck) -> Vec<Vec<String>> {
    if stuck.at < said.len() || said.len() < 2 {
        return Vec::new();
    }
    if wants_value(stuck) {
        return vec![said[..said.len() - 1].to_vec()];
    }
    let along = |row: &&catalog::Row| {
        row.form.iter().zip(&said[1..]).all(|(piece, said)| match piece {
            Piece::Word(word) => word.is(said),
            Piece::Argument(_) => true,
        })
    };
    let rest = |row: &catalog::Row| {
        let example: Vec<&str> = row.example.split(' ').collect();
        let form = example.get(said.len()..=row.form.len())?;
        Some(
            said.iter()
                .cloned()
                .chain(form.iter().map(|word| (*word).to_owned()))
                .collect(),
        )
    };
    catalog::forms_of(&said[0])
        .filter(along)
        .filter_map(rest)
        .collect()
}

/// Whether a name or a reason is wanted, which nobody can guess.
fn wants_value(stuck: &Stuck) -> bool {
    stuck.wanted.iter().any(|wanted| match wanted {
        Wanted::Argument(argument) => !argument.optional && !matches!(argument.kind, Kind::Amount { .. }),
        _ => false,
    })
}

/// Without the word that does not fit. Never without a name, a number or a request: nobody can guess another.
fn without(said: &[String], stuck: &Stuck) -> Vec<Vec<String>> {
    let keeps = |wanted: &Wanted| match wanted {
        Wanted::Argument(argument) => match argument.kind {
            Kind::Reason | Kind::Incident => false,
            Kind::Request => true,
            _ => !argument.optional,
        },
        _ => false,
    };
    let droppable = match stuck.at {
        0 => said.get(1).is_some_and(|word| catalog::is_verb(word)),
        _ => !stuck.wanted.iter().any(keeps),
    };
    if droppable && stuck.at < said.len() {
        vec![replaced(said, stuck.at, &[])]
    } else {
        Vec::new()
    }
}
