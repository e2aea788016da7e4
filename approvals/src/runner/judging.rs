//! The end of settling: both windows are read and the promise is measured.

use commands::names::{At, JobId, Person};
use commands::verdict::{self, Evidence};
use commands::windows::{self, Sample, Window};

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
    let measured = match &plan.target.job {
        Some(job) => measure(site, &request, served, &job.id, until).await?,
        None => Measured::default(),
    };
    let ours = our_spans(&request, now);
    let judgement = verdict::judge(
        &plan.promise,
        &Evidence {
            before: measured.before.as_ref(),
            after: measured.after.as_ref(),
            samples: &measured.all,
            ours: &ours,
        },
    );
    let input = Input::Judge {
        judgement,
        before: measured.before,
        after: measured.after,
    };
    let beside = Beside {
        samples: windows::thin(&measured.all, SAMPLES_SHOWN),
        ..Beside::default()
    };
    let after = record(site, request, &input, &Person::sluice(), beside).await?;
    Ok(Moved::On(Box::new(after)))
}

#[derive(Default)]
struct Measured {
    before: Option<Window>,
    after: Option<Window>,
    all: Vec<Sample>,
}

/// Reads the samples from before the start to now, and cuts two windows of the same length out of them.
async fn measure(
    site: &Site,
    request: &Request,
    served: &Served,
    job: &JobId,
    until: At,
) -> Result<Measured, LedgerError> {
    let Some(run) = &request.run else {
        return Ok(Measured::default());
    };
    let Some(plan) = &request.plan else {
        return Ok(Measured::default());
    };
    let changed_at = run
        .steps
        .iter()
        .filter_map(|step| step.done_at)
        .max()
        .unwrap_or(run.started_at);
    let from = run.started_at.minus(served.windows.before);
    let all = site
        .ledger
        .samples(&plan.target.environment, job, from, until)
        .await?;
    let settled_from = changed_at.plus(served.windows.warm_up);
    let (before, after) = windows::pair(&all, run.started_at, settled_from, until, served.windows.before);
    Ok(Measured { before, after, all })
}
