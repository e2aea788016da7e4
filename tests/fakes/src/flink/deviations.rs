//! Where live Flink 2.3.0 says otherwise than its official description. Seen in the captured samples unless a line says
//! otherwise; a test holds every sample against the description mended by this list.

use crate::contract::{Deviation, Says};

const HEX: &str = r#"{ "type": "string", "pattern": "^[0-9a-f]{32}$" }"#;

/// The list.
pub const KNOWN: &[Deviation] = &[
    instead(
        "/components/schemas/ApplicationID",
        HEX,
        "an id of 32 hexadecimal digits, not an object",
    ),
    instead(
        "/components/schemas/SlotSharingGroupId",
        HEX,
        "an id of 32 hexadecimal digits, not an object",
    ),
    instead(
        "/components/schemas/ResourceID",
        r#"{ "type": "string" }"#,
        "any text: `localhost:42855-088a7b`, or what taskmanager.resource-id says",
    ),
    instead(
        "/components/schemas/AggregatedMetricsResponseBody",
        r#"{ "type": "array", "items": { "type": "object", "required": ["id"],
             "properties": { "id": { "type": "string" } },
             "patternProperties": { "^(min|max|avg|sum|skew)$": { "anyOf": [{ "type": "number" }, { "const": "NaN" }] } },
             "additionalProperties": false } }"#,
        "an array; its entries are not described at all",
    ),
    instead(
        "/components/schemas/MetricCollectionResponseBody",
        r##"{ "type": "array", "items": { "$ref": "#/components/schemas/Metric" } }"##,
        "the array itself, not an object that holds it",
    ),
    instead(
        "/components/schemas/ProcessingMode",
        r#"{ "enum": ["exactly_once", "at_least_once"] }"#,
        "in small letters",
    ),
    instead(
        "/components/schemas/AsynchronousOperationResult/properties/operation",
        r##"{ "anyOf": [ { "type": "null" }, { "$ref": "#/components/schemas/CheckpointInfo" },
              { "$ref": "#/components/schemas/SavepointInfo" } ] }"##,
        "null while in progress; and `oneOf` of three schemas without required fields fits nothing",
    ),
    instead(
        "/components/schemas/SerializedThrowable",
        r#"{ "type": "object", "additionalProperties": false, "required": ["class", "stack-trace"], "properties": {
             "class": { "type": "string" }, "stack-trace": { "type": "string" },
             "serialized-throwable": { "type": "string" } } }"#,
        "class and stack-trace stand beside the serialized form (seen with a savepoint that failed)",
    ),
    instead(
        "/components/schemas/CheckpointingStatistics/properties/history/items",
        r##"{ "anyOf": [ { "$ref": "#/components/schemas/CompletedCheckpointStatistics" },
              { "$ref": "#/components/schemas/FailedCheckpointStatistics" },
              { "$ref": "#/components/schemas/PendingCheckpointStatistics" } ] }"##,
        "entries carry the fields of their className; the document names only the common ones",
    ),
    or_null("/components/schemas/LatestCheckpoints/properties/completed"),
    or_null("/components/schemas/LatestCheckpoints/properties/failed"),
    or_null("/components/schemas/LatestCheckpoints/properties/restored"),
    or_null("/components/schemas/LatestCheckpoints/properties/savepoint"),
    or_null("/components/schemas/CheckpointStatistics/properties/savepointFormat"),
    or_null("/components/schemas/LatestRescales/properties/completed"),
    or_null("/components/schemas/LatestRescales/properties/failed"),
    or_null("/components/schemas/LatestRescales/properties/ignored"),
    or_null("/components/schemas/JobRescaleConfigInfo/properties/schedulerExecutionMode"),
    or_null("/components/schemas/JobDetailsInfo/properties/application-id"),
    or_nan("/components/schemas/IOMetricsInfo/properties/accumulated-busy-time"),
    or_nan("/components/schemas/StatsSummaryDto/properties/p50"),
    or_nan("/components/schemas/StatsSummaryDto/properties/p90"),
    or_nan("/components/schemas/StatsSummaryDto/properties/p95"),
    or_nan("/components/schemas/StatsSummaryDto/properties/p99"),
    or_nan("/components/schemas/StatsSummaryDto/properties/p999"),
    Deviation {
        at: "/components/schemas/SubtaskExecutionAttemptDetailsInfo",
        says: Says::Also("start_time", "integer"),
        why: "an old spelling of start-time is still written beside it",
    },
];

const fn instead(at: &'static str, schema: &'static str, why: &'static str) -> Deviation {
    Deviation {
        at,
        says: Says::Instead(schema),
        why,
    }
}

const fn or_null(at: &'static str) -> Deviation {
    Deviation {
        at,
        says: Says::OrNull,
        why: "null where there is none",
    }
}

const fn or_nan(at: &'static str) -> Deviation {
    Deviation {
        at,
        says: Says::OrNaN,
        why: "the string \"NaN\" where there is no number",
    }
}
