//! What this process knows about itself, for `/readyz`, `/status` and `/metrics`: no plan, no person, no secret.

mod metrics;
mod watched;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, OnceLock};

use adapters::chat::console::Console;
use adapters::chat::slack::link::Link;
use approvals::ledger::Ledger as _;
use approvals::ledger::sqlite::SqliteLedger;
use commands::names::Environment;
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
    environments: BTreeMap<Environment, Arc<Reach>>,
    /// Counters and durations.
    pub metrics: Arc<Metrics>,
}

impl Watch {
    /// The state of a process that starts now and is not ready yet.
    pub fn new(config: &Config) -> Self {
        let not_here = || ChatStatus {
            link: "not in this version",
            links: 0,
            last_beat: None,
        };
        let up = ChatStatus {
            link: "up",
            links: 1,
            last_beat: None,
        };
        let discord = config.discord.iter().map(|_| ("discord", not_here()));
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
            chats: [(CONSOLE, up)].into_iter().chain(discord).collect(),
            slack: OnceLock::new(),
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
        chats.extend(self.slack.get().map(|link| ("slack", ChatStatus::of_slack(link))));
        chats
    }

    /// Watches the link to Slack too, from now on.
    pub fn set_slack(&self, link: Arc<Link>) {
        // A process has one.
        let _ = self.slack.set(link);
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
        if let Some(slack) = self.slack.get() {
            self.metrics.linked(slack);
        }
        self.metrics.text()
    }
}
