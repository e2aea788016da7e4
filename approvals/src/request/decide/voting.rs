//! Votes: cast, changed and taken back, from the moment approval is wanted until the first step starts.

use commands::names::{At, Person};
use commands::refusal::{Code, Refusal};

use super::super::rights::{Rules, yes_votes};
use super::super::{Event, Input, Particular, Request, State, Voting, Yes};
use super::{not_now, refused_attempt};

/// A vote. It counts for the ballot it carries, before the deadline, from a person who may vote under the rules copied
/// into the request and under those in force.
pub(super) fn vote(request: &Request, input: &Input, now: At) -> Result<Vec<Event>, Refusal> {
    let (Input::Vote { person, verdict, .. }, Some(voting)) = (input, &request.voting) else {
        return Err(not_now(request, input));
    };
    if let Err(code) = may_vote(request, voting, input, now) {
        return Ok(refused_attempt(person, code));
    }
    match verdict {
        Yes::No => deny(request, input),
        Yes::Yes => approve(request, voting, input),
    }
}

fn may_vote(request: &Request, voting: &Voting, input: &Input, now: At) -> Result<(), Code> {
    let Input::Vote {
        person,
        verdict,
        ballot,
        evidence,
        in_force,
        ..
    } = input
    else {
        return Err(Code::NotNow);
    };
    if *ballot != voting.ballot {
        return Err(Code::StaleBallot);
    }
    if now >= voting.vote_until {
        return Err(Code::VoteTooLate);
    }
    let rules = match (in_force, verdict) {
        (Some(in_force), _) => Rules::copied(request).and(in_force),
        // The policy in force allows nothing: then nobody can let the change through, but it still can be denied.
        (None, Yes::No) => Rules::copied(request),
        (None, Yes::Yes) => return Err(Code::NoPolicy),
    };
    rules.may_vote(person, evidence.as_ref(), now)
}

/// One denial is enough, and it says why.
fn deny(request: &Request, input: &Input) -> Result<Vec<Event>, Refusal> {
    let (Input::Vote { person, reason, .. }, Some(cast)) = (input, cast(input)) else {
        return Err(not_now(request, input));
    };
    if reason.as_deref().is_none_or(|reason| reason.trim().is_empty()) {
        return Err(Refusal::new(Code::ReasonNeeded).with("request", request.id));
    }
    let denied = Event::Denied { by: person.clone() };
    Ok(vec![cast, denied])
}

/// A yes; the one that meets the quorum approves the request in the same entry.
fn approve(request: &Request, voting: &Voting, input: &Input) -> Result<Vec<Event>, Refusal> {
    let (
        Input::Vote {
            person,
            evidence: Some(evidence),
            in_force: Some(in_force),
            ..
        },
        Some(cast),
    ) = (input, cast(input))
    else {
        return Err(not_now(request, input));
    };
    if !matches!(request.state, State::Waiting) {
        return Err(Refusal::new(Code::AlreadyDecided).with("request", request.id));
    }
    let others = voting.votes.iter().filter(|vote| vote.person != *person);
    let yes = yes_votes(others)
        .map(|vote| (&vote.person, &vote.evidence))
        .chain([(person, evidence)]);
    let mut events = vec![cast];
    if Rules::copied(request).and(in_force).are_met(yes) {
        events.push(Event::Approved);
    }
    Ok(events)
}

fn cast(input: &Input) -> Option<Event> {
    let Input::Vote {
        person,
        account,
        verdict,
        ballot,
        reason,
        evidence: Some(evidence),
        ..
    } = input
    else {
        return None;
    };
    Some(Event::VoteCast {
        person: person.clone(),
        verdict: *verdict,
        ballot: ballot.clone(),
        reason: reason.clone().map(Particular::new),
        account: Particular::new(account.id.clone()),
        evidence: evidence.clone(),
    })
}

/// The requester withdraws the request, a voter his vote; nobody else has anything to withdraw.
pub(super) fn withdraw(request: &Request, person: &Person) -> Vec<Event> {
    let voted = request
        .voting
        .iter()
        .flat_map(|voting| &voting.votes)
        .any(|vote| vote.person == *person);
    if request.requester() == Some(person) {
        vec![Event::Withdrawn { by: person.clone() }]
    } else if voted {
        vec![Event::VoteWithdrawn {
            person: person.clone(),
        }]
    } else {
        refused_attempt(person, Code::NotTheRequester)
    }
}
