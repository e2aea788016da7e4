//! A question is answered from a live look, the samples and the ledger; it leaves no request behind.

use std::collections::BTreeMap;

use commands::ask::{Look, Named, Target};
use commands::names::{At, Environment, JobId, RequestId};
use commands::observed::{Job, Observed, Seen};
use commands::recipes;
use commands::refusal::{Code, Refusal};
use commands::windows::{self, Sample, Sampled, Window};

use super::Heard;
use super::asking::unknown;
use crate::notice::{self, Answer, EnvView, Row};
use crate::ports::LookFor;
use crate::record::NotRecorded;
use crate::request::Request;
use crate::site::Served;

/// Samples in the picture of a snapshot.
const SAMPLES_SHOWN: usize = 240;

/// Requests in the answer to `requests`.
const REQUESTS_SHOWN: u32 = 20;

impl Heard<'_> {
    /// Answers a look.
    pub(super) async fn look(&self, look: &Look) -> Result<(), NotRecorded> {
        match look {
            Look::Help(verb) => self.help(verb.clone()).await,
            Look::Whoami => self.whoami().await,
            Look::Envs => self.say(Answer::Envs(self.environments())).await,
            Look::Status(target) => self.status(target.as_ref()).await,
            Look::Jobs(environment) => {
                let (_, _, observed) = self.see(environment.as_ref()).await?;
                self.say(Answer::Jobs { observed }).await
            }
            Look::Settings(target) => {
                let (_, _, observed, job) = self.see_target(Some(target), "settings").await?;
                self.say(Answer::Settings { observed, job }).await
            }
            Look::Snapshot(target) => self.snapshot(target).await,
            Look::Requests => {
                let rows = self.site.ledger.latest_requests(REQUESTS_SHOWN).await?;
                self.say(Answer::Requests(rows)).await
            }
            Look::Show(request) => self.show(*request).await,
            Look::Explain(request) => self.explain(*request).await,
        }
    }

    async fn help(&self, verb: Option<String>) -> Result<(), NotRecorded> {
        let environment = self.site.environment_of(&self.delivery.place).cloned();
        let jobs = match &environment {
            Some(name) if verb.is_none() => {
                let (_, _, observed) = self.see(Some(name)).await?;
                observed
                    .cluster
                    .get()
                    .map(|c| c.jobs.iter().map(|job| job.name.clone()).collect())
                    .unwrap_or_default()
            }
            _ => Vec::new(),
        };
        self.whisper(Answer::Help {
            verb,
            environment,
            jobs,
        })
        .await
    }

    async fn whoami(&self) -> Result<(), NotRecorded> {
        let groups = match &self.person {
            Some(person) => match self.site.groups_of(person).await {
                Ok(evidence) => evidence.groups.iter().map(ToString::to_string).collect(),
                Err(_) => Vec::new(),
            },
            None => Vec::new(),
        };
        let account = format!(
            "{}: {}",
            self.delivery.account.chat.as_str(),
            self.delivery.account.id
        );
        self.whisper(Answer::Whoami {
            person: self.person.clone(),
            account,
            groups,
        })
        .await
    }

    fn environments(&self) -> Vec<EnvView> {
        self.site
            .environments
            .iter()
            .map(|(name, served)| EnvView {
                name: name.clone(),
                platform: served.platform_name.to_owned(),
                here: served.places.contains(&self.delivery.place),
            })
            .collect()
    }

    async fn status(&self, target: Option<&Named>) -> Result<(), NotRecorded> {
        let (environment, served, observed, job) = self.see_target(target, "status").await?;
        let now = self.site.now().await?;
        let mut recent = BTreeMap::new();
        for seen in observed.cluster.get().iter().flat_map(|cluster| &cluster.jobs) {
            if let Some(window) = self.recent(&environment, served, &seen.id, now).await?.0 {
                recent.insert(seen.id.to_string(), window);
            }
        }
        let open = self.open_in(&environment).await?;
        self.say(Answer::Status {
            observed,
            job,
            recent,
            open,
            here: self.site.environment_of(&self.delivery.place) == Some(&environment),
        })
        .await
    }

    async fn open_in(&self, environment: &Environment) -> Result<Vec<Row>, NotRecorded> {
        let open = self.site.ledger.open_requests().await?;
        Ok(open
            .into_iter()
            .filter(|row| row.environment.as_ref() == Some(environment))
            .collect())
    }

    async fn snapshot(&self, target: &Named) -> Result<(), NotRecorded> {
        let (environment, served, observed, job) = self.see_target(Some(target), "snapshot").await?;
        let job = match job.as_ref().and_then(|id| observed.cluster.get()?.job(id)) {
            Some(job) => job,
            None => named_job(&observed, target, "snapshot").map_err(NotRecorded::Refused)?,
        };
        let now = self.site.now().await?;
        let (window, samples) = self.recent(&environment, served, &job.id, now).await?;
        self.say(Answer::Snapshot {
            job: job.name.clone(),
            window,
            samples: windows::thin(&samples, SAMPLES_SHOWN),
        })
        .await
    }

    async fn show(&self, request: Option<RequestId>) -> Result<(), NotRecorded> {
        let request = self.request(request).await?;
        let view = self.view(&request).await?;
        self.say(Answer::Show(Box::new(view))).await
    }

    async fn explain(&self, request: Option<RequestId>) -> Result<(), NotRecorded> {
        let request = self.request(request).await?;
        let now = self.site.now().await?;
        let why_not = match &self.person {
            Some(person) => {
                let evidence = self.site.groups_of(person).await.ok();
                notice::why_not(&request, person, evidence.as_ref(), &self.site.people, now)
            }
            None => self.known().err().and_then(|error| match error {
                NotRecorded::Refused(refusal) => Some(refusal),
                NotRecorded::Ledger(_) => None,
            }),
        };
        let view = Box::new(self.view(&request).await?);
        self.whisper(Answer::Explain {
            view,
            person: self.person.clone(),
            why_not,
        })
        .await
    }

    /// A request as people may see it, now.
    pub(super) async fn view(&self, request: &Request) -> Result<notice::RequestView, NotRecorded> {
        let context = notice::Context {
            now: self.site.now().await?,
            demo: self.site.demo,
            people: &self.site.people,
            holder: None,
            samples: BTreeMap::new(),
        };
        notice::view(request, &context).ok_or_else(|| unknown(request.id))
    }

    /// The request that was named, or that the thread is about.
    pub(super) async fn request(&self, named: Option<RequestId>) -> Result<Request, NotRecorded> {
        let meant = match named {
            Some(request) => Some(request),
            None => self.request_meant().await?,
        };
        let Some(id) = meant else {
            return Err(NotRecorded::Refused(
                Refusal::new(Code::WhichRequest).try_instead("requests"),
            ));
        };
        self.site.ledger.load(id).await?.ok_or_else(|| unknown(id))
    }

    /// A live look at an environment: the one named, or the channel's.
    pub(super) async fn see(
        &self,
        named: Option<&Environment>,
    ) -> Result<(Environment, &Served, Observed), NotRecorded> {
        let environment = self.environment_named(named)?;
        let served = self.served(&environment)?;
        let observed = served.platform.look(&environment, &LookFor::default()).await;
        if let Some(cluster) = observed.cluster.get() {
            let names = cluster.jobs.iter().map(|job| job.name.clone()).collect();
            self.site.remember_jobs(&environment, names);
        }
        Ok((environment, served, observed))
    }

    /// A live look at what was named: an environment, or a job of the one that was named with it or is the channel's.
    async fn see_target(
        &self,
        named: Option<&Named>,
        verb: &str,
    ) -> Result<(Environment, &Served, Observed, Option<JobId>), NotRecorded> {
        let as_environment = named
            .filter(|named| named.environment.is_none())
            .and_then(|named| Environment::parse(&named.target.0).ok())
            .filter(|name| self.site.environments.contains_key(name));
        let Some(named) = named.filter(|_| as_environment.is_none()) else {
            let (environment, served, observed) = self.see(as_environment.as_ref()).await?;
            return Ok((environment, served, observed, None));
        };
        let (environment, served, observed) = self.see(named.environment.as_ref()).await?;
        let job = match observed.cluster.get() {
            Some(_) => {
                let job = named_job(&observed, named, verb).map_err(NotRecorded::Refused)?;
                Some(job.id.clone())
            }
            None => None,
        };
        Ok((environment, served, observed, job))
    }

    /// The environment named, else the one the channel stands for.
    pub(super) fn environment_named(&self, named: Option<&Environment>) -> Result<Environment, NotRecorded> {
        let name = match named {
            Some(name) => name,
            None => self.site.environment_of(&self.delivery.place).ok_or_else(|| {
                NotRecorded::Refused(
                    Refusal::new(Code::NoEnvironmentHere)
                        .with("place", &self.delivery.place)
                        .try_instead("envs"),
                )
            })?,
        };
        self.served(name).map(|_| name.clone())
    }

    /// How an environment is served.
    pub(super) fn served(&self, name: &Environment) -> Result<&Served, NotRecorded> {
        self.site.environments.get(name).ok_or_else(|| {
            let known: Vec<_> = self.site.environments.keys().map(ToString::to_string).collect();
            NotRecorded::Refused(
                Refusal::new(Code::UnknownEnvironment)
                    .with("environment", name)
                    .with("known", known.join(", "))
                    .try_instead("envs"),
            )
        })
    }

    /// The recent past of a job: one window as long as `before`, and its samples.
    async fn recent(
        &self,
        environment: &Environment,
        served: &Served,
        job: &JobId,
        now: At,
    ) -> Result<(Option<Window>, Vec<Sample>), NotRecorded> {
        let from = now.minus(served.windows.before);
        let sampled = Sampled::Job(job.clone());
        let samples = self.site.ledger.samples(environment, &sampled, from, now).await?;
        let window = Some(windows::window(&samples, from, now)).filter(|window| window.samples > 0);
        Ok((window, samples))
    }
}

/// The job that a look is at. The refusal offers the same look at another job, in the same environment.
fn named_job<'a>(observed: &'a Observed, named: &Named, verb: &str) -> Result<&'a Job, Refusal> {
    find_job(observed, &named.target, |job| match &named.environment {
        Some(environment) => format!("{verb} {job} in {environment}"),
        None => format!("{verb} {job}"),
    })
}

/// The job that was meant: by name, id or unique beginning. `again` writes the command that the refusal offers with another
/// job.
pub(super) fn find_job<'a>(
    observed: &'a Observed,
    target: &Target,
    again: impl Fn(&str) -> String,
) -> Result<&'a Job, Refusal> {
    match &observed.cluster {
        Seen::Seen(cluster) => recipes::find_job(cluster, &observed.environment, target, again),
        Seen::Unreachable { why } => Err(Refusal::new(Code::Unreachable)
            .with("environment", &observed.environment)
            .with("why", why)
            .try_instead(format!("status {}", observed.environment))),
    }
}
