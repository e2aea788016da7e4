//! Words and code agree: every key that code uses exists, every placeholder is filled, no sentence is left over.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use commands::catalog::{Group, MODIFIERS, ROWS};
use commands::refusal::Code;

use super::page;
use crate::chat::console::problem::Problem;
use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

/// What one `t!` asks for: the key, where it stands there as a literal, and the placeholders it fills.
pub(super) type Uses = BTreeMap<String, BTreeSet<String>>;

/// Keys that code puts together, with the placeholders that are filled.
fn computed() -> Uses {
    let fills = |names: &[&str]| {
        names
            .iter()
            .map(|name| (*name).to_owned())
            .collect::<BTreeSet<_>>()
    };
    let mut uses = Uses::new();
    for unit in ["s", "min", "h", "d"] {
        uses.insert(format!("unit.{unit}"), fills(&["n"]));
    }
    for word in ["started", "stopped", "chosen"] {
        uses.insert(format!("came.{word}"), fills(&["id"]));
    }
    for column in ["planned", "now"] {
        uses.insert(format!("table.{column}"), fills(&[]));
    }
    for state in ["new", "asked", "planned", "finished"] {
        uses.insert(format!("state.{state}"), fills(&[]));
    }
    for signal in [
        "backlog",
        "arriving",
        "leaving",
        "busy",
        "back_pressure",
        "checkpoint",
        "heap",
        "gc",
        "cpu",
        "slots_used",
        "slots",
        "slots_free",
        "task_managers",
        "restarts",
    ] {
        uses.insert(format!("signal.{signal}"), fills(&[]));
    }
    for word in ["rates", "capacity", "load", "in", "out"] {
        uses.insert(format!("chart.{word}"), fills(&[]));
    }
    for row in ROWS {
        uses.insert(row.key.to_owned(), fills(&[]));
        uses.insert(format!("help.risk.{}", row.risk.as_str()), fills(&[]));
    }
    for modifier in MODIFIERS {
        uses.insert(modifier.key.to_owned(), fills(&[]));
    }
    for group in Group::ALL {
        uses.insert(format!("help.group.{}", group.as_str()), fills(&[]));
    }
    for what in ["policy", "people"] {
        uses.insert(format!("governed.{what}"), fills(&[]));
    }
    for problem in Problem::one_of_each() {
        let said = problem.said();
        let fact: Vec<&str> = said.fact.iter().map(|(name, _)| *name).collect();
        for part in ["says", "next"] {
            uses.insert(format!("console.problem.{}.{part}", said.key), fills(&fact));
        }
    }
    for (code, facts) in documented_facts() {
        uses.insert(format!("refusal.{code}.says"), facts.clone());
        if code == Code::NotUnderstood.as_str() {
            uses.insert(format!("refusal.{code}.missing.says"), facts);
        }
    }
    uses
}

/// The facts of each refusal, as the documentation of its code promises them.
fn documented_facts() -> BTreeMap<String, BTreeSet<String>> {
    let source = include_str!("../../../../commands/src/refusal.rs");
    let mut facts = BTreeMap::new();
    let mut documented = String::new();
    for line in source.lines().map(str::trim) {
        if let Some(text) = line.strip_prefix("///") {
            documented.push_str(text);
        } else if let Some((_, code)) = line.split_once(" = \"") {
            let said = documented.split("Facts:").nth(1).unwrap_or_default();
            let names = said.split('`').skip(1).step_by(2).map(str::to_owned).collect();
            facts.insert(code.trim_end_matches("\",").to_owned(), names);
            documented.clear();
        } else {
            documented.clear();
        }
    }
    facts
}

/// Every sentence of the English file, by its dotted key.
fn sentences() -> BTreeMap<String, String> {
    let source = include_str!("../../../locales/en.yml");
    let mut sentences = BTreeMap::new();
    let mut path: Vec<(usize, String)> = Vec::new();
    for line in source
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.trim().starts_with('#'))
    {
        let depth = line.len() - line.trim_start().len();
        let (key, value) = line.trim().split_once(':').expect("a key");
        path.retain(|(at, _)| *at < depth);
        path.push((depth, key.to_owned()));
        if let Some(value) = value.trim().strip_prefix('"') {
            let dotted: Vec<&str> = path.iter().map(|(_, key)| key.as_str()).collect();
            sentences.insert(dotted.join("."), value.trim_end_matches('"').to_owned());
        }
    }
    sentences
}

fn placeholders(sentence: &str) -> BTreeSet<String> {
    sentence
        .split("%{")
        .skip(1)
        .filter_map(|rest| rest.split_once('}'))
        .map(|(name, _)| name.to_owned())
        .collect()
}

