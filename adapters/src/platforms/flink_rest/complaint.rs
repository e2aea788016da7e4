//! What Flink says when it refuses, and what that means.
//!
//! Every answer but 2xx is `{"errors": [text, ...]}`. A 4xx has the exception in `errors[0]`; a 500 hides it in
//! `errors[1]`, behind `Internal server error.` (seen on 2.3.0; not in the documented schema).

use approvals::ports::Fault;
use serde::Deserialize;

use crate::http::{Answer, Effect, fault_of_status, rejected};

/// The code of a fault: Flink has no such job (any more).
pub const NO_SUCH_JOB: &str = "NO_SUCH_JOB";
/// The code of a fault: the job's scheduler cannot do that.
pub const UNSUPPORTED: &str = "UNSUPPORTED";
/// The code of a fault: Flink has no such TaskManager.
pub const NO_SUCH_TASK_MANAGER: &str = "NO_SUCH_TASK_MANAGER";

/// Exceptions that come as 500 and still say that nothing was done.
const NOT_DONE: [(&str, &str); 4] = [
    ("FlinkJobNotFoundException", NO_SUCH_JOB),
    ("UnknownJobException", NO_SUCH_JOB),
    ("UnsupportedOperationException", UNSUPPORTED),
    ("UnknownTaskExecutorException", NO_SUCH_TASK_MANAGER),
];

/// A refusal, read for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// The innermost exception's class, without its package; empty where none is named.
    pub class: String,
    /// What it says, without classes and stack traces; may have several lines, one a vertex.
    pub text: String,
}

#[derive(Deserialize)]
struct Errors {
    errors: Vec<String>,
}

/// Reads the body of a refusal. What is not Flink's form is quoted as it is.
pub fn complaint(body: &[u8]) -> Complaint {
    let text = match serde_json::from_slice::<Errors>(body) {
        Ok(Errors { errors }) => errors.into_iter().take(2).next_back().unwrap_or_default(),
        Err(_) => String::from_utf8_lossy(body).into_owned(),
    };
    of_trace(text.trim_start_matches("<Exception on server side:").trim_start())
}

/// Reads an exception as Java prints it, stack trace and all.
pub fn of_trace(trace: &str) -> Complaint {
    without_classes(message(trace))
}

/// The message of the innermost cause: what stands behind the last `Caused by:`, up to the stack trace.
fn message(trace: &str) -> &str {
    let innermost = match trace.rsplit_once("\nCaused by: ") {
        Some((_, cause)) => cause,
        None => trace,
    };
    let end = innermost
        .find("\n\tat ")
        .or_else(|| innermost.find("\n\nEnd of exception on server side"));
    innermost[..end.unwrap_or(innermost.len())].trim()
}

/// Exceptions wrap each other in one line: `a.b.OneException: c.d.TwoException: text`.
fn without_classes(message: &str) -> Complaint {
    let mut class = "";
    let mut text = message;
    loop {
        let (head, rest) = text.split_once(": ").unwrap_or((text, ""));
        if !is_class(head) {
            break;
        }
        class = head;
        text = rest;
    }
    let class = class.rsplit(['.', '$']).next().unwrap_or(class);
    Complaint {
        class: class.to_owned(),
        text: if text.is_empty() {
            class.to_owned()
        } else {
            text.to_owned()
        },
    }
}

fn is_class(word: &str) -> bool {
    word.contains('.')
        && word.ends_with(|c: char| c.is_ascii_alphanumeric())
        && word.split('.').all(|part| {
            part.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
                && part
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '$'))
        })
}

