//! Discord's own description of its API, as it says itself that live answers differ from it, and as the judge of what the
//! app sends and of what this fake says.

use crate::contract::{Contract, Deviation, Says};
use serde_json::Value;
use std::sync::LazyLock;

/// The description, read once.
pub(super) static CONTRACT: LazyLock<Contract> = LazyLock::new(|| {
    let document = include_str!("../../data/discord/api_v10.json");
    Contract::load(document, KNOWN, REFUSAL).expect("the description of the API, as mended, is sound")
});

/// Every route has the same two.
const REFUSAL: &str = r##"{ "anyOf": [{ "$ref": "#/components/schemas/ErrorResponse" },
    { "$ref": "#/components/schemas/RatelimitedResponse" }] }"##;

const KNOWN: &[Deviation] = &[
    Deviation {
        at: "/components/schemas/MessageAttachmentRequest/properties/id",
        says: Says::Instead(
            r##"{ "anyOf": [{ "$ref": "#/components/schemas/SnowflakeType" }, { "type": "integer", "minimum": 0 }] }"##,
        ),
        why: "the reference page on uploading files numbers new ones 0, 1 ...: https://docs.discord.com/developers/reference#uploading-files",
    },
    Deviation {
        at: "/components/schemas/ApplicationCommandUpdateRequest/properties/default_member_permissions",
        says: Says::Instead(r#"{ "type": ["integer", "string", "null"], "pattern": "^[0-9]+$" }"#),
        why: "the page on commands says a bit set as text: https://docs.discord.com/developers/interactions/application-commands",
    },
    Deviation {
        at: "/components/schemas/InnerErrors/properties/_errors/items",
        says: Says::Instead(
            r#"{ "type": "object", "required": ["code", "message"], "additionalProperties": false,
                "properties": { "code": { "type": "string" }, "message": { "type": "string" } } }"#,
        ),
        why: "codes below errors are words (BASE_TYPE_MAX_LENGTH): https://docs.discord.com/developers/reference#error-messages",
    },
    Deviation {
        at: "/components/schemas/RatelimitedResponse",
        says: Says::Instead(
            r#"{ "type": "object", "required": ["message", "retry_after", "global"], "additionalProperties": false,
                "properties": { "message": { "type": "string" }, "retry_after": { "type": "number" },
                    "global": { "type": "boolean" }, "code": { "type": "integer" } } }"#,
        ),
        why: "code is optional: https://docs.discord.com/developers/topics/rate-limits",
    },
];

/// What is wrong with the answer to an interaction.
pub(super) fn judge_callback(callback: &Value) -> Vec<String> {
    let schema = match callback["type"].as_u64() {
        Some(1) => "PongInteractionCallbackRequest",
        Some(4 | 5) => "CreateMessageInteractionCallbackRequest",
        Some(6 | 7) => "UpdateMessageInteractionCallbackRequest",
        Some(8) => "ApplicationCommandAutocompleteCallbackRequest",
        Some(9) => "ModalInteractionCallbackRequest",
        _ => return vec![format!("no such type of an answer: {}", callback["type"])],
    };
    CONTRACT.judge(schema, callback)
}
