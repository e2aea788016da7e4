//! From approved to running: everything that was true at the vote is looked at once more.

use std::collections::BTreeMap;

use commands::names::{At, Person, RequestId};
use commands::refusal::{Code, Refusal};

use super::super::rights::{Rules, yes_votes};
use super::super::{Event, Input, Request, State, Voting};
use crate::people::Evidence;
use crate::policy::Requirement;
use commands::condition::Mismatch;

/// Starts, or says why not, in this order: too late; not the plan that was voted on; the target is busy; a vote no longer
/// counts; the policy in force demands more; the target is not what the plan was made for.
///
/// What another run does to the target is no drift of ours, so the claims come before the target; and whoever waits in the
/// queue is not asked for evidence that would be too old when the turn comes.
pub(super) fn start(request: &Request, input: &Input, now: At) -> Vec<Event> {
    let Input::Start {
        mismatches,
        evidence,
        in_force,
        held_by,
        no_wait,
    } = input
    else {
        return Vec::new();
    };
    let Some(voting) = &request.voting else {
        return Vec::new();
    };
    if now >= voting.vote_until {
        return vec![Event::Expired];
    }
    if !request.is_bound() {
        return vec![Event::Drifted {
            mismatches: vec![another_plan()],
        }];
    }
    if let Some(holder) = held_by {
        return vec![busy(request, *holder, *no_wait)];
    }
    let mut events = match still_approved(request, voting, in_force.as_ref(), evidence, now) {
        Standing::Approved(events) => events,
        Standing::Waiting(events) => return events,
    };
    events.push(if mismatches.is_empty() {
        Event::Started {
            evidence: evidence.clone(),
        }
    } else {
        Event::Drifted {
            mismatches: mismatches.clone(),
        }
    });
    events
}

/// The plan in hand does not have the digest that the ballot was made from (another version of Sluice reads it otherwise).
pub(super) fn another_plan() -> Mismatch {
    Mismatch {
        what: "plan".to_owned(),
        planned: "as voted on".to_owned(),
        now: "another digest".to_owned(),
    }
}

fn busy(request: &Request, holder: RequestId, no_wait: bool) -> Event {
    if !no_wait || matches!(request.state, State::Queued { .. }) {
        return Event::Queued { behind: holder };
    }
    let path = request
        .plan
        .as_ref()
        .and_then(|plan| plan.claims.first())
        .map_or("", |claim| claim.path.0.as_str());
    let refusal = Refusal::new(Code::Busy)
        .with("holder", holder)
        .with("path", path)
        .try_instead(format!("show {holder}"));
    Event::Refused { refusal }
}

/// Whether the votes still carry the request, and the events that say what changed about them.
enum Standing {
    Approved(Vec<Event>),
    Waiting(Vec<Event>),
}

/// Every yes is measured again, by the groups its person is in now. A vote that no longer counts is dropped; where the rest
/// is not enough the request waits for votes again, under the same ballot.
fn still_approved(
    request: &Request,
    voting: &Voting,
    in_force: Option<&Requirement>,
    evidence: &BTreeMap<Person, Evidence>,
    now: At,
) -> Standing {
    let wanted_again = || {
        Standing::Waiting(vec![Event::ApprovalWanted {
            ballot: voting.ballot.clone(),
            vote_until: voting.vote_until,
            requirement: voting.requirement.clone(),
        }])
    };
    let Some(in_force) = in_force else {
        return wanted_again();
    };
    let rules = Rules::copied(request).and(in_force);
    let (stand, fall): (Vec<_>, Vec<_>) = yes_votes(voting.votes.iter())
        .map(|vote| &vote.person)
        .partition(|person| rules.may_vote(person, evidence.get(person), now).is_ok());
    let dropped: Vec<Event> = fall
        .into_iter()
        .map(|person| Event::VoteWithdrawn {
            person: person.clone(),
        })
        .collect();
    let enough = rules.are_met(
        stand
            .into_iter()
            .filter_map(|person| Some((person, evidence.get(person)?))),
    );
    match (enough, dropped.is_empty()) {
        (true, true) => Standing::Approved(dropped),
        (true, false) => Standing::Approved(dropped.into_iter().chain([Event::Approved]).collect()),
        (false, true) => wanted_again(),
        (false, false) => Standing::Waiting(dropped),
    }
}
