//! A chart on its way into a message: uploaded, waited for, shown. A chart that cannot be had never holds back the words.
//!
//! <https://docs.slack.dev/messaging/working-with-files#uploading_files>. Slack needs a moment before an uploaded file can
//! stand in a message. Nobody waits here for that: the message is sent a little later, and other channels go on.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use approvals::ports::{BoxError, Fault};
use commands::names::Millis;
use serde_json::json;
use slack_morphism::SlackFileId;
use url::Url;

use super::api::{self, Api};
use super::elsewhere::Elsewhere;
use super::text::clipped;
use crate::wording::chart::Chart;

/// How long an upload may take.
const UPLOAD_WITHIN: Duration = Duration::from_secs(5);
/// How often Slack is asked whether the file is ready, and the pause between; then the words go without it.
const LOOKS: u8 = 8;
const PAUSE: Millis = Millis(700);
/// Uploads remembered at once; a message whose upload was forgotten uploads again.
const KEPT: usize = 64;
/// Characters that describe a file.
const ALT_CHARS: usize = 1_000;
const NAME: &str = "chart.png";

/// Pictures that are uploaded and not shown yet, by the message's nonce.
#[derive(Debug, Default)]
pub struct Pictures {
    underway: Mutex<BTreeMap<u64, Underway>>,
}

#[derive(Debug, Clone)]
struct Underway {
    file: SlackFileId,
    looks: u8,
}

impl Pictures {
    /// The picture of a message: its file, or `None` where the message goes without one.
    ///
    /// # Errors
    /// [`Fault::Transient`] where it will be ready in a moment.
    pub async fn of(
        &self,
        api: &Api,
        elsewhere: &Elsewhere,
        nonce: u64,
        chart: &Chart,
    ) -> Result<Option<SlackFileId>, Fault> {
        let underway = match self.take(nonce) {
            Some(underway) => underway,
            None => match uploaded(api, elsewhere, chart).await {
                Ok(file) => Underway { file, looks: 0 },
                Err(error) => {
                    tracing::warn!(error = &*error, "a message goes without its picture");
                    return Ok(None);
                }
            },
        };
        match is_ready(api, &underway.file).await {
            Ok(true) => Ok(Some(underway.file)),
            _ if underway.looks >= LOOKS => {
                tracing::warn!("a message goes without its picture: Slack did not make it ready in time");
                Ok(None)
            }
            _ => {
                let looks = underway.looks + 1;
                self.keep(nonce, Underway { looks, ..underway });
                Err(Fault::Transient {
                    retry_after: Some(PAUSE),
                    source: "the picture is not ready yet".into(),
                })
            }
        }
    }

    /// The file once more, for a message that was not sent after all.
    pub fn again(&self, nonce: u64, file: SlackFileId) {
        self.keep(nonce, Underway { file, looks: 0 });
    }

    fn take(&self, nonce: u64) -> Option<Underway> {
        self.underway.lock().ok()?.remove(&nonce)
    }

    fn keep(&self, nonce: u64, underway: Underway) {
        if let Ok(mut kept) = self.underway.lock() {
            if kept.len() >= KEPT {
                kept.pop_first();
            }
            kept.insert(nonce, underway);
        }
    }
}

async fn uploaded(api: &Api, elsewhere: &Elsewhere, chart: &Chart) -> Result<SlackFileId, BoxError> {
    let png = chart.png()?;
    tokio::time::timeout(UPLOAD_WITHIN, upload(api, elsewhere, chart, png)).await?
}

async fn upload(
    api: &Api,
    elsewhere: &Elsewhere,
    chart: &Chart,
    png: Vec<u8>,
) -> Result<SlackFileId, BoxError> {
    let length = png.len().to_string();
    let alt = clipped(&chart.alt, ALT_CHARS);
    let query = [
        ("filename", NAME),
        ("length", length.as_str()),
        ("alt_txt", alt.as_str()),
    ];
    let given = api.read(api::UPLOAD_ADDRESS, "", &query).await?;
    let address = given["upload_url"].as_str().ok_or("no upload_url")?;
    let file = given["file_id"].as_str().ok_or("no file_id")?;
    elsewhere.post(&Url::parse(address)?, png, "image/png").await?;
    let complete = json!({ "files": [{ "id": file, "title": NAME }] });
    api.write(api::COMPLETE_UPLOAD, "", &complete).await?;
    Ok(SlackFileId(file.to_owned()))
}

/// A file can stand in a message once Slack knows what it is.
async fn is_ready(api: &Api, file: &SlackFileId) -> Result<bool, Fault> {
    let known = api.read(api::FILE, "", &[("file", &file.0)]).await?;
    let kind = known
        .pointer("/file/mimetype")
        .and_then(serde_json::Value::as_str);
    Ok(kind.is_some_and(|kind| !kind.is_empty()))
}
