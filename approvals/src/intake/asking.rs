//! A change is asked for: look, plan, find who may approve, and append all of it as one entry.

use commands::ask::{Ask, Change, ChangeVerb};
use commands::names::{At, Environment, JobId, MessageId, Person, RequestId};
use commands::observed::Observed;
use commands::plan::{Plan, Settings};
use commands::recipes::{self, Limits};
use commands::refusal::{Code, Refusal};
use commands::windows::{self, Sampled};

use super::Heard;
use super::looking::find_job;
use crate::ledger::Outgoing;
use crate::notice::{Answer, Notice};
use crate::policy::{self, Requirement, Subject};
use crate::ports::{LookFor, Venue};
use crate::record::{self, Beside, NotRecorded};
use crate::request::{self, Input, Request};
use crate::site::Served;

/// How long a backlog may take to be worked off when the plan says which parallelism would be enough.
const CATCH_UP: commands::names::Millis = commands::names::Millis::minutes(30);

impl Heard<'_> {
    /// Turns a change that was asked for into a request that waits for approval, or is refused.
    pub(super) async fn ask(&self, change: Change) -> Result<(), NotRecorded> {
        let person = self.known()?.clone();
        let recorded = self.recorded_settings(&change.verb).await?;
        let environment = self.environment(&change, recorded.as_ref().map(|(environment, _)| environment))?;
        if !change.dry_run {
            self.has_threads_here().await?;
        }
        let served = self.served(&environment)?;
        let observed = served.platform.look(&environment, &LookFor::default()).await;
        let now = self.site.now().await?;
        let planned = self
            .plan(
                &change,
                &environment,
                served,
                &observed,
                recorded.map(|(_, s)| s),
                now,
                &person,
            )
            .await?;
        match planned {
            Ok((plan, requirement)) if change.dry_run => {
                self.show_only(environment, &change, plan, requirement).await
            }
            Err(refusal) if change.dry_run => Err(NotRecorded::Refused(refusal)),
            Ok((plan, requirement)) => {
                self.open(change, person, Input::Plan { plan, requirement }, now)
                    .await
            }
            Err(refusal) => self.open(change, person, Input::Refuse(refusal), now).await,
        }
    }

    /// A request lives in a thread: a channel that can hold none is refused before anybody is asked. A chat that cannot
    /// tell is believed to have one; if it has not, the outbox finds out.
    async fn has_threads_here(&self) -> Result<(), NotRecorded> {
        let place = &self.delivery.place;
        let Some(chat) = self.site.chats.get(&place.chat) else {
            return Ok(());
        };
        let why = match chat.venue(place).await {
            Ok(Venue::Threads) | Err(_) => return Ok(()),
            Ok(Venue::DirectMessage) => Code::DirectMessage,
            Ok(Venue::NotAMember) => Code::NotInChannel,
            Ok(Venue::Closed) => Code::ChannelClosed,
        };
        Err(NotRecorded::Refused(Refusal::new(why)))
    }

    /// The plan and what the policy demands for it; the inner `Err` is a refusal that the request ends with.
    #[allow(clippy::too_many_arguments)]
    async fn plan(
        &self,
        change: &Change,
        environment: &Environment,
        served: &Served,
        observed: &Observed,
        recorded: Option<Settings>,
        now: At,
        person: &Person,
    ) -> Result<Result<(Box<Plan>, Requirement), Refusal>, NotRecorded> {
        let limits = self
            .limits(
                &change.verb,
                environment,
                served,
                observed,
                recorded.as_ref(),
                now,
            )
            .await?;
        let plan = match recipes::plan(&change.verb, observed, &limits, recorded.as_ref()) {
            Ok(plan) => plan,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let subject = Subject {
            environment,
            verb: change.verb.word(),
            from_to: plan.aim.from_to(),
            slots: plan.resources.slots,
            requester: person,
        };
        Ok(
            policy::requirement(&self.site.policy, &self.site.people, &subject, now).map(|requirement| {
                let run_within = requirement.run_within.unwrap_or(plan.run_within);
                (Box::new(Plan { run_within, ..plan }), requirement)
            }),
        )
    }

    /// What the recipe is told of the recent past.
    async fn limits(
        &self,
        verb: &ChangeVerb,
        environment: &Environment,
        served: &Served,
        observed: &Observed,
        recorded: Option<&Settings>,
        now: At,
    ) -> Result<Limits, NotRecorded> {
        let job = match (verb, recorded) {
            (ChangeVerb::ScaleParallelism { job, .. }, _) => find_job(observed, job, str::to_owned)
                .ok()
                .map(|job| job.id.clone()),
            (_, Some(settings)) => settings.job().map(|job| job.id.clone()),
            (ChangeVerb::ScaleTaskManagers { .. } | ChangeVerb::Rollback { .. }, None) => only_job(observed),
        };
        let recent = match job {
            Some(job) => {
                let from = now.minus(served.windows.before);
                let samples = self
                    .site
                    .ledger
                    .samples(environment, &Sampled::Job(job), from, now)
                    .await?;
                Some(windows::window(&samples, from, now)).filter(|window| window.samples > 0)
            }
            None => None,
        };
        Ok(Limits {
            run_within: None,
            recent,
            catch_up: CATCH_UP,
        })
    }

    /// A new request: asked, and planned or refused, in one entry.
    async fn open(&self, change: Change, person: Person, then: Input, now: At) -> Result<(), NotRecorded> {
        let id = self.site.ledger.next_request().await?;
        let thread = self
            .thread
            .clone()
            .ok_or_else(|| NotRecorded::Refused(Refusal::new(Code::WhichRequest)))?;
        let beside = Beside {
            say: self.opener(&thread, &person, &change).into_iter().collect(),
            ..self.beside()
        };
        let ask = Input::Ask {
            by: person.clone(),
            account: self.delivery.account.clone(),
            change,
            place: self.delivery.place.clone(),
            thread,
        };
        let new = Request::new(id);
        let mut events = request::decide(&new, &ask, now).map_err(NotRecorded::Refused)?;
        let asked = record::fold(new.clone(), &events, now)?;
        events.extend(request::decide(&asked, &then, now).map_err(NotRecorded::Refused)?);
        record::append(self.site, new, events, &person, now, beside).await?;
        Ok(())
    }

    /// What opens the thread, where the command is no message that one could hang below.
    fn opener(&self, thread: &MessageId, by: &Person, change: &Change) -> Option<Outgoing> {
        let notice = Notice::Opener {
            by: by.clone(),
            command: commands::grammar::text_of(&Ask::Change(change.clone())),
        };
        thread.is_stand_in().then(|| self.message(notice, None, None))
    }

    /// `dry-run`: the plan, and nobody is asked.
    async fn show_only(
        &self,
        environment: Environment,
        change: &Change,
        plan: Box<Plan>,
        requirement: Requirement,
    ) -> Result<(), NotRecorded> {
        let command = commands::grammar::text_of(&Ask::Change(change.clone()));
        self.say(Answer::DryRun {
            environment,
            command,
            plan,
            need: requirement.need,
        })
        .await
    }

    /// For a rollback: where the request acted, and the settings it recorded before it did.
    async fn recorded_settings(
        &self,
        verb: &ChangeVerb,
    ) -> Result<Option<(Environment, Settings)>, NotRecorded> {
        let ChangeVerb::Rollback { request } = verb else {
            return Ok(None);
        };
        let found = self
            .site
            .ledger
            .load(*request)
            .await?
            .ok_or_else(|| unknown(*request))?;
        let ran = found
            .run
            .as_ref()
            .is_some_and(|run| run.steps.iter().any(|step| step.done_at.is_some()));
        match found.plan {
            Some(plan) if ran => Ok(Some((
                plan.target.environment.clone(),
                plan.settings_before.clone(),
            ))),
            _ => Err(NotRecorded::Refused(
                Refusal::new(Code::NothingToRollBack)
                    .with("request", request)
                    .with("state", found.state.word())
                    .try_instead("requests"),
            )),
        }
    }

    /// The environment that was named, that a rollback goes back to, or that the channel or the target stands for.
    fn environment(
        &self,
        change: &Change,
        recorded: Option<&Environment>,
    ) -> Result<Environment, NotRecorded> {
        let named = match &change.verb {
            ChangeVerb::ScaleTaskManagers { cluster, .. } => Environment::parse(&cluster.0).ok(),
            ChangeVerb::ScaleParallelism { .. } | ChangeVerb::Rollback { .. } => None,
        };
        self.environment_named(change.environment.as_ref().or(recorded).or(named.as_ref()))
    }
}

/// The one job that runs; which of several a change of TaskManagers bears on, only the plan says.
fn only_job(observed: &Observed) -> Option<JobId> {
    let jobs = &observed.cluster.get()?.jobs;
    match jobs
        .iter()
        .filter(|job| job.state.holds_slots())
        .collect::<Vec<_>>()[..]
    {
        [job] => Some(job.id.clone()),
        _ => None,
    }
}

/// The refusal for a request that there is not.
pub(super) fn unknown(request: RequestId) -> NotRecorded {
    NotRecorded::Refused(
        Refusal::new(Code::UnknownRequest)
            .with("request", request)
            .try_instead("requests"),
    )
}
