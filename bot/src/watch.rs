//! What this process knows about itself, for `/readyz`, `/status` and `/metrics`: no plan, no person, no secret.

mod metrics;
mod watched;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, OnceLock};

use adapters::chat::console::Console;
use adapters::chat::link::Link;
use approvals::ledger::Ledger as _;
use approvals::ledger::sqlite::SqliteLedger;
use commands::names::{Chat, Environment};
use jiff::Timestamp;

pub use self::metrics::{Loop, Metrics, Turn};
pub use self::watched::{Reach, Watched};
use crate::config::{Config, Mode};
use crate::server::{ChatStatus, EnvironmentStatus, LedgerStatus};

/// The console's name among the chats.
const CONSOLE: &str = "console";

/// The state of one process, shared by the listener and the loops.
pub struct Watch {
    mode: &'static str,
    started_at: Timestamp,
    ready: AtomicBool,
    ledger: OnceLock<Arc<SqliteLedger>>,
    console: OnceLock<Arc<Console>>,
    chats: BTreeMap<&'static str, ChatStatus>,
    slack: OnceLock<Arc<Link>>,
    discord: OnceLock<Arc<Link>>,
    environments: BTreeMap<Environment, Arc<Reach>>,
    /// Counters and durations.
    pub metrics: Arc<Metrics>,
}

impl Watch {
    /// The state of a process that starts now and is not ready yet.
    pub fn new(config: &Config) -> Self {
        let up = ChatStatus {
            link: "up",
            links: 1,
            last_beat: None,
        };
        let environments = config
            .environments
            .keys()
            .map(|name| (name.clone(), Arc::default()));
        Self {
            mode: match config.mode {
                Mode::Production => "production",
                Mode::Demo => "demo",
            },
            started_at: Timestamp::now(),
            ready: AtomicBool::new(false),
            ledger: OnceLock::new(),
            console: OnceLock::new(),
            chats: BTreeMap::from([(CONSOLE, up)]),
            slack: OnceLock::new(),
            discord: OnceLock::new(),
            environments: environments.collect(),
            metrics: Arc::default(),
        }
    }

    /// `production` or `demo`.
    pub fn mode(&self) -> &'static str {
        self.mode
    }

    /// When the process started (RFC 3339).
    pub fn started_at(&self) -> String {
        self.started_at.to_string()
    }

    /// Whether it can accept and answer.
    pub fn is_ready(&self) -> bool {
        self.ready.load(Relaxed)
    }

    /// Says whether it can accept and answer.
    pub fn set_ready(&self, ready: bool) {
        self.ready.store(ready, Relaxed);
    }

    /// How each environment is reached, to be noted by who calls it.
    pub fn reach(&self, environment: &Environment) -> Arc<Reach> {
        self.environments.get(environment).cloned().unwrap_or_default()
    }

    /// The chats, by name.
    pub fn chats(&self) -> BTreeMap<&'static str, ChatStatus> {
        let mut chats = self.chats.clone();
        if let Some(console) = chats.get_mut(CONSOLE) {
            let heard = self.console.get().and_then(|console| console.heard_at());
            let heard = heard.and_then(|at| Timestamp::from_millisecond(at.0).ok());
            console.last_beat = heard.map(|at| at.to_string());
        }
        chats.extend(
            self.links()
                .map(|(chat, link)| (chat.as_str(), ChatStatus::of(chat, link))),
        );
        chats
    }

    /// Watches the link to this chat too, from now on; the console has none.
    pub fn set_link(&self, chat: Chat, link: Arc<Link>) {
        // A process has one of each.
        let _ = match chat {
            Chat::Slack => self.slack.set(link),
            Chat::Discord => self.discord.set(link),
            Chat::Console => Ok(()),
        };
    }

    fn links(&self) -> impl Iterator<Item = (Chat, &Arc<Link>)> {
        let slack = self.slack.get().map(|link| (Chat::Slack, link));
        slack
            .into_iter()
            .chain(self.discord.get().map(|link| (Chat::Discord, link)))
    }

    /// The environments, by name.
    pub fn environments(&self) -> BTreeMap<String, EnvironmentStatus> {
        self.environments
            .iter()
            .map(|(name, reach)| (name.to_string(), reach.status()))
            .collect()
    }

    /// Watches this console too, from now on.
    pub fn set_console(&self, console: Arc<Console>) {
        // A process has one console.
        let _ = self.console.set(console);
    }

    /// Watches this ledger too, from now on.
    pub fn set_ledger(&self, ledger: Arc<SqliteLedger>) {
        // A process opens one ledger.
        let _ = self.ledger.set(ledger);
    }

    /// The ledger; `None` until it is open.
    pub async fn ledger(&self) -> Option<LedgerStatus> {
        let ledger = self.ledger.get()?;
        Some(match ledger.health().await {
            Ok(health) => LedgerStatus {
                kind: "sqlite",
                readable: true,
                writable: health.writable,
                why_not: health.why_not,
                entries: health.entries,
                unanswered: health.unanswered,
                to_send: health.to_send,
                undelivered: health.undelivered,
            },
            Err(error) => LedgerStatus {
                kind: "sqlite",
                why_not: Some(error.to_string()),
                ..LedgerStatus::default()
            },
        })
    }

    /// Everything measured, as OpenMetrics text.
    ///
    /// # Errors
    /// Where the text cannot be made.
    pub async fn metrics_text(&self) -> Result<String, std::fmt::Error> {
        if let Some(ledger) = self.ledger.get()
            && let (Ok(health), Ok(open)) = (ledger.health().await, ledger.open_requests().await)
        {
            self.metrics.remembered(&health, open.len());
        }
        for (chat, link) in self.links() {
            self.metrics.linked(chat, link);
        }
        self.metrics.text()
    }
}
