//! Answers of a real Flink 2.3.0, for tests: which sample answers which route.

use serde_json::Value;

/// Sample, method, route, status.
pub(crate) const ALL: &[(&str, &str, &str, u16)] = &[
    ("overview_busy", "GET", "/overview", 200),
    ("overview_no_taskmanager", "GET", "/overview", 200),
    ("config", "GET", "/config", 200),
    ("taskmanagers_empty", "GET", "/taskmanagers", 200),
    ("taskmanagers_just_registered", "GET", "/taskmanagers", 200),
    ("taskmanagers_busy", "GET", "/taskmanagers", 200),
    ("taskmanager_detail", "GET", "/taskmanagers/{taskmanagerid}", 200),
    ("jobs", "GET", "/jobs", 200),
    ("jobs_overview", "GET", "/jobs/overview", 200),
    ("jobs_overview_empty", "GET", "/jobs/overview", 200),
    ("job_status", "GET", "/jobs/{jobid}/status", 200),
    ("job_just_started", "GET", "/jobs/{jobid}", 200),
    ("job_running", "GET", "/jobs/{jobid}", 200),
    ("job_restarting_to_p4", "GET", "/jobs/{jobid}", 200),
    ("job_restarting_after_kill", "GET", "/jobs/{jobid}", 200),
    ("job_failed", "GET", "/jobs/{jobid}", 200),
    ("job_finished", "GET", "/jobs/{jobid}", 200),
    ("vertex_burn", "GET", "/jobs/{jobid}/vertices/{vertexid}", 200),
    ("vertex_source", "GET", "/jobs/{jobid}/vertices/{vertexid}", 200),
    (
        "subtasks_source_metric_names",
        "GET",
        "/jobs/{jobid}/vertices/{vertexid}/subtasks/metrics",
        200,
    ),
    (
        "subtasks_burn_times_agg",
        "GET",
        "/jobs/{jobid}/vertices/{vertexid}/subtasks/metrics",
        200,
    ),
    (
        "subtasks_source_times_agg_max_only",
        "GET",
        "/jobs/{jobid}/vertices/{vertexid}/subtasks/metrics",
        200,
    ),
    (
        "metrics_unknown_name",
        "GET",
        "/jobs/{jobid}/vertices/{vertexid}/subtasks/metrics",
        200,
    ),
    (
        "metrics_vertex_not_found",
        "GET",
        "/jobs/{jobid}/vertices/{vertexid}/subtasks/metrics",
        200,
    ),
    ("job_metric_names", "GET", "/jobs/{jobid}/metrics", 200),
    ("job_metrics_values", "GET", "/jobs/{jobid}/metrics", 200),
    ("jobmanager_metric_names", "GET", "/jobmanager/metrics", 200),
    ("jobmanager_metrics_values", "GET", "/jobmanager/metrics", 200),
    (
        "taskmanager_metric_names",
        "GET",
        "/taskmanagers/{taskmanagerid}/metrics",
        200,
    ),
    ("taskmanagers_metrics_agg", "GET", "/taskmanagers/metrics", 200),
    ("jobmanager_config", "GET", "/jobmanager/config", 200),
    ("checkpoints", "GET", "/jobs/{jobid}/checkpoints", 200),
    ("checkpoints_after_kill", "GET", "/jobs/{jobid}/checkpoints", 200),
    ("checkpoints_not_enabled", "GET", "/jobs/{jobid}/checkpoints", 200),
    (
        "checkpoints_config",
        "GET",
        "/jobs/{jobid}/checkpoints/config",
        200,
    ),
    (
        "checkpoints_config_not_enabled",
        "GET",
        "/jobs/{jobid}/checkpoints/config",
        200,
    ),
    ("checkpoint_trigger", "POST", "/jobs/{jobid}/checkpoints", 202),
    (
        "checkpoint_trigger_completed",
        "GET",
        "/jobs/{jobid}/checkpoints/{triggerid}",
        200,
    ),
    (
        "savepoint_in_progress",
        "GET",
        "/jobs/{jobid}/checkpoints/{triggerid}",
        200,
    ),
    (
        "savepoint_failed",
        "GET",
        "/jobs/{jobid}/checkpoints/{triggerid}",
        200,
    ),
    ("exceptions_none", "GET", "/jobs/{jobid}/exceptions", 200),
    ("exceptions_after_kill", "GET", "/jobs/{jobid}/exceptions", 200),
    (
        "resource_requirements_p2",
        "GET",
        "/jobs/{jobid}/resource-requirements",
        200,
    ),
    (
        "requirements_put_ok",
        "PUT",
        "/jobs/{jobid}/resource-requirements",
        200,
    ),
    (
        "error_requirements_missing_vertex",
        "PUT",
        "/jobs/{jobid}/resource-requirements",
        400,
    ),
    (
        "error_requirements_finished_job",
        "PUT",
        "/jobs/{jobid}/resource-requirements",
        500,
    ),
    ("error_job_not_found", "GET", "/jobs/{jobid}", 404),
    ("rescales_config", "GET", "/jobs/{jobid}/rescales/config", 200),
    ("rescales_overview", "GET", "/jobs/{jobid}/rescales/overview", 200),
    ("rescales_history", "GET", "/jobs/{jobid}/rescales/history", 200),
];

/// The captured answer.
pub(crate) fn read(sample: &str) -> Value {
    let path = format!("{}/data/flink/samples/{sample}.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_json::from_str(&text).unwrap()
}
