//! Repeats the turns of intake, runner, sampler and outbox until it is time to stop.
//!
//! A loop wakes when it is signalled, when the next thing in the ledger is due, and anyway after a while. A turn that
//! panics is logged and the loop goes on: the request it was about keeps its wake-up and is looked at again.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use approvals::ledger::LedgerError;
use approvals::sampler::Sampler;
use approvals::site::Site;
use approvals::{intake, outbox, runner};
use commands::names::At;
use tokio::sync::{Mutex, Notify, watch};
use tokio::task::JoinSet;

/// A loop that nobody wakes looks anyway after this long.
const POLL: Duration = Duration::from_secs(5);

/// The pause after a turn that failed or panicked: long enough not to spin, short enough to recover unseen.
const AFTER_FAILURE: Duration = Duration::from_secs(1);

/// What a turn found.
enum Turn {
    /// There was work, and there may be more.
    Worked,
    /// There is nothing before this time.
    IdleUntil(Option<At>),
}

/// Runs all loops until `stop` says so; each ends between two turns.
pub async fn run(site: Arc<Site>, stop: watch::Receiver<bool>) {
    let mut loops = JoinSet::new();
    loops.spawn(repeat(
        "intake",
        site.clone(),
        stop.clone(),
        |site| &site.signals.intake,
        |site| async move { Ok(worked(intake::turn(&site).await?, None)) },
    ));
    loops.spawn(repeat(
        "runner",
        site.clone(),
        stop.clone(),
        |site| &site.signals.runner,
        |site| async move {
            let any = runner::turn(&site).await?;
            Ok(worked(any, site.ledger.next_wake().await?))
        },
    ));
    loops.spawn(repeat(
        "outbox",
        site.clone(),
        stop.clone(),
        |site| &site.signals.outbox,
        |site| async move {
            let any = outbox::turn(&site).await?;
            Ok(worked(any, site.ledger.next_send().await?))
        },
    ));
    let sampler = Arc::new(Mutex::new(Sampler::default()));
    loops.spawn(repeat(
        "sampler",
        site,
        stop,
        |site| &site.signals.sampler,
        move |site| {
            let sampler = sampler.clone();
            async move { Ok(Turn::IdleUntil(sampler.lock().await.turn(&site).await?)) }
        },
    ));
    loops.join_all().await;
}

fn worked(any: bool, next: Option<At>) -> Turn {
    if any { Turn::Worked } else { Turn::IdleUntil(next) }
}

async fn repeat<T>(
    name: &'static str,
    site: Arc<Site>,
    mut stop: watch::Receiver<bool>,
    signal: fn(&Site) -> &Notify,
    turn: impl Fn(Arc<Site>) -> T + Send + 'static,
) where
    T: Future<Output = Result<Turn, LedgerError>> + Send + 'static,
{
    while !*stop.borrow() {
        let pause = match tokio::spawn(turn(site.clone())).await {
            Ok(Ok(Turn::Worked)) => continue,
            Ok(Ok(Turn::IdleUntil(next))) => until(&site, next),
            Ok(Err(error)) => {
                tracing::error!(
                    turn = name,
                    error = &error as &dyn std::error::Error,
                    "a turn failed"
                );
                AFTER_FAILURE
            }
            Err(panic) => {
                tracing::error!(
                    turn = name,
                    error = &panic as &dyn std::error::Error,
                    "a turn panicked"
                );
                AFTER_FAILURE
            }
        };
        tokio::select! {
            () = signal(&site).notified() => {}
            () = tokio::time::sleep(pause) => {}
            _ = stop.changed() => {}
        }
    }
}

fn until(site: &Site, next: Option<At>) -> Duration {
    next.map_or(POLL, |at| Duration::from(at.since(site.clock.now())).min(POLL))
}
