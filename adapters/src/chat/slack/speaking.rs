//! The side that speaks: notices become messages, in threads, privately, and edited.

mod doubts;
mod venues;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use approvals::notice::Notice;
use approvals::people::Account;
use approvals::ports::{Address, Chat, Clock, Fault, Venue};
use async_trait::async_trait;
use commands::names::{MessageId, Person, Place};
use serde_json::Value;
use slack_morphism::api::{
    SlackApiChatPostEphemeralRequest, SlackApiChatPostMessageRequest, SlackApiChatUpdateRequest,
};
use slack_morphism::{
    SlackChannelId, SlackFileId, SlackMessageContent, SlackMessageMetadata, SlackTs, SlackUserId,
};

use self::doubts::{Doubts, METADATA};
use self::venues::Venues;
use super::api::{self, Api, is_refusal};
use super::blocks::{self, Setting};
use super::elsewhere::Elsewhere;
use super::pictures::Pictures;
use super::replies::Replies;
use super::text::Mentions;
use crate::chat::card::Card;
use crate::chat::voice::{Voice, may_answer_anywhere, reply_id, wake};
use crate::http::rejected;
use crate::wording::Reader;

/// Slack, for speaking.
pub struct Slack {
    pub(super) api: Api,
    pub(super) replies: Replies,
    pub(super) voice: Voice,
    pub(super) clock: Arc<dyn Clock>,
    elsewhere: Elsewhere,
    pictures: Pictures,
    doubts: Doubts,
    venues: Venues,
}

impl fmt::Debug for Slack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slack")
            .field("api", &self.api)
            .finish_non_exhaustive()
    }
}

impl Slack {
    /// Slack, spoken to through `api`.
    pub fn new(api: Api, elsewhere: Elsewhere, voice: Voice, clock: Arc<dyn Clock>) -> Self {
        Self {
            api,
            elsewhere,
            replies: Replies::default(),
            voice,
            clock,
            pictures: Pictures::default(),
            doubts: Doubts::default(),
            venues: Venues::default(),
        }
    }

    /// In the language and by the clock of the person behind an account, or of the channel.
    pub(super) fn reader(&self, account: Option<&Account>) -> Reader {
        self.voice.reader(account)
    }

    pub(super) fn content(
        &self,
        card: &Card,
        reader: &Reader,
        wake: BTreeSet<Person>,
    ) -> SlackMessageContent {
        self.content_with(card, reader, wake, None)
    }

    fn content_with(
        &self,
        card: &Card,
        reader: &Reader,
        wake: BTreeSet<Person>,
        picture: Option<SlackFileId>,
    ) -> SlackMessageContent {
        let people = &self.voice.people;
        let setting = Setting {
            mentions: Mentions { people, wake },
            locale: &reader.locale,
            picture,
        };
        blocks::message(card, &setting)
    }

    /// Posts for everybody in the channel.
    async fn say(&self, to: &Address, notice: &Notice, nonce: u64) -> Result<MessageId, Fault> {
        if let Some(found) = self.doubts.settle(&self.api, to, nonce).await? {
            return Ok(found);
        }
        let reader = self.reader(None);
        let card = self.voice.wording.card(notice, &reader, self.clock.now());
        let picture = match &card.chart {
            Some(chart) => self.pictures.of(&self.api, &self.elsewhere, nonce, chart).await?,
            None => None,
        };
        let content = self.content_with(&card, &reader, wake(notice), picture.clone());
        let posted = match (self.send(to, content.clone(), nonce).await, picture) {
            // The words go without a picture that cannot be shown.
            (Err(fault), Some(_)) if is_refusal(&fault, api::INVALID_BLOCKS) => {
                let content = self.content(&card, &reader, wake(notice));
                self.send(to, content, nonce).await
            }
            (Err(fault @ Fault::Transient { .. }), Some(file)) => {
                self.pictures.again(nonce, file);
                Err(fault)
            }
            (posted, _) => posted,
        };
        match posted {
            Err(fault) if is_refusal(&fault, api::NOT_IN_CHANNEL) && may_answer_anywhere(to, notice) => {
                self.answer_in_channel(to, &content, nonce, fault).await
            }
            Err(fault @ Fault::Unknown { .. }) => {
                self.doubts.note(nonce, self.clock.now());
                Err(fault)
            }
            posted => posted,
        }
    }

