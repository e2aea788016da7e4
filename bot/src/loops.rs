//! Repeats the turns of intake, runner, sampler and outbox until it is time to stop.
//!
//! A loop wakes when it is signalled, when the next thing in the ledger is due, and anyway after a while. A turn that
//! panics is logged and the loop goes on: the request it was about keeps its wake-up and is looked at again. A turn that
//! is dropped in its middle is like a kill: what it had intended is in the ledger, and the next start looks first.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use approvals::ledger::LedgerError;
use approvals::notice::PolicyChange;
use approvals::sampler::Sampler;
use approvals::site::Site;
use approvals::{intake, outbox, record, runner};
use commands::names::{At, Place};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use tokio::sync::{Mutex, Notify, watch};
use tokio::task::JoinSet;

use crate::watch::{Loop, Metrics, Turn as Outcome};

/// A loop that nobody wakes looks anyway after this long.
const POLL: Duration = Duration::from_secs(5);

/// The pause after a turn that failed or panicked: long enough not to spin, short enough to recover unseen.
const AFTER_FAILURE: Duration = Duration::from_secs(1);

/// What a turn found.
enum Found {
    /// There was work, and there may be more.
    Work,
    /// There is nothing before this time.
    NothingUntil(Option<At>),
}

/// Runs all loops until `stop` says so; each ends between two turns.
///
/// # Errors
/// [`LedgerError::Corrupt`]: what is remembered cannot be trusted, so nothing goes on.
pub async fn run(
    site: Arc<Site>,
    metrics: Arc<Metrics>,
    stop: watch::Receiver<bool>,
) -> Result<(), LedgerError> {
    runner::begin(&site).await?;
    outbox::begin(&site).await?;
    let sampler = Arc::new(Mutex::new(Sampler::default()));
    let repeat = |name, signal, turn: Turn| {
        let this = Repeated {
            name,
            site: site.clone(),
            metrics: metrics.clone(),
            signal,
            turn,
        };
        this.until(stop.clone())
    };
    let mut loops = JoinSet::new();
    loops.spawn(repeat(
        Loop::intake,
        |site| &site.signals.intake,
        Box::new(|site| Box::pin(async move { Ok(found(intake::turn(&site).await?, None)) })),
    ));
    loops.spawn(repeat(
        Loop::runner,
        |site| &site.signals.runner,
        Box::new(|site| {
            Box::pin(async move {
                let any = runner::turn(&site).await?;
                Ok(found(any, site.ledger.next_wake().await?))
            })
        }),
    ));
    loops.spawn(repeat(
        Loop::outbox,
        |site| &site.signals.outbox,
        Box::new(|site| {
            Box::pin(async move {
                let any = outbox::turn(&site).await?;
                Ok(found(any, site.ledger.next_send().await?))
            })
        }),
    ));
    loops.spawn(repeat(
        Loop::sampler,
        |site| &site.signals.sampler,
        Box::new(move |site| {
            let sampler = sampler.clone();
            Box::pin(async move { Ok(Found::NothingUntil(sampler.lock().await.turn(&site).await?)) })
        }),
    ));
    while let Some(ended) = loops.join_next().await {
        // A loop itself does not panic: its turns are tasks of their own.
        ended.unwrap_or(Ok(()))?;
    }
    Ok(())
}

/// Puts the policy in force on record and says so where it changed; while the ledger cannot be written, again and again.
///
/// # Errors
/// [`LedgerError::Corrupt`], as above.
pub async fn put_policy_on_record(site: &Site, operations: Option<&Place>) -> Result<(), LedgerError> {
    loop {
        match record::policy_in_force(site, operations).await {
            Ok(None) => return Ok(()),
            Ok(Some(PolicyChange { policy, people })) => {
                let (policy, people) = (policy.1, people.1);
                tracing::warn!(policy, people, "the policy is another than at the last start");
                return Ok(());
            }
            Err(error @ LedgerError::Corrupt { .. }) => return Err(error),
            Err(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "the policy in force is not on record yet"
                );
                tokio::time::sleep(AFTER_FAILURE).await;
            }
        }
    }
}

fn found(any: bool, next: Option<At>) -> Found {
    if any {
        Found::Work
    } else {
        Found::NothingUntil(next)
    }
}

/// One turn of a loop.
type Turn = Box<dyn Fn(Arc<Site>) -> BoxFuture<'static, Result<Found, LedgerError>> + Send + Sync>;

/// A loop.
struct Repeated {
    name: Loop,
    site: Arc<Site>,
    metrics: Arc<Metrics>,
    signal: fn(&Site) -> &Notify,
    turn: Turn,
}

impl Repeated {
    async fn until(self, mut stop: watch::Receiver<bool>) -> Result<(), LedgerError> {
        while !*stop.borrow() {
            let Some(pause) = self.turn().await? else { continue };
            tokio::select! {
                () = (self.signal)(&self.site).notified() => {}
                () = tokio::time::sleep(pause) => {}
                _ = stop.changed() => {}
            }
        }
        Ok(())
    }

    /// Takes one turn and says how long to rest; `None`: not at all.
    async fn turn(&self) -> Result<Option<Duration>, LedgerError> {
        let turn = AssertUnwindSafe((self.turn)(self.site.clone()))
            .catch_unwind()
            .await;
        let (outcome, pause) = match turn {
            Ok(Ok(Found::Work)) => (Outcome::worked, None),
            Ok(Ok(Found::NothingUntil(next))) => (Outcome::idle, Some(self.rest(next))),
            Ok(Err(error @ LedgerError::Corrupt { .. })) => return Err(error),
            Ok(Err(error)) => {
                tracing::error!(turn = ?self.name, error = &error as &dyn std::error::Error, "a turn failed");
                (Outcome::failed, Some(AFTER_FAILURE))
            }
            Err(panic) => {
                tracing::error!(turn = ?self.name, panic = said(panic.as_ref()), "a turn panicked");
                (Outcome::panicked, Some(AFTER_FAILURE))
            }
        };
        self.metrics.turned(self.name, outcome);
        Ok(pause)
    }

    fn rest(&self, next: Option<At>) -> Duration {
        next.map_or(POLL, |at| {
            Duration::from(at.since(self.site.clock.now())).min(POLL)
        })
    }
}

/// What a panic said, where it said it in words.
fn said(panic: &(dyn Any + Send)) -> &str {
    let owned = || panic.downcast_ref::<String>().map(String::as_str);
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(owned)
        .unwrap_or("something without words")
}
