//! Flink's answers as the objects that plans are made from. Pure: one answer in, one object out.

use std::collections::BTreeMap;

use commands::names::{At, JobId, JobName, Millis, Misnamed, TaskManagerId, VertexId};
use commands::observed::{
    Bounds, Checkpoint, Checkpoints, JobState, Scheduler, TaskManager, Trigger, Version, Vertex,
};
use commands::plan::canonical_sha256;
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::{Error as ValueError, StrDeserializer};
use url::Url;

use super::complaint;
use super::settings::Settings;
use super::wire;
use crate::http::said;

/// `interval` of a job whose checkpointing is off.
const OFF: i64 = i64::MAX;

/// A job's state; a word this version does not know is [`JobState::Unknown`].
pub fn job_state(word: &str) -> JobState {
    let word: StrDeserializer<'_, ValueError> = word.into_deserializer();
    JobState::deserialize(word).unwrap_or(JobState::Unknown)
}

/// Whether a job in this state has ended for good.
pub fn has_ended(state: JobState) -> bool {
    matches!(state, JobState::Failed | JobState::Canceled | JobState::Finished)
}

/// Which scheduler runs a job: since 2.3 each job says it, before that the cluster does.
pub fn scheduler(of_job: Option<&str>, web_rescale: bool, settings: &Settings) -> Scheduler {
    match of_job {
        // The adaptive scheduler without new bounds is the reactive mode.
        Some("Adaptive") | None if web_rescale => Scheduler::Adaptive,
        Some("Adaptive") => Scheduler::Reactive,
        None if settings.is_reactive() => Scheduler::Reactive,
        _ => Scheduler::Other,
    }
}

/// A job's name as one line of at most 256 characters; people may have put anything in it.
pub fn job_name(name: &str) -> Result<JobName, Misnamed> {
    let line: String = name
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(256)
        .collect();
    JobName::parse(if line.is_empty() { "(no name)" } else { &line })
}

/// The TaskManagers, none of them ours. One that has registered and not yet told its slots is listed with none (seen on
/// 2.3.0, for a fraction of a second): it is not there until it offers some.
pub fn task_managers(listed: Vec<wire::TaskManager>) -> Result<Vec<TaskManager>, Misnamed> {
    listed
        .into_iter()
        .filter(|listed| listed.slots_number > 0)
        .map(task_manager)
        .collect()
}

fn task_manager(listed: wire::TaskManager) -> Result<TaskManager, Misnamed> {
    let in_use = listed.slots_number.saturating_sub(listed.free_slots).min(1);
    Ok(TaskManager {
        id: TaskManagerId::parse(&listed.id)?,
        slots: listed.slots_number,
        assigned_tasks: listed.assigned_tasks.unwrap_or(in_use),
        ours: false,
        host: host(&listed.path),
        host_cores: listed.hardware.cpu_cores,
        host_memory_bytes: listed.hardware.physical_memory,
        process_memory_bytes: listed.memory_configuration.total_process_memory.unwrap_or(0),
    })
}

/// The host in `pekko.tcp://flink@localhost:42855/user/rpc/taskmanager_0`; the whole path where there is none.
fn host(path: &str) -> String {
    let url = Url::parse(path).ok();
    let host = url
        .as_ref()
        .and_then(Url::host_str)
        .filter(|host| !host.is_empty());
    said::cut(host.unwrap_or(path))
}

/// The digest of a cluster's TaskManagers and their slots, in whatever order Flink lists them.
pub fn cluster_version(task_managers: &[TaskManager]) -> Version {
    let parts: BTreeMap<&str, u32> = task_managers
        .iter()
        .map(|tm| (tm.id.as_str(), tm.slots))
        .collect();
    Version(canonical_sha256(&parts))
}

/// The digest of a job's id and bounds.
pub fn job_version(id: &JobId, bounds: Option<&BTreeMap<VertexId, Bounds>>) -> Version {
    Version(canonical_sha256(&(id, bounds)))
}

