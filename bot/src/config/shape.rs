//! The check of names and types: the tree against the schema. What is right comes out as JSON, the rest as mistakes.

use serde_json::{Map, Value as Json};

use super::mistakes::{Mistake, Origin};
use super::path::Path;
use super::schema::{Kind, Shape};
use super::tree::{Key, Node, Value};

/// Checks the whole tree. The answer holds what is right, and can be read as `raw::Config`.
pub fn check(tree: &Node, schema: &Json, mistakes: &mut Vec<Mistake>) -> Json {
    let mut check = Check { mistakes };
    let whole = check.value(tree, Shape::of(schema), &Path::default());
    whole.unwrap_or_else(|| Json::Object(Map::new()))
}

/// The word that was probably meant, if one of those known is near.
pub fn near<'w>(word: &str, known: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    /// Below it "did you mean" is a guess that misleads more than it helps.
    const LIKE: f64 = 0.8;
    let likeness = |other: &str| strsim::jaro_winkler(&word.to_lowercase(), &other.to_lowercase());
    known
        .into_iter()
        .map(|other| (likeness(other), other))
        .filter(|(likeness, _)| *likeness >= LIKE)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, other)| other)
}

struct Check<'m> {
    mistakes: &'m mut Vec<Mistake>,
}

impl Check<'_> {
    /// The value as JSON, or `None` where it is not of this shape.
    fn value(&mut self, node: &Node, shape: Shape<'_>, path: &Path) -> Option<Json> {
        match (shape.kind(), &node.value) {
            (Kind::Keys(known), Value::Map(entries)) => Some(self.keys(entries, &known, shape, path)),
            (Kind::Names(values), Value::Map(entries)) => Some(self.names(entries, values, path)),
            (Kind::List(items), Value::List(nodes)) => Some(self.list(nodes, items, path)),
            (Kind::Words(known), Value::Text(word)) => {
                if known.contains(&word.as_str()) {
                    return Some(word.clone().into());
                }
                let instead = near(word, known.iter().copied()).map_or_else(|| one_of(&known), str::to_owned);
                self.wrong(
                    &node.origin,
                    path,
                    format!("`{}` is not known", shown(word)),
                    instead,
                )
            }
            (Kind::Text, Value::Text(text)) => Some(text.clone().into()),
            (Kind::Number, Value::Number(number, _)) => Some(number.clone().into()),
            (Kind::Whole, Value::Number(number, _)) if number.as_u64().is_some_and(is_u32) => {
                Some(number.clone().into())
            }
            (kind, _) => self.wrong_type(node, shape, &kind, path),
        }
    }

    fn keys(&mut self, entries: &[(Key, Node)], known: &[&str], shape: Shape<'_>, path: &Path) -> Json {
        let mut right = Map::new();
        for (key, node) in entries {
            let path = path.key(&key.name);
            match shape.key(&key.name) {
                Some(shape) => right.extend(
                    self.value(node, shape, &path)
                        .map(|value| (key.name.clone(), value)),
                ),
                None => {
                    let instead = match near(&key.name, known.iter().copied()) {
                        Some(meant) => meant.to_owned(),
                        None if known.is_empty() => "nothing".to_owned(),
                        None => one_of(known),
                    };
                    self.wrong(&key.origin, &path, "unknown key".to_owned(), instead);
                }
            }
        }
        right.into()
    }

    fn names(&mut self, entries: &[(Key, Node)], values: Shape<'_>, path: &Path) -> Json {
        let right = entries.iter().filter_map(|(key, node)| {
            let value = self.value(node, values, &path.key(&key.name))?;
            Some((key.name.clone(), value))
        });
        Json::Object(right.collect())
    }

    /// An item that is wrong becomes `null`, so that the others keep their places.
    fn list(&mut self, nodes: &[Node], items: Shape<'_>, path: &Path) -> Json {
        let right = nodes
            .iter()
            .enumerate()
            .map(|(index, node)| self.value(node, items, &path.item(index)).unwrap_or(Json::Null));
        right.collect()
    }

    fn wrong_type(&mut self, node: &Node, shape: Shape<'_>, kind: &Kind<'_>, path: &Path) -> Option<Json> {
        if shape.is_secret() {
            let wrong = "a secret never stands in the configuration".to_owned();
            let instead = format!("{{ env: {} }} or {{ file: PATH }}", path.variable());
            return self.wrong(&node.origin, path, wrong, instead);
        }
        let instead = match (kind, &node.value) {
            (Kind::Text, Value::Number(_, text)) if shape.is_free_text() => Some(format!("\"{text}\"")),
            (Kind::Text, Value::Bool(truth)) if shape.is_free_text() => Some(format!("\"{truth}\"")),
            (Kind::Whole | Kind::Number, Value::Text(text)) if text.parse::<u32>().is_ok() => {
                Some(text.clone())
            }
            (Kind::Words(known), _) => Some(one_of(known)),
            (Kind::List(_), Value::Text(text)) if !text.is_empty() => Some(format!("[{}]", shown(text))),
            _ => None,
        };
        let instead = instead
            .or_else(|| shape.example())
            .unwrap_or_else(|| wanted(kind).to_owned());
        let wrong = format!("is {}, not {}", given(&node.value), wanted(kind));
        self.wrong(&node.origin, path, wrong, instead)
    }

    fn wrong(&mut self, origin: &Origin, path: &Path, wrong: String, instead: String) -> Option<Json> {
        self.mistakes.push(Mistake {
            origin: origin.clone(),
            path: path.to_string(),
            wrong,
            instead,
        });
        None
    }
}

fn is_u32(number: u64) -> bool {
    u32::try_from(number).is_ok()
}

/// The words to choose from.
pub fn one_of(known: &[&str]) -> String {
    match known {
        [] => "nothing".to_owned(),
        [one] => (*one).to_owned(),
        several => format!("one of {}", several.join(", ")),
    }
}

/// At most 40 characters of what was written, on one line.
pub fn shown(text: &str) -> String {
    const SHOWN: usize = 40;
    let mut short: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(SHOWN)
        .collect();
    if text.chars().count() > SHOWN {
        short.push('…');
    }
    short
}

fn given(value: &Value) -> &'static str {
    match value {
        Value::Empty => "empty",
        Value::Bool(_) => "true or false",
        Value::Number(..) => "a number",
        Value::Text(_) => "text",
        Value::List(_) => "a list",
        Value::Map(_) => "a map",
    }
}

fn wanted(kind: &Kind<'_>) -> &'static str {
    match kind {
        Kind::Text => "text",
        Kind::Words(_) => "a word",
        Kind::Whole => "a whole number from 0 to 4294967295",
        Kind::Number => "a number",
        Kind::List(_) => "a list",
        Kind::Names(_) | Kind::Keys(_) => "a map",
    }
}
