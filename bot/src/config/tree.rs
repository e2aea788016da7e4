//! A YAML document as a tree in which every key and value knows where it was written.
//!
//! Built from the parser's events and not by `saphyr`'s loader, which ends at the first key that stands twice.

use saphyr::{Scalar, ScalarStyle};
use saphyr_parser::{Event, Marker, Parser, ScanError};

use super::mistakes::{Mistake, Origin};
use super::path::Path;

/// No config nests deeper; a bound, so that a hostile file cannot exhaust the stack.
const MAX_DEPTH: usize = 32;

/// A value and where it was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Where.
    pub origin: Origin,
    /// What.
    pub value: Value,
}

/// What was written.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing, or `null`.
    Empty,
    /// `true` or `false`.
    Bool(bool),
    /// A number, with the text it was written as.
    Number(serde_json::Number, String),
    /// Text.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// Keys and values, in order; each key once.
    Map(Vec<(Key, Node)>),
}

/// A key and where it was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Key {
    /// Where.
    pub origin: Origin,
    /// The key.
    pub name: String,
}

impl Value {
    /// The entries of this map; anything else becomes an empty map first.
    pub fn make_map(&mut self) -> &mut Vec<(Key, Node)> {
        if !matches!(self, Value::Map(_)) {
            *self = Value::Map(Vec::new());
        }
        match self {
            Value::Map(entries) => entries,
            _ => unreachable!("made a map above"),
        }
    }

    /// The items of this list; anything else becomes an empty list first.
    pub fn make_list(&mut self) -> &mut Vec<Node> {
        if !matches!(self, Value::List(_)) {
            *self = Value::List(Vec::new());
        }
        match self {
            Value::List(items) => items,
            _ => unreachable!("made a list above"),
        }
    }
}

/// Reads a document; `None` where it is not YAML. What cannot be read is told in `mistakes`.
pub fn parse(text: &str, mistakes: &mut Vec<Mistake>) -> Option<Node> {
    let mut builder = Builder::default();
    for event in Parser::new_from_str(text) {
        match event {
            Ok((Event::DocumentStart(_), span)) if builder.root.is_some() => {
                builder.wrong(
                    &place(&span.start),
                    "a second document begins here",
                    "one document",
                );
                break;
            }
            Ok((event, span)) => builder.take(event, &span.start),
            Err(error) => {
                mistakes.push(not_yaml(&error));
                return None;
            }
        }
    }
    mistakes.append(&mut builder.mistakes);
    let nothing = || Node {
        origin: Origin::START,
        value: Value::Map(Vec::new()),
    };
    Some(builder.root.unwrap_or_else(nothing))
}

fn not_yaml(error: &ScanError) -> Mistake {
    Mistake {
        origin: place(error.marker()),
        path: "YAML".to_owned(),
        wrong: format!("cannot be read from here on ({})", error.info()),
        instead: "well-formed YAML".to_owned(),
    }
}

fn place(marker: &Marker) -> Origin {
    Origin::File {
        line: marker.line(),
        column: marker.col() + 1,
    }
}

/// A list or map that is not complete yet.
enum Open {
    List(Origin, Vec<Node>),
    Map(Origin, Vec<(Key, Node)>, Option<Key>),
}

#[derive(Default)]
struct Builder {
    open: Vec<Open>,
    /// How many levels were left out because they are too deep, or stand where a key should.
    skipped: usize,
    root: Option<Node>,
    mistakes: Vec<Mistake>,
}

