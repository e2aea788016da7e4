//! From approved to running: a second look at target and roster, then all claims in one append, or none.

use std::collections::BTreeMap;

use commands::condition::Mismatch;
use commands::names::{Millis, Person, RequestId};
use commands::plan::Drift;

use super::Moved;
use super::looking::{self, Ready};
use crate::ledger::LedgerError;
use crate::people::Evidence;
use crate::policy;
use crate::record::{Beside, NotRecorded, record};
use crate::request::{Input, Request, State, Yes};
use crate::site::Site;
use crate::wakeups;

/// How long to wait before a target or a roster that did not answer is asked again at the start.
const ASK_AGAIN: Millis = Millis::seconds(2);

/// Ends a request whose deadline has passed; else waits for it.
pub(super) async fn expire(site: &Site, request: Request) -> Result<Moved, NotRecorded> {
    let now = site.now().await?;
    match request.voting.as_ref() {
        Some(voting) if now >= voting.vote_until => {
            let after = record(site, request, &Input::Tick, &Person::sluice(), Beside::default()).await?;
            Ok(Moved::On(Box::new(after)))
        }
        _ => Ok(Moved::Wait(wakeups::next(&request, now))),
    }
}

/// Starts the run, or says why it cannot: drifted, queued, below the quorum, too late.
pub(super) async fn start(site: &Site, request: Request) -> Result<Moved, NotRecorded> {
    let now = site.now().await?;
    if request
        .voting
        .as_ref()
        .is_some_and(|voting| now >= voting.vote_until)
    {
        return expire(site, request).await;
    }
    let Some(plan) = request.plan.clone() else {
        return Ok(Moved::Wait(None));
    };
    let Some(served) = looking::served(site, &plan) else {
        return Ok(Moved::Wait(None));
    };
    let Some(first) = plan.steps.first() else {
        return Ok(Moved::Wait(None));
    };
    let key = request.step_key(first.number);
    let held_by = site.ledger.holder(&plan.claims, request.id).await?;
    if let (State::Queued { behind }, Some(holder)) = (&request.state, held_by)
        && *behind == holder
    {
        return Ok(Moved::Wait(wakeups::next(&request, now)));
    }
    let (mismatches, evidence) = if held_by.is_some() {
        (Vec::new(), BTreeMap::new())
    } else {
        let observed = looking::look(served, &plan, first, &key).await;
        let mismatches = match (
            plan.drift(&observed),
            looking::ready(&request, first, &key, &observed, now),
        ) {
            (Drift::Moved(mismatches), _) | (Drift::None, Ready::No(mismatches)) => mismatches,
            (Drift::None, Ready::Yes) => Vec::new(),
            (Drift::CannotTell, _) | (_, Ready::NotYet) => return Ok(Moved::Wait(Some(now.plus(ASK_AGAIN)))),
        };
        let Some(evidence) = evidence(site, &request).await else {
            return Ok(Moved::Wait(Some(now.plus(ASK_AGAIN))));
        };
        (mismatches, evidence)
    };
    claim(site, request, mismatches, evidence, held_by).await
}

/// Records the start. Where another run was faster with a claim, the request queues behind it.
async fn claim(
    site: &Site,
    request: Request,
    mismatches: Vec<Mismatch>,
    evidence: BTreeMap<Person, Evidence>,
    held_by: Option<RequestId>,
) -> Result<Moved, NotRecorded> {
    let now = site.now().await?;
    let in_force = policy::in_force(&site.policy, &site.people, &request, now);
    let no_wait = request.asked.as_ref().is_some_and(|asked| asked.change.no_wait);
    let input = |held_by| Input::Start {
        mismatches: mismatches.clone(),
        evidence: evidence.clone(),
        in_force: in_force.clone(),
        held_by,
        no_wait,
    };
    let first = record(
        site,
        request.clone(),
        &input(held_by),
        &Person::sluice(),
        beside(site, held_by).await?,
    )
    .await;
    let after = match first {
        Err(NotRecorded::Ledger(LedgerError::Claimed { by })) => {
            record(
                site,
                request,
                &input(Some(by)),
                &Person::sluice(),
                beside(site, Some(by)).await?,
            )
            .await?
        }
        other => other?,
    };
    Ok(Moved::On(Box::new(after)))
}

async fn beside(site: &Site, held_by: Option<RequestId>) -> Result<Beside, LedgerError> {
    let Some(holder) = held_by else {
        return Ok(Beside::default());
    };
    let holder = site
        .ledger
        .load(holder)
        .await?
        .as_ref()
        .and_then(crate::notice::row);
    Ok(Beside {
        holder,
        ..Beside::default()
    })
}

/// The groups of everybody who voted yes, looked up now; `None` where the roster does not answer.
async fn evidence(site: &Site, request: &Request) -> Option<BTreeMap<Person, Evidence>> {
    let votes = request
        .voting
        .iter()
        .flat_map(|voting| &voting.votes)
        .filter(|vote| vote.verdict == Yes::Yes);
    let mut found = BTreeMap::new();
    for vote in votes {
        match site.groups_of(&vote.person).await {
            Ok(evidence) => found.insert(vote.person.clone(), evidence),
            Err(fault) => {
                tracing::warn!(
                    error = &fault as &dyn std::error::Error,
                    "the roster does not answer"
                );
                return None;
            }
        };
    }
    Some(found)
}
