//! Captured answers and their shape: keys and JSON types, ids and lists folded together.

use serde_json::{Map, Value, json};

pub fn sample(name: &str) -> Value {
    let path = format!("{}/data/flink/samples/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap()
}

/// The shape of a value. Keys that are ids become `<id>`; whole numbers and others are told apart.
pub fn shape(value: &Value) -> Value {
    match value {
        Value::Null => json!("null"),
        Value::Bool(_) => json!("bool"),
        Value::Number(number) if number.is_f64() => json!("decimal"),
        Value::Number(_) => json!("whole"),
        Value::String(_) => json!("text"),
        Value::Array(items) => {
            let mut shapes: Vec<Value> = Vec::new();
            for item in items.iter().map(shape) {
                if !shapes.contains(&item) {
                    shapes.push(item);
                }
            }
            shapes.sort_by_key(Value::to_string);
            Value::Array(shapes)
        }
        Value::Object(fields) => {
            let folded = fields.iter().map(|(key, value)| (fold(key), shape(value)));
            Value::Object(folded.collect::<Map<_, _>>())
        }
    }
}

fn fold(key: &str) -> String {
    let is_id = key.len() == 32 && key.bytes().all(|b| b.is_ascii_hexdigit());
    if is_id { "<id>".to_owned() } else { key.to_owned() }
}

/// The text of a refusal without stack traces, ids replaced: what a person would compare.
pub fn words(refusal: &Value) -> Vec<String> {
    let texts = refusal["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|text| text.as_str().unwrap());
    let lines = texts
        .flat_map(str::lines)
        .filter(|line| !line.starts_with("\tat ") && !line.starts_with("\t... "));
    lines.map(without_ids).filter(|line| !line.is_empty()).collect()
}

fn without_ids(line: &str) -> String {
    let mut words = String::new();
    let mut run = String::new();
    for c in line.chars().chain([' ']) {
        if c.is_ascii_hexdigit() && !c.is_ascii_uppercase() {
            run.push(c);
            continue;
        }
        words.push_str(if run.len() == 32 { "<id>" } else { &run });
        run.clear();
        words.push(c);
    }
    words.trim().to_owned()
}
