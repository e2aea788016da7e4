//! Takes the claims of an approved request, sends and observes its steps, and has the result judged.
//!
//! Driven by wake-ups: [`turn`] carries each due request as far as it goes without waiting, and leaves a row that says
//! when to look again. Nothing here sleeps, and nothing is kept between two turns: after a kill the next turn reads the
//! ledger and goes on. An intended step may or may not have been sent, so it is observed before it is sent again.

mod judging;
mod looking;
mod missing;
mod progress;
mod starting;
mod stepping;
mod waiting;

pub use progress::Shown;

use commands::names::{At, RequestId};
use futures::future::join_all;

use crate::ledger::{Commit, LedgerError, Wake};
use crate::record::NotRecorded;
use crate::request::{Request, State};
use crate::site::Site;

/// Requests carried on at once in one turn: enough for an incident, bounded for the target's sake.
const AT_ONCE: u32 = 32;

/// Moves of one request in one turn: a plan's steps and their ends, then others have their turn.
const MOVES_A_TURN: usize = 64;

/// What a move led to.
pub(crate) enum Moved {
    /// To another state; there may be more to do at once.
    On(Box<Request>),
    /// Nowhere: look again at the time that `wakeups` says, or at this one.
    Wait(Option<At>),
    /// To another state, and not before this time any further.
    Later(Box<Request>, Option<At>),
    /// Nowhere, and its wake-up is set.
    Rested,
}

/// At a start: wakes what must hear that the config has changed. An open request whose environment is gone is told so at
/// once; one that nothing wakes, because it was told, goes on where its environment is back.
///
/// # Errors
/// Where the ledger cannot be read or written.
pub async fn begin(site: &Site) -> Result<(), LedgerError> {
    let asleep = site.ledger.asleep().await?;
    for row in site.ledger.open_requests().await? {
        let Some(environment) = &row.environment else {
            continue;
        };
        if site.environments.contains_key(environment) == asleep.contains(&row.id) {
            let now = Some(site.now().await?);
            let wake = Some(Wake {
                request: row.id,
                at: now,
            });
            site.ledger
                .commit(Commit {
                    wake,
                    ..Commit::default()
                })
                .await?;
        }
    }
    Ok(())
}

/// Carries every due request on; `true` where there was one.
///
/// # Errors
/// Where the ledger cannot be read. A request that fails alone is logged and tried again at its next wake-up.
pub async fn turn(site: &Site) -> Result<bool, LedgerError> {
    let now = site.now().await?;
    let due = site.ledger.due(now, AT_ONCE).await?;
    let outcomes = join_all(due.iter().map(|(id, at)| carry_on(site, *id, *at))).await;
    for ((id, _), outcome) in due.iter().zip(outcomes) {
        if let Err(error) = outcome {
            tracing::error!(request.id = %id, error = &error as &dyn std::error::Error, "not carried on");
        }
    }
    Ok(!due.is_empty())
}

/// Carries one request on until it has to wait. It was to be woken at `due`.
async fn carry_on(site: &Site, id: RequestId, due: At) -> Result<(), LedgerError> {
    let Some(mut request) = site.ledger.load(id).await? else {
        return rest(site, id, 0, None).await;
    };
    let mut due = Some(due);
    for _ in 0..MOVES_A_TURN {
        let entries = request.entries;
        match step_on(site, request, due).await {
            Ok(Moved::On(next)) => (request, due) = (*next, None),
            Ok(Moved::Wait(at)) => return rest(site, id, entries, at).await,
            Ok(Moved::Later(next, at)) => return rest(site, id, next.entries, at).await,
            Ok(Moved::Rested) | Err(NotRecorded::Ledger(LedgerError::Stale)) => return Ok(()),
            Err(NotRecorded::Ledger(error)) => return Err(error),
            Err(NotRecorded::Refused(refusal)) => {
                tracing::error!(request.id = %id, code = refusal.code.as_str(), "the core refused the runner");
                return rest(site, id, entries, None).await;
            }
        }
    }
    rest(site, id, request.entries, Some(site.now().await?)).await
}

/// `due`: when it was to be woken, unless it has moved since.
async fn step_on(site: &Site, request: Request, due: Option<At>) -> Result<Moved, NotRecorded> {
    if missing::is(site, &request) {
        return missing::tell(site, request).await;
    }
    match request.state.clone() {
        State::Waiting => waiting::wait(site, request, due).await,
        State::Approved | State::Queued { .. } => starting::start(site, request).await,
        State::Running { phase, .. } | State::Undoing { phase, .. } => {
            stepping::step(site, request, phase).await
        }
        State::Unknown { .. } => stepping::look_again(site, request).await,
        State::Settling { until } => judging::judge(site, request, until).await,
        State::New | State::Asked | State::Planned | State::Stopping { .. } | State::Ended(_) => {
            Ok(Moved::Wait(None))
        }
    }
}

/// Sets the wake-up of a request that has to wait. Where somebody else has appended to it meanwhile, that append has set it.
async fn rest(site: &Site, request: RequestId, entries: u64, at: Option<At>) -> Result<(), LedgerError> {
    let commit = Commit {
        wake: Some(Wake { request, at }),
        only_at: Some((request, entries)),
        ..Commit::default()
    };
    match site.ledger.commit(commit).await {
        Err(LedgerError::Stale) => Ok(()),
        other => other,
    }
}
