//! `SLUICE__A__B` in the environment overrides `a.b` of the file.
//!
//! A segment is a key in capitals, with `_` for what a variable's name cannot hold (`SLUICE__GROUPS__FLINK_OWNERS` is
//! `groups.flink-owners`), or the number of an item, counted from 0. A list or map is written as YAML: `[a, b]`.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::mistakes::{Mistake, Origin};
use super::path::Path;
use super::schema::{Kind, Shape};
use super::tree::{self, Key, Node, Value};

/// Every variable that overrides begins so.
const PREFIX: &str = "SLUICE__";

/// Puts what the environment says into the tree.
pub fn apply(
    tree: &mut Node,
    schema: &Json,
    environment: &BTreeMap<String, String>,
    mistakes: &mut Vec<Mistake>,
) {
    for (name, text) in environment {
        let Some(way) = name.strip_prefix(PREFIX) else {
            continue;
        };
        let way: Vec<&str> = way.split("__").collect();
        let origin = Origin::Variable(name.clone());
        let mut variable = Variable {
            origin,
            text,
            mistakes,
        };
        if way.iter().any(|segment| segment.is_empty()) {
            variable.wrong(
                &Path::default(),
                "names no key",
                "a name such as SLUICE__LISTEN__PRIVATE",
            );
        } else {
            variable.set(tree, Some(Shape::of(schema)), &way, &Path::default());
        }
    }
}

/// A variable that overrides.
struct Variable<'t> {
    origin: Origin,
    text: &'t str,
    mistakes: &'t mut Vec<Mistake>,
}

impl Variable<'_> {
    /// Sets the value at the end of the way. Where the schema knows no such place, the check of names will tell.
    fn set(&mut self, node: &mut Node, shape: Option<Shape<'_>>, way: &[&str], path: &Path) {
        let Some((segment, rest)) = way.split_first() else {
            *node = self.value(shape);
            return;
        };
        match shape.map(Shape::kind) {
            Some(Kind::List(items)) => match item(node, segment, &self.origin) {
                Some((index, item)) => self.set(item, Some(items), rest, &path.item(index)),
                None => self.wrong(path, "has no such item", "the number of an item, counted from 0,"),
            },
            Some(Kind::Names(values)) => {
                let (name, entry) = entry(node, segment, &[], &self.origin);
                self.set(entry, Some(values), rest, &path.key(&name));
            }
            kind => {
                let known = match kind {
                    Some(Kind::Keys(known)) => known,
                    _ => Vec::new(),
                };
                let (name, entry) = entry(node, segment, &known, &self.origin);
                let below = shape.and_then(|shape| shape.key(&name));
                self.set(entry, below, rest, &path.key(&name));
            }
        }
    }

    /// The text as it is where text is wanted; else read as YAML, every part of it from this variable.
    fn value(&self, shape: Option<Shape<'_>>) -> Node {
        let as_text = || Node {
            origin: self.origin.clone(),
            value: Value::Text(self.text.to_owned()),
        };
        match shape.map(Shape::kind) {
            None | Some(Kind::Text | Kind::Words(_)) => as_text(),
            Some(_) => {
                let mut wrong = Vec::new();
                let node = tree::parse(self.text, &mut wrong).filter(|_| wrong.is_empty());
                // Of text the check of types will say that it is not what is wanted here, without quoting a secret.
                node.map_or_else(as_text, |node| moved(node, &self.origin))
            }
        }
    }

    fn wrong(&mut self, path: &Path, wrong: &str, instead: &str) {
        self.mistakes.push(Mistake {
            origin: self.origin.clone(),
            path: path.to_string(),
            wrong: wrong.to_owned(),
            instead: instead.to_owned(),
        });
    }
}

/// The item with this number, new where it is the next one.
fn item<'n>(node: &'n mut Node, segment: &str, origin: &Origin) -> Option<(usize, &'n mut Node)> {
    let items = node.value.make_list();
    let index: usize = segment.parse().ok().filter(|index| *index <= items.len())?;
    if index == items.len() {
        items.push(empty(origin));
    }
    items.get_mut(index).map(|item| (index, item))
}

/// The value of the key that this segment means, new where there is none.
fn entry<'n>(node: &'n mut Node, segment: &str, known: &[&str], origin: &Origin) -> (String, &'n mut Node) {
    let entries = node.value.make_map();
    let index = entries.iter().position(|(key, _)| means(segment, &key.name));
    let index = index.unwrap_or_else(|| {
        let name = known.iter().copied().find(|name| means(segment, name));
        let key = Key {
            origin: origin.clone(),
            name: name.map_or_else(|| segment.to_lowercase(), str::to_owned),
        };
        entries.push((key, empty(origin)));
        entries.len() - 1
    });
    let (key, node) = &mut entries[index];
    (key.name.clone(), node)
}

/// Whether a segment of a variable's name means this key.
fn means(segment: &str, key: &str) -> bool {
    let plain = |c: char| {
        if c == '-' || c == '.' {
            '_'
        } else {
            c.to_ascii_lowercase()
        }
    };
    segment.chars().map(plain).eq(key.chars().map(plain))
}

fn empty(origin: &Origin) -> Node {
    Node {
        origin: origin.clone(),
        value: Value::Empty,
    }
}

/// The same value, every part of it from another place.
fn moved(node: Node, origin: &Origin) -> Node {
    let value = match node.value {
        Value::List(items) => Value::List(items.into_iter().map(|item| moved(item, origin)).collect()),
        Value::Map(entries) => {
            let entries = entries.into_iter().map(|(Key { name, .. }, node)| {
                let key = Key {
                    origin: origin.clone(),
                    name,
                };
                (key, moved(node, origin))
            });
            Value::Map(entries.collect())
        }
        other => other,
    };
    let origin = origin.clone();
    Node { origin, value }
}
