//! A delivery: stored, read, then answered or turned into a request.
//!
//! [`receive`] is called by a chat and returns once the delivery is on disk. [`turn`] works off what is not answered yet:
//! in order within a thread, side by side between threads. The answer, or the request, is committed together with the
//! mark that the delivery is answered, so that a kill in between loses nothing and answers nothing twice.

mod asking;
mod deciding;
mod first;
mod looking;
mod pressing;

use std::collections::BTreeMap;

use commands::ask::Ask;
use commands::grammar;
use commands::names::{At, MessageId, Person, Place, RequestId};
use commands::refusal::{Code, Refusal};
use futures::future::join_all;
use serde::{Deserialize, Serialize};

use crate::ledger::{Commit, LedgerError, Outgoing, Received};
use crate::notice::{Answer, Notice, Slot};
use crate::people::Account;
use crate::ports::Address;
use crate::record::{Beside, NotRecorded};
use crate::site::Site;

pub use first::{FirstAnswer, first_answer};

/// What makes a delivery the same delivery: the chat's own id of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DeliveryId(pub String);

/// One thing received from a chat, authentic and decoded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// Unique per thing received.
    pub id: DeliveryId,
    /// Who, by immutable account.
    pub account: Account,
    /// Where.
    pub place: Place,
    /// The message it became in the chat, or the pressed message; `None` only on its way to `Ledger::receive`, which
    /// gives a console text its message in the same transaction.
    pub message: Option<MessageId>,
    /// In which thread; `None`: at the channel's top.
    pub thread: Option<MessageId>,
    /// What.
    pub said: Said,
    /// When it was received.
    pub at: At,
}

/// What was received.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// A command.
    Text(String),
    /// A button.
    Press {
        /// The message it stands under.
        message: MessageId,
        /// Its id, as `Press` encodes it.
        button: String,
        /// What was filled in with it.
        reason: Option<String>,
    },
}

/// Deliveries worked off in one turn: more wait for the next one.
const AT_ONCE: u32 = 64;

/// How often an answer is tried again when another append to the same request came first.
const TRIES: usize = 5;

/// Stores a delivery and wakes whoever works it off.
///
/// # Errors
/// [`LedgerError::NotWritable`]: nothing was recorded, and the person must be told so.
pub async fn receive(site: &Site, delivery: &Delivery) -> Result<Received, LedgerError> {
    let received = site.ledger.receive(delivery).await?;
    site.signals.intake.notify_one();
    Ok(received)
}

/// Works off the deliveries that are not answered yet; `true` where there was one.
///
/// # Errors
/// Where the ledger cannot be read. A delivery whose answer cannot be written stays unanswered.
pub async fn turn(site: &Site) -> Result<bool, LedgerError> {
    let deliveries = site.ledger.unanswered(AT_ONCE).await?;
    let any = !deliveries.is_empty();
    let mut by_thread: BTreeMap<(Place, Option<MessageId>), Vec<Delivery>> = BTreeMap::new();
    for delivery in deliveries {
        by_thread
            .entry((delivery.place.clone(), delivery.thread.clone()))
            .or_default()
            .push(delivery);
    }
    let outcomes = join_all(by_thread.into_values().map(|thread| async move {
        for delivery in &thread {
            work_off(site, delivery).await?;
        }
        Ok::<(), LedgerError>(())
    }))
    .await;
    outcomes.into_iter().collect::<Result<Vec<()>, LedgerError>>()?;
    Ok(any)
}

async fn work_off(site: &Site, delivery: &Delivery) -> Result<(), LedgerError> {
    for _ in 0..TRIES {
        let heard = Heard::new(site, delivery);
        match heard.answer().await {
            Ok(()) => return Ok(()),
            Err(NotRecorded::Refused(refusal)) => {
                return heard.refuse(refusal, heard.request_meant().await?).await;
            }
            Err(NotRecorded::Ledger(LedgerError::Stale)) => {}
            Err(NotRecorded::Ledger(error)) => return Err(error),
        }
    }
    Err(LedgerError::Stale)
}

