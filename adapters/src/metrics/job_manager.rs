//! The signals of the cluster and of every running job, read from the JobManager (Flink's REST API keeps no history).
//!
//! Three things make these numbers lie, and all are met here:
//!
//! - The JobManager answers from a store that it renews now and then: the first question for a vertex finds nothing, and
//!   after a restart the numbers of the old attempt stand there for a while. What a job's details say of each vertex
//!   tells the two apart: its counters are those of the present attempt, and `*-complete` says that every subtask has
//!   reported. A vertex that is not complete is not believed.
//! - The number of restarts and the job's details are renewed at different moments: see [`attempt`].
//! - `*PerSecond` meters are means over a minute. Only counters are read, and times per second.
//!
//! Calls for one sample: 3, then 3 a job and 1 a vertex, and 1 for the TaskManagers (1 more a job where several jobs run,
//! and 1 a TaskManager where their heaps differ); once per attempt 1 a source and, where several jobs run, 1 a job.

mod attempt;
mod machines;
mod values;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use approvals::ports::{Fault, Sampling};
use commands::names::{At, JobId, JobName};
use commands::observed::JobState;
use commands::signals::Signal;
use commands::windows::{Sample, Sampled};
use futures::future::try_join_all;
use futures::try_join;

use crate::http::Request;
use crate::platforms::flink_rest::look::Missed;
use crate::platforms::flink_rest::{FlinkRest, decode, wire};
use attempt::{Attempt, Sight};
use values::SourceMetrics;

/// The most jobs sampled at a time; more than these a small process cannot follow every few seconds.
const MOST_JOBS: usize = 64;

/// How often a source is asked again for a backlog it has not told yet, in one attempt.
const MOST_QUESTIONS: u8 = 6;

/// Reads samples from one JobManager, and remembers what saves questions. It never goes on by itself.
#[derive(Debug, Default)]
pub struct JobManagerMetrics {
    remembered: Mutex<BTreeMap<JobId, Remembered>>,
}

/// A job that has not ended.
struct Present {
    name: JobName,
    state: JobState,
}

/// What is known of a job's present attempt.
#[derive(Debug, Clone, Default)]
struct Remembered {
    attempt: Attempt,
    /// What each source tells, by vertex.
    sources: BTreeMap<String, SourceMetrics>,
    /// The TaskManagers that carry the job, where that was asked.
    places: BTreeSet<String>,
}

impl JobManagerMetrics {
    /// Reads the cluster and every running job once. A job that cannot be told apart from its last attempt, or that
    /// Flink knows too little about yet, is left out this time.
    ///
    /// # Errors
    /// When Flink cannot be read.
    pub async fn sample(&self, flink: &FlinkRest, at: At) -> Result<Sampling, Fault> {
        let (overview, listed) = try_join!(
            flink.ask::<wire::Overview>(Request::get(["overview"])),
            flink.ask::<wire::JobsOverview>(Request::get(["jobs", "overview"])),
        )?;
        let present = present(&listed);
        self.forget_all_but(&present);
        let running = present.iter().filter(|(_, job)| job.state == JobState::Running);
        let running: Vec<&JobId> = running.map(|(id, _)| id).take(MOST_JOBS).collect();
        let is_shared = running.len() > 1;
        let of_all = machines::read(flink, &BTreeSet::new()).await?;
        let samples = running.iter().map(async |id| {
            let Some(read) = self.sample_job(flink, id, at, is_shared).await? else {
                return Ok(None);
            };
            let (mut sample, places) = read;
            let machines = if is_shared {
                machines::read(flink, &places).await?
            } else {
                of_all
            };
            machines.add_to(&mut sample.values);
            sample.values.extend(capacity(&overview));
            Ok::<_, Missed>(Some((Sampled::Job((*id).clone()), sample)))
        });
        let of_jobs: Vec<(Sampled, Sample)> = try_join_all(samples).await?.into_iter().flatten().collect();
        let all_read = of_jobs.len() == present.len();
        let used = all_read.then(|| slots_used(&of_jobs));
        let mut values: BTreeMap<Signal, f64> = capacity(&overview).into();
        values.extend(used.map(|used| (Signal::SlotsUsed, used)));
        of_all.add_to(&mut values);
        let cluster = Sample {
            at,
            attempt: 0,
            parallelism: 0,
            values,
        };
        Ok(Sampling {
            jobs: present.into_values().map(|job| job.name).collect(),
            samples: std::iter::once((Sampled::Cluster, cluster))
                .chain(of_jobs)
                .collect(),
        })
    }

