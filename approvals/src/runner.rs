//! Takes the claims of an approved request, sends and observes its steps, and has the result judged.
//!
//! Driven by wake-ups: [`turn`] carries each due request as far as it goes without waiting, and leaves a row that says
//! when to look again. Nothing here sleeps, and nothing is kept between two turns: after a kill the next turn reads the
//! ledger and goes on. An intended step may or may not have been sent, so it is observed before it is sent again.

mod judging;
mod looking;
mod progress;
mod starting;
mod stepping;

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
}

/// Carries every due request on; `true` where there was one.
///
/// # Errors
/// Where the ledger cannot be read. A request that fails alone is logged and tried again at its next wake-up.
pub async fn turn(site: &Site) -> Result<bool, LedgerError> {
    let now = site.now().await?;
    let due = site.ledger.due(now, AT_ONCE).await?;
    let outcomes = join_all(due.iter().map(|id| carry_on(site, *id))).await;
    for (id, outcome) in due.iter().zip(outcomes) {
        if let Err(error) = outcome {
            tracing::error!(request.id = %id, error = &error as &dyn std::error::Error, "not carried on");
        }
    }
    Ok(!due.is_empty())
}

/// Carries one request on until it has to wait.
async fn carry_on(site: &Site, id: RequestId) -> Result<(), LedgerError> {
    let Some(mut request) = site.ledger.load(id).await? else {
        return rest(site, id, None).await;
    };
    for _ in 0..MOVES_A_TURN {
        match step_on(site, request).await {
            Ok(Moved::On(next)) => request = *next,
            Ok(Moved::Wait(at)) => return rest(site, id, at).await,
            Err(NotRecorded::Ledger(LedgerError::Stale)) => return Ok(()),
            Err(NotRecorded::Ledger(error)) => return Err(error),
            Err(NotRecorded::Refused(refusal)) => {
                tracing::error!(request.id = %id, code = refusal.code.as_str(), "the core refused the runner");
                return rest(site, id, None).await;
            }
        }
    }
    rest(site, id, Some(site.now().await?)).await
}

async fn step_on(site: &Site, request: Request) -> Result<Moved, NotRecorded> {
    match request.state.clone() {
        State::Waiting => starting::expire(site, request).await,
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

/// Sets the wake-up of a request that has to wait.
async fn rest(site: &Site, request: RequestId, at: Option<At>) -> Result<(), LedgerError> {
    site.ledger
        .commit(Commit {
            wake: Some(Wake { request, at }),
            ..Commit::default()
        })
        .await
}
