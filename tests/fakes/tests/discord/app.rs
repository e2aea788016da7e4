//! The smallest app: a client of the REST API, and one connection of the gateway.

use fakes::discord::{FakeDiscord, Person};
use futures::{SinkExt, StreamExt};
use reqwest::Method;
use serde_json::{Value, json};
use std::sync::Once;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

pub struct App {
    pub discord: FakeDiscord,
    pub http: reqwest::Client,
}

/// A fake with ana and bo in #deploys, its commands registered, and a client of it.
pub async fn acme() -> App {
    let discord = FakeDiscord::start().await;
    for name in ["ana", "bo"] {
        discord.person(name);
    }
    discord.channel("#deploys");
    discord.registers(&commands());
    App::of(&discord)
}

impl App {
    pub fn of(discord: &FakeDiscord) -> Self {
        static PROVIDER: Once = Once::new();
        PROVIDER.call_once(|| {
            let _ = rustls::crypto::ring::default_provider().install_default();
        });
        let client = reqwest::Client::builder()
            .no_proxy()
            .user_agent("DiscordBot (https://example.org, 1)");
        Self {
            discord: discord.clone(),
            http: client.build().unwrap(),
        }
    }

    pub fn person(&self, name: &str) -> Person {
        self.discord.person(name)
    }

    pub fn deploys(&self) -> String {
        self.discord.channel_id("#deploys")
    }

    /// Calls a route, with the bot's token where its path has none.
    pub async fn call(&self, method: Method, path: &str, body: Value) -> (u16, Value) {
        self.try_call(method, path, &body).await.unwrap()
    }

    pub async fn try_call(&self, method: Method, path: &str, body: &Value) -> reqwest::Result<(u16, Value)> {
        let mut asked = self.asks(method, path);
        if !body.is_null() {
            asked = asked.json(body);
        }
        let answer = asked.send().await?;
        let status = answer.status().as_u16();
        let text = answer.text().await?;
        Ok((status, serde_json::from_str(&text).unwrap_or(Value::Null)))
    }

    pub fn asks(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let asked = self
            .http
            .request(method, format!("{}{path}", self.discord.api_url()));
        if path.starts_with("/interactions/") || path.starts_with("/webhooks/") {
            return asked;
        }
        asked.header("authorization", format!("Bot {}", self.discord.bot_token()))
    }

    pub async fn get(&self, path: &str) -> (u16, Value) {
        self.call(Method::GET, path, Value::Null).await
    }

    /// Posts into #deploys, and returns the message's id.
    pub async fn post(&self, body: Value) -> String {
        let path = format!("/channels/{}/messages", self.deploys());
        let (status, answer) = self.call(Method::POST, &path, body).await;
        assert_eq!(status, 200, "{answer}");
        answer["id"].as_str().unwrap().to_owned()
    }

    /// Posts a card with two buttons.
    pub async fn post_card(&self) -> fakes::discord::Message {
        let id = self.post(card()).await;
        self.discord.message("#deploys", &id).unwrap()
    }

    /// A thread at a message of #deploys; its id is the message's.
    pub async fn thread(&self, at: &str) -> String {
        let path = format!("/channels/{}/messages/{at}/threads", self.deploys());
        let body = json!({ "name": "R-18 scale orders", "auto_archive_duration": 10_080 });
        let (status, answer) = self.call(Method::POST, &path, body).await;
        assert_eq!(status, 201, "{answer}");
        answer["id"].as_str().unwrap().to_owned()
    }

    /// Gives the first answer to an interaction.
    pub async fn answers(&self, interaction: &Value, callback: Value) -> (u16, Value) {
        let text = |field: &str| interaction[field].as_str().unwrap().to_owned();
        let path = format!("/interactions/{}/{}/callback", text("id"), text("token"));
        self.call(Method::POST, &path, callback).await
    }

    /// `/webhooks/...` below an interaction's token.
    pub fn hook(&self, interaction: &Value, rest: &str) -> String {
        let token = interaction["token"].as_str().unwrap();
        format!("/webhooks/{}/{token}{rest}", self.discord.app_id())
    }

