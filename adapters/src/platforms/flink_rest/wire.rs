//! What Flink's REST API says, as far as Sluice reads it. Field by field as in Flink's own document
//! (<https://nightlies.apache.org/flink/flink-docs-release-2.3/docs/ops/rest_api/>), kept apart from the types inside.
//!
//! Read leniently, because versions differ and answers lie: unknown fields are ignored, most fields may be missing, and
//! a number may be the string `"NaN"`.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};

/// A number, also where Flink writes it as a string; `None` for `NaN`, infinities and what is no number.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Number(pub Option<f64>);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = serde_json::Value::deserialize(deserializer)?;
        let number = value.as_f64().or_else(|| value.as_str()?.parse().ok());
        Ok(Self(number.filter(|number| number.is_finite())))
    }
}

/// `GET /overview`.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Overview {
    /// Registered TaskManagers.
    pub taskmanagers: u32,
    /// Their slots.
    pub slots_total: u32,
    /// Such as `2.3.0`.
    pub flink_version: String,
}

/// `GET /config`.
#[derive(Debug, Clone, Deserialize)]
pub struct Config {
    /// What this cluster can do.
    #[serde(default)]
    pub features: Features,
}

/// `features` of `GET /config`.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Features {
    /// True only with the adaptive scheduler in its normal mode (since 1.18).
    #[serde(default, rename = "web-rescale")]
    pub web_rescale: bool,
}

/// One entry of `GET /jobmanager/config`: what is set, without defaults; secrets are masked.
#[derive(Debug, Clone, Deserialize)]
pub struct Setting {
    /// The option's name.
    pub key: String,
    /// Its value as text.
    #[serde(default)]
    pub value: String,
}

/// `GET /taskmanagers`.
#[derive(Debug, Clone, Deserialize)]
pub struct TaskManagers {
    /// All that are registered.
    pub taskmanagers: Vec<TaskManager>,
}

/// One TaskManager.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskManager {
    /// `taskmanager.resource-id`, else host:port-random.
    pub id: String,
    /// Its RPC address, such as `pekko.tcp://flink@localhost:42855/user/rpc/taskmanager_0`.
    #[serde(default)]
    pub path: String,
    /// Slots it offers.
    pub slots_number: u32,
    /// Slots not in use; lags by a minute and more.
    #[serde(default)]
    pub free_slots: u32,
    /// Tasks running on it, since 2.3.
    pub assigned_tasks: Option<u32>,
    /// The machine.
    #[serde(default)]
    pub hardware: Hardware,
    /// Its own memory.
    #[serde(default)]
    pub memory_configuration: MemoryConfiguration,
}

/// `hardware` of a TaskManager. `freeMemory` there is the heap's limit, not free memory.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Hardware {
    /// Processors the JVM sees, shared with every other process of the machine.
    pub cpu_cores: u32,
    /// Memory of the machine, bytes.
    pub physical_memory: u64,
}

/// `memoryConfiguration` of a TaskManager.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct MemoryConfiguration {
    /// The whole process, bytes; absent where only parts were configured.
    pub total_process_memory: Option<u64>,
}

/// `GET /jobs/overview`.
#[derive(Debug, Clone, Deserialize)]
pub struct JobsOverview {
    /// Also those that ended, as long as the JobManager keeps them.
    pub jobs: Vec<JobSummary>,
}

/// One job in the overview.
#[derive(Debug, Clone, Deserialize)]
pub struct JobSummary {
    /// Its id.
    pub jid: String,
    /// Its name.
    pub name: String,
    /// Its state.
    pub state: String,
    /// `Adaptive`, `Default` or `AdaptiveBatch`; since 2.3.
    #[serde(rename = "schedulerType")]
    pub scheduler_type: Option<String>,
}

/// `GET /jobs/:jobid`.
#[derive(Debug, Clone, Deserialize)]
pub struct JobDetails {
    /// Its id.
    pub jid: String,
    /// Its name.
    pub name: String,
    /// Its state.
    pub state: String,
    /// When it last came into each state, epoch ms; 0: never.
    #[serde(default)]
    pub timestamps: BTreeMap<String, i64>,
    /// In topological order.
    pub vertices: Vec<VertexDetails>,
    /// The graph.
    #[serde(default)]
    pub plan: JobPlan,
}

/// A vertex in a job's details.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VertexDetails {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Since 1.20.
    #[serde(default)]
    pub slot_sharing_group_id: String,
    /// Key groups.
    #[serde(default)]
    pub max_parallelism: i64,
    /// Subtasks; while it rescales already those to come.
    pub parallelism: u32,
    /// How many subtasks are in each state.
    #[serde(default)]
    pub tasks: BTreeMap<String, u32>,
    /// What went through it in this attempt.
    #[serde(default)]
    pub metrics: IoMetrics,
}

/// `metrics` of a vertex: counters of the present attempt, all subtasks together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct IoMetrics {
    /// `numRecordsIn`; 0 at a source.
    pub read_records: Number,
    /// Whether every subtask *of the present attempt* is in it.
    pub read_records_complete: bool,
    /// `numRecordsOut`; 0 at a last vertex.
    pub write_records: Number,
    /// Whether every subtask of the present attempt is in it.
    pub write_records_complete: bool,
}

/// `plan` of a job's details.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct JobPlan {
    /// One node a vertex.
    #[serde(default)]
    pub nodes: Vec<PlanNode>,
}

/// A vertex in the plan.
#[derive(Debug, Clone, Deserialize)]
pub struct PlanNode {
    /// The vertex.
    pub id: String,
    /// What feeds it; absent at a source.
    #[serde(default)]
    pub inputs: Vec<PlanInput>,
}

