//! The JSON Schema of the configuration, made from `raw`, and a view of it that the check of names and types walks.

use serde_json::Value;

use super::raw;

/// The JSON Schema, as it stands in `deploy/sluice.schema.json`.
pub fn json_schema() -> Value {
    let mut schema = schemars::schema_for!(raw::Config).to_value();
    forbid_null(&mut schema);
    schema
}

/// An absent key is absent: `null` is a mistake, though every field of `raw` is optional.
fn forbid_null(schema: &mut Value) {
    match schema {
        Value::Object(keywords) => {
            if let Some(Value::Array(types)) = keywords.get("type")
                && let [one, Value::String(null)] = types.as_slice()
                && null == "null"
            {
                let one = one.clone();
                keywords.insert("type".to_owned(), one);
            }
            if let Some(Value::Array(choices)) = keywords.get("anyOf")
                && let [Value::Object(one), _] = choices.as_slice()
            {
                let one = one.clone();
                keywords.remove("anyOf");
                keywords.extend(one);
            }
            keywords.values_mut().for_each(forbid_null);
        }
        Value::Array(items) => items.iter_mut().for_each(forbid_null),
        _ => {}
    }
}

/// What a value may be.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind<'s> {
    /// Text.
    Text,
    /// One of these words.
    Words(Vec<&'s str>),
    /// A whole number that is not negative.
    Whole,
    /// A number.
    Number,
    /// A list.
    List(Shape<'s>),
    /// A map with keys of the reader's choice.
    Names(Shape<'s>),
    /// A map with these keys.
    Keys(Vec<&'s str>),
}

/// A place in the schema.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shape<'s> {
    root: &'s Value,
    here: &'s Value,
}

impl<'s> Shape<'s> {
    /// The top.
    pub fn of(schema: &'s Value) -> Self {
        Self {
            root: schema,
            here: schema,
        }
    }

    /// A keyword, of this place or of the definition it refers to.
    fn keyword(self, name: &str) -> Option<&'s Value> {
        self.here.get(name).or_else(|| {
            let target = self.here.get("$ref")?.as_str()?.strip_prefix('#')?;
            self.root.pointer(target)?.get(name)
        })
    }

    fn at(self, here: &'s Value) -> Self {
        Self {
            root: self.root,
            here,
        }
    }

    /// What a value here may be.
    pub fn kind(self) -> Kind<'s> {
        if let Some(words) = self.words() {
            return Kind::Words(words);
        }
        match self.keyword("type").and_then(Value::as_str) {
            Some("integer") => Kind::Whole,
            Some("number") => Kind::Number,
            Some("array") => Kind::List(self.at(self.keyword("items").unwrap_or(self.here))),
            Some("object") => match self.keyword("additionalProperties") {
                Some(values @ Value::Object(_)) => Kind::Names(self.at(values)),
                _ => Kind::Keys(self.keys()),
            },
            _ => Kind::Text,
        }
    }

    fn words(self) -> Option<Vec<&'s str>> {
        if let Some(Value::Array(words)) = self.keyword("enum") {
            return Some(words.iter().filter_map(Value::as_str).collect());
        }
        let choices = self.keyword("oneOf")?.as_array()?;
        Some(
            choices
                .iter()
                .filter_map(|choice| choice.get("const")?.as_str())
                .collect(),
        )
    }

    fn keys(self) -> Vec<&'s str> {
        let properties = self.keyword("properties").and_then(Value::as_object);
        properties
            .map(|properties| properties.keys().map(String::as_str).collect())
            .unwrap_or_default()
    }

    /// The shape of a key's value.
    pub fn key(self, name: &str) -> Option<Shape<'s>> {
        Some(self.at(self.keyword("properties")?.get(name)?))
    }

    /// Whether this is where a secret is named; then no value here is ever quoted.
    pub fn is_secret(self) -> bool {
        self.keyword("writeOnly") == Some(&Value::Bool(true))
    }

    /// Whether text here has no form of its own, such as a name: then anything may stand here in quotes.
    pub fn is_free_text(self) -> bool {
        let has_form = |example: String| example.contains([':', '/']);
        self.keyword("pattern").is_none() && !self.example().is_some_and(has_form)
    }

    /// What it is, for the reference page.
    pub fn description(self) -> &'s str {
        self.keyword("description")
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// A value that may stand here, as YAML.
    pub fn example(self) -> Option<String> {
        let example = self.keyword("examples")?.as_array()?.first()?;
        Some(match example {
            Value::String(text) if text.bytes().all(|byte| byte.is_ascii_digit()) => format!("\"{text}\""),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        })
    }
}
