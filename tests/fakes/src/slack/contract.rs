//! The description of Slack's Web API as a judge of requests and of the fake's own answers, and as the place where
//! scopes and rate tiers stand.
//!
//! Requests are held against it as they came: form and query arguments are texts, JSON arguments have types. Answers are
//! closed: a field the description does not know is a complaint, and an error must be one the method documents.

use jsonschema::Validator;
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::sync::{LazyLock, OnceLock};

/// The description, read once.
pub(super) static CONTRACT: LazyLock<Contract> = LazyLock::new(|| {
    let document = include_str!("../../data/slack/web_api_2026-08.json");
    Contract::load(document).expect("the description of the Web API is sound")
});

/// How the arguments of a call arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Carrier {
    /// In the query of a GET.
    Query,
    /// `application/x-www-form-urlencoded` or multipart.
    Form,
    /// `application/json`.
    Json,
}

/// How many calls a minute a method takes, by its tier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tier {
    /// `t2`: 20, `t3`: 50, `t4`: 100 and more.
    PerMinute(u32),
    /// `t5`: a rule of its own.
    Special,
}

/// What the description says of one method.
pub(super) struct Method {
    pub tier: Tier,
    /// Scopes of the bot's token. For methods about conversations any fitting one is enough, otherwise all are needed.
    pub scopes: Vec<String>,
    requests: HashMap<Carrier, Judge>,
    answer: Judge,
    refusal: Judge,
    #[cfg(test)]
    pub examples: Vec<Value>,
}

pub(super) struct Contract {
    methods: HashMap<String, Method>,
    components: Value,
}

struct Judge {
    schema: Value,
    compiled: OnceLock<Validator>,
}

/// Answers carry these beside their own fields.
const OF_EVERY_ANSWER: [&str; 3] = ["warning", "response_metadata", "ok"];

/// An argument no method needs, yet Slack's own framework (bolt for Python 1.30) sends it with every call.
const SENT_BY_SLACKS_OWN: &str = "team_id";

impl Contract {
    fn load(document: &str) -> Result<Self, String> {
        let mut document: Value = serde_json::from_str(document).map_err(|error| error.to_string())?;
        let components = document["components"].take();
        let paths = document["paths"].as_object().ok_or("no paths")?;
        let methods = paths
            .iter()
            .map(|(path, operations)| {
                let name = path.trim_start_matches("/api/").to_owned();
                let method = Method::read(&name, operations, &components)?;
                Ok((name, method))
            })
            .collect::<Result<_, String>>()?;
        Ok(Self { methods, components })
    }

    /// How many methods the description has.
    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.methods.len()
    }

    pub fn method(&self, name: &str) -> Option<&Method> {
        self.methods.get(name)
    }

    /// What is wrong with a request's arguments; empty when nothing is.
    pub fn judge_request(&self, name: &str, carrier: Carrier, arguments: &Map<String, Value>) -> Vec<String> {
        let Some(method) = self.methods.get(name) else {
            return vec!["no such method".to_owned()];
        };
        let mut arguments = arguments.clone();
        arguments.remove(SENT_BY_SLACKS_OWN);
        match method.requests.get(&carrier) {
            Some(judge) => judge.complaints(&self.components, &Value::Object(arguments)),
            None => vec![format!("arguments are not read from {carrier:?} here")],
        }
    }

    /// What is wrong with an answer; empty when nothing is.
    pub fn judge_answer(&self, name: &str, answer: &Value) -> Vec<String> {
        let Some(method) = self.methods.get(name) else {
            return Vec::new();
        };
        let judge = if answer["ok"] == true {
            &method.answer
        } else {
            &method.refusal
        };
        judge.complaints(&self.components, answer)
    }
}

impl Method {
    /// Whether arguments are read from there.
    pub fn reads(&self, carrier: Carrier) -> bool {
        self.requests.contains_key(&carrier)
    }

