//! The sides that hear, each on a real ledger and listening: what a chat waits for, and no more.

pub mod console;
pub mod discord;
pub mod slack;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use adapters::chat::voice::Voice;
use adapters::http::{Config, Limits, Reach};
use adapters::wording::Wording;
use approvals::ledger::sqlite::SqliteLedger;
use approvals::people::People;
use axum::Router;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::Failure;
use crate::asked::Asked;

/// A chat's side that hears, and what is asked there.
pub struct Hearing {
    /// Where it listens.
    pub address: SocketAddr,
    ledger: Arc<SqliteLedger>,
    serving: JoinHandle<()>,
    asks: Box<dyn Fn() -> Asked + Send + Sync>,
}

/// A chat whose side that hears is measured.
#[derive(Debug, Clone, Copy)]
pub enum Chat {
    /// The page, with its token.
    Console,
    /// Slash commands, signed with HMAC-SHA256.
    Slack,
    /// Interactions, signed with Ed25519.
    Discord,
}

impl Chat {
    /// What is measured there.
    pub fn what(self) -> &'static str {
        match self {
            Self::Console => "console command",
            Self::Slack => "Slack command, signed",
            Self::Discord => "Discord command, signed",
        }
    }

    /// Listens on a free port, with its ledger in `file`.
    ///
    /// # Errors
    /// Where the file or the port cannot be had.
    pub async fn hears(self, file: &Path) -> Result<Hearing, Failure> {
        match self {
            Self::Console => console::hears(file).await,
            Self::Slack => slack::hears(file).await,
            Self::Discord => discord::hears(file).await,
        }
    }
}

impl Hearing {
    async fn listens(
        listener: TcpListener,
        router: Router,
        ledger: Arc<SqliteLedger>,
        asks: impl Fn() -> Asked + Send + Sync + 'static,
    ) -> Result<Self, Failure> {
        let address = listener.local_addr()?;
        let serving = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                eprintln!("the side that hears ended: {error}");
            }
        });
        Ok(Self {
            address,
            ledger,
            serving,
            asks: Box::new(asks),
        })
    }

    /// What people send there, new each time.
    pub fn asked(&self) -> Asked {
        (self.asks)()
    }

    /// Ends, closes the ledger, and sees that so many deliveries are in it: an acknowledgement is worth nothing else.
    ///
    /// # Errors
    /// Where there are fewer.
    pub async fn stop(self, acknowledged: usize) -> Result<(), Failure> {
        let stored = self.ledger.health().await?.unanswered;
        self.serving.abort();
        self.ledger.close().await;
        if stored < acknowledged as u64 {
            return Err(format!("{acknowledged} were acknowledged, and {stored} are stored").into());
        }
        Ok(())
    }
}

async fn listener() -> Result<TcpListener, Failure> {
    Ok(TcpListener::bind("127.0.0.1:0").await?)
}

/// An API where nobody listens: nothing is said here.
fn nowhere() -> Result<Config, Failure> {
    Ok(Config {
        base: "http://127.0.0.1:9/api/".parse()?,
        reach: Reach::Loopback,
        limits: Limits::default(),
    })
}

fn voice(people: People) -> Voice {
    Voice {
        wording: Wording::new("/flink"),
        language: "en".to_owned(),
        people,
    }
}
