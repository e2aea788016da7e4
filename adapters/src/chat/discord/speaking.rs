//! The side that speaks: notices become messages, in threads, privately, and edited.

mod callable;
mod moved;
mod private;
mod threads;
mod venues;

use std::fmt;
use std::sync::Arc;

use approvals::notice::{Notice, StateView};
use approvals::people::Account;
use approvals::ports::{Address, Chat, Clock, Fault, Venue};
use async_trait::async_trait;
use commands::names::{MessageId, Place};
use serde_json::{Value, json};

use self::callable::Callable;
use self::moved::Moved;
use self::threads::Threads;
use self::venues::Venues;
use super::api::{self, Api, Call, Png, is_refusal};
use super::message::{self, Setting};
use super::replies::Replies;
use super::text::Mentions;
use crate::chat::card::{Card, clipped};
use crate::chat::voice::{Voice, may_answer_anywhere, wake};
use crate::wording::Reader;
use crate::wording::chart::Chart;

/// Characters that describe a picture.
const ALT_CHARS: usize = 1_024;

/// Discord, for speaking.
pub struct Discord {
    pub(super) api: Api,
    pub(super) application: String,
    pub(super) replies: Replies,
    pub(super) voice: Voice,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) venues: Venues,
    threads: Threads,
    callable: Callable,
    moved: Moved,
}

impl fmt::Debug for Discord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Discord")
            .field("api", &self.api)
            .finish_non_exhaustive()
    }
}

impl Discord {
    /// Discord, spoken to through `api` for this application in these servers.
    pub fn new(
        api: Api,
        application: String,
        guilds: Vec<String>,
        voice: Voice,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            api,
            application,
            voice,
            clock,
            callable: Callable::of(guilds),
            replies: Replies::default(),
            venues: Venues::default(),
            threads: Threads::default(),
            moved: Moved::default(),
        }
    }

    /// In the language and by the clock of the person behind an account, or of the channel.
    pub(super) fn reader(&self, account: Option<&Account>) -> Reader {
        self.voice.reader(account)
    }

    /// A card as a message that wakes nobody besides whom it mentions.
    fn quiet(&self, card: &Card, reader: &Reader) -> Value {
        let mentions = Mentions {
            people: &self.voice.people,
            wake: Default::default(),
        };
        let setting = Setting {
            mentions,
            roles: Vec::new(),
            locale: &reader.locale,
        };
        message::message(card, &setting)
    }

    fn card(&self, notice: &Notice, reader: &Reader) -> Card {
        self.voice.wording.card(notice, reader, self.clock.now())
    }

    /// Posts for everybody in the channel.
    async fn say(&self, to: &Address, notice: &Notice, nonce: u64) -> Result<MessageId, Fault> {
        let reader = self.reader(None);
        let card = self.card(notice, &reader);
        let setting = Setting {
            mentions: Mentions {
                people: &self.voice.people,
                wake: wake(notice),
            },
            roles: self.roles_to_call(to, notice).await,
            locale: &reader.locale,
        };
        let mut body = message::message(&card, &setting);
        // The same message sent once more within some minutes is the first one again.
        body["nonce"] = nonce.to_string().into();
        body["enforce_nonce"] = true.into();
        let picture = card.chart.as_ref().and_then(picture);
        match self.posted(to, &card, &body, picture.as_ref()).await {
            Err(fault) if is_not_here(&fault) && may_answer_anywhere(to, notice) => {
                self.answer_to_who_asked(to, &body, nonce, fault).await
            }
            posted => posted,
        }
    }

    async fn posted(
        &self,
        to: &Address,
        card: &Card,
        body: &Value,
        picture: Option<&Png>,
    ) -> Result<MessageId, Fault> {
        let channel = to.place.channel.as_str();
        let Some(root) = &to.thread else {
            return id_of(&self.pictured(channel, body, picture).await?);
        };
        let name = card.headline.plain();
        let opened = self.threads.open(&self.api, channel, root.as_str(), &name).await;
        let posted = match opened {
            Ok(()) => self.pictured(root.as_str(), body, picture).await,
            Err(fault) => Err(fault),
        };
        match posted {
            // Nothing that people must know is lost with a thread: it is said in the channel, under what began it.
            Err(fault) if is_closed(&fault) => {
                tracing::warn!(
                    error = &fault as &dyn std::error::Error,
                    "a thread takes no messages"
                );
                self.threads.forget(root.as_str());
                let mut body = body.clone();
                body["message_reference"] =
                    json!({ "message_id": root.as_str(), "fail_if_not_exists": false });
                id_of(&self.pictured(channel, &body, picture).await?)
            }
            posted => id_of(&posted?),
        }
    }

    /// Sends a message with its picture; the words go without one that is not taken here.
    async fn pictured(&self, channel: &str, body: &Value, picture: Option<&Png>) -> Result<Value, Fault> {
        match (self.sent(channel, body, picture).await, picture) {
            (Err(fault), Some(_))
                if is_refusal(&fault, api::ACCESS) || is_refusal(&fault, api::TOO_LARGE) =>
            {
                tracing::warn!(
                    error = &fault as &dyn std::error::Error,
                    "a message goes without its picture"
                );
                self.sent(channel, body, None).await
            }
            (sent, _) => sent,
        }
    }

    async fn sent(&self, channel: &str, body: &Value, picture: Option<&Png>) -> Result<Value, Fault> {
        let call = Call::post(channel, body, picture);
        self.in_open_thread(channel, &call).await
    }

    /// Carries out a call; where its thread is archived, opens that first.
    async fn in_open_thread(&self, channel: &str, call: &Call) -> Result<Value, Fault> {
        match self.api.call(call).await {
            Err(fault) if is_refusal(&fault, api::ARCHIVED) => {
                let reopened = self.api.call(&Call::reopen_thread(channel)).await;
                match reopened {
                    // Locked: who may open it is a person.
                    Err(Fault::Rejected { .. }) => Err(fault),
                    Err(later) => Err(later),
                    Ok(_) => self.api.call(call).await,
                }
            }
            done => done,
        }
    }

    /// The roles of groups that can approve and that no list names, where a mention of them tells somebody.
    async fn roles_to_call(&self, to: &Address, notice: &Notice) -> Vec<String> {
        let Notice::Card(view) = notice else {
            return Vec::new();
        };
        let (StateView::Waiting, Some(voting)) = (&view.state, &view.voting) else {
            return Vec::new();
        };
        let groups = &self.voice.people.groups;
        let roles = voting.approvers.keys().filter_map(|group| {
            let role = groups.get(group)?.discord_role.clone()?;
            Some(role)
        });
        let guild = self.venues.guild_of(to.place.channel.as_str());
        self.callable
            .of_these(&self.api, roles.collect(), guild.as_deref(), self.clock.now())
            .await
    }

    async fn edited(&self, channel: &str, id: &str, body: &Value) -> Result<(), Fault> {
        let call = Call::edit(channel, id, body);
        self.in_open_thread(channel, &call).await.map(drop)
    }
}

