//! One step: intended, sent, observed until it is done, or told as unknown.

use commands::condition::{Holds, Progress};
use commands::names::{At, Millis, Person};
use commands::plan::{Plan, Step};

use super::Moved;
use super::looking::{self, Ready};
use super::progress::Said;
use crate::ledger::{Commit, LedgerError};
use crate::notice;
use crate::ports::{Fault, Intent, Permit};
use crate::record::{Beside, NotRecorded, record};
use crate::request::{Input, Phase, Request, StepRun};
use crate::site::{Served, Site};
use crate::wakeups;

/// How long to wait before a precondition that may come by itself is looked at again.
const NOT_READY_YET: Millis = Millis::seconds(1);

/// What a move on a step works with.
struct Hand<'a> {
    served: &'a Served,
    plan: &'a Plan,
    step: Step,
}

/// Carries the step in hand on.
pub(super) async fn step(site: &Site, request: Request, phase: Phase) -> Result<Moved, NotRecorded> {
    let Some(plan) = request.plan.clone() else {
        return Ok(Moved::Wait(None));
    };
    let (Some(served), Some(step)) = (looking::served(site, &plan), request.step_in_hand()) else {
        return all_done(site, request).await;
    };
    let hand = Hand {
        served,
        plan: &plan,
        step,
    };
    match phase {
        Phase::Ready => intend(site, request, &hand).await,
        Phase::Intended | Phase::InDoubt => in_doubt(site, request, &hand).await,
        Phase::Sent => observe(site, request, &hand).await,
    }
}

/// The last step is done: the time of settling begins.
async fn all_done(site: &Site, request: Request) -> Result<Moved, NotRecorded> {
    let Some(served) = request
        .plan
        .as_deref()
        .and_then(|plan| looking::served(site, plan))
    else {
        return Ok(Moved::Wait(None));
    };
    let wait = served.windows.warm_up + served.windows.after;
    on(site, request, &Input::Settle { wait }).await
}

/// Looks once more, and sends the step if what must hold still holds; another attempt waits for its time.
async fn intend(site: &Site, request: Request, hand: &Hand<'_>) -> Result<Moved, NotRecorded> {
    let now = site.now().await?;
    if let Some(later) = wakeups::retry_at(&request, now) {
        return Ok(Moved::Wait(Some(later)));
    }
    let key = request.step_key(hand.step.number);
    let observed = looking::look(hand.served, hand.plan, &hand.step, &key).await;
    let mismatches = match looking::ready(&request, &hand.step, &key, &observed, now) {
        Ready::Yes => Vec::new(),
        Ready::No(mismatches) => mismatches,
        Ready::NotYet if request.must_stop(now) => Vec::new(),
        Ready::NotYet => return Ok(Moved::Wait(Some(now.plus(NOT_READY_YET)))),
    };
    let after = record(
        site,
        request,
        &Input::Intend { mismatches },
        &Person::sluice(),
        Beside::default(),
    )
    .await?;
    send_if_intended(site, after, hand).await
}

/// Sends what the last append intended; anything else the append led to is carried on as it is.
async fn send_if_intended(site: &Site, request: Request, hand: &Hand<'_>) -> Result<Moved, NotRecorded> {
    let Some(attempt) = request.intended_attempt(hand.step.number) else {
        return Ok(Moved::On(Box::new(request)));
    };
    let (Some(voting), Some(run)) = (&request.voting, &request.run) else {
        return Ok(Moved::Wait(None));
    };
    let permit = Permit::from_intent(Intent {
        environment: hand.plan.target.environment.clone(),
        request: request.id,
        ballot: voting.ballot.clone(),
        step: hand.step.clone(),
        key: request.step_key(hand.step.number),
        attempt,
        epoch: site.ledger.epoch(),
        outputs: run.outputs(),
    });
    let input = match hand.served.platform.send(permit).await {
        Ok(handle) => Input::Accepted(handle),
        Err(Fault::Rejected { code, said, source }) => {
            tracing::warn!(request.id = %request.id, step = hand.step.number, code, error = &*source, "step refused");
            Input::Rejected {
                code: code.to_owned(),
                said,
            }
        }
        Err(Fault::Unknown { source }) => {
            tracing::warn!(request.id = %request.id, step = hand.step.number, error = &*source, "answer lost");
            Input::Lost {
                why: source.to_string(),
            }
        }
        Err(Fault::Transient { retry_after, source }) => {
            tracing::warn!(request.id = %request.id, step = hand.step.number, error = &*source, "not sent yet");
            let now = site.now().await?;
            let planned = wakeups::next(&request, now);
            let asked = retry_after.map(|span| now.plus(span));
            return Ok(Moved::Later(Box::new(request), planned.max(asked)));
        }
    };
    on(site, request, &input).await
}

