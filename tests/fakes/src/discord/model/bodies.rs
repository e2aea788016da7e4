//! What a message may be: lengths and counts that the description does not hold, and rules that are between fields.
//! <https://docs.discord.com/developers/resources/message>, <https://docs.discord.com/developers/components/reference>

use super::Refusal;
use super::messages::{EPHEMERAL, LOADING, SILENT, is_number};
use serde_json::Value;
use std::collections::HashSet;

/// Characters of a bot's text. The description says 4,000; that is for people who pay.
const CONTENT: usize = 2_000;
/// Characters of all embeds of a message together.
const EMBEDS: usize = 6_000;
/// Bytes of a file, to begin with.
pub(in crate::discord) const FILE_BYTES: usize = 10 << 20;
/// Rows of components.
const ROWS: usize = 5;
/// `SUPPRESS_EMBEDS`
const NO_EMBEDS: u64 = 1 << 2;

/// One file of a multipart body.
#[derive(Clone, Debug, Default)]
pub(in crate::discord) struct Part {
    /// The `n` of `files[n]`.
    pub number: u64,
    pub name: String,
    pub content_type: String,
    pub bytes: Vec<u8>,
}

/// What is to be posted.
#[derive(Clone, Default)]
pub(in crate::discord) struct Draft {
    pub content: String,
    pub embeds: Vec<Value>,
    pub components: Vec<Value>,
    pub attachments: Vec<Value>,
    pub parts: Vec<Part>,
    pub flags: u64,
    /// `allowed_mentions` as it came.
    pub allowed: Value,
    pub only_for: Option<String>,
    pub nonce: Option<Value>,
    pub interaction: Option<String>,
}

impl Draft {
    /// What a body says.
    pub fn of(body: &Value, parts: Vec<Part>) -> Self {
        let list = |field: &str| body[field].as_array().cloned().unwrap_or_default();
        Self {
            content: body["content"].as_str().unwrap_or_default().to_owned(),
            embeds: list("embeds"),
            components: list("components"),
            attachments: list("attachments"),
            parts,
            flags: body["flags"].as_u64().unwrap_or_default(),
            allowed: body["allowed_mentions"].clone(),
            nonce: body.get("nonce").filter(|nonce| !nonce.is_null()).cloned(),
            ..Self::default()
        }
    }

    /// Discord sends nothing that shows nothing.
    pub fn is_empty(&self) -> bool {
        self.content.trim().is_empty()
            && self.embeds.is_empty()
            && self.components.is_empty()
            && self.parts.is_empty()
    }
}

/// Refuses what breaks a limit. `old` are ids of files that the message has already; `ephemeral` says whether the flag has
/// a meaning here.
pub(in crate::discord) fn check(
    body: &Value,
    parts: &[Part],
    old: &[String],
    ephemeral: bool,
) -> Result<(), Refusal> {
    let length = characters(&body["content"]);
    if length > CONTENT {
        return Err(too_long("content", CONTENT));
    }
    let embeds = body["embeds"].as_array().into_iter().flatten();
    if embeds.map(shown_characters).sum::<usize>() > EMBEDS {
        let message = "Embed size exceeds maximum size of 6000";
        return Err(Refusal::invalid("embeds", "MAX_EMBED_SIZE_EXCEEDED", message));
    }
    check_flags(body, ephemeral)?;
    check_mentions(&body["allowed_mentions"])?;
    check_components(body["components"].as_array().map_or(&[], Vec::as_slice))?;
    check_files(body, parts, old)
}

fn characters(text: &Value) -> usize {
    text.as_str().map_or(0, |text| text.chars().count())
}

fn too_long(field: &str, most: usize) -> Refusal {
    let message = format!("Must be {most} or fewer in length.");
    Refusal::invalid(field, "BASE_TYPE_MAX_LENGTH", &message)
}

/// Title, description, field names and values, footer and author count.
fn shown_characters(embed: &Value) -> usize {
    let fields = embed["fields"].as_array().into_iter().flatten();
    let of_fields: usize = fields
        .map(|field| characters(&field["name"]) + characters(&field["value"]))
        .sum();
    let rest = [
        &embed["title"],
        &embed["description"],
        &embed["footer"]["text"],
        &embed["author"]["name"],
    ];
    of_fields + rest.map(characters).iter().sum::<usize>()
}

