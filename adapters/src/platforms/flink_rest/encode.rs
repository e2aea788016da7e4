//! A step's payload as the request that will be sent. Pure: what was approved goes in, bytes come out.

use commands::names::StepKey;
use commands::plan::Action;

use super::wire::{CheckpointTrigger, ParallelismBounds, Requirement, Requirements};
use crate::http::Request;

/// The request that carries out `action`; `None` where none is sent to Flink.
pub fn encode(action: &Action, key: &StepKey) -> Option<Request> {
    match action {
        Action::Checkpoint { job } => {
            let trigger = CheckpointTrigger {
                checkpoint_type: "CONFIGURED",
                trigger_id: key.as_str(),
            };
            Some(Request::post(["jobs", job.as_str(), "checkpoints"], &trigger))
        }
        Action::SetBounds { job, bounds } => {
            let requirements: Requirements = bounds
                .iter()
                .map(|(vertex, bounds)| {
                    let parallelism = ParallelismBounds {
                        lower_bound: bounds.lower,
                        upper_bound: bounds.upper,
                    };
                    (vertex.to_string(), Requirement { parallelism })
                })
                .collect();
            Some(Request::put(
                ["jobs", job.as_str(), "resource-requirements"],
                &requirements,
            ))
        }
        Action::StartTaskManager { .. }
        | Action::AwaitIdleTaskManager { .. }
        | Action::StopTaskManager { .. }
        | Action::AskPerson { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use commands::names::{JobId, VertexId};
    use commands::observed::Bounds;

    use super::*;

    const KEY: &str = "0123456789abcdef0123456789abcdef";
    const JOB: &str = "08d8d931cc1323432aab8e275a2d117b";

    #[track_caller]
    fn sends(action: &Action, line: &str, body: &str) {
        let request = encode(action, &StepKey::parse(KEY).unwrap()).unwrap();
        assert_eq!(request.to_string(), line);
        assert_eq!(String::from_utf8(request.body.unwrap()).unwrap(), body);
    }

    #[test]
    fn a_checkpoint_carries_the_steps_key() {
        sends(
            &Action::Checkpoint {
                job: JobId::parse(JOB).unwrap(),
            },
            "POST /jobs/08d8d931cc1323432aab8e275a2d117b/checkpoints",
            r#"{"checkpointType":"CONFIGURED","triggerId":"0123456789abcdef0123456789abcdef"}"#,
        );
    }

    #[test]
    fn bounds_are_put_for_every_vertex() {
        let vertex = |id: &str, lower, upper| (VertexId::parse(id).unwrap(), Bounds { lower, upper });
        sends(
            &Action::SetBounds {
                job: JobId::parse(JOB).unwrap(),
                bounds: [
                    vertex("f362c87ffabe89c8a91fa7d0a523ba6c", 1, 4),
                    vertex("9d09aababb000e649ce97b1f2ef8e370", 2, 3),
                ]
                .into(),
            },
            "PUT /jobs/08d8d931cc1323432aab8e275a2d117b/resource-requirements",
            concat!(
                r#"{"9d09aababb000e649ce97b1f2ef8e370":{"parallelism":{"lowerBound":2,"upperBound":3}},"#,
                r#""f362c87ffabe89c8a91fa7d0a523ba6c":{"parallelism":{"lowerBound":1,"upperBound":4}}}"#
            ),
        );
    }

    #[test]
    fn what_flink_has_no_part_in_is_not_sent_to_it() {
        let key = StepKey::parse(KEY).unwrap();
        assert_eq!(
            encode(
                &Action::StartTaskManager {
                    slots: 1,
                    memory_bytes: 1 << 30
                },
                &key
            ),
            None
        );
        assert_eq!(
            encode(
                &Action::AskPerson {
                    what: "drain".to_owned()
                },
                &key
            ),
            None
        );
    }
}
