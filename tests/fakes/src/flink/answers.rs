//! The model as JSON, route by route: fields and spellings as a real Flink 2.3.0 writes them.

mod checkpoints;
mod cluster;
mod jobs;
mod metrics;
mod refusals;
mod requirements;
mod rescales;
mod vertices;

pub(super) use refusals::{
    Refusal, malformed_id, unavailable, unexpected_format, unknown_path, wrong_method,
};

use super::model::Cluster;
use serde_json::Value;
use std::collections::BTreeMap;

/// Bytes of state that every checkpoint reports.
pub(super) const STATE_SIZE: u64 = 22_250;

/// A request that fits a route.
pub(super) struct Request {
    /// Number of the call.
    pub call: usize,
    /// Path parameters by the document's names.
    pub path: BTreeMap<&'static str, String>,
    /// Query parameters, decoded.
    pub query: BTreeMap<String, String>,
    /// The body; null where there is none.
    pub body: Value,
}

impl Request {
    fn of(&self, parameter: &str) -> &str {
        self.path.get(parameter).map_or("", String::as_str)
    }

    /// The comma-separated values of a query parameter; empty where it is absent.
    fn list(&self, parameter: &str) -> Vec<&str> {
        let text = self.query.get(parameter).map_or("", String::as_str);
        text.split(',').filter(|item| !item.is_empty()).collect()
    }
}

/// Status and body, or a refusal.
pub(super) type Answer = Result<(u16, Value), Refusal>;

/// One route of the fake.
pub(super) struct Route {
    pub method: &'static str,
    /// As in the official description.
    pub path: &'static str,
    /// Query parameters it knows.
    pub query: &'static [&'static str],
    /// The Java class of its request body; empty where it takes none.
    pub body: &'static str,
    pub answer: fn(&mut Cluster, &Request) -> Answer,
}

const GET: &[&str] = &["get"];

/// Every route.
pub(super) const ROUTES: &[Route] = &[
    get("/overview", &[], cluster::overview),
    get("/config", &[], cluster::config),
    get("/jobmanager/config", &[], cluster::jobmanager_config),
    get("/jobmanager/metrics", GET, metrics::of_jobmanager),
    get("/taskmanagers", &[], cluster::taskmanagers),
    get(
        "/taskmanagers/metrics",
        &["get", "agg", "taskmanagers"],
        metrics::of_taskmanagers,
    ),
    get("/taskmanagers/{taskmanagerid}", &[], cluster::taskmanager),
    get(
        "/taskmanagers/{taskmanagerid}/metrics",
        GET,
        metrics::of_taskmanager,
    ),
    get("/jobs", &[], jobs::ids),
    get("/jobs/overview", &[], jobs::overview),
    get("/jobs/metrics", &["get", "agg", "jobs"], metrics::of_jobs),
    get("/jobs/{jobid}", &[], jobs::details),
    get("/jobs/{jobid}/status", &[], jobs::status),
    get("/jobs/{jobid}/metrics", GET, metrics::of_job),
    get(
        "/jobs/{jobid}/exceptions",
        &["maxExceptions", "failureLabelFilter"],
        jobs::exceptions,
    ),
    get("/jobs/{jobid}/vertices/{vertexid}", &[], vertices::details),
    get(
        "/jobs/{jobid}/vertices/{vertexid}/subtasks/metrics",
        &["get", "agg", "subtasks"],
        metrics::of_subtasks,
    ),
    get("/jobs/{jobid}/checkpoints", &[], checkpoints::statistics),
    get("/jobs/{jobid}/checkpoints/config", &[], checkpoints::config),
    get(
        "/jobs/{jobid}/checkpoints/{triggerid}",
        &[],
        checkpoints::operation,
    ),
    with_body(
        "POST",
        "/jobs/{jobid}/checkpoints",
        "CheckpointTriggerRequestBody",
        checkpoints::trigger,
    ),
    get("/jobs/{jobid}/resource-requirements", &[], requirements::read),
    with_body(
        "PUT",
        "/jobs/{jobid}/resource-requirements",
        "JobResourceRequirementsBody",
        requirements::write,
    ),
    get("/jobs/{jobid}/rescales/config", &[], rescales::config),
    get("/jobs/{jobid}/rescales/overview", &[], rescales::overview),
    get("/jobs/{jobid}/rescales/history", &[], rescales::history),
];

const fn get(
    path: &'static str,
    query: &'static [&'static str],
    answer: fn(&mut Cluster, &Request) -> Answer,
) -> Route {
    Route {
        method: "GET",
        path,
        query,
        body: "",
        answer,
    }
}

const fn with_body(
    method: &'static str,
    path: &'static str,
    body: &'static str,
    answer: fn(&mut Cluster, &Request) -> Answer,
) -> Route {
    Route {
        method,
        path,
        query: &[],
        body,
        answer,
    }
}
