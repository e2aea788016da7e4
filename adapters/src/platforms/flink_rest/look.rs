//! One look at a cluster: five calls, then at most seven for each job that runs, all within the client's own bounds; a
//! few more while a TaskManager is in doubt (see [`super::places`]).
//!
//! All or nothing: a cluster of which a part could not be read is unreachable, because a plan made from the rest would
//! count too few slots as taken. Only a job that ends meanwhile is left out.

use std::collections::BTreeMap;

use approvals::ports::Fault;
use commands::names::{JobId, Misnamed, StepKey};
use commands::observed::{Cluster, Job, Scheduler, Trigger};
use futures::future::{try_join_all, try_join3};
use futures::try_join;
use serde::de::DeserializeOwned;

use super::settings::Settings;
use super::{FlinkRest, complaint, decode, if_there, wire};
use crate::http::{Request, why};

/// The most jobs that are looked at one by one; a cluster that runs more is not for one bounded look.
const MOST_JOBS: usize = 256;

/// Something that could not be read.
#[derive(Debug, thiserror::Error)]
#[error("{what}: {}", why(fault))]
pub struct Missed {
    /// Which call.
    what: String,
    /// How it failed.
    fault: Fault,
}

impl From<Missed> for Fault {
    fn from(missed: Missed) -> Self {
        missed.fault
    }
}

/// What holds for the whole cluster and is needed to read its jobs.
struct Setup {
    web_rescale: bool,
    settings: Settings,
}

impl FlinkRest {
    /// Looks at the whole cluster. No TaskManager in it is ours, and it has no launcher: that is for the caller to say.
    ///
    /// # Errors
    /// When any part of it could not be read.
    pub async fn look(&self, triggers: &[(JobId, StepKey)]) -> Result<Cluster, Missed> {
        let (overview, config, settings, listed, jobs) = try_join!(
            self.ask::<wire::Overview>(Request::get(["overview"])),
            self.ask::<wire::Config>(Request::get(["config"])),
            self.settings(),
            self.ask::<wire::TaskManagers>(Request::get(["taskmanagers"])),
            self.ask::<wire::JobsOverview>(Request::get(["jobs", "overview"])),
        )?;
        let high_availability = settings.as_ref().map(Settings::high_availability);
        let setup = Setup {
            web_rescale: config.features.web_rescale,
            settings: settings.unwrap_or_default(),
        };
        let present: Vec<_> = jobs
            .jobs
            .iter()
            .filter(|job| !decode::has_ended(decode::job_state(&job.state)))
            .collect();
        if present.len() > MOST_JOBS {
            return Err(not_understood(
                "GET /jobs/overview",
                format!("more than {MOST_JOBS} jobs"),
            ));
        }
        let looks = present
            .into_iter()
            .map(|summary| self.look_at_job(summary, &setup, triggers));
        let jobs: Vec<Job> = try_join_all(looks).await?.into_iter().flatten().collect();
        let free_slots = listed
            .taskmanagers
            .iter()
            .map(|tm| (tm.id.clone(), tm.free_slots))
            .collect();
        let mut task_managers = decode::task_managers(listed.taskmanagers)
            .map_err(|error| not_understood("GET /taskmanagers", error.to_string()))?;
        self.settle_idle(&mut task_managers, &free_slots, &jobs).await?;
        Ok(Cluster {
            version: decode::cluster_version(&task_managers),
            flink_version: overview.flink_version,
            task_managers,
            jobs,
            high_availability,
            heartbeat_timeout: setup.settings.heartbeat_timeout(),
            launcher: None,
        })
    }

