//! A plain HTTP client of the fake.

use fakes::flink::FakeFlink;
use serde_json::{Value, json};
use std::sync::Once;

pub struct Client {
    base: String,
    http: reqwest::Client,
}

pub fn client(flink: &FakeFlink) -> Client {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
    Client {
        base: flink.url(),
        http: reqwest::Client::new(),
    }
}

impl Client {
    pub async fn get(&self, path: &str) -> Value {
        let (status, body) = self.try_get(path).await.unwrap();
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    pub async fn try_get(&self, path: &str) -> reqwest::Result<(u16, Value)> {
        let answer = self.http.get(format!("{}{path}", self.base)).send().await?;
        Ok((answer.status().as_u16(), answer.json().await?))
    }

    pub async fn send(&self, method: &str, path: &str, body: &Value) -> reqwest::Result<(u16, Value)> {
        let method = method.parse().unwrap();
        let answer = self
            .http
            .request(method, format!("{}{path}", self.base))
            .json(body)
            .send()
            .await?;
        Ok((answer.status().as_u16(), answer.json().await?))
    }

    pub async fn send_text(&self, method: &str, path: &str, body: &'static str, kind: &str) -> (u16, Value) {
        let request = self
            .http
            .request(method.parse().unwrap(), format!("{}{path}", self.base));
        let answer = request
            .header("content-type", kind)
            .body(body)
            .send()
            .await
            .unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    /// Triggers a checkpoint under this id.
    pub async fn trigger(&self, job: &str, trigger: &str) -> reqwest::Result<(u16, Value)> {
        let body = json!({ "checkpointType": "FULL", "triggerId": trigger });
        self.send("POST", &format!("/jobs/{job}/checkpoints"), &body)
            .await
    }
}

/// Bounds for every vertex of a job.
pub fn bounds(flink: &FakeFlink, job: &str, lower: i64, upper: i64) -> Value {
    let bound = json!({ "parallelism": { "lowerBound": lower, "upperBound": upper } });
    flink
        .vertices(job)
        .into_iter()
        .map(|vertex| (vertex.id, bound.clone()))
        .collect()
}

pub fn trigger_id(n: u8) -> String {
    format!("{n:032x}")
}