    fn read(name: &str, operations: &Value, components: &Value) -> Result<Self, String> {
        let any = operations.get("post").or_else(|| operations.get("get"));
        let any = any.ok_or_else(|| format!("{name}: neither GET nor POST"))?;
        let answer = &any["responses"]["200"]["content"]["application/json"];
        let error = format!("{name}.error");
        Ok(Self {
            tier: tier(any["tags"][0].as_str().unwrap_or_default()),
            scopes: texts(&any["security"][0]["slack"]),
            requests: requests(operations),
            answer: Judge::of(closed(&answer["schema"]["oneOf"][0])),
            refusal: Judge::of(closed(&components["schemas"][error])),
            #[cfg(test)]
            examples: answer["examples"]
                .as_object()
                .into_iter()
                .flatten()
                .map(|(_, example)| example["value"].clone())
                .collect(),
        })
    }
}

fn tier(tag: &str) -> Tier {
    match tag {
        "t1" => Tier::PerMinute(1),
        "t2" => Tier::PerMinute(20),
        "t3" => Tier::PerMinute(50),
        "t4" => Tier::PerMinute(100),
        _ => Tier::Special,
    }
}

fn texts(list: &Value) -> Vec<String> {
    let texts = list.as_array().into_iter().flatten();
    texts
        .filter_map(|text| text.as_str().map(str::to_owned))
        .collect()
}

fn requests(operations: &Value) -> HashMap<Carrier, Judge> {
    let mut judges = HashMap::new();
    if let Some(get) = operations.get("get") {
        judges.insert(Carrier::Query, Judge::of(query_schema(get)));
    }
    let bodies = &operations["post"]["requestBody"]["content"];
    for (carrier, content_type) in [
        (Carrier::Form, "application/x-www-form-urlencoded"),
        (Carrier::Json, "application/json"),
    ] {
        if let Some(body) = bodies.get(content_type) {
            judges.insert(carrier, Judge::of(body["schema"].clone()));
        }
    }
    judges
}

/// A query is text: only names and presence are judged.
fn query_schema(get: &Value) -> Value {
    let parameters = || get["parameters"].as_array().into_iter().flatten();
    let names: Map<String, Value> = parameters()
        .filter_map(|parameter| {
            Some((
                parameter["name"].as_str()?.to_owned(),
                json!({ "type": "string" }),
            ))
        })
        .collect();
    let required: Vec<&Value> = parameters()
        .filter(|parameter| parameter["required"] == true)
        .map(|parameter| &parameter["name"])
        .collect();
    json!({ "type": "object", "properties": names, "required": required, "additionalProperties": false })
}

fn closed(schema: &Value) -> Value {
    let mut schema = schema.clone();
    for field in OF_EVERY_ANSWER {
        if schema["properties"].get(field).is_none() {
            schema["properties"][field] = json!(true);
        }
    }
    schema["additionalProperties"] = json!(false);
    schema
}

impl Judge {
    fn of(schema: Value) -> Self {
        Self {
            schema,
            compiled: OnceLock::new(),
        }
    }

    fn complaints(&self, components: &Value, value: &Value) -> Vec<String> {
        let validator = self.compiled.get_or_init(|| {
            let whole = json!({ "allOf": [self.schema], "components": components });
            jsonschema::options()
                .build(&whole)
                .expect("a schema of the description compiles")
        });
        validator
            .iter_errors(value)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_examples_have_no_field_and_no_error_beyond_the_description() {
        for (name, method) in &CONTRACT.methods {
            for example in &method.examples {
                let mut complaints = CONTRACT.judge_answer(name, example);
                // Examples leave out what the description calls required.
                complaints.retain(|complaint| !complaint.ends_with("is a required property"));
                assert_eq!(complaints, Vec::<String>::new(), "{name}");
            }
        }
    }

    #[test]
    fn an_unknown_argument_a_missing_one_and_an_unknown_error_are_seen() {
        let arguments = |value: Value| value.as_object().cloned().unwrap();
        let judge = |carrier, value| CONTRACT.judge_request("chat.postMessage", carrier, &arguments(value));
        assert!(judge(Carrier::Json, json!({ "channel": "C1", "text": "a" })).is_empty());
        assert_eq!(
            judge(Carrier::Json, json!({ "channel": "C1", "tread_ts": "1.2" })).len(),
            1
        );
        assert_eq!(judge(Carrier::Form, json!({ "text": "a" })).len(), 1);
        assert_eq!(judge(Carrier::Query, json!({ "channel": "C1" })).len(), 1);
        let refusal = json!({ "ok": false, "error": "too_tired" });
        assert!(!CONTRACT.judge_answer("chat.postMessage", &refusal).is_empty());
    }
}