#[async_trait]
impl Chat for Discord {
    async fn post(&self, to: &Address, notice: &Notice, nonce: u64) -> Result<MessageId, Fault> {
        match &to.only_for {
            Some(account) => self.whisper(to, account, notice, nonce).await,
            None => self.say(to, notice, nonce).await,
        }
    }

    async fn edit(&self, to: &Address, message: &MessageId, notice: &Notice) -> Result<(), Fault> {
        let reader = self.reader(None);
        let body = self.quiet(&self.card(notice, &reader), &reader);
        let channel = match &to.thread {
            // The root of a thread stands in the channel.
            Some(root) if root != message => root.as_str(),
            _ => to.place.channel.as_str(),
        };
        let present = self.moved.present(message);
        match self.edited(channel, present.as_str(), &body).await {
            // A message older than an hour takes few edits: a new one goes on.
            Err(fault) if is_refusal(&fault, api::EDITS_USED_UP) => {
                let posted = self.sent(channel, &body, None).await?;
                self.moved.note(message.clone(), id_of(&posted)?);
                Ok(())
            }
            edited => edited,
        }
    }

    async fn venue(&self, place: &Place) -> Result<Venue, Fault> {
        self.venues
            .of(&self.api, place.channel.as_str(), self.clock.now())
            .await
    }
}

/// Whether a thread takes no messages, now or for ever.
fn is_closed(fault: &Fault) -> bool {
    [api::ARCHIVED, api::THREAD_CLOSED, api::NO_SUCH_CHANNEL]
        .iter()
        .any(|code| is_refusal(fault, code))
}

fn is_not_here(fault: &Fault) -> bool {
    is_refusal(fault, api::ACCESS) || is_refusal(fault, api::NO_SUCH_CHANNEL)
}

fn picture(chart: &Chart) -> Option<Png> {
    match chart.png() {
        Ok(bytes) => Some(Png {
            bytes,
            description: clipped(&chart.alt, ALT_CHARS),
        }),
        Err(error) => {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "a message goes without its picture"
            );
            None
        }
    }
}

fn id_of(posted: &Value) -> Result<MessageId, Fault> {
    let id = posted["id"].as_str().and_then(|id| MessageId::parse(id).ok());
    id.ok_or_else(|| Fault::Unknown {
        source: "Discord did not say which message it became".into(),
    })
}
