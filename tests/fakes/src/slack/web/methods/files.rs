//! `files.*`: the three steps of an upload, and looking at what became of it.

use super::{Outcome, Request, ok};
use crate::slack::blocks::{Surface, complaints_about_blocks};
use crate::slack::model::files::StoredFile;
use crate::slack::model::messages::Draft;
use crate::slack::model::{Model, Refusal};
use serde_json::{Value, json};

const ALT_CHARACTERS: usize = 1_000;

pub(super) fn upload_address(model: &mut Model, mut request: Request<'_>) -> Outcome {
    let (name, length) = (request.needed("filename")?, request.needed("length")?);
    let Some(length) = length.parse().ok().filter(|length| *length > 0_usize) else {
        return Err(Refusal::explained(
            "invalid_arguments",
            &["[ERROR] must be at least 1: length".to_owned()],
        ));
    };
    if let Some(error) = &model.files.refused_with {
        return Err(Refusal::new(error));
    }
    let alt = request.text("alt_txt").unwrap_or_default();
    if alt.chars().count() > ALT_CHARACTERS {
        request.complain("alt_txt beyond 1000 characters");
        return Err(Refusal::new("alt_txt_too_large"));
    }
    let (id, ticket) = (model.id('F', "file"), model.secret(40));
    let upload_url = format!("{}/upload/v1/{ticket}", model.base);
    model.stored.push(StoredFile {
        id: id.clone(),
        team: request.granted.team.clone(),
        owner: request.granted.bot_user.clone(),
        title: name.clone(),
        name,
        alt,
        length,
        ticket,
        bytes: None,
        created: model.now / 1_000,
        completed: None,
        looks_left: model.files.looks,
        ready: false,
        share: None,
        shares: Vec::new(),
    });
    ok(json!({ "upload_url": upload_url, "file_id": id }))
}

pub(super) fn complete(model: &mut Model, mut request: Request<'_>) -> Outcome {
    let files = request
        .arguments
        .json("files")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    if files.is_empty() {
        return Err(Refusal::explained(
            "invalid_arguments",
            &["[ERROR] no files".to_owned()],
        ));
    }
    for file in &files {
        check_file(model, &mut request, file)?;
    }
    let share = share(model, &mut request)?;
    let mut completed = Vec::new();
    for (at, given) in files.iter().enumerate() {
        let Some(file) = given["id"].as_str().and_then(|id| model.stored_file_mut(id)) else {
            continue;
        };
        if let Some(title) = given["title"].as_str() {
            file.title = title.to_owned();
        }
        completed.push(json!({ "id": file.id, "title": file.title }));
        if at == 0 {
            file.share = share.clone();
        }
    }
    let now = model.now;
    let ids: Vec<String> = completed
        .iter()
        .filter_map(|file| file["id"].as_str().map(str::to_owned))
        .collect();
    for id in &ids {
        if let Some(file) = model.stored_file_mut(id) {
            file.completed = Some(now);
            if let Some((_, draft)) = &mut file.share {
                draft.files.clone_from(&ids);
            }
        }
    }
    ok(json!({ "files": completed }))
}

/// A file can be completed once, when its bytes are there.
fn check_file(model: &Model, request: &mut Request<'_>, given: &Value) -> Result<(), Refusal> {
    for field in given.as_object().into_iter().flatten().map(|(field, _)| field) {
        if !["id", "title", "highlight_type"].contains(&field.as_str()) {
            request.complain(format!("files: unknown field {field}"));
        }
    }
    let file = given["id"].as_str().and_then(|id| model.stored_file(id));
    let file = file.ok_or_else(|| Refusal::new("file_not_found"))?;
    if file.completed.is_some() {
        request.complain(format!("{} completed twice", file.id));
        return Err(Refusal::new("file_update_failed"));
    }
    match file.bytes.as_ref().map(Vec::len) {
        Some(length) if length == file.length => Ok(()),
        _ => Err(Refusal::new("file_not_found")),
    }
}

fn share(model: &Model, request: &mut Request<'_>) -> Result<Option<(String, Draft)>, Refusal> {
    let thread_ts = request.text("thread_ts");
    let Some(channel) = request.text("channel_id").or_else(|| request.text("channels")) else {
        if thread_ts.is_some() {
            request.complain("thread_ts without channel_id");
        }
        return Ok(None);
    };
    if channel.contains(',') && thread_ts.is_some() {
        request.complain("thread_ts needs exactly one channel");
        return Err(Refusal::new("invalid_channel"));
    }
    model.writable(&channel, &request.granted.bot_user, false)?;
    let blocks = request.arguments.json("blocks").cloned().unwrap_or(json!([]));
    let complaints = complaints_about_blocks(&blocks, Surface::Message);
    if !complaints.is_empty() {
        for complaint in &complaints {
            request.complain(format!("Block Kit: {complaint}"));
        }
        return Err(Refusal::explained("invalid_blocks", &complaints));
    }
    let draft = Draft {
        text: request.text("initial_comment").unwrap_or_default(),
        blocks: blocks.as_array().cloned().unwrap_or_default(),
        thread_ts,
        ..Draft::default()
    };
    Ok(Some((channel, draft)))
}

pub(super) fn info(model: &mut Model, request: Request<'_>) -> Outcome {
    let id = request.needed("file")?;
    let file = model.look_at_file(&id)?;
    ok(json!({ "file": file, "comments": [], "response_metadata": { "next_cursor": "" } }))
}

impl Model {
    /// What Slack says of pictures that it cannot show yet, or ever.
    pub(super) fn unusable_files(&self, blocks: &Value) -> Vec<String> {
        let pictures = blocks.as_array().into_iter().flatten().enumerate();
        pictures
            .filter_map(|(at, block)| Some((at, block.pointer("/slack_file/id")?.as_str()?)))
            .filter(|(_, id)| {
                self.stored_file(id)
                    .is_none_or(|file| !file.ready || !file.is_picture())
            })
            .map(|(at, _)| format!("[ERROR] invalid slack file [json-pointer:/blocks/{at}/slack_file]"))
            .collect()
    }
}

impl StoredFile {
    fn is_picture(&self) -> bool {
        [".png", ".jpg", ".jpeg", ".gif"]
            .iter()
            .any(|ending| self.name.ends_with(ending))
    }
}
