//! The arguments of a call: from the query, a form, a multipart form or a JSON body, and the token that came with them.

use crate::slack::contract::Carrier;
use axum::body::Bytes;
use axum::http::request::Parts;
use axum::http::{Method, header};
use futures::stream;
use serde_json::{Map, Value, json};
use std::convert::Infallible;

/// Arguments that are JSON also where they travel as text in a form.
const STRUCTURED: [&str; 6] = ["blocks", "attachments", "metadata", "view", "files", "file_ids"];

/// What a call brings.
pub(in crate::slack) struct Arguments {
    pub carrier: Carrier,
    /// As they came, without the token.
    pub given: Map<String, Value>,
    /// With the structured ones parsed.
    pub parsed: Map<String, Value>,
    pub token: Option<String>,
    /// The bytes of the file part of a multipart form.
    pub upload: Option<Vec<u8>>,
    /// Breaches of rules that need no model to see.
    pub complaints: Vec<String>,
    /// What live Slack puts into `response_metadata.warnings`.
    pub warnings: Vec<String>,
}

impl Arguments {
    /// Reads them. An unreadable body leaves none and a complaint.
    pub async fn read(head: &Parts, body: &Bytes) -> Self {
        let content_type = header_text(head, header::CONTENT_TYPE.as_str());
        let mut arguments = Self {
            carrier: Carrier::Query,
            given: pairs(head.uri.query().unwrap_or_default().as_bytes()),
            parsed: Map::new(),
            token: None,
            upload: None,
            complaints: Vec::new(),
            warnings: Vec::new(),
        };
        if arguments.given.contains_key("token") {
            arguments
                .complaints
                .push("a token in an address ends in logs".to_owned());
        }
        if head.method == Method::POST {
            let from_query = std::mem::take(&mut arguments.given);
            if !from_query.is_empty() {
                arguments
                    .complaints
                    .push("arguments in the query of a POST".to_owned());
            }
            arguments.read_body(content_type, body).await;
        } else if head.method != Method::GET {
            arguments
                .complaints
                .push(format!("{} is no method of the Web API", head.method));
        }
        arguments.take_token(head);
        arguments.parse();
        arguments
    }

    async fn read_body(&mut self, content_type: &str, body: &Bytes) {
        if content_type.starts_with("application/json") {
            self.carrier = Carrier::Json;
            if !content_type.contains("charset") {
                self.warnings.push("missing_charset".to_owned());
            }
            match serde_json::from_slice(body) {
                Ok(Value::Object(fields)) => self.given = fields,
                _ if body.is_empty() => {}
                _ => self.complaints.push("a body that is no JSON object".to_owned()),
            }
            return;
        }
        self.carrier = Carrier::Form;
        if content_type.starts_with("multipart/form-data") {
            self.read_parts(content_type, body).await;
        } else if content_type.starts_with("application/x-www-form-urlencoded") {
            self.given = pairs(body);
        } else if !body.is_empty() {
            self.complaints.push(format!("content type {content_type:?}"));
        }
    }

    async fn read_parts(&mut self, content_type: &str, body: &Bytes) {
        let Ok(boundary) = multer::parse_boundary(content_type) else {
            self.complaints
                .push("a multipart form without a boundary".to_owned());
            return;
        };
        let body = stream::iter([Ok::<_, Infallible>(body.clone())]);
        let mut parts = multer::Multipart::new(body, boundary);
        while let Ok(Some(part)) = parts.next_field().await {
            let (name, is_file) = (
                part.name().unwrap_or_default().to_owned(),
                part.file_name().is_some(),
            );
            let Ok(bytes) = part.bytes().await else {
                continue;
            };
            if is_file {
                self.upload = Some(bytes.to_vec());
            } else {
                self.given.insert(name, json!(String::from_utf8_lossy(&bytes)));
            }
        }
    }

    fn take_token(&mut self, head: &Parts) {
        let in_body = self.given.remove("token");
        let authorization = header_text(head, header::AUTHORIZATION.as_str());
        self.token = authorization
            .strip_prefix("Bearer ")
            .map(str::to_owned)
            .or_else(|| in_body?.as_str().map(str::to_owned));
    }

    fn parse(&mut self) {
        self.parsed = self.given.clone();
        if self.carrier == Carrier::Json {
            // JSON in JSON: Slack reads a text there as well.
            for name in STRUCTURED {
                if let Some(value) = self
                    .parsed
                    .get(name)
                    .and_then(Value::as_str)
                    .map(serde_json::from_str)
                {
                    self.parsed.insert(name.to_owned(), value.unwrap_or(Value::Null));
                }
            }
            self.parsed.retain(|_, value| !value.is_null());
            return;
        }
        for (name, value) in &mut self.parsed {
            let Some(text) = value.as_str().filter(|_| STRUCTURED.contains(&name.as_str())) else {
                continue;
            };
            match serde_json::from_str(text) {
                Ok(structured) => *value = structured,
                Err(_) if name == "file_ids" => *value = text.split(',').collect(),
                Err(_) => self.complaints.push(format!("{name} is no JSON")),
            }
        }
    }

    /// A text argument; numbers and flags as they would stand in a form.
    pub fn text(&self, name: &str) -> Option<String> {
        match self.parsed.get(name)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(flag) => Some(flag.to_string()),
            _ => None,
        }
    }

    /// A flag: `true`, `"true"` or `1`.
    pub fn flag(&self, name: &str) -> bool {
        self.text(name)
            .is_some_and(|text| text == "true" || text == "1" || text == "True")
    }

    /// A structured argument.
    pub fn json(&self, name: &str) -> Option<&Value> {
        self.parsed.get(name)
    }
}

fn header_text<'a>(head: &'a Parts, name: &str) -> &'a str {
    head.headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

fn pairs(form: &[u8]) -> Map<String, Value> {
    url::form_urlencoded::parse(form)
        .map(|(name, value)| (name.into_owned(), json!(value)))
        .collect()
}
