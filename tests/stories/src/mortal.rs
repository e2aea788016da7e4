//! The ledger and the platform of a process that can die.

use std::sync::Arc;

use approvals::intake::Delivery;
use approvals::ledger::{
    Attachment, Commit, ConsoleMessage, Entry, Ledger, LedgerError, Queued, Received, Sent,
};
use approvals::notice::Row;
use approvals::ports::{Fault, Handle, LookFor, Permit, Platform, Sampling};
use approvals::request::Request;
use async_trait::async_trait;
use commands::names::{At, Environment, MessageId, Person, Place, RequestId};
use commands::observed::Observed;
use commands::plan::Claim;
use commands::windows::{Sample, Sampled};

use crate::death::{Contact, Death, Fate, Moment};

/// A ledger or a platform of a process that can die.
pub struct Mortal<T: ?Sized> {
    inner: Arc<T>,
    death: Arc<Death>,
}

impl<T: ?Sized> Mortal<T> {
    /// `inner`, until `death`.
    pub fn new(inner: Arc<T>, death: Arc<Death>) -> Self {
        Self { inner, death }
    }
}

/// What a ledger answers to a process that is dead.
pub(crate) fn dead() -> LedgerError {
    LedgerError::NotWritable("the process is dead".into())
}

impl Mortal<dyn Ledger> {
    fn alive(&self) -> Result<&dyn Ledger, LedgerError> {
        if self.death.happened() {
            Err(dead())
        } else {
            Ok(&*self.inner)
        }
    }

    async fn durable<R>(
        &self,
        contact: Contact,
        effect: impl Future<Output = Result<R, LedgerError>>,
    ) -> Result<R, LedgerError> {
        match self.death.meet(contact) {
            Fate::Gone | Fate::Dies(Moment::Before) => Err(dead()),
            Fate::Lives => effect.await,
            Fate::Dies(_) => {
                let _unheard = effect.await;
                self.death.strike();
                Err(dead())
            }
        }
    }
}

#[async_trait]
impl Ledger for Mortal<dyn Ledger> {
    fn epoch(&self) -> u64 {
        self.inner.epoch()
    }
    async fn last_at(&self) -> Result<At, LedgerError> {
        self.alive()?.last_at().await
    }
    async fn receive(&self, delivery: &Delivery) -> Result<Received, LedgerError> {
        self.durable(Contact::Hear, self.inner.receive(delivery)).await
    }
    async fn unanswered(&self, limit: u32) -> Result<Vec<Delivery>, LedgerError> {
        self.alive()?.unanswered(limit).await
    }
    async fn next_request(&self) -> Result<RequestId, LedgerError> {
        self.alive()?.next_request().await
    }
    async fn load(&self, request: RequestId) -> Result<Option<Request>, LedgerError> {
        self.alive()?.load(request).await
    }
    async fn commit(&self, commit: Commit) -> Result<(), LedgerError> {
        let is_new = commit.entry.is_some() || commit.answers.is_some();
        let contact = if is_new { Contact::Append } else { Contact::Note };
        self.durable(contact, self.inner.commit(commit)).await
    }
    async fn asleep(&self) -> Result<Vec<RequestId>, LedgerError> {
        self.alive()?.asleep().await
    }
    async fn due(&self, now: At, limit: u32) -> Result<Vec<(RequestId, At)>, LedgerError> {
        self.alive()?.due(now, limit).await
    }
    async fn next_wake(&self) -> Result<Option<At>, LedgerError> {
        self.alive()?.next_wake().await
    }
    async fn to_send(&self, now: At, limit: u32) -> Result<Vec<Queued>, LedgerError> {
        self.alive()?.to_send(now, limit).await
    }
    async fn next_send(&self) -> Result<Option<At>, LedgerError> {
        self.alive()?.next_send().await
    }
    async fn sent(&self, id: u64, sent: Sent) -> Result<(), LedgerError> {
        self.durable(Contact::Note, self.inner.sent(id, sent)).await
    }
    async fn holder(&self, claims: &[Claim], except: RequestId) -> Result<Option<RequestId>, LedgerError> {
        self.alive()?.holder(claims, except).await
    }
    async fn open_requests(&self) -> Result<Vec<Row>, LedgerError> {
        self.alive()?.open_requests().await
    }
    async fn latest_requests(&self, limit: u32) -> Result<Vec<Row>, LedgerError> {
        self.alive()?.latest_requests(limit).await
    }
    async fn request_in(&self, place: &Place, thread: &MessageId) -> Result<Option<RequestId>, LedgerError> {
        self.alive()?.request_in(place, thread).await
    }
    async fn keep_samples(
        &self,
        environment: &Environment,
        samples: &[(Sampled, Sample)],
        forget_before: At,
    ) -> Result<(), LedgerError> {
        let keeping = self.inner.keep_samples(environment, samples, forget_before);
        self.durable(Contact::Samples, keeping).await
    }
    async fn samples(
        &self,
        environment: &Environment,
        of: &Sampled,
        from: At,
        to: At,
    ) -> Result<Vec<Sample>, LedgerError> {
        self.alive()?.samples(environment, of, from, to).await
    }
    async fn entries(&self, from_seq: u64, limit: u32) -> Result<Vec<Entry>, LedgerError> {
        self.alive()?.entries(from_seq, limit).await
    }
    async fn put_message(
        &self,
        message: &ConsoleMessage,
        attachments: &[Attachment],
        nonce: Option<u64>,
    ) -> Result<MessageId, LedgerError> {
        self.durable(Contact::Note, self.inner.put_message(message, attachments, nonce))
            .await
    }
    async fn messages(&self, channel: &str, limit: u32) -> Result<Vec<ConsoleMessage>, LedgerError> {
        self.alive()?.messages(channel, limit).await
    }
    async fn messages_for(
        &self,
        channel: &str,
        person: Option<&Person>,
        limit: u32,
    ) -> Result<Vec<ConsoleMessage>, LedgerError> {
        self.alive()?.messages_for(channel, person, limit).await
    }
    async fn messages_of(&self, request: RequestId, limit: u32) -> Result<Vec<ConsoleMessage>, LedgerError> {
        self.alive()?.messages_of(request, limit).await
    }
    async fn history(&self, request: RequestId) -> Result<Vec<Entry>, LedgerError> {
        self.alive()?.history(request).await
    }
    async fn message(&self, id: &MessageId) -> Result<Option<ConsoleMessage>, LedgerError> {
        self.alive()?.message(id).await
    }
    async fn attachment(&self, id: &str) -> Result<Option<Attachment>, LedgerError> {
        self.alive()?.attachment(id).await
    }
}

#[async_trait]
impl Platform for Mortal<dyn Platform> {
    async fn look(&self, environment: &Environment, look_for: &LookFor) -> Observed {
        self.inner.look(environment, look_for).await
    }

    async fn send(&self, permit: Permit) -> Result<Handle, Fault> {
        let lost = || Fault::Unknown {
            source: "the process is dead".into(),
        };
        match self.death.meet(Contact::Send) {
            Fate::Gone | Fate::Dies(Moment::Before) => Err(lost()),
            Fate::Lives => self.inner.send(permit).await,
            Fate::Dies(_) => {
                let _unheard = self.inner.send(permit).await;
                self.death.strike();
                Err(lost())
            }
        }
    }

    async fn sample(&self, environment: &Environment) -> Result<Sampling, Fault> {
        self.inner.sample(environment).await
    }
}