    /// One job's own signals, and the TaskManagers that carry it where that was asked.
    async fn sample_job(
        &self,
        flink: &FlinkRest,
        id: &JobId,
        at: At,
        is_shared: bool,
    ) -> Result<Option<(Sample, BTreeSet<String>)>, Missed> {
        let job = id.as_str();
        let (details, checkpoints, restarts) = try_join!(
            flink.ask_if_there::<wire::JobDetails>(Request::get(["jobs", job])),
            flink.ask_if_there::<wire::CheckpointStatistics>(Request::get(["jobs", job, "checkpoints"])),
            flink.restarts(job),
        )?;
        let Some(details) = details else { return Ok(None) };
        let (Some(restarts), Some(running_since)) = (restarts, decode::running_since(&details)) else {
            return Ok(None);
        };
        let Some(mut known) = self.recall(
            id,
            Sight {
                restarts,
                running_since,
            },
            at,
        ) else {
            return Ok(None);
        };
        for source in values::sources(&details) {
            self.learn(flink, job, source, &mut known).await?;
        }
        if is_shared && known.places.is_empty() {
            let widest = values::widest_of_each_group(&details)
                .into_iter()
                .map(|vertex| vertex.id.as_str());
            known.places = flink.places(job, widest).await?.into_keys().collect();
        }
        // Only now: what the details called complete is in the store when the vertices are asked.
        let asked = details.vertices.iter().map(async |vertex| {
            let names = known.sources.get(&vertex.id);
            let path = ["jobs", job, "vertices", &vertex.id, "subtasks", "metrics"];
            let request = Request::get(path)
                .with("get", values::wanted(names))
                .with("agg", "min,max,sum");
            flink.ask::<Vec<wire::Aggregate>>(request).await
        });
        let readings = try_join_all(asked).await?;
        let values = values::of_job(
            &details,
            &known.sources,
            &readings,
            &checkpoints.unwrap_or_default(),
            restarts,
        );
        let parallelism = details
            .vertices
            .iter()
            .map(|vertex| vertex.parallelism)
            .max()
            .unwrap_or(0);
        let places = known.places.clone();
        self.remember(id, known);
        Ok(Some((
            Sample {
                at,
                attempt: restarts,
                parallelism,
                values,
            },
            places,
        )))
    }

    /// Asks a source once which of its metrics tell the backlog, and again a few times where it did not tell.
    async fn learn(
        &self,
        flink: &FlinkRest,
        job: &str,
        source: &wire::VertexDetails,
        known: &mut Remembered,
    ) -> Result<(), Missed> {
        let metrics = known.sources.entry(source.id.clone()).or_default();
        if !metrics.pending.is_empty() || metrics.questions >= MOST_QUESTIONS {
            return Ok(());
        }
        let path = ["jobs", job, "vertices", &source.id, "subtasks", "metrics"];
        let names: Vec<wire::Metric> = flink.ask(Request::get(path)).await?;
        metrics.read_names(names.iter().map(|metric| metric.id.as_str()));
        Ok(())
    }

    /// What is known of the job's present attempt; `None` where it cannot be told which attempt that is.
    fn recall(&self, id: &JobId, sight: Sight, at: At) -> Option<Remembered> {
        let mut remembered = self
            .remembered
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let known = remembered.entry(id.clone()).or_default();
        let is_new = match known.attempt.judge(sight, at) {
            attempt::Verdict::Same => false,
            attempt::Verdict::New => true,
            attempt::Verdict::Unclear => return None,
        };
        if is_new {
            *known = Remembered {
                attempt: known.attempt,
                ..Remembered::default()
            };
        }
        Some(known.clone())
    }

    fn remember(&self, id: &JobId, known: Remembered) {
        let mut remembered = self
            .remembered
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        remembered.insert(id.clone(), known);
    }

    /// A job that restarts is not forgotten: what it was before tells its attempts apart.
    fn forget_all_but(&self, present: &BTreeMap<JobId, Present>) {
        let mut remembered = self
            .remembered
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        remembered.retain(|id, _| present.contains_key(id));
    }
}

/// The jobs that have not ended. One whose id or name cannot be read is none that can be named.
fn present(listed: &wire::JobsOverview) -> BTreeMap<JobId, Present> {
    let job = |job: &wire::JobSummary| {
        let state = decode::job_state(&job.state);
        let name = decode::job_name(&job.name).ok()?;
        (!decode::has_ended(state)).then_some((JobId::parse(&job.jid).ok()?, Present { name, state }))
    };
    listed.jobs.iter().filter_map(job).collect()
}

/// What the overview says of the cluster. Not its free slots: they are told minutes late.
fn capacity(overview: &wire::Overview) -> [(Signal, f64); 2] {
    [
        (Signal::Slots, f64::from(overview.slots_total)),
        (Signal::TaskManagers, f64::from(overview.taskmanagers)),
    ]
}

/// Slots that the jobs occupy together.
fn slots_used(of_jobs: &[(Sampled, Sample)]) -> f64 {
    of_jobs
        .iter()
        .filter_map(|(_, sample)| sample.values.get(&Signal::SlotsUsed))
        .sum()
}

#[cfg(test)]
mod tests;
