//! Refusals in Flink's two forms. 4xx: `errors[0]` is the exception's class and message with a stack trace after it.
//! 500: `errors[0]` says nothing and the cause hides in `errors[1]`.

use serde_json::{Value, json};

const REST: &str = "org.apache.flink.runtime.rest.handler.RestHandlerException";
const NOT_FOUND: &str = "org.apache.flink.runtime.rest.NotFoundException";
const JOB_NOT_FOUND: &str = "org.apache.flink.runtime.messages.FlinkJobNotFoundException";
const TRACE: &str = "\n\tat org.apache.flink.runtime.rest.handler.AbstractRestHandler.respondToRequest(AbstractRestHandler.java:83)\
                     \n\tat org.apache.flink.runtime.rest.handler.AbstractHandler.respondAsLeader(AbstractHandler.java:196)\
                     \n\tat java.base/java.lang.Thread.run(Thread.java:840)\n";

/// A refusal: status and texts.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::flink) struct Refusal {
    pub status: u16,
    pub errors: Vec<String>,
}

impl Refusal {
    pub fn body(&self) -> Value {
        json!({ "errors": self.errors })
    }

    fn plain(status: u16, text: String) -> Self {
        Self {
            status,
            errors: vec![text],
        }
    }

    fn thrown(status: u16, class: &str, message: &str) -> Self {
        Self::plain(status, format!("{class}: {message}{TRACE}"))
    }

    fn caused(status: u16, class: &str, message: &str, cause: &str) -> Self {
        Self::plain(
            status,
            format!("{class}: {message}{TRACE}Caused by: {cause}{TRACE}"),
        )
    }

    /// 500 with `<class>: <message>` hidden in the second text.
    pub fn internal(exception: &str) -> Self {
        let cause =
            format!("<Exception on server side:\n{exception}{TRACE}\nEnd of exception on server side>");
        Self {
            status: 500,
            errors: vec!["Internal server error.".to_owned(), cause],
        }
    }
}

pub(in crate::flink) fn unknown_path(path: &str) -> Refusal {
    Refusal::plain(404, format!("Unable to load requested file {path}."))
}

pub(in crate::flink) fn wrong_method() -> Refusal {
    Refusal::plain(404, "Not found.".to_owned())
}

pub(in crate::flink) fn unavailable() -> Refusal {
    let text = "Service temporarily unavailable due to an ongoing leader election. Please refresh.";
    Refusal::plain(503, text.to_owned())
}

pub(in crate::flink) fn malformed_id(parameter: &str, value: &str) -> Refusal {
    unreadable("path", parameter, value)
}

fn unreadable(kind: &str, parameter: &str, value: &str) -> Refusal {
    let reason = format!("Cannot resolve {kind} parameter ({parameter}) from value \"{value}\".");
    let message = format!("Bad request, could not parse parameters: {reason}");
    let cause = format!("org.apache.flink.runtime.rest.handler.HandlerRequestException: {reason}");
    Refusal::caused(400, REST, &message, &cause)
}

pub(in crate::flink) fn unexpected_format(body: &str) -> Refusal {
    let cause = "org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.JsonParseException: Unexpected character\n \
                 at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: 2]";
    Refusal::caused(
        400,
        REST,
        &format!("Request did not match expected format {body}."),
        cause,
    )
}

pub(super) fn bad_query(parameter: &str, value: &str) -> Refusal {
    unreadable("query", parameter, value)
}

pub(super) fn bad_bounds(complaints: &[String]) -> Refusal {
    Refusal::thrown(400, REST, &complaints.join("\n"))
}

pub(super) fn no_job(id: &str) -> Refusal {
    let cause = format!("{JOB_NOT_FOUND}: Could not find Flink job ({id})");
    Refusal::caused(404, NOT_FOUND, &format!("Job {id} not found"), &cause)
}

/// What routes say that ask the dispatcher instead of a cached graph.
pub(super) fn no_job_inside(id: &str) -> Refusal {
    Refusal::internal(&format!("{JOB_NOT_FOUND}: Could not find Flink job ({id})"))
}

pub(super) fn no_vertex(id: &str) -> Refusal {
    Refusal::thrown(404, NOT_FOUND, &format!("JobVertex {id} not found"))
}

pub(super) fn no_taskmanager(id: &str) -> Refusal {
    Refusal::internal(&format!(
        "org.apache.flink.runtime.resourcemanager.exceptions.UnknownTaskExecutorException: No TaskExecutor registered \
         under {id}."
    ))
}

pub(super) fn no_operation(trigger: &str, job: &str) -> Refusal {
    let message = format!("There is no checkpoint operation with triggerId={trigger} for job {job}.");
    Refusal::thrown(404, REST, &message)
}

pub(super) fn default_scheduler() -> Refusal {
    Refusal::internal(
        "java.lang.UnsupportedOperationException: The DefaultScheduler does not support changing the parallelism without \
         a job restart. This feature is currently only expected to work with the AdaptiveScheduler.",
    )
}

pub(super) fn no_incremental(trigger: &str, job: &str) -> Refusal {
    let message = format!(
        "Internal server error while triggering checkpoint operation with triggerId={trigger} for job {job}."
    );
    let cause = "java.lang.IllegalArgumentException: Triggering incremental checkpoints is not supported (FLINK-33723).";
    Refusal::caused(500, REST, &message, cause)
}

pub(super) fn no_rescales(job: &str) -> Refusal {
    let message = format!(
        "The job `{job}` has not enabled the `Adaptive` scheduler, or it has been enabled but the value of configuration \
         option `web.adaptive-scheduler.rescale-history.size` has not been set to greater than `0`."
    );
    Refusal::thrown(404, REST, &message)
}
