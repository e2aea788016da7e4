//! From asked to waiting: a plan is put to the vote.

use commands::ask::Change;
use commands::names::At;
use commands::plan::Plan;
use commands::refusal::{Code, Refusal};

use super::super::{Ballot, Event, Input, Particular, Request, State};
use crate::policy::Requirement;

/// The first event. The reason is free text of a person: it stands beside the change, not in it.
pub(super) fn ask(input: &Input) -> Vec<Event> {
    let Input::Ask {
        by,
        account,
        change,
        place,
        thread,
    } = input
    else {
        return Vec::new();
    };
    vec![Event::Asked {
        by: by.clone(),
        account: Particular::new(account.id.clone()),
        because: change.because.clone().map(Particular::new),
        incident: change.incident.clone(),
        change: Change {
            because: None,
            ..change.clone()
        },
        place: place.clone(),
        thread: thread.clone(),
    }]
}

/// The plan, and the vote on it. A plan that replaces another is a new version: it starts without votes, and whoever could
/// not vote on the old one cannot vote on the new one.
pub(super) fn put_to_vote(request: &Request, plan: &Plan, requirement: &Requirement, now: At) -> Vec<Event> {
    let digest = plan.digest();
    let planned = Event::Planned {
        plan: Box::new(plan.clone()),
        digest: digest.0.clone(),
    };
    if let Some(refusal) = cannot_be_voted_on(request, plan, requirement) {
        return vec![planned, Event::Refused { refusal }];
    }
    let vote_until = now.plus(requirement.vote_within);
    let version = next_version(request);
    let ballot = Ballot::of(
        &digest,
        request.id,
        version,
        &requirement.policy_digest,
        vote_until,
    );
    let wanted = Event::ApprovalWanted {
        ballot,
        vote_until,
        requirement: without_authors(request, requirement),
    };
    vec![planned, wanted]
}

/// Not possible, or not allowed.
pub(super) fn refuse(refusal: &Refusal) -> Vec<Event> {
    vec![Event::Refused {
        refusal: refusal.clone(),
    }]
}

/// The version that a plan made now has.
fn next_version(request: &Request) -> u32 {
    match request.state {
        State::Waiting => request.version + 1,
        _ => request.version,
    }
}

/// A rule that needs nobody would let a change through unseen; a plan whose steps are not numbered 1, 2, 3 ... has none to
/// begin with.
fn cannot_be_voted_on(request: &Request, plan: &Plan, requirement: &Requirement) -> Option<Refusal> {
    let numbered = plan
        .steps
        .iter()
        .zip(1..)
        .all(|(step, number)| step.number == number);
    if plan.steps.is_empty() || !numbered {
        return Some(Refusal::new(Code::NothingToChange).with("job", request.id));
    }
    requirement.need.is_empty().then(|| {
        let verb = request
            .asked
            .as_ref()
            .map_or("", |asked| asked.change.verb.word());
        Refusal::new(Code::NoPolicy)
            .with("environment", &plan.target.environment)
            .with("verb", verb)
    })
}

fn without_authors(request: &Request, requirement: &Requirement) -> Requirement {
    let mut requirement = requirement.clone();
    requirement.not.extend(request.requester().cloned());
    if let Some(voting) = &request.voting {
        requirement.not.extend(voting.requirement.not.iter().cloned());
    }
    requirement
}
