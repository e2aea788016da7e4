//! The claims table: a run takes all its claims or none, and wakes who waited for them when it gives them back.

use commands::names::RequestId;
use commands::plan::{Claim, ClaimMode, Path};

use super::super::{LedgerError, statements};
use super::rows::sql;
use super::writer::{NotDone, Transaction};
use crate::claims::conflict;

/// A claim and the run that holds it.
pub(super) type HeldClaim = (Claim, RequestId);

/// Nobody else holds what conflicts with these. The one writer makes it safe: nobody takes between this look and [`take`].
pub(super) async fn check(
    transaction: &mut Transaction<'_>,
    request: RequestId,
    wanted: &[Claim],
) -> Result<(), NotDone> {
    let rows: Vec<(String, String, i64)> = sqlx::query_as(statements::CLAIMS)
        .bind(sql(request.number()))
        .fetch_all(&mut *transaction.connection)
        .await?;
    match holder(&decode(rows), wanted) {
        Some(by) => Err(NotDone::Refused(LedgerError::Claimed { by })),
        None => Ok(()),
    }
}

/// Takes all of them, once they are known to be free.
pub(super) async fn take(
    transaction: &mut Transaction<'_>,
    request: RequestId,
    wanted: &[Claim],
) -> Result<(), NotDone> {
    for claim in wanted {
        sqlx::query(statements::TAKE_CLAIM)
            .bind(&claim.path.0)
            .bind(sql(request.number()))
            .bind(match claim.mode {
                ClaimMode::Exclusive => "exclusive",
                ClaimMode::Shared => "shared",
            })
            .execute(&mut *transaction.connection)
            .await?;
    }
    Ok(())
}

/// Gives all back and wakes every request that queues behind this one.
pub(super) async fn release(transaction: &mut Transaction<'_>, request: RequestId) -> Result<(), NotDone> {
    let request = sql(request.number());
    sqlx::query(statements::RELEASE)
        .bind(request)
        .execute(&mut *transaction.connection)
        .await?;
    sqlx::query(statements::WAKE_QUEUED)
        .bind(request)
        .bind(transaction.head.at)
        .execute(&mut *transaction.connection)
        .await?;
    Ok(())
}

/// Wakes a request that has just queued behind a run which holds nothing any more: it saw the run before the release,
/// which could not wake it yet.
pub(super) async fn wake_if_free(
    transaction: &mut Transaction<'_>,
    queued: RequestId,
    behind: RequestId,
) -> Result<(), NotDone> {
    let held: i64 = sqlx::query_scalar(statements::HOLDS_CLAIMS)
        .bind(sql(behind.number()))
        .fetch_one(&mut *transaction.connection)
        .await?;
    if held == 0 {
        sqlx::query(statements::WAKE)
            .bind(sql(queued.number()))
            .bind(transaction.head.at)
            .execute(&mut *transaction.connection)
            .await?;
    }
    Ok(())
}

/// The first run, by number, whose claims conflict with these.
pub(super) fn holder(held: &[HeldClaim], wanted: &[Claim]) -> Option<RequestId> {
    held.iter()
        .find(|(theirs, _)| wanted.iter().any(|ours| conflict(ours, theirs)))
        .map(|(_, by)| *by)
}

/// Claims as read; a mode that is neither counts as exclusive, which is the safe side.
pub(super) fn decode(rows: Vec<(String, String, i64)>) -> Vec<HeldClaim> {
    let claim = |(path, mode, request): (String, String, i64)| {
        let mode = if mode == "shared" {
            ClaimMode::Shared
        } else {
            ClaimMode::Exclusive
        };
        (
            Claim {
                path: Path(path),
                mode,
            },
            RequestId::new(request.unsigned_abs()),
        )
    };
    rows.into_iter().map(claim).collect()
}
