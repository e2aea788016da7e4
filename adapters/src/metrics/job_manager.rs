//! The signals of every running job, read from the JobManager (Flink's REST API keeps no history).
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
//! Calls for one sample: 3, then 3 a job and 1 a vertex, and 1 for the TaskManagers (1 a job where several jobs run, and
//! 1 a TaskManager where their heaps differ); once per attempt 1 a source and, where several jobs run, 1 a job.

mod attempt;
mod machines;
mod values;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use approvals::ports::Fault;
use commands::names::{At, JobId};
use commands::observed::JobState;
use commands::signals::Signal;
use commands::windows::Sample;
use futures::future::try_join_all;
use futures::try_join;

use crate::http::Request;
use crate::platforms::flink_rest::look::Missed;
use crate::platforms::flink_rest::{FlinkRest, decode, wire};
use attempt::{Attempt, Sight};
use machines::Machines;
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
    /// Reads every running job once. A job that cannot be told apart from its last attempt, or that Flink knows too
    /// little about yet, is left out this time.
    ///
    /// # Errors
    /// When Flink cannot be read.
    pub async fn sample(&self, flink: &FlinkRest, at: At) -> Result<Vec<(JobId, Sample)>, Fault> {
        let (overview, listed) = try_join!(
            flink.ask::<wire::Overview>(Request::get(["overview"])),
            flink.ask::<wire::JobsOverview>(Request::get(["jobs", "overview"])),
        )?;
        let states = listed
            .jobs
            .iter()
            .filter_map(|job| Some((JobId::parse(&job.jid).ok()?, decode::job_state(&job.state))));
        let present: BTreeMap<JobId, JobState> =
            states.filter(|(_, state)| !decode::has_ended(*state)).collect();
        self.forget_all_but(&present);
        let running = present
            .into_iter()
            .filter(|(_, state)| *state == JobState::Running);
        let running: Vec<JobId> = running.map(|(id, _)| id).take(MOST_JOBS).collect();
        let is_shared = running.len() > 1;
        let of_all = if is_shared {
            Machines::default()
        } else {
            machines::read(flink, &BTreeSet::new()).await?
        };
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
            sample
                .values
                .insert(Signal::Slots, f64::from(overview.slots_total));
            sample
                .values
                .insert(Signal::TaskManagers, f64::from(overview.taskmanagers));
            Ok::<_, Missed>(Some((id.clone(), sample)))
        });
        Ok(try_join_all(samples).await?.into_iter().flatten().collect())
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
    fn forget_all_but(&self, present: &BTreeMap<JobId, JobState>) {
        let mut remembered = self
            .remembered
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        remembered.retain(|id, _| present.contains_key(id));
    }
}

#[cfg(test)]
mod tests;
