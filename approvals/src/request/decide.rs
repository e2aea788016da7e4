//! State and input -> events, or a refusal. The legal pairs stand in one table; everything else is [`Code::NotNow`].

mod asking;
mod ending;
mod running;
mod starting;
mod stopping;
mod voting;

use commands::names::{At, Person};
use commands::refusal::{Code, Refusal};

use super::hand::Stage;
use super::{Event, Input, Request, State};

pub use running::MAX_ATTEMPTS;

/// Which events an input makes true now.
///
/// Somebody who tries what he may not gets no `Err` but `Ok([AttemptRefused])`: the attempt is recorded and the state
/// stays; [`crate::notice::attempt_refusal`] says what to tell him. `Ok([])` is an answer to [`Input::Tick`] alone:
/// nothing is due.
///
/// # Errors
/// A [`Refusal`] where the input changes nothing and leaves no trace: [`Code::NotNow`] for a pair that is not in the
/// table, [`Code::ReasonNeeded`], [`Code::AlreadyDecided`].
pub fn decide(request: &Request, input: &Input, now: At) -> Result<Vec<Event>, Refusal> {
    use Stage::{InDoubt, Intended, Ready, Sent, Unknown};
    use State::{Approved, Asked, New, Planned, Queued, Running, Settling, Stopping, Waiting};
    let sluice = Person::sluice();
    match (&request.state, request.in_hand(), input) {
        (New, _, Input::Ask { .. }) => Ok(asking::ask(input)),
        (Asked | Waiting, _, Input::Plan { plan, requirement }) => {
            Ok(asking::put_to_vote(request, plan, requirement, now))
        }
        (Asked | Planned | Waiting | Approved | Queued { .. }, _, Input::Refuse(refusal)) => {
            Ok(asking::refuse(refusal))
        }

        (Waiting | Approved | Queued { .. }, _, Input::Vote { .. }) => voting::vote(request, input, now),
        (Waiting | Approved | Queued { .. }, _, Input::Withdraw { person }) => {
            Ok(voting::withdraw(request, person))
        }
        (Waiting | Approved | Queued { .. }, _, Input::Tick) => Ok(ending::expire(request, now)),
        (_, _, Input::Tick) => Ok(Vec::new()),
        (Approved | Queued { .. }, _, Input::Start { .. }) => Ok(starting::start(request, input, now)),

        (_, Some((Ready, hand)), Input::Intend { mismatches }) => {
            Ok(running::intend(request, hand, mismatches, now))
        }
        (_, Some((Intended, hand)), Input::Accepted(handle)) => Ok(running::accepted(hand, handle)),
        (_, Some((Intended, hand)), Input::Lost { why }) => Ok(running::lost(hand, why)),
        (_, Some((Intended, hand)), Input::Rejected { code, said }) => {
            Ok(stopping::give_up(request, hand, code, said))
        }
        (_, Some((Intended | Sent | InDoubt, hand)), Input::SeenDone(output)) => {
            Ok(running::done(request, hand, output))
        }
        (_, Some((Intended | InDoubt | Unknown, hand)), Input::SeenNotDone(_)) => {
            Ok(running::not_done(request, hand, &sluice))
        }
        (_, Some((Sent, hand)), Input::SeenNotDone(mismatches)) => {
            Ok(stopping::hopeless(request, hand, mismatches))
        }
        (_, Some((Intended | Sent | InDoubt, hand)), Input::CannotTell) => Ok(running::unknown(hand)),
        (_, Some((Unknown, hand)), Input::SeenDone(output)) => {
            Ok(running::settled_done(request, hand, output, &sluice))
        }
        (_, Some((Unknown, hand)), Input::Say { .. }) => running::say(request, hand, input, now),
        (_, Some((Sent, hand)), Input::Say { .. }) if hand.is_a_persons() => {
            running::say(request, hand, input, now)
        }

        (Running { .. } | State::Unknown { undoing: false, .. }, _, Input::Stop { .. }) => {
            Ok(stopping::ask(request, input, now))
        }
        (
            Stopping { .. },
            _,
            Input::Stop {
                choice: Some(choice), ..
            },
        ) => Ok(stopping::choose(request, input, *choice, now)),
        (Running { .. }, None, Input::Settle { wait }) => Ok(ending::settle(*wait, now)),
        (Settling { until }, _, Input::Judge { .. }) if now >= *until => Ok(ending::judge(input)),
        _ => Err(not_now(request, input)),
    }
}

/// The pair is not in the table: names both.
fn not_now(request: &Request, input: &Input) -> Refusal {
    Refusal::new(Code::NotNow)
        .with("request", request.id)
        .with("state", request.state.word())
        .with("input", input.word())
        .try_instead(format!("show {}", request.id))
}

/// An attempt without the right to it: recorded, and nothing else happens.
fn refused_attempt(person: &Person, code: Code) -> Vec<Event> {
    vec![Event::AttemptRefused {
        person: person.clone(),
        code,
    }]
}
