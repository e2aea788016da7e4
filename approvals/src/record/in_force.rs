//! Which policy is in force, on record: a start that finds another one says so before anything is decided by it.
//!
//! The policy and the links of accounts are files that are reviewed where they are kept: that review is their gate. What
//! remains for Sluice is that nobody changes them unseen.

use commands::names::{Person, Place, RequestId};
use commands::plan::canonical_sha256;

use crate::ledger::{Commit, Entry, LedgerError, NewEntry, Outgoing};
use crate::notice::{Notice, PolicyChange, Slot};
use crate::policy;
use crate::ports::Address;
use crate::request::Event;
use crate::site::Site;

/// Puts the policy in force on record where it, or the people it is about, are not those of the last such entry, and tells
/// `place` in the same append. The first of all is recorded and told to nobody: nothing changed. Answers what changed.
///
/// # Errors
/// Where the ledger cannot be read or written: then nothing is recorded and nobody told.
pub async fn policy_in_force(
    site: &Site,
    place: Option<&Place>,
) -> Result<Option<PolicyChange>, LedgerError> {
    let policy = policy::digest(&site.policy);
    let people = canonical_sha256(&site.people);
    let history = site.ledger.history(RequestId::SLUICE).await?;
    let before = history.iter().rev().find_map(digests);
    if before == Some((&policy, &people)) {
        return Ok(None);
    }
    let change = before.map(|(policy_before, people_before)| PolicyChange {
        policy: (policy_before.clone(), policy.clone()),
        people: (people_before.clone(), people.clone()),
    });
    let entry = NewEntry {
        request: RequestId::SLUICE,
        expected: history.len() as u64,
        at: site.now().await?,
        by: Person::sluice(),
        version: 0,
        ballot: None,
        events: vec![Event::PolicyInForce { policy, people }],
        listed: None,
    };
    let say = change
        .iter()
        .zip(place)
        .map(|(change, place)| told(change, place));
    let commit = Commit {
        entry: Some(entry),
        say: say.collect(),
        ..Commit::default()
    };
    site.ledger.commit(commit).await?;
    site.signals.outbox.notify_one();
    Ok(change)
}

fn digests(entry: &Entry) -> Option<(&String, &String)> {
    entry.events.iter().find_map(|event| match event {
        Event::PolicyInForce { policy, people } => Some((policy, people)),
        _ => None,
    })
}

fn told(change: &PolicyChange, place: &Place) -> Outgoing {
    Outgoing {
        request: None,
        slot: Slot::New,
        to: Address {
            place: place.clone(),
            thread: None,
            only_for: None,
        },
        notice: Notice::PolicyChanged(change.clone()),
    }
}
