//! What was probably meant: small changes at the place where the reading stopped, kept where they make a command.

use super::lex::{self, Word};
use super::quote::{in_quotes, is_invisible};
use super::walk::{self, Stuck, Wanted, Wrong};
use crate::ask::Ask;
use crate::catalog::{self, Kind, Misfit, Modifier};

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

fn search(said: &[String], stuck: &Stuck, depth: u32, found: &mut Vec<Ask>) {
    for candidate in candidates(said, stuck) {
        if found.len() >= MOST {
            return;
        }
        let text = candidate.join(" ");
        let words = lex::words(&text);
        match walk::read(&text, &words) {
            Ok(ask) if !found.contains(&ask) => found.push(ask),
            Err(farther) if farther.at > stuck.at && depth > 1 => {
                let said: Vec<String> = words
                    .iter()
                    .map(|word| text[word.span.clone()].to_owned())
                    .collect();
                search(&said, &farther, depth - 1, found);
            }
            _ => {}
        }
    }
}

/// The changes worth trying, most probable first.
fn candidates(said: &[String], stuck: &Stuck) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    all.extend(seen_only(said, stuck));
    all.extend(possible_number(said, stuck));
    all.extend(near_words(said, stuck));
    all.extend(parted(said, stuck));
    all.extend(reason(said, stuck));
    all.extend(missing_word(said, stuck));
    all.extend(exchanged(said, stuck));
    all.extend(completed(said, stuck));
    all.extend(without(said, stuck));
    all
}

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
fn seen_only(said: &[String], stuck: &Stuck) -> Option<Vec<String>> {
    let Some(Wrong::Invisible(_)) = stuck.wrong else {
        return None;
    };
    let seen: String = said
        .get(stuck.at)?
        .chars()
        .filter(|c| !is_invisible(*c))
        .collect();
    Some(replaced(said, stuck.at, &[&seen]))
}

/// `parallelism 0` -> `parallelism 1`
fn possible_number(said: &[String], stuck: &Stuck) -> Option<Vec<String>> {
    match &stuck.wrong {
        Some(Wrong::Number(Misfit::Number { near: Some(near), .. })) if stuck.at < said.len() => {
            Some(replaced(said, stuck.at, &[&near.to_string()]))
        }
        _ => None,
    }
}

/// `paralellism` -> `parallelism`, nearest first; one wrong letter in three at most.
fn near_words(said: &[String], stuck: &Stuck) -> Vec<Vec<String>> {
    let Some(word) = said.get(stuck.at) else {
        return Vec::new();
    };
    let typed = catalog::folded(word);
    let distance = |wanted: &str| strsim::osa_distance(&typed, wanted);
    let mut near: Vec<(usize, &str)> = stuck
        .wanted
        .iter()
        .flat_map(|wanted| wanted.words())
        .map(|wanted| (distance(wanted), wanted))
        .filter(|(wrong, wanted)| *wrong * 3 <= wanted.chars().count().max(typed.chars().count()) + 1)
        .collect();
    near.sort_by_key(|(wrong, _)| *wrong);
    near.iter()
        .map(|(_, wanted)| replaced(said, stuck.at, &[wanted]))
        .collect()
}

/// `parallelism=4`, `parallelism:4` and `parallelism4` -> `parallelism 4`
fn parted(said: &[String], stuck: &Stuck) -> Option<Vec<String>> {
    let word = said.get(stuck.at)?;
    let (left, right) = match word.split_once(['=', ':']) {
        Some(parts) => parts,
        None => word.split_at(word.find(|c: char| c.is_ascii_digit()).filter(|at| *at > 0)?),
    };
    (!left.is_empty() && !right.is_empty()).then(|| replaced(said, stuck.at, &[left, right]))
}

/// `deny R-18 too risky` -> `deny R-18 because "too risky"`; `because "lag" is up` -> `because "lag is up"`.
fn reason(said: &[String], stuck: &Stuck) -> Option<Vec<String>> {
    let rest = said.get(stuck.at..).filter(|rest| !rest.is_empty())?.join(" ");
    if stuck.wanted.contains(&Wanted::Modifier(Modifier::Because)) && stuck.wanted.len() == 1 {
        let word = Modifier::Because.row()?.word.text;
        return Some(
            said[..stuck.at]
                .iter()
                .cloned()
                .chain([word.to_owned(), in_quotes(&rest)])
                .collect(),
        );
    }
    let because = Modifier::Because.row()?.word;
    let before = stuck.at.checked_sub(2)?;
    if !because.is(&said[before]) {
        return None;
    }
    let first = said[before + 1].trim_matches(super::quote::QUOTES);
    let whole = in_quotes(&format!("{first} {rest}"));
    Some(said[..=before].iter().cloned().chain([whole]).collect())
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
fn exchanged(said: &[String], stuck: &Stuck) -> Option<Vec<String>> {
    let mut other = said.to_vec();
    (stuck.at + 1 < said.len()).then(|| {
        other.swap(stuck.at, stuck.at + 1);
        other
    })
}

/// `scale orders` -> the rest of the verb's examples. Names in an example are nobody's, so they are not offered.
fn completed(said: &[String], stuck: &Stuck) -> Vec<Vec<String>> {
    let names = |wanted: &Wanted| match wanted {
        Wanted::Argument(argument) => !matches!(argument.kind, Kind::Amount { .. }),
        _ => false,
    };
    if stuck.at < said.len() || said.is_empty() || stuck.wanted.iter().any(names) {
        return Vec::new();
    }
    let rest = |row: &catalog::Row| {
        let example: Vec<String> = row.example.split(' ').map(str::to_owned).collect();
        let form = example.get(said.len()..=row.form.len())?;
        Some(said.iter().cloned().chain(form.iter().cloned()).collect())
    };
    catalog::forms_of(&said[0]).filter_map(rest).collect()
}

/// Without the word that does not fit.
fn without(said: &[String], stuck: &Stuck) -> Option<Vec<String>> {
    (stuck.at > 0 && stuck.at < said.len()).then(|| replaced(said, stuck.at, &[]))
}