/// A delivery in hand: who said it, where, and in which thread answers go.
struct Heard<'a> {
    site: &'a Site,
    delivery: &'a Delivery,
    person: Option<Person>,
    /// Root of the thread that answers go to; `None`: the first answer becomes a root.
    thread: Option<MessageId>,
}

impl<'a> Heard<'a> {
    fn new(site: &'a Site, delivery: &'a Delivery) -> Self {
        let person = site.people.person_of(&delivery.account);
        let thread = delivery.thread.clone().or_else(|| delivery.message.clone());
        Self {
            site,
            delivery,
            person,
            thread,
        }
    }

    async fn answer(&self) -> Result<(), NotRecorded> {
        match &self.delivery.said {
            Said::Text(text) => match grammar::parse(text).map_err(NotRecorded::Refused)? {
                Ask::Look(look) => self.look(&look).await,
                Ask::Change(change) => self.ask(change).await,
                Ask::Decide(decision) => self.decide(&decision).await,
            },
            Said::Press { button, reason, .. } => self.press(button, reason.as_deref()).await,
        }
    }

    /// The person, or the refusal that says how the config would name the account.
    fn known(&self) -> Result<&Person, NotRecorded> {
        self.person.as_ref().ok_or_else(|| {
            let account = format!(
                "{}: {}",
                self.delivery.account.chat.as_str(),
                self.delivery.account.id
            );
            NotRecorded::Refused(
                Refusal::new(Code::UnknownPerson)
                    .with("account", account)
                    .try_instead("whoami"),
            )
        })
    }

    /// The request that a thread is about.
    async fn request_meant(&self) -> Result<Option<RequestId>, LedgerError> {
        match &self.thread {
            Some(thread) => self.site.ledger.request_in(&self.delivery.place, thread).await,
            None => Ok(None),
        }
    }

    /// Answers openly in the thread.
    async fn say(&self, answer: Answer) -> Result<(), NotRecorded> {
        self.reply(Notice::Answer(Box::new(answer)), None, None).await
    }

    /// Answers so that only the person sees it.
    async fn whisper(&self, answer: Answer) -> Result<(), NotRecorded> {
        self.reply(Notice::Answer(Box::new(answer)), self.asker(), None)
            .await
    }

    /// Says no, so that only the person sees it.
    async fn refuse(&self, refusal: Refusal, request: Option<RequestId>) -> Result<(), LedgerError> {
        let notice = Notice::Refused { refusal, request };
        match self.reply(notice, self.asker(), request).await {
            Err(NotRecorded::Ledger(error)) => Err(error),
            Ok(()) | Err(NotRecorded::Refused(_)) => Ok(()),
        }
    }

    /// Whoever said it, for what nobody else shall read.
    fn asker(&self) -> Option<Account> {
        Some(self.delivery.account.clone())
    }

    async fn reply(
        &self,
        notice: Notice,
        only_for: Option<Account>,
        request: Option<RequestId>,
    ) -> Result<(), NotRecorded> {
        let say = vec![self.message(notice, only_for, request)];
        let answers = Some(self.delivery.id.clone());
        self.site
            .ledger
            .commit(Commit {
                say,
                answers,
                ..Commit::default()
            })
            .await?;
        self.site.signals.outbox.notify_one();
        Ok(())
    }

    fn message(&self, notice: Notice, only_for: Option<Account>, request: Option<RequestId>) -> Outgoing {
        let to = Address {
            place: self.delivery.place.clone(),
            thread: self.thread.clone(),
            only_for,
        };
        Outgoing {
            request,
            slot: Slot::New,
            to,
            notice,
        }
    }

    /// What goes with an append that answers this delivery.
    fn beside(&self) -> Beside {
        Beside {
            answers: Some(self.delivery.id.clone()),
            ..Beside::default()
        }
    }
}