fn check_flags(body: &Value, ephemeral: bool) -> Result<(), Refusal> {
    let flags = body["flags"].as_u64().unwrap_or_default();
    let known = NO_EMBEDS | SILENT | if ephemeral { EPHEMERAL } else { 0 };
    if flags & !known & !LOADING == 0 {
        return Ok(());
    }
    let message =
        format!("flags {flags} have bits that mean nothing here (Components V2 is not in this fake)");
    Err(Refusal::invalid("flags", "MESSAGE_FLAGS_INVALID", &message))
}

fn check_mentions(allowed: &Value) -> Result<(), Refusal> {
    for field in ["users", "roles"] {
        let parsed = allowed["parse"]
            .as_array()
            .into_iter()
            .flatten()
            .any(|word| word == field);
        let listed = allowed[field].as_array().is_some_and(|ids| !ids.is_empty());
        if parsed && listed {
            let message = format!("parse:[\"{field}\"] and {field}: [ids...] are mutually exclusive.");
            return Err(Refusal::invalid(
                "allowed_mentions",
                "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
                &message,
            ));
        }
    }
    Ok(())
}

fn check_components(rows: &[Value]) -> Result<(), Refusal> {
    let invalid = |code: &str, message: &str| Err(Refusal::invalid("components", code, message));
    if rows.len() > ROWS {
        return invalid("BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.");
    }
    let mut ids = HashSet::new();
    for row in rows {
        if row["type"] != 1 {
            return invalid(
                "UNION_TYPE_CHOICES",
                "Value of field \"type\" must be one of (1,).",
            );
        }
        let inner = row["components"].as_array().map_or(&[][..], Vec::as_slice);
        let selects = inner.iter().filter(|component| component["type"] != 2).count();
        if inner.is_empty() || selects > 1 || (selects == 1 && inner.len() > 1) {
            return invalid(
                "COMPONENT_LAYOUT_WIDTH_EXCEEDED",
                "A row holds five buttons or one select",
            );
        }
        for component in inner {
            if component["type"] == 2 {
                check_button(component)?;
            }
            let id = component["custom_id"].as_str();
            if id.is_some_and(|id| !ids.insert(id.to_owned())) {
                return invalid(
                    "COMPONENT_CUSTOM_ID_DUPLICATED",
                    "Component custom id cannot be duplicated",
                );
            }
        }
    }
    Ok(())
}

fn check_button(button: &Value) -> Result<(), Refusal> {
    let (has_id, has_url) = (button["custom_id"].is_string(), button["url"].is_string());
    let is_link = button["style"] == 5;
    if has_url != is_link || has_id == is_link {
        let message = "A link has a url and no custom_id; every other button a custom_id and no url";
        return Err(Refusal::invalid(
            "components",
            "BUTTON_COMPONENT_INVALID",
            message,
        ));
    }
    if button["label"].is_null() && button["emoji"].is_null() {
        let message = "A button needs a label or an emoji";
        return Err(Refusal::invalid(
            "components",
            "BUTTON_COMPONENT_INVALID_EMPTY",
            message,
        ));
    }
    Ok(())
}

fn check_files(body: &Value, parts: &[Part], old: &[String]) -> Result<(), Refusal> {
    let invalid = |message: &str| Err(Refusal::invalid("attachments", "ATTACHMENT_NOT_FOUND", message));
    for listed in body["attachments"].as_array().into_iter().flatten() {
        let is_part = parts.iter().any(|part| is_number(&listed["id"], part.number));
        let is_old = old
            .iter()
            .any(|file| listed["id"].as_str() == Some(file.as_str()));
        if !is_part && !is_old {
            return invalid(&format!("no file with the id {}", listed["id"]));
        }
    }
    for part in parts {
        let name_is_plain = part
            .name
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || "_-.".contains(letter));
        if part.name.is_empty() || !name_is_plain {
            return invalid(&format!("{:?} is not a plain file name", part.name));
        }
        if part.bytes.len() > FILE_BYTES {
            return Err(Refusal {
                status: 413,
                message: "Request entity too large".to_owned(),
                ..Refusal::new(40_005)
            });
        }
    }
    let embeds = body["embeds"].as_array().into_iter().flatten();
    let pictures = embeds.flat_map(|embed| [&embed["image"]["url"], &embed["thumbnail"]["url"]]);
    for name in pictures.filter_map(|url| url.as_str()?.strip_prefix("attachment://")) {
        let is_there = parts.iter().any(|part| part.name == name)
            || body["attachments"]
                .as_array()
                .into_iter()
                .flatten()
                .any(|listed| listed["filename"] == name)
            || !old.is_empty();
        if !is_there {
            return invalid(&format!("no file {name:?} for the picture of an embed"));
        }
    }
    Ok(())
}

