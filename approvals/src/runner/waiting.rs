//! While votes are awaited: reminders, another group that is woken, and the end of the time.

use commands::names::At;

use super::{Moved, starting};
use crate::ledger::{Commit, Wake};
use crate::record::NotRecorded;
use crate::request::Request;
use crate::site::Site;
use crate::{notice, reminders, wakeups};

/// Tells what is due since the request was to be woken, or ends it. The message and the next wake-up are one commit: a kill
/// repeats none and loses none, and a vote that came in between has said what is next.
pub(super) async fn wait(site: &Site, request: Request, due: Option<At>) -> Result<Moved, NotRecorded> {
    let now = site.now().await?;
    let Some(voting) = &request.voting else {
        return Ok(Moved::Wait(None));
    };
    if now >= voting.vote_until {
        return starting::expire(site, request).await;
    }
    let next = wakeups::next(&request, now);
    let Some(reminder) = due.and_then(|due| reminders::due(voting, due, now)) else {
        return Ok(Moved::Wait(next));
    };
    let say = notice::reminder(&request, &reminder, now, site.demo, &site.people);
    let commit = Commit {
        wake: Some(Wake {
            request: request.id,
            at: next,
        }),
        say: site.everywhere(&request, false, say.into_iter().collect()),
        only_at: Some((request.id, request.entries)),
        ..Commit::default()
    };
    site.ledger.commit(commit).await?;
    site.signals.outbox.notify_one();
    Ok(Moved::Rested)
}
