//! A platform whose calls are counted and timed, and which notes when it was last reached.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU8, Ordering::Relaxed};
use std::time::Instant;

use approvals::ports::{Fault, Handle, LookFor, Permit, Platform, Sampling};
use async_trait::async_trait;
use commands::names::Environment;
use commands::observed::{Observed, Seen};
use jiff::Timestamp;
use tracing::Instrument as _;

use super::Metrics;
use crate::server::EnvironmentStatus;

/// A platform of one environment, watched.
pub struct Watched {
    /// The platform itself.
    pub platform: Arc<dyn Platform>,
    /// Its name in metrics and spans, such as `standalone`.
    pub system: &'static str,
    /// What it is reached by.
    pub reach: Arc<Reach>,
    /// What is counted.
    pub metrics: Arc<Metrics>,
}

impl Watched {
    fn note(&self, op: &'static str, began: Instant, outcome: &'static str) {
        self.metrics.called(self.system, op, outcome, began.elapsed());
        // A refusal is an answer: it was reached.
        self.reach
            .note(!matches!(outcome, "transient" | "unknown" | "unreachable"));
    }

    fn span(&self, op: &'static str, environment: &Environment) -> tracing::Span {
        tracing::info_span!("call", system = self.system, op, %environment)
    }
}

#[async_trait]
impl Platform for Watched {
    async fn look(&self, environment: &Environment, look_for: &LookFor) -> Observed {
        let began = Instant::now();
        let span = self.span("look", environment);
        let observed = self.platform.look(environment, look_for).instrument(span).await;
        let outcome = match observed.cluster {
            Seen::Seen(_) => "ok",
            Seen::Unreachable { .. } => "unreachable",
        };
        self.note("look", began, outcome);
        observed
    }

    async fn send(&self, permit: Permit) -> Result<Handle, Fault> {
        let began = Instant::now();
        let span = self.span("send", permit.environment());
        let sent = self.platform.send(permit).instrument(span).await;
        self.note("send", began, outcome(&sent));
        sent
    }

    async fn sample(&self, environment: &Environment) -> Result<Sampling, Fault> {
        let began = Instant::now();
        let span = self.span("sample", environment);
        let samples = self.platform.sample(environment).instrument(span).await;
        self.note("sample", began, outcome(&samples));
        samples
    }
}

fn outcome<T>(result: &Result<T, Fault>) -> &'static str {
    match result {
        Ok(_) => "ok",
        Err(Fault::Transient { .. }) => "transient",
        Err(Fault::Rejected { code, .. }) => code,
        Err(Fault::Unknown { .. }) => "unknown",
    }
}

/// When an environment last answered.
#[derive(Debug, Default)]
pub struct Reach {
    /// Milliseconds since 1970; 0: never.
    last: AtomicI64,
    /// Of the last call.
    outcome: AtomicU8,
}

const ANSWERED: u8 = 1;
const SILENT: u8 = 2;

impl Reach {
    fn note(&self, answered: bool) {
        if answered {
            self.last.store(Timestamp::now().as_millisecond(), Relaxed);
        }
        self.outcome
            .store(if answered { ANSWERED } else { SILENT }, Relaxed);
    }

    /// For `/status`.
    pub fn status(&self) -> EnvironmentStatus {
        let last = Timestamp::from_millisecond(self.last.load(Relaxed)).ok();
        EnvironmentStatus {
            platform: "standalone",
            reachable: match self.outcome.load(Relaxed) {
                ANSWERED => Some(true),
                SILENT => Some(false),
                _ => None,
            },
            last_reach: last
                .filter(|last| *last > Timestamp::UNIX_EPOCH)
                .map(|last| last.to_string()),
        }
    }
}
