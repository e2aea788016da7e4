//! `/jobs/:id/rescales/*`: what the adaptive scheduler remembers of its rescales.

use super::refusals::{no_job, no_rescales};
use super::{Answer, Refusal, Request};
use crate::flink::model::rescale::{Outcome, Rescale};
use crate::flink::model::running::Running;
use crate::flink::model::{Cluster, Scheduler};
use serde_json::{Value, json};

fn job_of(cluster: &mut Cluster, request: &Request) -> Result<Running, Refusal> {
    let id = request.of("jobid");
    let job = cluster.graph(id).ok_or_else(|| no_job(id))?;
    if cluster.settings.scheduler == Scheduler::Default {
        return Err(no_rescales(id));
    }
    Ok(job)
}

pub(super) fn config(cluster: &mut Cluster, request: &Request) -> Answer {
    let job = job_of(cluster, request)?;
    let settings = &cluster.settings;
    let body = json!({
        "rescaleHistoryMax": settings.rescale_history,
        "schedulerExecutionMode": null,
        "submissionResourceWaitTimeoutInMillis": settings.submission_wait,
        "submissionResourceStabilizationTimeoutInMillis": settings.submission_stabilization,
        "slotIdleTimeoutInMillis": settings.slot_idle,
        "executingCooldownTimeoutInMillis": settings.cooldown,
        "executingResourceStabilizationTimeoutInMillis": settings.executing_stabilization,
        "maximumDelayForTriggeringRescaleInMillis": settings.max_delay(job.checkpoints.interval),
        "rescaleOnFailedCheckpointCount": settings.rescale_on_failed,
    });
    Ok((200, body))
}

pub(super) fn overview(cluster: &mut Cluster, request: &Request) -> Answer {
    let job = job_of(cluster, request)?;
    let in_state = |state: &str| {
        job.rescale_log
            .iter()
            .filter(|rescale| rescale.outcome.spelling().0 == state)
            .collect::<Vec<_>>()
    };
    let (ignored, completed, failed) = (in_state("IGNORED"), in_state("COMPLETED"), in_state("FAILED"));
    let kept = cluster.settings.rescale_history > 0;
    let body = json!({
        "rescalesCounts": {
            "ignored": ignored.len(),
            "inProgress": u8::from(kept && job.rescaling.is_some()),
            "completed": completed.len(),
            "failed": failed.len(),
        },
        "latest": {
            "completed": completed.first().map(|rescale| shown(rescale)),
            "failed": failed.first().map(|rescale| shown(rescale)),
            "ignored": ignored.first().map(|rescale| shown(rescale)),
        },
    });
    Ok((200, body))
}

pub(super) fn history(cluster: &mut Cluster, request: &Request) -> Answer {
    let job = job_of(cluster, request)?;
    Ok((200, job.rescale_log.iter().map(shown).collect()))
}

fn shown(rescale: &Rescale) -> Value {
    let Rescale {
        uuid,
        requirements,
        attempt,
        started,
        ended,
        cause,
        outcome,
    } = rescale;
    let (state, reason) = Outcome::spelling(*outcome);
    json!({
        "rescaleUuid": uuid,
        "resourceRequirementsUuid": requirements,
        "rescaleAttemptId": attempt,
        "vertices": {},
        "slots": {},
        "schedulerStates": [],
        "startTimestampInMillis": started,
        "endTimestampInMillis": ended,
        "terminalState": state,
        "triggerCause": cause.spelling(),
        "terminatedReason": reason,
    })
}
