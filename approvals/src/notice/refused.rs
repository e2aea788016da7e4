//! Why somebody's vote, or other attempt, does not count: told to that person alone, with who can.

use commands::names::{At, Person};
use commands::refusal::{Code, Refusal};

use super::view::approvers;
use crate::people::{Evidence, People};
use crate::request::{Event, Request, State, rights::Rules};

/// What to tell the person of an `AttemptRefused`; `None` for another event.
pub fn attempt_refusal(request: &Request, event: &Event, people: &People) -> Option<Refusal> {
    let Event::AttemptRefused { person, code } = event else {
        return None;
    };
    Some(refusal(request, person, *code, people))
}

/// Why this person's vote would not count now; `None`: it would.
pub fn why_not(
    request: &Request,
    person: &Person,
    evidence: Option<&Evidence>,
    people: &People,
    now: At,
) -> Option<Refusal> {
    if !matches!(request.state, State::Waiting) {
        let refusal = Refusal::new(Code::NotNow)
            .with("request", request.id)
            .with("state", request.state.word())
            .with("input", "vote");
        return Some(refusal);
    }
    let code = Rules::copied(request).may_vote(person, evidence, now).err()?;
    Some(refusal(request, person, code, people))
}

fn refusal(request: &Request, person: &Person, code: Code, people: &People) -> Refusal {
    let refusal = Refusal::new(code)
        .with("request", request.id)
        .with("person", person);
    let refusal = match &request.voting {
        Some(voting) => {
            let who = approvers(people, &voting.requirement);
            let groups: Vec<String> = who.keys().map(ToString::to_string).collect();
            let mut persons: Vec<String> = who.values().flatten().map(ToString::to_string).collect();
            persons.sort();
            persons.dedup();
            refusal
                .with("groups", groups.join(", "))
                .with("approvers", persons.join(", "))
        }
        None => refusal,
    };
    let refusal = match request.requester() {
        Some(requester) => refusal.with("requester", requester),
        None => refusal,
    };
    match code {
        Code::SelfApproval => refusal.try_instead(format!("withdraw {}", request.id)),
        _ => refusal.try_instead(format!("explain {}", request.id)),
    }
}