/// Every `t!` of this crate's sources, and whether each names its locale.
fn uses_in_code() -> (Uses, Vec<String>) {
    let (mut uses, mut without_locale) = (Uses::new(), Vec::new());
    for file in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        let tokens: TokenStream = std::fs::read_to_string(&file).unwrap().parse().unwrap();
        collect(tokens, &mut |key, names| {
            if !names.contains("locale") {
                without_locale.push(format!("{}: {key:?}", file.display()));
            }
            if let Some(key) = key {
                let filled = uses.entry(key).or_default();
                filled.extend(names.into_iter().filter(|name| name != "locale"));
            }
        });
    }
    (uses, without_locale)
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| match path.is_dir() {
            true => sources(&path),
            false => vec![path],
        })
        .filter(|path| path.extension().is_some_and(|ext| ext == "rs") && !path.ends_with("keys.rs"))
        .collect()
}

fn collect(tokens: TokenStream, found: &mut impl FnMut(Option<String>, BTreeSet<String>)) {
    let trees: Vec<TokenTree> = tokens.into_iter().collect();
    for (place, tree) in trees.iter().enumerate() {
        let TokenTree::Group(group) = tree else { continue };
        if is_call_of_t(&trees[..place]) && group.delimiter() == Delimiter::Parenthesis {
            let (key, names) = arguments(group.stream());
            found(key, names);
        }
        collect(group.stream(), found);
    }
}

fn is_call_of_t(before: &[TokenTree]) -> bool {
    matches!(before, [.., TokenTree::Ident(name), TokenTree::Punct(bang)] if *name == "t" && bang.as_char() == '!')
}

fn arguments(tokens: TokenStream) -> (Option<String>, BTreeSet<String>) {
    let trees: Vec<TokenTree> = tokens.into_iter().collect();
    let key = match trees.as_slice() {
        [TokenTree::Literal(key), ..] => Some(key.to_string().trim_matches('"').to_owned()),
        _ => None,
    };
    let names = trees.windows(3).filter_map(|three| match three {
        [
            TokenTree::Punct(comma),
            TokenTree::Ident(name),
            TokenTree::Punct(equals),
        ] if comma.as_char() == ',' && equals.as_char() == '=' && equals.spacing() == Spacing::Alone => {
            Some(name.to_string())
        }
        _ => None,
    });
    let names = names.collect();
    (key, names)
}

fn all_uses() -> Uses {
    let (mut uses, _) = uses_in_code();
    for (key, names) in computed().into_iter().chain(page::uses()) {
        uses.entry(key).or_default().extend(names);
    }
    uses
}

#[test]
fn every_key_that_code_uses_has_a_sentence() {
    let sentences = sentences();
    let missing: Vec<String> = all_uses()
        .into_keys()
        .filter(|key| !sentences.contains_key(key))
        .collect();
    assert!(missing.is_empty(), "no sentence for {missing:?}");
}

#[test]
fn every_sentence_is_used() {
    let uses = all_uses();
    let advice = |key: &str| {
        let code = key
            .strip_prefix("refusal.")
            .and_then(|key| key.strip_suffix(".then"));
        code.is_some_and(|code| Code::ALL.iter().any(|known| known.as_str() == code))
    };
    let unused: Vec<String> = sentences()
        .into_keys()
        .filter(|key| key != "_version" && !uses.contains_key(key) && !advice(key))
        .collect();
    assert!(unused.is_empty(), "nobody says {unused:?}");
}

#[test]
fn every_placeholder_is_filled_and_every_value_is_said() {
    let uses = all_uses();
    let optional = computed();
    let mut wrong = Vec::new();
    for (key, sentence) in sentences() {
        let Some(filled) = uses.get(&key) else { continue };
        let wanted = placeholders(&sentence);
        let unfilled: Vec<&String> = wanted.difference(filled).collect();
        let unsaid: Vec<&String> = filled.difference(&wanted).collect();
        let is_no = key.starts_with("refusal.") || key.starts_with("console.problem.");
        let may_stay_unsaid = is_no && optional.contains_key(&key);
        if !unfilled.is_empty() || (!unsaid.is_empty() && !may_stay_unsaid) {
            wrong.push(format!("{key}: not filled {unfilled:?}, not said {unsaid:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_locale_is_named_in_every_call() {
    let (_, without_locale) = uses_in_code();
    assert!(without_locale.is_empty(), "{without_locale:#?}");
}

#[test]
fn the_documented_facts_were_found_for_every_code() {
    let facts = documented_facts();
    let codes: BTreeSet<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    let found: BTreeSet<&str> = facts.keys().map(String::as_str).collect();
    assert_eq!(found, codes);
    assert!(facts["ABOVE_MAX_PARALLELISM"].contains("max"));
}