    /// One job; `None` where it has ended meanwhile.
    async fn look_at_job(
        &self,
        summary: &wire::JobSummary,
        setup: &Setup,
        triggers: &[(JobId, StepKey)],
    ) -> Result<Option<Job>, Missed> {
        let unclear = |error: Misnamed| not_understood(&summary.jid, error.to_string());
        let id = JobId::parse(&summary.jid).map_err(unclear)?;
        let scheduler = decode::scheduler(
            summary.scheduler_type.as_deref(),
            setup.web_rescale,
            &setup.settings,
        );
        let job = id.as_str();
        let ((details, bounds, rescales), (statistics, config, triggers), restarts) = try_join!(
            try_join3(
                self.ask_if_there::<wire::JobDetails>(Request::get(["jobs", job])),
                self.bounds(job, scheduler),
                self.rescale_config(job, scheduler),
            ),
            try_join3(
                self.ask_if_there::<wire::CheckpointStatistics>(Request::get(["jobs", job, "checkpoints"])),
                self.ask_if_there::<wire::CheckpointConfig>(Request::get([
                    "jobs",
                    job,
                    "checkpoints",
                    "config"
                ])),
                self.triggers(&id, triggers),
            ),
            self.restarts(job),
        )?;
        let Some(details) = details else { return Ok(None) };
        let state = decode::job_state(&details.state);
        if decode::has_ended(state) {
            return Ok(None);
        }
        let statistics = statistics.unwrap_or_default();
        // The metric is there once somebody has asked; what came back from a checkpoint had restarted.
        let restarts = restarts.unwrap_or(statistics.counts.restored);
        let checkpoints = decode::checkpoints(config, statistics, triggers);
        let bounds = bounds.map(decode::bounds).transpose().map_err(unclear)?;
        Ok(Some(Job {
            version: decode::job_version(&id, bounds.as_ref()),
            name: decode::job_name(&details.name).map_err(unclear)?,
            state,
            scheduler,
            vertices: decode::vertices(&details).map_err(unclear)?,
            rescale_times: setup
                .settings
                .rescale_times(rescales.as_ref(), checkpoints.interval),
            running_since: decode::running_since(&details),
            bounds,
            checkpoints,
            restarts,
            id,
        }))
    }

    /// The bounds, asked only of a scheduler that has them: any other answers 500 and writes a stack trace to its log.
    async fn bounds(&self, job: &str, scheduler: Scheduler) -> Result<Option<wire::Requirements>, Missed> {
        if scheduler != Scheduler::Adaptive {
            return Ok(None);
        }
        match self
            .ask_if_there(Request::get(["jobs", job, "resource-requirements"]))
            .await
        {
            Err(Missed {
                fault:
                    Fault::Rejected {
                        code: complaint::UNSUPPORTED,
                        ..
                    },
                ..
            }) => Ok(None),
            answer => answer,
        }
    }

    /// The scheduler's own times for this job, which it tells since 2.3.
    async fn rescale_config(
        &self,
        job: &str,
        scheduler: Scheduler,
    ) -> Result<Option<wire::RescaleConfig>, Missed> {
        if scheduler != Scheduler::Adaptive {
            return Ok(None);
        }
        self.ask_if_there(Request::get(["jobs", job, "rescales", "config"]))
            .await
    }

    /// `numRestarts`; `None` where nobody has asked for metrics lately.
    pub(crate) async fn restarts(&self, job: &str) -> Result<Option<u64>, Missed> {
        let asked = Request::get(["jobs", job, "metrics"]).with("get", "numRestarts");
        let metrics: Vec<wire::Metric> = self.ask(asked).await?;
        let restarts = metrics
            .iter()
            .find(|metric| metric.id == "numRestarts")
            .and_then(|metric| metric.value.0);
        Ok(restarts
            .filter(|restarts| *restarts >= 0.0)
            .map(|restarts| restarts as u64))
    }

    async fn triggers(
        &self,
        id: &JobId,
        wanted: &[(JobId, StepKey)],
    ) -> Result<BTreeMap<String, Trigger>, Missed> {
        let of_job = wanted.iter().filter(|(job, _)| job == id);
        let looks = of_job.map(async |(job, key)| {
            let asked = Request::get(["jobs", job.as_str(), "checkpoints", key.as_str()]);
            let operation = self.ask_if_there::<wire::Operation>(asked).await?;
            Ok::<_, Missed>((key.to_string(), decode::trigger(operation)))
        });
        Ok(try_join_all(looks).await?.into_iter().collect())
    }

    /// The JobManager's configuration; `None` where it does not tell.
    pub(crate) async fn settings(&self) -> Result<Option<Settings>, Missed> {
        match self
            .ask::<Vec<wire::Setting>>(Request::get(["jobmanager", "config"]))
            .await
        {
            Ok(settings) => Ok(Some(Settings::new(settings))),
            Err(Missed {
                fault: Fault::Rejected { .. },
                ..
            }) => Ok(None),
            Err(missed) => Err(missed),
        }
    }

    pub(crate) async fn ask<T: DeserializeOwned>(&self, request: Request) -> Result<T, Missed> {
        self.read(&request).await.map_err(|fault| Missed {
            what: request.to_string(),
            fault,
        })
    }

    pub(crate) async fn ask_if_there<T: DeserializeOwned>(
        &self,
        request: Request,
    ) -> Result<Option<T>, Missed> {
        if_there(self.read(&request).await).map_err(|fault| Missed {
            what: request.to_string(),
            fault,
        })
    }
}

fn not_understood(what: &str, why: String) -> Missed {
    Missed {
        what: what.to_owned(),
        fault: Fault::Transient {
            retry_after: None,
            source: why.into(),
        },
    }
}