/// An edge of the plan.
#[derive(Debug, Clone, Deserialize)]
pub struct PlanInput {
    /// The vertex that feeds.
    pub id: String,
}

/// `GET` and `PUT /jobs/:jobid/resource-requirements`: every vertex by its id.
pub type Requirements = BTreeMap<String, Requirement>;

/// The requirement of one vertex.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Requirement {
    /// Its bounds.
    pub parallelism: ParallelismBounds,
}

/// Bounds of a vertex's parallelism.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ParallelismBounds {
    /// At least 1.
    pub lower_bound: u32,
    /// At most the vertex's max parallelism.
    pub upper_bound: u32,
}

/// `GET /jobs/:jobid/checkpoints`.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct CheckpointStatistics {
    /// Since the job began, savepoints included.
    #[serde(default)]
    pub counts: CheckpointCounts,
    /// The newest of each kind.
    #[serde(default)]
    pub latest: LatestCheckpoints,
}

/// `counts`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct CheckpointCounts {
    /// How often the job came back from one.
    pub restored: u64,
    /// Completed.
    pub completed: u64,
    /// Failed; a rescale raises it without fault.
    pub failed: u64,
}

/// `latest`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct LatestCheckpoints {
    /// The newest completed checkpoint (savepoints stand under `savepoint`).
    pub completed: Option<CompletedCheckpoint>,
    /// The newest that failed.
    pub failed: Option<FailedCheckpoint>,
}

/// A completed checkpoint.
#[derive(Debug, Clone, Deserialize)]
pub struct CompletedCheckpoint {
    /// Its number.
    pub id: u64,
    /// Epoch ms.
    pub trigger_timestamp: i64,
    /// Milliseconds.
    #[serde(default)]
    pub end_to_end_duration: u64,
    /// Bytes.
    #[serde(default)]
    pub state_size: u64,
}

/// A failed checkpoint.
#[derive(Debug, Clone, Deserialize)]
pub struct FailedCheckpoint {
    /// Why.
    #[serde(default)]
    pub failure_message: Option<String>,
}

/// `GET /jobs/:jobid/checkpoints/config`.
#[derive(Debug, Clone, Deserialize)]
pub struct CheckpointConfig {
    /// Milliseconds; `Long.MAX_VALUE` means off.
    pub interval: i64,
}

/// `POST /jobs/:jobid/checkpoints`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CheckpointTrigger<'a> {
    /// `CONFIGURED`: as the job's own checkpoints are, incremental or full. (`FULL` would write a large state anew.)
    pub checkpoint_type: &'static str,
    /// Chosen by us: sent twice it makes one checkpoint.
    pub trigger_id: &'a str,
}

/// `GET /jobs/:jobid/checkpoints/:triggerid`.
#[derive(Debug, Clone, Deserialize)]
pub struct Operation {
    /// `IN_PROGRESS` or `COMPLETED`.
    pub status: OperationStatus,
    /// Its result.
    pub operation: Option<OperationResult>,
}

/// `status` of an operation.
#[derive(Debug, Clone, Deserialize)]
pub struct OperationStatus {
    /// `IN_PROGRESS` or `COMPLETED`; a failure is `COMPLETED` too.
    pub id: String,
}

/// `operation` of a checkpoint that was asked for.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OperationResult {
    /// The checkpoint's number.
    pub checkpoint_id: Option<u64>,
    /// Why it failed. Live 2.3.0 spells it `failureCause` for checkpoints and `failure-cause` for savepoints.
    #[serde(alias = "failure-cause")]
    pub failure_cause: Option<FailureCause>,
}

/// A failure's cause.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct FailureCause {
    /// Exception and trace.
    #[serde(default)]
    pub stack_trace: String,
}

/// `GET /jobs/:jobid/rescales/config`, since 2.3; all in milliseconds.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RescaleConfig {
    /// `REACTIVE`, or null.
    pub scheduler_execution_mode: Option<String>,
    /// `executing.cooldown-after-rescaling`.
    pub executing_cooldown_timeout_in_millis: Option<u64>,
    /// `executing.resource-stabilization-timeout`.
    pub executing_resource_stabilization_timeout_in_millis: Option<u64>,
    /// `rescale-trigger.max-delay`.
    pub maximum_delay_for_triggering_rescale_in_millis: Option<u64>,
}

/// One reading of `.../metrics?get=...`.
#[derive(Debug, Clone, Deserialize)]
pub struct Metric {
    /// Its name.
    pub id: String,
    /// Its value; absent where only names were asked for.
    #[serde(default)]
    pub value: Number,
}

/// One reading of `.../metrics?get=...&agg=...` over subtasks or TaskManagers.
#[derive(Debug, Clone, Deserialize)]
pub struct Aggregate {
    /// Its name.
    pub id: String,
    /// The smallest.
    #[serde(default)]
    pub min: Number,
    /// The greatest.
    #[serde(default)]
    pub max: Number,
    /// All together.
    #[serde(default)]
    pub sum: Number,
}

/// `GET /jobs/:jobid/vertices/:vertexid`.
#[derive(Debug, Clone, Deserialize)]
pub struct VertexPlaces {
    /// Its subtasks.
    #[serde(default)]
    pub subtasks: Vec<SubtaskPlace>,
}

/// Where a subtask runs.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct SubtaskPlace {
    /// Such as `RUNNING`.
    #[serde(default)]
    pub status: String,
    /// The TaskManager's id.
    pub taskmanager_id: Option<String>,
}