/// What a refusal means: its status says it, unless a 500 names an exception that says more.
pub fn fault(answer: &Answer, effect: Effect) -> Fault {
    let Complaint { class, text } = complaint(&answer.body);
    let not_done = NOT_DONE
        .iter()
        .find(|(name, _)| answer.status == 500 && class == *name);
    match not_done {
        Some((_, code)) => rejected(code, text, class),
        None => fault_of_status(answer, effect, &text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platforms::flink_rest::tests::sample;

    #[track_caller]
    fn reads(name: &str, class: &str, text: &str) {
        let read = complaint(&sample(name));
        assert_eq!((read.class.as_str(), read.text.as_str()), (class, text), "{name}");
    }

    #[test]
    fn people_get_the_message_and_not_the_class_or_the_trace() {
        reads(
            "error_job_not_found",
            "FlinkJobNotFoundException",
            "Could not find Flink job (00000000000000000000000000000000)",
        );
        reads(
            "error_requirements_finished_job",
            "FlinkJobNotFoundException",
            "Could not find Flink job (08d8d931cc1323432aab8e275a2d117b)",
        );
        reads(
            "error_taskmanager_not_found",
            "UnknownTaskExecutorException",
            "No TaskExecutor registered under nope.",
        );
        reads("error_unknown_path", "", "Unable to load requested file /nope.");
        reads(
            "error_requirements_lower_gt_upper",
            "RestHandlerException",
            "The requested lower bound [3] for job vertex [9d09aababb000e649ce97b1f2ef8e370] is higher than the upper \
             bound [2].\nThe requested lower bound [3] for job vertex [f362c87ffabe89c8a91fa7d0a523ba6c] is higher than \
             the upper bound [2].",
        );
    }

    #[test]
    fn the_last_cause_is_the_one_that_counts() {
        reads(
            "error_requirements_bad_json",
            "JsonParseException",
            "Unexpected character ('n' (code 110)): was expecting double-quote to start field name\n at [Source: \
             REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: 2]",
        );
    }

    #[test]
    fn exceptions_that_wrap_each_other_in_one_line_are_unwrapped() {
        let body = r#"{"errors":["Internal server error.","<Exception on server side:\njava.util.concurrent.CompletionException: org.apache.flink.client.program.ProgramInvocationException: The entry point 'Nope: x' was not found.\n\tat y"]}"#;
        let read = complaint(body.as_bytes());
        assert_eq!(read.class, "ProgramInvocationException");
        assert_eq!(read.text, "The entry point 'Nope: x' was not found.");
    }

    #[test]
    fn what_is_not_flinks_form_is_quoted() {
        let read = |body: &str| complaint(body.as_bytes()).text;
        assert_eq!(
            read("<html>502 Bad Gateway</html>"),
            "<html>502 Bad Gateway</html>"
        );
        assert_eq!(read(r#"{"errors":[]}"#), "");
        assert_eq!(
            read(r#"{"errors":["java.lang.NullPointerException"]}"#),
            "NullPointerException"
        );
        assert_eq!(
            read(r#"{"errors":["Vertex a.b: not there"]}"#),
            "Vertex a.b: not there"
        );
        assert_eq!(complaint(b"\xff\xfe").class, "");
    }

    #[test]
    fn a_500_is_a_refusal_only_where_flink_says_that_nothing_was_done() {
        let kind = |body: Vec<u8>, effect| match fault(
            &Answer {
                status: 500,
                retry_after: None,
                headers: Default::default(),
                body,
            },
            effect,
        ) {
            Fault::Rejected { code, said, .. } => format!("{code}: {said}"),
            Fault::Transient { .. } => "transient".to_owned(),
            Fault::Unknown { .. } => "unknown".to_owned(),
        };
        assert_eq!(
            kind(sample("error_requirements_finished_job"), Effect::Change),
            "NO_SUCH_JOB: Could not find Flink job (08d8d931cc1323432aab8e275a2d117b)"
        );
        let hidden = br#"{"errors":["Internal server error.","<Exception on server side:\njava.lang.OutOfMemoryError: heap\n\tat x"]}"#;
        assert_eq!(kind(hidden.to_vec(), Effect::Change), "unknown");
        assert_eq!(kind(hidden.to_vec(), Effect::Look), "transient");
    }

    proptest::proptest! {
        #[test]
        fn no_body_breaks_the_reader(body in ".*") {
            complaint(body.as_bytes());
            complaint(serde_json::json!({ "errors": ["Internal server error.", body] }).to_string().as_bytes());
        }
    }
}
