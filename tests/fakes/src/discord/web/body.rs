//! The body of a request or of an inline answer: JSON, or multipart with `payload_json` and `files[n]`.
//! <https://docs.discord.com/developers/reference#uploading-files>

use crate::discord::model::bodies::Part;
use axum::body::Bytes;
use futures::stream;
use serde_json::Value;
use std::convert::Infallible;

/// What came.
#[derive(Clone, Default)]
pub(in crate::discord) struct Body {
    pub json: Option<Value>,
    pub parts: Vec<Part>,
    pub complaints: Vec<String>,
}

impl Body {
    pub async fn read(content_type: &str, bytes: &Bytes) -> Self {
        let mut body = Self::default();
        if content_type.starts_with("multipart/form-data") {
            body.read_parts(content_type, bytes).await;
        } else if !bytes.is_empty() {
            if !content_type.starts_with("application/json") {
                body.complaints.push(format!("content type {content_type:?}"));
            }
            body.read_json(bytes);
        }
        body
    }

    fn read_json(&mut self, bytes: &[u8]) {
        match serde_json::from_slice(bytes) {
            Ok(value) => self.json = Some(value),
            Err(error) => self.complaints.push(format!("a body that is no JSON: {error}")),
        }
    }

    async fn read_parts(&mut self, content_type: &str, bytes: &Bytes) {
        let Ok(boundary) = multer::parse_boundary(content_type) else {
            return self
                .complaints
                .push("a multipart form without a boundary".to_owned());
        };
        let stream = stream::iter([Ok::<_, Infallible>(bytes.clone())]);
        let mut parts = multer::Multipart::new(stream, boundary);
        while let Ok(Some(part)) = parts.next_field().await {
            let name = part.name().unwrap_or_default().to_owned();
            let file_name = part.file_name().unwrap_or_default().to_owned();
            let kind = part
                .content_type()
                .map_or("application/octet-stream", |kind| kind.essence_str())
                .to_owned();
            let Ok(content) = part.bytes().await else {
                return self.complaints.push("a part that ends too early".to_owned());
            };
            let number = name
                .strip_prefix("files[")
                .and_then(|rest| rest.strip_suffix(']')?.parse().ok());
            match number {
                Some(number) => self.parts.push(Part {
                    number,
                    name: file_name,
                    content_type: kind,
                    bytes: content.to_vec(),
                }),
                None if name == "payload_json" => self.read_json(&content),
                None => self.complaints.push(format!(
                    "a part that is neither payload_json nor files[n]: {name:?}"
                )),
            }
        }
    }
}
