//! A person decides about a request: votes, withdraws, stops, says what became of a step.

use commands::ask::Decision;
use commands::names::Person;
use commands::refusal::{Code, Refusal};

use super::Heard;
use crate::notice::{self, Acknowledged, Notice};
use crate::people::Evidence;
use crate::policy;
use crate::record::{Beside, NotRecorded};
use crate::request::{Ballot, Choice, Event, Input, Request, Yes};

impl Heard<'_> {
    /// Carries a typed decision out.
    pub(super) async fn decide(&self, decision: &Decision) -> Result<(), NotRecorded> {
        match decision {
            Decision::Approve(request) => {
                let request = self.request(*request).await?;
                self.vote(request, None, Yes::Yes, None).await
            }
            Decision::Deny(request, reason) => {
                let request = self.request(*request).await?;
                self.vote(request, None, Yes::No, reason.clone()).await
            }
            Decision::Withdraw(request) => {
                let request = self.request(*request).await?;
                self.withdraw(request).await
            }
            Decision::Stop(request) => {
                let request = self.request(*request).await?;
                self.stop(request, None).await
            }
        }
    }

    /// A vote; a typed one is for the ballot in force, a pressed one for the ballot on the button.
    pub(super) async fn vote(
        &self,
        request: Request,
        ballot: Option<Ballot>,
        verdict: Yes,
        reason: Option<String>,
    ) -> Result<(), NotRecorded> {
        let person = self.known()?.clone();
        let now = self.site.now().await?;
        let in_force = request.voting.as_ref().map(|voting| voting.ballot.clone());
        let Some(ballot) = ballot.or(in_force) else {
            return Err(not_now(&request, "vote"));
        };
        let input = Input::Vote {
            evidence: self.evidence(&person).await,
            in_force: policy::in_force(&self.site.policy, &self.site.people, &request, now),
            account: self.delivery.account.clone(),
            person,
            verdict,
            ballot,
            reason,
        };
        self.put(request, &input, Some(Acknowledged::VoteCounted)).await
    }

    /// The requester withdraws the request, an approver his vote.
    pub(super) async fn withdraw(&self, request: Request) -> Result<(), NotRecorded> {
        let person = self.known()?.clone();
        self.put(
            request,
            &Input::Withdraw { person },
            Some(Acknowledged::VoteWithdrawn),
        )
        .await
    }

    /// `stop`, or the choice after it.
    pub(super) async fn stop(&self, request: Request, choice: Option<Choice>) -> Result<(), NotRecorded> {
        let person = self.known()?.clone();
        let evidence = self.evidence(&person).await;
        let acknowledged = choice.is_none().then_some(Acknowledged::WillStop);
        self.put(
            request,
            &Input::Stop {
                person,
                choice,
                evidence,
            },
            acknowledged,
        )
        .await
    }

    /// A person's word on a step in doubt, or on a step that a person does.
    pub(super) async fn settle(&self, request: Request, step: u16, done: bool) -> Result<(), NotRecorded> {
        let person = self.known()?.clone();
        let evidence = self.evidence(&person).await;
        self.put(
            request,
            &Input::Say {
                person,
                step,
                done,
                evidence,
            },
            Some(Acknowledged::Recorded),
        )
        .await
    }

    /// Records a decision. Where a right was missing the attempt is recorded, and the person is told alone.
    async fn put(
        &self,
        request: Request,
        input: &Input,
        acknowledged: Option<Acknowledged>,
    ) -> Result<(), NotRecorded> {
        let person = self.known()?.clone();
        let now = self.site.now().await?;
        let id = request.id;
        let events = crate::request::decide(&request, input, now).map_err(NotRecorded::Refused)?;
        let mut beside: Beside = self.beside();
        let attempt = events
            .iter()
            .find(|event| matches!(event, Event::AttemptRefused { .. }));
        if let Some(refusal) =
            attempt.and_then(|event| notice::attempt_refusal(&request, event, &self.site.people))
        {
            let notice = Notice::Refused {
                refusal,
                request: Some(id),
            };
            beside.say.push(self.message(notice, self.asker(), Some(id)));
        } else if let Some(word) = acknowledged.filter(|_| !is_told_to_all(&events)) {
            beside
                .say
                .push(self.message(Notice::Done(word, id), self.asker(), Some(id)));
        }
        crate::record::append(self.site, request, events, &person, now, beside).await?;
        Ok(())
    }

    async fn evidence(&self, person: &Person) -> Option<Evidence> {
        match self.site.groups_of(person).await {
            Ok(evidence) => Some(evidence),
            Err(fault) => {
                tracing::warn!(
                    error = &fault as &dyn std::error::Error,
                    "the roster does not answer"
                );
                None
            }
        }
    }
}

/// Whether the thread itself shows what came of it, so that the person need not be told apart.
fn is_told_to_all(events: &[Event]) -> bool {
    events.iter().any(|event| {
        matches!(
            event,
            Event::Approved | Event::Denied { .. } | Event::Withdrawn { .. }
        )
    })
}

fn not_now(request: &Request, input: &str) -> NotRecorded {
    NotRecorded::Refused(
        Refusal::new(Code::NotNow)
            .with("request", request.id)
            .with("state", request.state.word())
            .with("input", input),
    )
}
