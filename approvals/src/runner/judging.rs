//! The end of settling: both windows of all that the change bears on are read, and the promise is measured.

use commands::names::{At, Person};
use commands::plan::{JobRef, Plan};
use commands::verdict::{self, Evidence};
use commands::windows::{self, Measured, Sample, Sampled};
use futures::future::try_join_all;

use super::Moved;
use super::looking;
use crate::ledger::LedgerError;
use crate::record::{Beside, NotRecorded, our_spans, record};
use crate::request::{Input, Request};
use crate::site::{Served, Site};

/// Samples in the picture of the last message.
pub const SAMPLES_SHOWN: usize = 240;

/// Judges the run once its after window is over.
pub(super) async fn judge(site: &Site, request: Request, until: At) -> Result<Moved, NotRecorded> {
    let now = site.now().await?;
    if now < until {
        return Ok(Moved::Wait(Some(until)));
    }
    let Some(plan) = request.plan.clone() else {
        return Ok(Moved::Wait(None));
    };
    let Some(served) = looking::served(site, &plan) else {
        return Ok(Moved::Wait(None));
    };
    let times = Times::of(&request, served, until);
    let read = subjects(&plan).map(|job| read(site, &plan, job, times));
    let measured = try_join_all(read).await?;
    let ours = our_spans(&request, now);
    let of_jobs = measured.iter().filter_map(|(measured, samples)| {
        let evidence = Evidence {
            before: measured.before.as_ref(),
            after: measured.after.as_ref(),
            samples,
            ours: &ours,
        };
        Some((measured.job.as_ref()?.name.clone(), evidence))
    });
    let judgement = verdict::judge_all(&plan.promise, &of_jobs.collect::<Vec<_>>());
    let samples = measured
        .iter()
        .map(|(measured, samples)| (measured.sampled(), windows::thin(samples, SAMPLES_SHOWN)))
        .collect();
    let input = Input::Judge {
        judgement,
        measured: measured.into_iter().map(|(measured, _)| measured).collect(),
    };
    let beside = Beside {
        samples,
        ..Beside::default()
    };
    let after = record(site, request, &input, &Person::sluice(), beside).await?;
    Ok(Moved::On(Box::new(after)))
}

/// What is measured: the cluster (`None`) where the change is to it, then each job that the plan names.
fn subjects(plan: &Plan) -> impl Iterator<Item = Option<&JobRef>> {
    let cluster = plan.target.job.is_none().then_some(None);
    cluster.into_iter().chain(plan.measured.iter().map(Some))
}

/// Instants that divide the time of one change.
#[derive(Clone, Copy)]
struct Times {
    /// The window before may begin here.
    from: At,
    /// The change began.
    started_at: At,
    /// Its effect has settled.
    settled_from: At,
    /// The window after ends.
    until: At,
}

impl Times {
    fn of(request: &Request, served: &Served, until: At) -> Self {
        let started_at = request.run.as_ref().map_or(until, |run| run.started_at);
        let steps = request.run.iter().flat_map(|run| &run.steps);
        let changed_at = steps.filter_map(|step| step.done_at).max().unwrap_or(started_at);
        Self {
            from: started_at.minus(served.windows.before),
            started_at,
            settled_from: changed_at.plus(served.windows.warm_up),
            until,
        }
    }
}

/// Reads the samples of a job or of the cluster, and cuts two windows of the same length out of them.
async fn read(
    site: &Site,
    plan: &Plan,
    job: Option<&JobRef>,
    times: Times,
) -> Result<(Measured, Vec<Sample>), LedgerError> {
    let of = job.map_or(Sampled::Cluster, |job| Sampled::Job(job.id.clone()));
    let samples = site
        .ledger
        .samples(&plan.target.environment, &of, times.from, times.until)
        .await?;
    let length = times.started_at.since(times.from);
    let (before, after) = windows::pair(
        &samples,
        times.started_at,
        times.settled_from,
        times.until,
        length,
    );
    let measured = Measured {
        job: job.cloned(),
        before,
        after,
    };
    Ok((measured, samples))
}
