//! A JSON document with a few edits: fields that are missing, of another type, or another field's.

use bolero::{Driver, ValueGenerator};
use serde_json::{Map, Value, json};

use crate::bent::Bent;
use crate::draw::{below, one};

/// Edits of one document, at most.
const EDITS: usize = 5;

/// How deep a value is wrapped, at most: less than what `serde_json` reads back.
const WRAPPED: usize = 100;

/// Documents near some seeds.
#[derive(Debug, Clone)]
pub struct Grown {
    seeds: Vec<Value>,
    texts: Bent,
}

impl Grown {
    /// Near these seeds.
    pub fn new(seeds: Vec<Value>) -> Self {
        let mut texts = vec![b"text".to_vec()];
        seeds.iter().for_each(|seed| collect_texts(seed, &mut texts));
        Self {
            seeds,
            texts: Bent::new(texts, &[]),
        }
    }

    /// The seeds as they are.
    pub fn seeds(&self) -> &[Value] {
        &self.seeds
    }

    fn edit<D: Driver>(&self, driver: &mut D, document: &mut Value) -> Option<()> {
        let node = any_node(driver, document)?;
        match below(driver, 7)? {
            0 => *node = hostile(below(driver, HOSTILE)?),
            1 | 2 => *node = String::from_utf8_lossy(&self.texts.generate(driver)?).into(),
            3 => {
                let mut other = one(driver, &self.seeds)?.clone();
                *node = any_node(driver, &mut other)?.take();
            }
            4 => {
                for _ in 0..below(driver, WRAPPED)? {
                    *node = json!([node.take()]);
                }
            }
            5 => remove(node, below(driver, usize::from(u8::MAX))?),
            _ => {
                let mut other = one(driver, &self.seeds)?.clone();
                if let (Value::Object(fields), Value::Object(more)) = (node, any_node(driver, &mut other)?) {
                    fields.append(more);
                }
            }
        }
        Some(())
    }
}

impl ValueGenerator for Grown {
    type Output = Value;

    fn generate<D: Driver>(&self, driver: &mut D) -> Option<Value> {
        let mut document = one(driver, &self.seeds)?.clone();
        for _ in 0..below(driver, EDITS + 1)? {
            self.edit(driver, &mut document)?;
        }
        Some(document)
    }
}

/// How many [`hostile`] values there are.
const HOSTILE: usize = 10;

fn hostile(number: usize) -> Value {
    match number {
        0 => Value::Null,
        1 => true.into(),
        2 => 0.into(),
        3 => (-1).into(),
        4 => u64::MAX.into(),
        5 => 1.0e300.into(),
        6 => "".into(),
        7 => "x".repeat(10_000).into(),
        8 => json!([]),
        _ => Map::new().into(),
    }
}

fn collect_texts(value: &Value, texts: &mut Vec<Vec<u8>>) {
    match value {
        Value::String(text) => texts.push(text.clone().into_bytes()),
        Value::Array(items) => items.iter().for_each(|item| collect_texts(item, texts)),
        Value::Object(fields) => fields.values().for_each(|field| collect_texts(field, texts)),
        _ => {}
    }
}

fn any_node<'v, D: Driver>(driver: &mut D, value: &'v mut Value) -> Option<&'v mut Value> {
    let mut number = below(driver, count(value))?;
    node(value, &mut number)
}

fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Object(fields) => fields.values().map(count).sum(),
        _ => 0,
    }
}

/// The node with this number, the document itself being 0.
fn node<'v>(value: &'v mut Value, number: &mut usize) -> Option<&'v mut Value> {
    if *number == 0 {
        return Some(value);
    }
    *number -= 1;
    match value {
        Value::Array(items) => items.iter_mut().find_map(|item| node(item, number)),
        Value::Object(fields) => fields.values_mut().find_map(|field| node(field, number)),
        _ => None,
    }
}

/// Takes something out of a list or an object; anything else becomes nothing.
fn remove(value: &mut Value, number: usize) {
    match value {
        Value::Array(items) if !items.is_empty() => drop(items.remove(number % items.len())),
        Value::Object(fields) => {
            let name = fields.keys().nth(number % fields.len().max(1)).cloned();
            name.and_then(|name| fields.remove(&name));
        }
        other => *other = Value::Null,
    }
}
