//! A vendor's OpenAPI document as a judge: does this body fit that route? Stricter than the document where it is loose:
//! objects are closed, so a misspelt field is seen; statuses that are not listed are refused.

use jsonschema::Validator;
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::sync::OnceLock;

/// One place where the live system says otherwise than its document.
#[derive(Clone, Copy, Debug)]
pub struct Deviation {
    /// JSON pointer into the document. It must exist there, so that a fixed document shows up.
    pub at: &'static str,
    /// How live answers differ.
    pub says: Says,
    /// Where it was seen.
    pub why: &'static str,
}

/// How live answers differ from the document.
#[derive(Clone, Copy, Debug)]
pub enum Says {
    /// May be `null` as well.
    OrNull,
    /// May be the string `"NaN"` as well.
    OrNaN,
    /// Has this field too, of this JSON type; the document does not know it.
    Also(&'static str, &'static str),
    /// Another schema stands there, written as JSON.
    Instead(&'static str),
}

/// The document, mended by its deviations and ready to judge.
pub struct Contract {
    components: Value,
    schemas: HashMap<String, Judge>,
    requests: HashMap<Operation, Judge>,
    responses: HashMap<(Operation, u16), Option<Judge>>,
    refusal: Judge,
}

/// Method and path.
type Operation = (String, String);

/// One schema, compiled when it is first needed: a test asks for few of them.
struct Judge {
    schema: Value,
    compiled: OnceLock<Validator>,
}

impl Contract {
    /// Reads an OpenAPI 3 document. `refusal` is the schema of every answer of 400 and above, written as JSON.
    ///
    /// # Errors
    /// With a sentence, when the text is no JSON, or a deviation or a status is nonsense.
    pub fn load(document: &str, deviations: &[Deviation], refusal: &str) -> Result<Self, String> {
        let mut document: Value = serde_json::from_str(document).map_err(|error| error.to_string())?;
        close_objects(&mut document);
        for deviation in deviations {
            mend(&mut document, deviation)?;
        }
        let components = document["components"].take();
        let refusal: Value = serde_json::from_str(refusal).map_err(|error| error.to_string())?;
        let mut contract = Self {
            schemas: object(&components["schemas"])
                .map(|(name, schema)| (name.clone(), Judge::of(schema)))
                .collect(),
            refusal: Judge::of(&refusal),
            components,
            requests: HashMap::new(),
            responses: HashMap::new(),
        };
        for (path, methods) in object(&document["paths"]) {
            for (method, operation) in object(methods) {
                contract.learn((method.to_uppercase(), path.clone()), operation)?;
            }
        }
        Ok(contract)
    }

    fn learn(&mut self, key: Operation, operation: &Value) -> Result<(), String> {
        if let Some(schema) = operation.pointer("/requestBody/content/application~1json/schema") {
            self.requests.insert(key.clone(), Judge::of(schema));
        }
        for (status, response) in object(&operation["responses"]) {
            let status = status.parse().map_err(|_| format!("{key:?}: status {status}"))?;
            let schema = response.pointer("/content/application~1json/schema");
            self.responses
                .insert((key.clone(), status), schema.map(Judge::of));
        }
        Ok(())
    }

    /// Whether the document has this route.
    pub fn knows(&self, method: &str, path: &str) -> bool {
        self.responses.keys().any(|((m, p), _)| m == method && p == path)
    }

    /// What is wrong with a request's body; empty when nothing is.
    pub fn judge_request(&self, method: &str, path: &str, body: &Value) -> Vec<String> {
        match self.requests.get(&(method.to_owned(), path.to_owned())) {
            Some(judge) => judge.complaints(&self.components, body),
            None => vec!["the document has no body here".to_owned()],
        }
    }

    /// What is wrong with a value that should fit this schema of the document; empty when nothing is.
    pub fn judge(&self, schema: &str, value: &Value) -> Vec<String> {
        match self.schemas.get(schema) {
            Some(judge) => judge.complaints(&self.components, value),
            None => vec![format!("the document has no schema {schema}")],
        }
    }

    /// What is wrong with an answer; empty when nothing is.
    pub fn judge_answer(&self, method: &str, path: &str, status: u16, body: &Value) -> Vec<String> {
        if status >= 400 {
            return self.refusal.complaints(&self.components, body);
        }
        match self
            .responses
            .get(&((method.to_owned(), path.to_owned()), status))
        {
            Some(Some(judge)) => judge.complaints(&self.components, body),
            // The document shows no body; the real server writes an empty object.
            Some(None) if *body == json!({}) => Vec::new(),
            Some(None) => vec!["the document has no body here".to_owned()],
            None => vec![format!("the document has no status {status} here")],
        }
    }
}

impl Judge {
    fn of(schema: &Value) -> Self {
        Self {
            schema: schema.clone(),
            compiled: OnceLock::new(),
        }
    }

    fn complaints(&self, components: &Value, body: &Value) -> Vec<String> {
        let validator = self.compiled.get_or_init(|| {
            let whole = json!({ "allOf": [self.schema], "components": components });
            jsonschema::options()
                .build(&whole)
                .expect("a schema of the document, as mended, compiles")
        });
        validator
            .iter_errors(body)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect()
    }
}

fn object(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

/// No field beyond those named. Schemas that others build on by `allOf` stay open; those that build are closed over the
/// whole.
fn close_objects(document: &mut Value) {
    let bases = bases(document);
    let Some(schemas) = document
        .pointer_mut("/components/schemas")
        .and_then(Value::as_object_mut)
    else {
        return;
    };
    for (name, schema) in schemas {
        let Some(schema) = schema.as_object_mut() else {
            continue;
        };
        if schema.contains_key("allOf") {
            schema.insert("unevaluatedProperties".to_owned(), json!(false));
        } else if !bases.contains(name) {
            close(schema);
        }
    }
}

fn close(schema: &mut Map<String, Value>) {
    if schema.contains_key("properties") && !schema.contains_key("additionalProperties") {
        schema.insert("additionalProperties".to_owned(), json!(false));
    }
}

fn bases(document: &Value) -> Vec<String> {
    let schemas = object(&document["components"]["schemas"]);
    schemas
        .flat_map(|(_, schema)| schema["allOf"].as_array().into_iter().flatten())
        .filter_map(|part| part["$ref"].as_str()?.rsplit('/').next().map(str::to_owned))
        .collect()
}

fn mend(document: &mut Value, deviation: &Deviation) -> Result<(), String> {
    let place = document.pointer_mut(deviation.at).ok_or_else(|| {
        format!(
            "the document has no {} any more ({})",
            deviation.at, deviation.why
        )
    })?;
    match deviation.says {
        Says::OrNull => *place = json!({ "anyOf": [place.take(), { "type": "null" }] }),
        Says::OrNaN => *place = json!({ "anyOf": [place.take(), { "const": "NaN" }] }),
        Says::Also(field, kind) => place["properties"][field] = json!({ "type": kind }),
        Says::Instead(schema) => {
            *place = serde_json::from_str(schema).map_err(|error| format!("{}: {error}", deviation.at))?;
        }
    }
    Ok(())
}