    pub async fn connect(&self, url: &str) -> Socket {
        let (stream, _) = connect_async(format!("{url}/?v=10&encoding=json")).await.unwrap();
        let mut socket = Socket { stream, seq: 0 };
        assert_eq!(socket.next().await["op"], 10);
        socket
    }

    /// A connection that identified, and the event that made it ready.
    pub async fn connected(&self) -> (Socket, Value) {
        let mut socket = self.connect(&self.discord.gateway_url()).await;
        socket.send(&self.identify()).await;
        let ready = socket.next().await;
        assert_eq!(ready["t"], "READY");
        (socket, ready["d"].clone())
    }

    pub fn identify(&self) -> Value {
        json!({ "op": 2, "d": { "token": self.discord.bot_token(), "intents": 0,
            "properties": { "os": "linux", "browser": "test", "device": "test" } } })
    }
}

pub fn card() -> Value {
    let button = |style: u8, label: &str, id: &str| json!({ "type": 2, "style": style, "label": label, "custom_id": id });
    json!({
        "content": "ana asks: scale orders to parallelism 4", "allowed_mentions": { "parse": [] },
        "components": [{ "type": 1, "components": [button(3, "Approve", "R-18 yes"), button(4, "Deny...", "R-18 no")] }],
    })
}

pub fn modal() -> Value {
    let input = json!({ "type": 4, "custom_id": "why", "label": "Why", "style": 2, "required": true, "max_length": 200 });
    json!({ "type": 9, "data": { "custom_id": "deny R-18", "title": "Deny R-18",
        "components": [{ "type": 1, "components": [input] }] } })
}

pub fn commands() -> Value {
    let job = json!({ "type": 3, "name": "job", "description": "Which job", "required": true, "autocomplete": true });
    let parallelism = json!({ "type": 4, "name": "parallelism", "description": "How many", "min_value": 1, "max_value": 512 });
    let who = json!({ "type": 6, "name": "for", "description": "For whom" });
    let mode = json!({ "type": 3, "name": "mode", "description": "How",
        "choices": [{ "name": "with a savepoint", "value": "savepoint" }, { "name": "at once", "value": "now" }] });
    let list = json!({ "type": 1, "name": "list", "description": "All of them" });
    let take = json!({ "type": 1, "name": "take", "description": "One", "options": [job] });
    json!([
        { "name": "scale", "description": "Change a job's parallelism", "options": [job, parallelism, mode, who] },
        { "name": "savepoints", "description": "Savepoints",
            "options": [list, { "type": 2, "name": "of", "description": "Of a job", "options": [take] }] },
        { "name": "Ask Sluice", "type": 3 },
    ])
}

pub struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    pub seq: u64,
}

impl Socket {
    /// The next message.
    pub async fn next(&mut self) -> Value {
        match self.try_next().await {
            Ok(message) => message,
            Err(code) => panic!("closed with {code:?}"),
        }
    }

    /// The same, or the code with which the connection was closed.
    pub async fn try_next(&mut self) -> Result<Value, Option<u16>> {
        loop {
            match self.stream.next().await {
                Some(Ok(Message::Text(text))) => {
                    let message: Value = serde_json::from_str(&text).unwrap();
                    self.seq = message["s"].as_u64().unwrap_or(self.seq);
                    return Ok(message);
                }
                Some(Ok(Message::Close(frame))) => return Err(frame.map(|frame| frame.code.into())),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Err(None),
            }
        }
    }

    /// The next interaction.
    pub async fn interaction(&mut self) -> Value {
        let event = self.next().await;
        assert_eq!(event["t"], "INTERACTION_CREATE", "{event}");
        event["d"].clone()
    }

    pub async fn send(&mut self, message: &Value) {
        self.say(&message.to_string()).await;
    }

    pub async fn say(&mut self, text: &str) {
        self.stream.send(Message::text(text)).await.unwrap();
    }

    pub async fn beat(&mut self) {
        let seq = self.seq;
        self.send(&json!({ "op": 1, "d": seq })).await;
    }

    pub async fn close(mut self, code: u16) {
        let frame = CloseFrame {
            code: code.into(),
            reason: "".into(),
        };
        self.stream.close(Some(frame)).await.unwrap();
    }
}