/// Intended, and perhaps sent: looks before it is sent again. Seen not to be done it is ready once more, and what must hold
/// before it is looked at anew.
async fn in_doubt(site: &Site, request: Request, hand: &Hand<'_>) -> Result<Moved, NotRecorded> {
    let Some(step_run) = request.step_run(hand.step.number).cloned() else {
        return Ok(Moved::Wait(None));
    };
    match look_at(site, &request, hand, &step_run).await? {
        Holds::Yes(output) => on(site, request, &Input::SeenDone(output)).await,
        Holds::No(mismatch) => on(site, request, &Input::SeenNotDone(vec![mismatch])).await,
        Holds::NotYet(_) => on(site, request, &Input::SeenNotDone(Vec::new())).await,
        Holds::CannotTell => wait_or_give_up(site, request, hand, &step_run).await,
    }
}

/// Accepted: looks whether it is done, and shows how far it is.
async fn observe(site: &Site, request: Request, hand: &Hand<'_>) -> Result<Moved, NotRecorded> {
    let Some(step_run) = request.step_run(hand.step.number).cloned() else {
        return Ok(Moved::Wait(None));
    };
    let seen = look_at(site, &request, hand, &step_run).await?;
    if matches!(seen, Holds::Yes(_) | Holds::No(_)) {
        site.shown.forget(request.id);
    }
    match seen {
        Holds::Yes(output) => on(site, request, &Input::SeenDone(output)).await,
        Holds::No(mismatch) => on(site, request, &Input::SeenNotDone(vec![mismatch])).await,
        Holds::NotYet(progress) => {
            show(site, &request, hand.step.number, progress).await?;
            wait_or_give_up(site, request, hand, &step_run).await
        }
        Holds::CannotTell => wait_or_give_up(site, request, hand, &step_run).await,
    }
}

/// Outcome unknown: goes on looking; only a clear sight settles it.
pub(super) async fn look_again(site: &Site, request: Request) -> Result<Moved, NotRecorded> {
    let Some(plan) = request.plan.clone() else {
        return Ok(Moved::Wait(None));
    };
    let (Some(served), Some(step)) = (looking::served(site, &plan), request.step_in_hand()) else {
        return Ok(Moved::Wait(None));
    };
    let hand = Hand {
        served,
        plan: &plan,
        step,
    };
    let Some(step_run) = request.step_run(hand.step.number).cloned() else {
        return Ok(Moved::Wait(None));
    };
    match look_at(site, &request, &hand, &step_run).await? {
        Holds::Yes(output) => on(site, request, &Input::SeenDone(output)).await,
        Holds::No(mismatch) => on(site, request, &Input::SeenNotDone(vec![mismatch])).await,
        Holds::NotYet(_) if step_run.sent.is_none() => {
            on(site, request, &Input::SeenNotDone(Vec::new())).await
        }
        Holds::NotYet(_) | Holds::CannotTell => {
            let now = site.now().await?;
            Ok(Moved::Wait(wakeups::next(&request, now)))
        }
    }
}

async fn look_at(
    site: &Site,
    request: &Request,
    hand: &Hand<'_>,
    step_run: &StepRun,
) -> Result<Holds, LedgerError> {
    let observed = looking::look(hand.served, hand.plan, &hand.step, &step_run.key).await;
    let budget_ended = budget_end(hand, step_run) <= site.now().await?;
    let sent_at = step_run.intended_at;
    Ok(looking::holds(
        request,
        &hand.step.done_when,
        &step_run.key,
        &observed,
        sent_at,
        budget_ended,
    ))
}

/// Budget spent and no observation decides: told as unknown. Until then: wait.
async fn wait_or_give_up(
    site: &Site,
    request: Request,
    hand: &Hand<'_>,
    step_run: &StepRun,
) -> Result<Moved, NotRecorded> {
    let now = site.now().await?;
    if budget_end(hand, step_run) <= now {
        return on(site, request, &Input::CannotTell).await;
    }
    Ok(Moved::Wait(
        wakeups::next(&request, now).map(|at| at.min(budget_end(hand, step_run))),
    ))
}

fn budget_end(hand: &Hand<'_>, step_run: &StepRun) -> At {
    step_run.last_intended_at.plus(hand.step.budget)
}

/// Edits the progress message, where there is something new to say.
async fn show(site: &Site, request: &Request, step: u16, progress: Progress) -> Result<(), LedgerError> {
    let now = site.now().await?;
    let said = Said {
        step,
        progress: progress.clone(),
        at: now,
    };
    if !site.shown.is_news(request.id, &said) {
        return Ok(());
    }
    let say = notice::progress(request, step, progress, now, site.demo, &site.people);
    site.ledger
        .commit(Commit {
            say: site.everywhere(request, false, say.into_iter().collect()),
            ..Commit::default()
        })
        .await?;
    site.shown.remember(request.id, said);
    site.signals.outbox.notify_one();
    Ok(())
}

async fn on(site: &Site, request: Request, input: &Input) -> Result<Moved, NotRecorded> {
    let after = record(site, request, input, &Person::sluice(), Beside::default()).await?;
    Ok(Moved::On(Box::new(after)))
}