    async fn send(&self, to: &Address, content: SlackMessageContent, nonce: u64) -> Result<MessageId, Fault> {
        let nonce = [("nonce".to_owned(), nonce.to_string())];
        let metadata = SlackMessageMetadata::new(METADATA.to_owned()).with_event_payload(nonce.into());
        let mut request = SlackApiChatPostMessageRequest::new(channel(to), content.with_metadata(metadata))
            .with_link_names(false)
            .with_parse("none".to_owned())
            .with_unfurl_links(false)
            .with_unfurl_media(false);
        request.thread_ts = thread(to);
        let posted = self
            .api
            .write(api::POST_MESSAGE, to.place.channel.as_str(), &request)
            .await?;
        posted_as(&posted).ok_or_else(|| Fault::Unknown {
            source: "Slack did not say which message it became".into(),
        })
    }

    /// Answers a look where we are no member: Slack takes that at the address that came with the command.
    async fn answer_in_channel(
        &self,
        to: &Address,
        content: &SlackMessageContent,
        nonce: u64,
        fault: Fault,
    ) -> Result<MessageId, Fault> {
        let Some(address) = self.replies.take_any(to.place.channel.as_str(), self.clock.now()) else {
            return Err(fault);
        };
        self.reply(&address, content, "in_channel", None).await?;
        reply_id(nonce)
    }

    /// Tells one person only.
    async fn whisper(
        &self,
        to: &Address,
        account: &Account,
        notice: &Notice,
        nonce: u64,
    ) -> Result<MessageId, Fault> {
        let reader = self.reader(Some(account));
        let card = self.voice.wording.card(notice, &reader, self.clock.now());
        let content = self.content(&card, &reader, BTreeSet::new());
        let mut request = SlackApiChatPostEphemeralRequest::new(
            channel(to),
            SlackUserId(account.id.clone()),
            content.clone(),
        )
        .with_link_names(false)
        .with_parse("none".to_owned());
        request.thread_ts = thread(to);
        let channel = to.place.channel.as_str();
        match self.api.write(api::POST_EPHEMERAL, channel, &request).await {
            Ok(posted) => match posted["message_ts"]
                .as_str()
                .and_then(|ts| MessageId::parse(ts).ok())
            {
                Some(message) => Ok(message),
                None => reply_id(nonce),
            },
            Err(fault @ Fault::Rejected { .. }) => {
                match self.replies.take(channel, &account.id, self.clock.now()) {
                    Some(address) => {
                        self.reply(&address, &content, "ephemeral", thread(to)).await?;
                        reply_id(nonce)
                    }
                    None => Err(fault),
                }
            }
            Err(fault) => Err(fault),
        }
    }

    /// Answers at an address that came with a command or a press.
    pub(super) async fn reply(
        &self,
        address: &url::Url,
        content: &SlackMessageContent,
        to_whom: &str,
        thread: Option<SlackTs>,
    ) -> Result<(), Fault> {
        let unwritten = |error: serde_json::Error| rejected("NOT_RENDERED", error.to_string(), error);
        let mut body = serde_json::to_value(content).map_err(unwritten)?;
        body["response_type"] = to_whom.into();
        body["replace_original"] = false.into();
        if let Some(SlackTs(thread)) = thread {
            body["thread_ts"] = thread.into();
        }
        let body = serde_json::to_vec(&body).map_err(unwritten)?;
        self.elsewhere
            .post(address, body, "application/json; charset=utf-8")
            .await
    }
}

#[async_trait]
impl Chat for Slack {
    async fn post(&self, to: &Address, notice: &Notice, nonce: u64) -> Result<MessageId, Fault> {
        match &to.only_for {
            Some(account) => self.whisper(to, account, notice, nonce).await,
            None => self.say(to, notice, nonce).await,
        }
    }

    async fn edit(&self, to: &Address, message: &MessageId, notice: &Notice) -> Result<(), Fault> {
        let reader = self.reader(None);
        let card = self.voice.wording.card(notice, &reader, self.clock.now());
        let content = self.content(&card, &reader, BTreeSet::new());
        let request = SlackApiChatUpdateRequest::new(channel(to), content, SlackTs(message.to_string()))
            .with_link_names(false)
            .with_parse("none".to_owned());
        self.api
            .write(api::UPDATE, to.place.channel.as_str(), &request)
            .await
            .map(drop)
    }

    fn may_have_posted(&self, nonce: u64) {
        self.doubts.note(nonce, self.clock.now());
    }

    async fn venue(&self, place: &Place) -> Result<Venue, Fault> {
        self.venues
            .of(&self.api, place.channel.as_str(), self.clock.now())
            .await
    }
}

fn channel(to: &Address) -> SlackChannelId {
    SlackChannelId(to.place.channel.to_string())
}

fn thread(to: &Address) -> Option<SlackTs> {
    to.thread.as_ref().map(|root| SlackTs(root.to_string()))
}

fn posted_as(answer: &Value) -> Option<MessageId> {
    MessageId::parse(answer["ts"].as_str()?).ok()
}