/// A modal's inside: rows with one text input, or labels. Each `custom_id` once, five at the most.
pub(in crate::discord) fn check_modal(data: &Value) -> Result<(), Refusal> {
    let rows = data["components"].as_array().map_or(&[][..], Vec::as_slice);
    if rows.len() > ROWS {
        let message = "Must be between 1 and 5 in length.";
        return Err(Refusal::invalid("components", "BASE_TYPE_BAD_LENGTH", message));
    }
    let mut ids = HashSet::new();
    for row in rows {
        let inputs = inputs_of(row);
        let crowded = row["type"] == 1 && inputs.len() != 1;
        let unlabelled = row["type"] == 1 && inputs.iter().any(|input| !input["label"].is_string());
        let doubled = inputs.iter().any(|input| !ids.insert(input["custom_id"].clone()));
        if crowded || unlabelled || doubled {
            let message = "A row holds one text input with a label and a custom_id of its own";
            return Err(Refusal::invalid(
                "components",
                "COMPONENT_LAYOUT_INVALID",
                message,
            ));
        }
    }
    Ok(())
}

/// What can be filled in below a row or a label.
pub(in crate::discord) fn inputs_of(row: &Value) -> Vec<Value> {
    if row["component"].is_object() {
        return vec![row["component"].clone()];
    }
    row["components"].as_array().cloned().unwrap_or_default()
}

/// A message with one button, for the tests of this module and its neighbours.
#[cfg(test)]
pub(super) fn with_buttons(ids: &[&str]) -> Value {
    use serde_json::json;
    let button = |id: &&str| json!({ "type": 2, "style": 1, "label": "Go", "custom_id": id });
    let buttons: Vec<Value> = ids.iter().map(button).collect();
    json!({ "components": [{ "type": 1, "components": buttons }] })
}

#[cfg(test)]
mod tests {
    use super::{Part, check, check_modal, with_buttons};
    use serde_json::{Value, json};

    fn refused(body: &Value) -> bool {
        check(body, &[], &[], false).is_err()
    }

    #[test]
    fn texts_have_lengths_in_characters() {
        assert!(!refused(&json!({ "content": "ä".repeat(2_000) })));
        assert!(refused(&json!({ "content": "ä".repeat(2_001) })));
        let embed = json!({ "title": "t".repeat(200), "description": "d".repeat(2_900) });
        assert!(refused(&json!({ "embeds": [embed, embed] })));
    }

    #[test]
    fn buttons_have_ids_of_their_own_and_links_have_none() {
        assert!(!refused(&with_buttons(&["a", "b"])));
        assert!(refused(&with_buttons(&["a", "a"])));
        let link = json!({ "type": 2, "style": 5, "label": "x", "custom_id": "a" });
        assert!(refused(
            &json!({ "components": [{ "type": 1, "components": [link] }] })
        ));
    }

    #[test]
    fn a_picture_and_a_description_need_their_file() {
        let body =
            json!({ "embeds": [{ "image": { "url": "attachment://a.png" } }], "attachments": [{ "id": 0 }] });
        assert!(refused(&body));
        let part = Part {
            name: "a.png".to_owned(),
            ..Part::default()
        };
        assert!(check(&body, &[part], &[], false).is_ok());
    }

    #[test]
    fn the_flag_of_a_private_answer_means_nothing_in_a_channel() {
        assert!(refused(&json!({ "content": "x", "flags": 64 })));
        assert!(check(&json!({ "content": "x", "flags": 64 }), &[], &[], true).is_ok());
    }

    #[test]
    fn a_modal_has_one_input_in_a_row() {
        let input = json!({ "type": 4, "custom_id": "why", "label": "Why", "style": 2 });
        let modal = |rows: Value| json!({ "custom_id": "deny", "title": "Deny", "components": rows });
        assert!(check_modal(&modal(json!([{ "type": 1, "components": [input] }]))).is_ok());
        assert!(check_modal(&modal(json!([{ "type": 1, "components": [input, input] }]))).is_err());
    }
}
