//! Sends what the ledger recorded: at least once, in order per channel, never blocking one channel for another.

use commands::names::{At, MessageId, Millis};
use futures::future::join_all;

use crate::ledger::{LedgerError, Queued, Sent};
use crate::ports::Fault;
use crate::site::Site;

/// Messages sent in one turn.
const AT_ONCE: u32 = 64;

/// After so many attempts a message is given up and shown in `/status`: about an hour of trying.
const ATTEMPTS_MAX: u32 = 70;

/// The longest pause between two attempts.
const PAUSE_MAX: Millis = Millis::minutes(1);

/// Messages that a start looks through; an earlier life sent them in turns of [`AT_ONCE`].
const UNSENT_MAX: u32 = 1_000;

/// At a start: what is not known to be sent may have been, by a process that died before it could record it.
///
/// # Errors
/// Where the ledger cannot be read.
pub async fn begin(site: &Site) -> Result<(), LedgerError> {
    for row in site.ledger.to_send(At(i64::MAX), UNSENT_MAX).await? {
        if let (None, Some(chat)) = (&row.posted, site.chats.get(&row.outgoing.to.place.chat)) {
            chat.may_have_posted(row.id);
        }
    }
    Ok(())
}

/// Sends what is due; `true` where there was something.
///
/// # Errors
/// Where the ledger cannot be read or written. A message whose success could not be recorded is sent again with the same
/// nonce.
pub async fn turn(site: &Site) -> Result<bool, LedgerError> {
    let now = site.now().await?;
    let rows = site.ledger.to_send(now, AT_ONCE).await?;
    let any = !rows.is_empty();
    let outcomes = join_all(rows.iter().map(|row| send(site, row, now))).await;
    outcomes.into_iter().collect::<Result<Vec<()>, LedgerError>>()?;
    Ok(any)
}

async fn send(site: &Site, row: &Queued, now: At) -> Result<(), LedgerError> {
    let sent = match deliver(site, row).await {
        Ok(message) => Sent::Posted(message),
        Err(Fault::Rejected { said, .. }) => Sent::GivenUp(said),
        Err(_) if row.attempts >= ATTEMPTS_MAX => Sent::GivenUp("too many attempts".to_owned()),
        Err(Fault::Transient {
            retry_after: Some(wait),
            source,
        }) => {
            tracing::info!(
                outbox.row = row.id,
                why = &*source,
                "a message waits for its turn"
            );
            Sent::Later(now.plus(wait))
        }
        Err(Fault::Transient { source, .. }) => {
            tracing::warn!(outbox.row = row.id, error = &*source, "message not sent yet");
            Sent::Later(now.plus(pause(row.attempts)))
        }
        Err(Fault::Unknown { source }) => {
            tracing::warn!(outbox.row = row.id, error = &*source, "message perhaps sent");
            Sent::Later(now.plus(pause(row.attempts)))
        }
    };
    site.ledger.sent(row.id, sent).await
}

async fn deliver(site: &Site, row: &Queued) -> Result<MessageId, Fault> {
    let to = &row.outgoing.to;
    let Some(chat) = site.chats.get(&to.place.chat) else {
        return Err(Fault::Rejected {
            code: "NO_SUCH_CHAT",
            said: format!("{} is not configured", to.place.chat.as_str()),
            source: "the chat is not configured".into(),
        });
    };
    match &row.posted {
        Some(message) => chat
            .edit(to, message, &row.outgoing.notice)
            .await
            .map(|()| message.clone()),
        None => chat.post(to, &row.outgoing.notice, row.id).await,
    }
}

/// One second, doubling to [`PAUSE_MAX`].
fn pause(attempts: u32) -> Millis {
    Millis(1_000_u64.saturating_mul(1 << attempts.min(6))).min(PAUSE_MAX)
}
