//! One input to one request: decided, folded, and appended with everything that follows from it.
//!
//! This is the only way an event of a request gets into the ledger. What the pure core decides is committed in one
//! transaction with the claims, the wake-up and the messages, and only then are the loops woken. Beside that, Sluice itself
//! puts on record which policy is in force.

mod in_force;

use std::collections::BTreeMap;

use commands::names::{At, Person, RequestId};
use commands::plan::Span;
use commands::refusal::Refusal;
use commands::windows::{Sample, Sampled};

use crate::intake::DeliveryId;
use crate::ledger::{ClaimChange, Commit, LedgerError, Listed, NewEntry, Outgoing, Wake};
use crate::notice::{self, Row};
use crate::request::{self, End, Event, Input, Request, State};
use crate::site::Site;
use crate::wakeups;

pub use in_force::policy_in_force;

/// Why an input became no event.
#[derive(Debug, thiserror::Error)]
pub enum NotRecorded {
    /// The core says no; nothing changed.
    #[error("refused: {}", .0.code.as_str())]
    Refused(Refusal),
    /// The ledger could not, or somebody else was faster.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

/// What goes with an input besides its events.
#[derive(Debug, Default)]
pub struct Beside {
    /// The delivery that is hereby answered.
    pub answers: Option<DeliveryId>,
    /// More messages, before those that the events bring.
    pub say: Vec<Outgoing>,
    /// Who holds what we need, for the message that says so.
    pub holder: Option<Row>,
    /// Samples of both windows and between, for the last message.
    pub samples: BTreeMap<Sampled, Vec<Sample>>,
}

/// Decides `input`, appends what it makes true, and gives the request as it then is.
///
/// # Errors
/// [`NotRecorded::Refused`] where the core says no, [`NotRecorded::Ledger`] where nothing could be written.
pub async fn record(
    site: &Site,
    before: Request,
    input: &Input,
    by: &Person,
    beside: Beside,
) -> Result<Request, NotRecorded> {
    let now = site.now().await?;
    let events = request::decide(&before, input, now).map_err(NotRecorded::Refused)?;
    append(site, before, events, by, now, beside).await
}

/// Appends events that were decided, in one entry.
pub(crate) async fn append(
    site: &Site,
    before: Request,
    events: Vec<Event>,
    by: &Person,
    now: At,
    beside: Beside,
) -> Result<Request, NotRecorded> {
    let after = fold(before.clone(), &events, now)?;
    let row =
        notice::row(&after).ok_or_else(|| corrupt(after.id, "an entry before the request was asked"))?;
    let context = notice::Context {
        now,
        demo: site.demo,
        people: &site.people,
        holder: beside.holder,
        samples: beside.samples,
    };
    let mut say = beside.say;
    say.extend(notice::outgoing(&before, &after, &events, &context));
    let asked = after
        .asked
        .as_ref()
        .ok_or_else(|| corrupt(after.id, "an entry before the request was asked"))?;
    let commit = Commit {
        entry: Some(NewEntry {
            request: after.id,
            expected: before.entries,
            at: now,
            by: by.clone(),
            version: after.version,
            ballot: after.voting.as_ref().map(|voting| voting.ballot.clone()),
            listed: Some(Listed {
                row,
                thread: (asked.place.clone(), asked.thread.clone()),
                ended: matches!(after.state, State::Ended(_)),
            }),
            events: events.clone(),
        }),
        claims: claims_of(&after, &events),
        wake: wake_of(&before, &after, now),
        say: site.everywhere(&after, before.voting.is_none(), say),
        answers: beside.answers,
        only_at: None,
    };
    site.ledger.commit(commit).await?;
    site.signals.runner.notify_one();
    site.signals.outbox.notify_one();
    tracing::info!(request.id = %after.id, events = %kinds(&events), by = %by, "recorded");
    Ok(after)
}

/// The request after these events, as one more entry.
pub(crate) fn fold(before: Request, events: &[Event], now: At) -> Result<Request, LedgerError> {
    let id = before.id;
    before.with_entry(events, now).map_err(|error| corrupt(id, error))
}

fn corrupt(request: RequestId, why: impl ToString) -> LedgerError {
    LedgerError::Corrupt {
        at: request.to_string(),
        why: why.to_string(),
    }
}

/// A request that goes on waiting for the same vote keeps its wake-up: it says which reminders have been told.
fn wake_of(before: &Request, after: &Request, now: At) -> Option<Wake> {
    let ballot = |request: &Request| request.voting.as_ref().map(|voting| voting.ballot.clone());
    let waits = |request: &Request| request.state == State::Waiting;
    let goes_on = waits(before) && waits(after) && ballot(before) == ballot(after);
    (!goes_on).then(|| Wake {
        request: after.id,
        at: wakeups::next(after, now),
    })
}

/// Claims are taken in the append that starts the run and given back in the one that ends it.
fn claims_of(after: &Request, events: &[Event]) -> ClaimChange {
    let started = events.iter().any(|event| matches!(event, Event::Started { .. }));
    match (&after.state, &after.plan) {
        (State::Ended(End::Finished(_) | End::Failed { .. } | End::RolledBack), _) => ClaimChange::Release,
        (_, Some(plan)) if started => ClaimChange::Take(plan.claims.clone()),
        _ => ClaimChange::Keep,
    }
}

fn kinds(events: &[Event]) -> String {
    events.iter().map(Event::kind).collect::<Vec<_>>().join(" ")
}

/// The spans of our own steps, the last one open until `now`.
pub(crate) fn our_spans(request: &Request, now: At) -> Vec<Span> {
    request.run.as_ref().map(|run| run.spans(now)).unwrap_or_default()
}
