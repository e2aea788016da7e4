//! Events of the vote.

use commands::names::{At, Person};

use super::super::{Event, Request, State, Vote, Voting};

/// Votes are taken. The same ballot again keeps the votes: the policy in force demands more of them.
pub(super) fn want(request: &mut Request, event: &Event) -> Option<State> {
    let Event::ApprovalWanted {
        ballot,
        vote_until,
        requirement,
    } = event
    else {
        return None;
    };
    match &request.voting {
        Some(voting) if voting.ballot == *ballot => {}
        Some(_) => return None,
        None => {
            request.voting = Some(Voting {
                ballot: ballot.clone(),
                vote_until: *vote_until,
                requirement: requirement.clone(),
                votes: Vec::new(),
            });
        }
    }
    Some(State::Waiting)
}

/// The person's last vote counts; it must be for the ballot in force.
pub(super) fn cast(request: &mut Request, event: &Event, at: At) -> Option<()> {
    let Event::VoteCast {
        person,
        verdict,
        ballot,
        reason,
        evidence,
        ..
    } = event
    else {
        return None;
    };
    let voting = request
        .voting
        .as_mut()
        .filter(|voting| voting.ballot == *ballot)?;
    voting.votes.retain(|vote| vote.person != *person);
    voting.votes.push(Vote {
        person: person.clone(),
        verdict: *verdict,
        reason: reason.clone(),
        at,
        evidence: evidence.clone(),
    });
    Some(())
}

/// A vote that is there is gone, and the request waits.
pub(super) fn withdraw(request: &mut Request, person: &Person) -> Option<State> {
    let votes = &mut request.voting.as_mut()?.votes;
    let before = votes.len();
    votes.retain(|vote| vote.person != *person);
    (votes.len() < before).then_some(State::Waiting)
}
