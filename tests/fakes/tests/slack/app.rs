//! The smallest app: a client of the Web API, and one connection of Socket Mode.

use fakes::slack::FakeSlack;
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::sync::Once;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

pub struct App {
    pub slack: FakeSlack,
    pub http: reqwest::Client,
}

/// A fake with ana and bo in #deploys, and a client of it.
pub async fn acme() -> App {
    let slack = FakeSlack::start().await;
    for name in ["ana", "bo"] {
        slack.person(name);
    }
    slack.channel("#deploys");
    App::of(&slack)
}

impl App {
    pub fn of(slack: &FakeSlack) -> Self {
        static PROVIDER: Once = Once::new();
        PROVIDER.call_once(|| {
            let _ = rustls::crypto::ring::default_provider().install_default();
        });
        Self {
            slack: slack.clone(),
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
        }
    }

    /// Calls a method with a JSON body and the bot's token.
    pub async fn call(&self, method: &str, arguments: Value) -> Value {
        let (status, answer) = self.try_call(method, &arguments).await.unwrap();
        assert_eq!(status, 200, "{method}: {answer}");
        answer
    }

    pub async fn try_call(&self, method: &str, arguments: &Value) -> reqwest::Result<(u16, Value)> {
        let answer = self
            .http
            .post(format!("{}/{method}", self.slack.api_url()))
            .bearer_auth(self.slack.bot_token())
            .header("content-type", "application/json; charset=utf-8")
            .body(arguments.to_string())
            .send()
            .await?;
        Ok((answer.status().as_u16(), answer.json().await?))
    }

    /// Calls a reading method: arguments in the query.
    pub async fn get(&self, method: &str, arguments: &[(&str, &str)]) -> Value {
        let url = format!("{}/{method}", self.slack.api_url());
        let asked = self
            .http
            .get(url)
            .query(arguments)
            .bearer_auth(self.slack.bot_token());
        asked.send().await.unwrap().json().await.unwrap()
    }

    /// Posts a text and returns its timestamp.
    pub async fn post(&self, text: &str, thread: Option<&str>) -> String {
        let mut arguments = json!({ "channel": self.slack.channel_id("#deploys"), "text": text });
        if let Some(thread) = thread {
            arguments["thread_ts"] = json!(thread);
        }
        let answer = self.call("chat.postMessage", arguments).await;
        assert_eq!(answer["ok"], true, "{answer}");
        answer["ts"].as_str().unwrap().to_owned()
    }

    /// Posts a card with one button, and returns its timestamp.
    pub async fn post_card(&self, thread: Option<&str>) -> String {
        let mut arguments = json!({
            "channel": self.slack.channel_id("#deploys"), "text": "ana asks: scale orders. Waiting for one yes.",
            "blocks": card(),
        });
        if let Some(thread) = thread {
            arguments["thread_ts"] = json!(thread);
        }
        let answer = self.call("chat.postMessage", arguments).await;
        assert_eq!(answer["ok"], true, "{answer}");
        answer["ts"].as_str().unwrap().to_owned()
    }

    /// Sends JSON to a `response_url`.
    pub async fn respond(&self, url: &str, message: Value) -> (u16, String) {
        let answer = self
            .http
            .post(url)
            .body(message.to_string())
            .send()
            .await
            .unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    pub async fn connect(&self) -> Socket {
        let answer = self
            .http
            .post(format!("{}/apps.connections.open", self.slack.api_url()))
            .bearer_auth(self.slack.app_token())
            .send()
            .await
            .unwrap();
        let answer: Value = answer.json().await.unwrap();
        let (stream, _) = connect_async(answer["url"].as_str().unwrap()).await.unwrap();
        Socket { stream }
    }

    /// A connection whose hello was read.
    pub async fn connected(&self) -> Socket {
        let mut socket = self.connect().await;
        assert_eq!(socket.next().await["type"], "hello");
        socket
    }
}

pub fn card() -> Value {
    json!([
        { "type": "section", "text": { "type": "mrkdwn", "text": "*ana asks*: scale orders to parallelism 4" } },
        { "type": "actions", "block_id": "vote", "elements": [
            { "type": "button", "action_id": "approve", "value": "R-18 7F2C yes", "style": "primary",
                "text": { "type": "plain_text", "text": "Approve" } },
            { "type": "button", "action_id": "deny", "value": "R-18 7F2C no",
                "text": { "type": "plain_text", "text": "Deny..." } },
        ] },
    ])
}

pub fn modal() -> Value {
    json!({
        "type": "modal", "callback_id": "deny", "private_metadata": "R-18",
        "title": { "type": "plain_text", "text": "Deny R-18" }, "submit": { "type": "plain_text", "text": "Deny" },
        "notify_on_close": true,
        "blocks": [{ "type": "input", "block_id": "why", "label": { "type": "plain_text", "text": "Why" },
            "element": { "type": "plain_text_input", "action_id": "text", "multiline": true } }],
    })
}

pub struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Socket {
    /// The next JSON message; pings are answered on the way.
    pub async fn next(&mut self) -> Value {
        self.try_next().await.expect("a message")
    }

    /// The same, or `None` when the connection ends.
    pub async fn try_next(&mut self) -> Option<Value> {
        loop {
            match self.stream.next().await? {
                Ok(Message::Text(text)) => return Some(serde_json::from_str(&text).unwrap()),
                Ok(Message::Close(_)) | Err(_) => return None,
                Ok(_) => {}
            }
        }
    }

    pub async fn send(&mut self, text: &str) {
        self.stream.send(Message::text(text)).await.unwrap();
    }

    pub async fn ping(&mut self) {
        self.stream.send(Message::Ping("hey".into())).await.unwrap();
    }

    pub async fn ack(&mut self, envelope: &Value, payload: Option<Value>) {
        let mut ack = json!({ "envelope_id": envelope["envelope_id"] });
        if let Some(payload) = payload {
            ack["payload"] = payload;
        }
        self.send(&ack.to_string()).await;
    }
}
