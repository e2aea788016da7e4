//! Counters and durations of this process. Labels come from a fixed set of words, never from free text.

use std::fmt;
use std::time::Duration;

use adapters::chat::link::Link;
use approvals::board::LedgerHealth;
use commands::names::Chat;
use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

/// A loop of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelValue)]
#[allow(non_camel_case_types, reason = "a label's value is the variant's name")]
pub enum Loop {
    /// Reads deliveries.
    intake,
    /// Carries approved requests out.
    runner,
    /// Measures running jobs.
    sampler,
    /// Sends messages.
    outbox,
}

/// How a turn of a loop went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelValue)]
#[allow(non_camel_case_types, reason = "a label's value is the variant's name")]
pub enum Turn {
    /// There was something to do.
    worked,
    /// There was nothing to do.
    idle,
    /// It could not be done now.
    failed,
    /// It ended in a bug.
    panicked,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct TurnLabels {
    name: Loop,
    outcome: Turn,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CallLabels {
    system: &'static str,
    op: &'static str,
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OpLabels {
    system: &'static str,
    op: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Build {
    version: &'static str,
}

/// Everything this process counts.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    turns: Family<TurnLabels, Counter>,
    calls: Family<CallLabels, Counter>,
    durations: Family<OpLabels, Histogram>,
    ledger: Remembered,
    slack: Linked,
    discord: Linked,
}

/// How the link to a chat is doing.
#[derive(Debug, Default)]
struct Linked {
    sockets: Gauge,
    last_beat_ms: Gauge,
    deaf: Gauge,
    unreadable: Gauge,
    refused: Gauge,
}

impl Linked {
    fn register(registry: &mut Registry, chat: Chat) -> Self {
        let this = Self::default();
        let gauges = [
            ("sockets", "Sockets to the chat that are open", &this.sockets),
            (
                "last_beat_ms",
                "When the chat was last heard, milliseconds since 1970",
                &this.last_beat_ms,
            ),
            (
                "deaf_sockets",
                "Sockets that heard nothing any more, since the start",
                &this.deaf,
            ),
            (
                "unreadable",
                "Things from the chat that could not be read, since the start",
                &this.unreadable,
            ),
            (
                "not_let_in",
                "Things that were forged or from elsewhere, since the start",
                &this.refused,
            ),
        ];
        for (name, help, gauge) in gauges {
            registry.register(format!("{}_{name}", chat.as_str()), help, gauge.clone());
        }
        this
    }
}

/// How the ledger is doing, as it was when it was last asked.
#[derive(Debug, Default)]
struct Remembered {
    writable: Gauge,
    entries: Gauge,
    log_bytes: Gauge,
    unanswered: Gauge,
    to_send: Gauge,
    undelivered: Gauge,
    open_requests: Gauge,
}

impl Remembered {
    fn register(registry: &mut Registry) -> Self {
        let this = Self::default();
        let gauges = [
            (
                "ledger_writable",
                "Whether the ledger can be written",
                &this.writable,
            ),
            ("ledger_entries", "Entries of the ledger", &this.entries),
            ("ledger_log_bytes", "Size of the write-ahead log", &this.log_bytes),
            (
                "deliveries_unanswered",
                "Deliveries not answered yet",
                &this.unanswered,
            ),
            ("messages_to_send", "Messages that wait to be sent", &this.to_send),
            ("messages_undelivered", "Messages given up", &this.undelivered),
            (
                "open_requests",
                "Requests that have not ended",
                &this.open_requests,
            ),
        ];
        for (name, help, gauge) in gauges {
            registry.register(name, help, gauge.clone());
        }
        this
    }
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("sluice");
        let build = Info::new(Build {
            version: env!("CARGO_PKG_VERSION"),
        });
        registry.register("build", "The program that runs", build);
        let turns = Family::default();
        registry.register("turns", "Turns of the program's loops", turns.clone());
        let calls = Family::default();
        registry.register(
            "calls",
            "Calls to other systems, by how they ended",
            calls.clone(),
        );
        let durations = Family::new_with_constructor(histogram as fn() -> Histogram);
        registry.register_with_unit(
            "call_duration",
            "Duration of calls",
            Unit::Seconds,
            durations.clone(),
        );
        let ledger = Remembered::register(&mut registry);
        let slack = Linked::register(&mut registry, Chat::Slack);
        let discord = Linked::register(&mut registry, Chat::Discord);
        Self {
            registry,
            turns,
            calls,
            durations,
            ledger,
            slack,
            discord,
        }
    }
}

/// From 1 ms to 16 s.
fn histogram() -> Histogram {
    Histogram::new(exponential_buckets(0.001, 2.0, 15))
}

impl Metrics {
    /// Counts a turn of a loop.
    pub fn turned(&self, name: Loop, outcome: Turn) {
        self.turns.get_or_create(&TurnLabels { name, outcome }).inc();
    }

    /// Counts a call to another system; `outcome` is `ok` or a fault's code.
    pub fn called(&self, system: &'static str, op: &'static str, outcome: &'static str, took: Duration) {
        self.calls
            .get_or_create(&CallLabels { system, op, outcome })
            .inc();
        self.durations
            .get_or_create(&OpLabels { system, op })
            .observe(took.as_secs_f64());
    }

    /// Notes how the ledger is doing.
    pub fn remembered(&self, health: &LedgerHealth, open_requests: usize) {
        let set = |gauge: &Gauge, value: u64| {
            gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
        };
        set(&self.ledger.writable, health.writable.into());
        set(&self.ledger.entries, health.entries);
        set(&self.ledger.log_bytes, health.log_bytes);
        set(&self.ledger.unanswered, health.unanswered);
        set(&self.ledger.to_send, health.to_send);
        set(&self.ledger.undelivered, health.undelivered);
        set(&self.ledger.open_requests, open_requests as u64);
    }

    /// Notes how the link to a chat is doing.
    pub fn linked(&self, chat: Chat, link: &Link) {
        let linked = match chat {
            Chat::Slack => &self.slack,
            Chat::Discord => &self.discord,
            Chat::Console => return,
        };
        let set = |gauge: &Gauge, value: u64| {
            gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
        };
        let counted = link.counted();
        set(&linked.sockets, link.up() as u64);
        linked.last_beat_ms.set(link.last_beat().map_or(0, |at| at.0));
        set(&linked.deaf, counted.deaf);
        set(&linked.unreadable, counted.unreadable);
        set(&linked.refused, counted.refused);
    }

    /// All of it as OpenMetrics text.
    ///
    /// # Errors
    /// Where the text cannot be made.
    pub fn text(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}
