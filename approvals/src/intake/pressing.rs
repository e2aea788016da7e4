//! A button: what it means stands in its id.

use commands::ask::{Change, ChangeVerb};
use commands::refusal::{Code, Refusal};

use super::Heard;
use super::asking::unknown;
use crate::ledger::{Commit, Wake};
use crate::notice::{Acknowledged, Answer, Notice, Press};
use crate::record::NotRecorded;
use crate::request::{Request, State, Yes};

impl Heard<'_> {
    /// Does what the button says.
    pub(super) async fn press(&self, button: &str, reason: Option<&str>) -> Result<(), NotRecorded> {
        let Some((id, press)) = Press::parse(button) else {
            return Err(NotRecorded::Refused(
                Refusal::new(Code::WhichRequest).try_instead("requests"),
            ));
        };
        let request = self.site.ledger.load(id).await?.ok_or_else(|| unknown(id))?;
        match press {
            Press::Approve(ballot) => {
                self.vote(request, Some(ballot), Yes::Yes, reason.map(str::to_owned))
                    .await
            }
            Press::Deny(ballot) => {
                self.vote(request, Some(ballot), Yes::No, reason.map(str::to_owned))
                    .await
            }
            Press::Withdraw => self.withdraw(request).await,
            Press::Stop => self.stop(request, None).await,
            Press::Choose(choice) => self.stop(request, Some(choice)).await,
            Press::Say { step, done } => self.settle(request, step, done).await,
            Press::Details => {
                let view = self.view(&request).await?;
                self.whisper(Answer::Show(Box::new(view))).await
            }
            Press::PlanAgain => self.ask(again(&request)?).await,
            Press::Undo => self.ask(rollback(&request)).await,
            Press::LookAgain => self.look_at_once(&request).await,
        }
    }

    /// Has the runner look now instead of at its own time. A request that waits for votes has nothing to look at.
    async fn look_at_once(&self, request: &Request) -> Result<(), NotRecorded> {
        let now = self.site.now().await?;
        let word = Notice::Done(Acknowledged::Recorded, request.id);
        let commit = Commit {
            wake: (request.state != State::Waiting).then_some(Wake {
                request: request.id,
                at: Some(now),
            }),
            say: vec![self.message(word, self.asker(), Some(request.id))],
            answers: Some(self.delivery.id.clone()),
            ..Commit::default()
        };
        self.site.ledger.commit(commit).await?;
        self.site.signals.runner.notify_one();
        self.site.signals.outbox.notify_one();
        Ok(())
    }
}

/// The same change once more.
fn again(request: &Request) -> Result<Change, NotRecorded> {
    match &request.asked {
        Some(asked) => {
            let because = asked
                .because
                .as_ref()
                .and_then(|text| text.text())
                .map(str::to_owned);
            let environment = request.plan.as_ref().map(|plan| plan.target.environment.clone());
            Ok(Change {
                because,
                environment,
                ..asked.change.clone()
            })
        }
        None => Err(unknown(request.id)),
    }
}

/// A rollback of the request.
fn rollback(request: &Request) -> Change {
    Change {
        verb: ChangeVerb::Rollback { request: request.id },
        environment: None,
        because: None,
        incident: request.asked.as_ref().and_then(|asked| asked.incident.clone()),
        dry_run: false,
        no_wait: false,
    }
}
