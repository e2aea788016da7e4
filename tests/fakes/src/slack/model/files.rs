//! Files: an upload address, the bytes, the asynchronous processing after `files.completeUploadExternal`.

use super::messages::Draft;
use super::{Model, Refusal};
use serde_json::{Map, Value, json};

/// How long Slack looks at an upload before it can be shown, whichever comes first.
pub(in crate::slack) struct Files {
    /// Milliseconds after completion.
    pub delay: u64,
    /// Calls of `files.info` that still see it unfinished.
    pub looks: u32,
    /// `file_uploads_disabled` and the like, where uploads are forbidden.
    pub refused_with: Option<String>,
}

impl Default for Files {
    fn default() -> Self {
        Self {
            delay: 1_500,
            looks: 1,
            refused_with: None,
        }
    }
}

/// One file.
#[derive(Clone)]
pub(in crate::slack) struct StoredFile {
    pub id: String,
    pub team: String,
    pub owner: String,
    pub name: String,
    pub title: String,
    pub alt: String,
    /// Bytes announced.
    pub length: usize,
    pub ticket: String,
    pub bytes: Option<Vec<u8>>,
    pub created: u64,
    /// When it was completed, epoch milliseconds.
    pub completed: Option<u64>,
    pub looks_left: u32,
    pub ready: bool,
    /// Where to share it once it is ready.
    pub share: Option<(String, Draft)>,
    /// Channel and message that show it.
    pub shares: Vec<(String, String)>,
}

impl Model {
    pub fn stored_file(&self, id: &str) -> Option<&StoredFile> {
        self.stored.iter().find(|file| file.id == id)
    }

    pub fn stored_file_mut(&mut self, id: &str) -> Option<&mut StoredFile> {
        self.stored.iter_mut().find(|file| file.id == id)
    }

    /// Lets files become ready that are due, and shares them where that was asked for.
    pub fn process_files(&mut self) {
        let (now, delay) = (self.now, self.files.delay);
        let due: Vec<String> = self
            .stored
            .iter()
            .filter(|file| !file.ready)
            .filter(|file| {
                file.completed
                    .is_some_and(|at| now >= at + delay || file.looks_left == 0)
            })
            .map(|file| file.id.clone())
            .collect();
        for id in due {
            self.make_ready(&id);
        }
    }

    fn make_ready(&mut self, id: &str) {
        let Some(file) = self.stored_file_mut(id) else {
            return;
        };
        file.ready = true;
        let owner = file.owner.clone();
        let Some((channel, draft)) = file.share.take() else {
            return;
        };
        if let Some(root) = draft.thread_ts.clone() {
            self.note_reply(&channel, &root);
        }
        let ts = self.post(&channel, &owner, draft);
        if let Some(file) = self.stored_file_mut(id) {
            file.shares.push((channel, ts));
        }
    }

    /// One look by `files.info`.
    pub fn look_at_file(&mut self, id: &str) -> Result<Value, Refusal> {
        let file = self
            .stored_file(id)
            .filter(|file| file.completed.is_some())
            .ok_or_else(|| Refusal::new("file_not_found"))?;
        let shown = self.file_json(file);
        if let Some(file) = self.stored_file_mut(id) {
            file.looks_left = file.looks_left.saturating_sub(1);
        }
        Ok(shown)
    }

    /// `files.info`'s `file`. Type and shares are empty until it is ready.
    pub fn file_json(&self, file: &StoredFile) -> Value {
        let link = format!(
            "https://{}.slack.com/files/{}/{}/{}",
            self.domain(&file.team),
            file.owner,
            file.id,
            file.name
        );
        let (mimetype, filetype, pretty) = kind(&file.name);
        let seen = |text: &str| {
            if file.ready {
                text.to_owned()
            } else {
                String::new()
            }
        };
        let mut shares = Map::new();
        for (channel, ts) in &file.shares {
            let thread = self
                .message(channel, ts)
                .and_then(|message| message.thread_ts.clone());
            let name = self.channel(channel).map(|channel| channel.name.clone());
            let share = json!({
                "reply_users": [], "reply_users_count": 0, "reply_count": 0, "ts": ts, "thread_ts": thread,
                "channel_name": name, "team_id": file.team, "share_user_id": file.owner,
            });
            shares.insert(channel.clone(), json!([share]));
        }
        let channels: Vec<&String> = file.shares.iter().map(|(channel, _)| channel).collect();
        let shares = if shares.is_empty() {
            json!({})
        } else {
            json!({ "public": shares })
        };
        json!({
            "id": file.id, "created": file.created, "timestamp": file.created, "name": file.name, "title": file.title,
            "mimetype": seen(mimetype), "filetype": seen(filetype), "pretty_type": seen(pretty), "user": file.owner,
            "user_team": file.team, "editable": false, "size": file.length, "mode": "hosted", "is_external": false,
            "external_type": "", "is_public": false, "public_url_shared": false, "display_as_bot": false,
            "username": "", "url_private": link, "url_private_download": format!("{link}/download"),
            "permalink": link, "permalink_public": link, "comments_count": 0, "is_starred": false, "shares": shares,
            "channels": channels, "groups": [], "ims": [], "has_rich_preview": false, "file_access": "visible",
            "alt_txt": file.alt, "media_display_type": "unknown",
        })
    }

    pub fn domain(&self, team: &str) -> String {
        self.team(team)
            .map_or_else(String::new, |team| team.domain.clone())
    }
}

fn kind(name: &str) -> (&'static str, &'static str, &'static str) {
    match name.rsplit('.').next() {
        Some("png") => ("image/png", "png", "PNG"),
        Some("jpg" | "jpeg") => ("image/jpeg", "jpg", "JPEG"),
        Some("gif") => ("image/gif", "gif", "GIF"),
        Some("json") => ("application/json", "json", "JSON"),
        Some("md") => ("text/markdown", "markdown", "Markdown (raw)"),
        _ => ("text/plain", "text", "Plain Text"),
    }
}
