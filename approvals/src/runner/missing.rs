//! A request whose environment the config no longer names.
//!
//! Before its run it is refused: it could never start. A run keeps its claims, because what it did or sent is there whether
//! the config says so or not; its thread is told what to put back, and it rests until a start finds the environment again.

use commands::names::{Environment, Person};
use commands::refusal::{Code, Refusal};

use super::Moved;
use crate::ledger::{Commit, Wake};
use crate::notice;
use crate::record::{Beside, NotRecorded, record};
use crate::request::{Input, Request, State};
use crate::site::Site;

/// Whether its environment is gone.
pub(super) fn is(site: &Site, request: &Request) -> bool {
    environment(request).is_some_and(|environment| !site.environments.contains_key(environment))
}

fn environment(request: &Request) -> Option<&Environment> {
    request.plan.as_ref().map(|plan| &plan.target.environment)
}

/// Ends it, or says in its thread what keeps it.
pub(super) async fn tell(site: &Site, request: Request) -> Result<Moved, NotRecorded> {
    match request.state {
        State::Waiting | State::Approved | State::Queued { .. } => refuse(site, request).await,
        State::Running { .. }
        | State::Undoing { .. }
        | State::Stopping { .. }
        | State::Settling { .. }
        | State::Unknown { .. } => keep(site, &request).await,
        State::New | State::Asked | State::Planned | State::Ended(_) => Ok(Moved::Wait(None)),
    }
}

async fn refuse(site: &Site, request: Request) -> Result<Moved, NotRecorded> {
    let gone = environment(&request).map_or("", Environment::as_str);
    let refusal = Refusal::new(Code::EnvironmentGone).with("environment", gone);
    let input = Input::Refuse(refusal);
    let after = record(site, request, &input, &Person::sluice(), Beside::default()).await?;
    Ok(Moved::On(Box::new(after)))
}

/// One commit: told, and nothing wakes it any more.
async fn keep(site: &Site, request: &Request) -> Result<Moved, NotRecorded> {
    let now = site.now().await?;
    let say = notice::environment_gone(request, now, site.demo, &site.people);
    let commit = Commit {
        wake: Some(Wake {
            request: request.id,
            at: None,
        }),
        say: site.everywhere(request, false, say.into_iter().collect()),
        only_at: Some((request.id, request.entries)),
        ..Commit::default()
    };
    site.ledger.commit(commit).await?;
    site.signals.outbox.notify_one();
    tracing::error!(request.id = %request.id, "its environment is no longer in the config");
    Ok(Moved::Rested)
}