impl Builder {
    fn take(&mut self, event: Event<'_>, at: &Marker) {
        let origin = place(at);
        match event {
            Event::Scalar(text, style, _, _) => self.scalar(&text, style, origin),
            Event::Alias(_) => {
                self.wrong(&origin, "aliases are not read", "the value itself");
                self.add(Node {
                    origin,
                    value: Value::Empty,
                });
            }
            Event::SequenceStart(..) => self.begin(Open::List(origin.clone(), Vec::new()), &origin),
            Event::MappingStart(..) => self.begin(Open::Map(origin.clone(), Vec::new(), None), &origin),
            Event::SequenceEnd | Event::MappingEnd => self.end(),
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd => {}
        }
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, origin: Origin) {
        if self.skipped > 0 {
            return;
        }
        if let Some(Open::Map(_, _, waiting @ None)) = self.open.last_mut() {
            *waiting = Some(Key {
                origin,
                name: text.to_owned(),
            });
            return;
        }
        let value = scalar(text, style);
        self.add(Node { origin, value });
    }

    fn begin(&mut self, open: Open, origin: &Origin) {
        let as_key = matches!(self.open.last(), Some(Open::Map(_, _, None)));
        if self.skipped > 0 || as_key || self.open.len() >= MAX_DEPTH {
            if self.skipped == 0 && as_key {
                self.wrong(origin, "a key is a word", "a word");
                self.scalar("", ScalarStyle::Plain, origin.clone());
            } else if self.skipped == 0 {
                self.wrong(origin, "nested too deep", "fewer levels");
                self.add(Node {
                    origin: origin.clone(),
                    value: Value::Empty,
                });
            }
            self.skipped += 1;
            return;
        }
        self.open.push(open);
    }

    fn end(&mut self) {
        if self.skipped > 0 {
            self.skipped -= 1;
            return;
        }
        let node = match self.open.pop() {
            Some(Open::List(origin, items)) => Node {
                origin,
                value: Value::List(items),
            },
            Some(Open::Map(origin, entries, _)) => Node {
                origin,
                value: Value::Map(entries),
            },
            None => return,
        };
        self.add(node);
    }

    fn add(&mut self, node: Node) {
        if self.skipped > 0 {
            return;
        }
        let path = self.path();
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some(Open::List(_, items)) => items.push(node),
            Some(Open::Map(_, entries, waiting)) => {
                let Some(key) = waiting.take() else { return };
                match entries.iter().find(|(other, _)| other.name == key.name) {
                    None => entries.push((key, node)),
                    Some((first, _)) => self.mistakes.push(Mistake {
                        origin: key.origin,
                        path: path.to_string(),
                        wrong: format!("stands a second time (first in {})", line(&first.origin)),
                        instead: "each key once".to_owned(),
                    }),
                }
            }
        }
    }

    /// The way to the value that is read now.
    fn path(&self) -> Path {
        self.open.iter().fold(Path::default(), |path, open| match open {
            Open::List(_, items) => path.item(items.len()),
            Open::Map(_, _, Some(key)) => path.key(&key.name),
            Open::Map(_, _, None) => path,
        })
    }

    fn wrong(&mut self, origin: &Origin, wrong: &str, instead: &str) {
        self.mistakes.push(Mistake {
            origin: origin.clone(),
            path: self.path().to_string(),
            wrong: wrong.to_owned(),
            instead: instead.to_owned(),
        });
    }
}

fn line(origin: &Origin) -> String {
    match origin {
        Origin::File { line, .. } => format!("line {line}"),
        Origin::Variable(name) => name.clone(),
    }
}

/// What a scalar means, by YAML's core schema.
fn scalar(text: &str, style: ScalarStyle) -> Value {
    match Scalar::parse_from_cow_and_metadata(text.into(), style, None) {
        None | Some(Scalar::Null) => Value::Empty,
        Some(Scalar::Boolean(truth)) => Value::Bool(truth),
        Some(Scalar::Integer(number)) => Value::Number(number.into(), text.to_owned()),
        Some(Scalar::FloatingPoint(number)) => match serde_json::Number::from_f64(number.into_inner()) {
            Some(number) => Value::Number(number, text.to_owned()),
            None => Value::Text(text.to_owned()),
        },
        Some(Scalar::String(text)) => Value::Text(text.into_owned()),
    }
}