/// A job's vertices, with what feeds each.
pub fn vertices(details: &wire::JobDetails) -> Result<Vec<Vertex>, Misnamed> {
    let inputs_of = |id: &str| -> Result<Vec<VertexId>, Misnamed> {
        let node = details.plan.nodes.iter().find(|node| node.id == id);
        let inputs = node.map(|node| node.inputs.as_slice()).unwrap_or_default();
        inputs.iter().map(|input| VertexId::parse(&input.id)).collect()
    };
    let vertex = |vertex: &wire::VertexDetails| {
        let tasks = |state: &str| vertex.tasks.get(state).copied().unwrap_or(0);
        Ok(Vertex {
            id: VertexId::parse(&vertex.id)?,
            name: said::cut(&vertex.name),
            parallelism: vertex.parallelism,
            max_parallelism: u32::try_from(vertex.max_parallelism).unwrap_or(0),
            running: tasks("RUNNING") + tasks("FINISHED"),
            slot_sharing_group: vertex.slot_sharing_group_id.clone(),
            inputs: inputs_of(&vertex.id)?,
        })
    };
    details.vertices.iter().map(vertex).collect()
}

/// When a job's present attempt began to run.
pub fn running_since(details: &wire::JobDetails) -> Option<At> {
    let at = details.timestamps.get("RUNNING").copied().filter(|at| *at > 0);
    at.filter(|_| job_state(&details.state) == JobState::Running)
        .map(At)
}

/// The bounds of every vertex.
pub fn bounds(requirements: wire::Requirements) -> Result<BTreeMap<VertexId, Bounds>, Misnamed> {
    let of_vertex = |(vertex, requirement): (String, wire::Requirement)| {
        let wire::ParallelismBounds {
            lower_bound,
            upper_bound,
        } = requirement.parallelism;
        Ok((
            VertexId::parse(&vertex)?,
            Bounds {
                lower: lower_bound,
                upper: upper_bound,
            },
        ))
    };
    requirements.into_iter().map(of_vertex).collect()
}

/// How a job checkpoints; `config` is absent where Flink has none (off, before 2.0).
pub fn checkpoints(
    config: Option<wire::CheckpointConfig>,
    statistics: wire::CheckpointStatistics,
    triggers: BTreeMap<String, Trigger>,
) -> Checkpoints {
    let interval = config.filter(|config| config.interval != OFF);
    let completed = |checkpoint: wire::CompletedCheckpoint| Checkpoint {
        id: checkpoint.id,
        triggered_at: At(checkpoint.trigger_timestamp),
        duration: Millis(checkpoint.end_to_end_duration),
        size_bytes: checkpoint.state_size,
    };
    let failure = statistics.latest.failed.and_then(|failed| failed.failure_message);
    Checkpoints {
        interval: interval
            .and_then(|config| u64::try_from(config.interval).ok())
            .map(Millis),
        last_completed: statistics.latest.completed.map(completed),
        completed: statistics.counts.completed,
        failed: statistics.counts.failed,
        last_failure: failure.map(|message| said::scrubbed(&message)),
        triggers,
    }
}

/// What became of a checkpoint that was asked for; `None` where Flink does not know its key.
pub fn trigger(operation: Option<wire::Operation>) -> Trigger {
    let Some(operation) = operation else {
        return Trigger::NotKnown;
    };
    match (operation.status.id.as_str(), operation.operation) {
        (
            "COMPLETED",
            Some(wire::OperationResult {
                checkpoint_id: Some(id),
                failure_cause: None,
            }),
        ) => Trigger::Completed { id },
        // A failure is COMPLETED too.
        ("COMPLETED", result) => {
            let trace = result
                .and_then(|result| result.failure_cause)
                .map(|cause| cause.stack_trace);
            Trigger::Failed {
                why: said::scrubbed(&complaint::of_trace(&trace.unwrap_or_default()).text),
            }
        }
        _ => Trigger::InProgress,
    }
}

#[cfg(test)]
mod tests;
