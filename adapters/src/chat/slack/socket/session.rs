//! One open socket: hello, envelopes, pings, and its end.

use std::sync::Arc;
use std::time::Duration;

use futures::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::sync::{Semaphore, mpsc};
use tokio::time::{Instant, MissedTickBehavior};
use tokio_tungstenite::tungstenite::{Bytes, Message};

use crate::chat::connect::Socket;
use crate::chat::slack::hearing::{Acknowledged, Hearing, Kind};

/// How often we ask whether the other side is there.
const PING_EVERY: Duration = Duration::from_secs(10);
/// Silence after which a socket is deaf: three pings without an answer.
const DEAF_AFTER: Duration = Duration::from_secs(35);
/// How long the greeting may take.
const HELLO_WITHIN: Duration = Duration::from_secs(10);
/// How long the farewell may take: Slack does not always close its side.
const CLOSE_WITHIN: Duration = Duration::from_secs(2);
/// Envelopes worked off at the same time.
const AT_ONCE: usize = 64;

/// Why a socket ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Slack wants another one in its place.
    Recycled,
    /// Somebody switched Socket Mode off.
    Disabled,
    /// The token is refused, or is another app's.
    Token,
    /// Nothing was heard any more.
    Deaf,
    /// It broke, or never opened.
    Broken,
}

/// One open socket.
pub struct Session {
    hearing: Arc<Hearing>,
    turns: Arc<Semaphore>,
    acknowledge: mpsc::Sender<Message>,
    acknowledged: mpsc::Receiver<Message>,
}

/// What a message of the socket leads to.
enum Next {
    GoOn,
    End(Ended),
}

impl Session {
    /// A session that hands what it hears to `hearing`.
    pub fn new(hearing: Arc<Hearing>) -> Self {
        let (acknowledge, acknowledged) = mpsc::channel(AT_ONCE);
        Self {
            hearing,
            turns: Arc::new(Semaphore::new(AT_ONCE)),
            acknowledge,
            acknowledged,
        }
    }

    /// Hears until the socket ends.
    pub async fn run(mut self, mut socket: Socket) -> Ended {
        if let Err(ended) = self.greeted(&mut socket).await {
            return ended;
        }
        let link = self.hearing.link.clone();
        let opened = link.opened();
        let ended = self.listen(&mut socket).await;
        drop(opened);
        let _ = tokio::time::timeout(CLOSE_WITHIN, socket.close(None)).await;
        ended
    }

    /// Waits for the greeting, which says whose socket it is.
    async fn greeted(&mut self, socket: &mut Socket) -> Result<(), Ended> {
        let hello = tokio::time::timeout(HELLO_WITHIN, async {
            while let Some(Ok(message)) = socket.next().await {
                if let Message::Text(text) = message {
                    return serde_json::from_str::<Value>(&text).ok();
                }
            }
            None
        });
        let hello = hello.await.map_err(|_| Ended::Deaf)?.ok_or(Ended::Broken)?;
        if hello["type"] == "disconnect" {
            return Err(farewell(&hello));
        }
        let app = hello.pointer("/connection_info/app_id").and_then(Value::as_str);
        if app.is_some_and(|app| app != self.hearing.gate.app) {
            return Err(Ended::Token);
        }
        tracing::info!(
            sockets = hello["num_connections"].as_u64(),
            "a socket to Slack is open"
        );
        self.beat();
        Ok(())
    }

    async fn listen(&mut self, socket: &mut Socket) -> Ended {
        let mut pings = tokio::time::interval(PING_EVERY);
        pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut heard_at = Instant::now();
        loop {
            tokio::select! {
                message = socket.next() => match message {
                    Some(Ok(message)) => {
                        heard_at = Instant::now();
                        self.beat();
                        if let Next::End(ended) = self.heard(message).await {
                            return ended;
                        }
                    }
                    Some(Err(error)) => {
                        tracing::warn!(error = &error as &dyn std::error::Error, "a socket to Slack broke");
                        return Ended::Broken;
                    }
                    None => return Ended::Broken,
                },
                Some(acknowledgement) = self.acknowledged.recv() => {
                    if socket.send(acknowledgement).await.is_err() {
                        return Ended::Broken;
                    }
                }
                _ = pings.tick() => {
                    if heard_at.elapsed() >= DEAF_AFTER {
                        return Ended::Deaf;
                    }
                    if socket.send(Message::Ping(Bytes::new())).await.is_err() {
                        return Ended::Broken;
                    }
                }
            }
        }
    }

    fn beat(&self) {
        self.hearing.link.beat(self.hearing.site.clock.now());
    }

    async fn heard(&self, message: Message) -> Next {
        let text = match message {
            Message::Text(text) => text,
            Message::Close(_) => return Next::End(Ended::Recycled),
            _ => return Next::GoOn,
        };
        let Ok(envelope) = serde_json::from_str::<Value>(&text) else {
            self.unreadable("JSON", text.len());
            return Next::GoOn;
        };
        if envelope["type"] == "disconnect" {
            return Next::End(farewell(&envelope));
        }
        let Some(id) = envelope["envelope_id"].as_str().map(str::to_owned) else {
            self.unreadable("envelope_id", text.len());
            return Next::GoOn;
        };
        let kind = match envelope["type"].as_str() {
            Some("slash_commands") => Kind::Command,
            Some("interactive") => Kind::Interaction,
            Some("events_api") => Kind::Event,
            _ => {
                self.unreadable("type", text.len());
                return Next::GoOn;
            }
        };
        self.work_off(id, kind, envelope).await;
        Next::GoOn
    }

    /// In a task of its own, so that a panic there is the end of that task and of nothing else.
    async fn work_off(&self, id: String, kind: Kind, envelope: Value) {
        let Ok(turn) = self.turns.clone().acquire_owned().await else {
            return;
        };
        let (hearing, acknowledge) = (self.hearing.clone(), self.acknowledge.clone());
        tokio::spawn(async move {
            let _turn = turn;
            let answer = match hearing.hear(kind, &envelope["payload"]).await {
                Ok(Acknowledged::Silently) => json!({ "envelope_id": id }),
                Ok(Acknowledged::With(payload)) => json!({ "envelope_id": id, "payload": payload }),
                Ok(Acknowledged::Not) => return,
                Err(unreadable) => {
                    tracing::error!(why = %unreadable, envelope = id, "Slack sent something that cannot be read");
                    return;
                }
            };
            // A socket that is gone takes none: Slack sends an event again then.
            let _ = acknowledge.send(Message::Text(answer.to_string().into())).await;
        });
    }

    fn unreadable(&self, what: &'static str, bytes: usize) {
        self.hearing.link.could_not_read();
        tracing::error!(what, bytes, "Slack sent an envelope that cannot be read");
    }
}

/// Why Slack says goodbye.
fn farewell(disconnect: &Value) -> Ended {
    match disconnect["reason"].as_str() {
        Some("link_disabled") => Ended::Disabled,
        Some("too_many_websockets") => Ended::Broken,
        _ => Ended::Recycled,
    }
}
