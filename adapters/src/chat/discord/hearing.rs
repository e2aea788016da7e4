//! The side that hears: what came in is let through the gate, stored, and only then answered.
//!
//! Discord waits three seconds for the first answer, and with it is decided who sees what follows: so it is made without
//! asking anybody. What is for everybody never hangs on an interaction, whose token is over after a quarter of an hour: it
//! is posted as a message of its own.

use std::sync::Arc;
use std::time::Duration;

use approvals::intake::{Delivery, DeliveryId, FirstAnswer, Said, first_answer};
use approvals::people::Account;
use approvals::site::Site;
use commands::grammar::Vocabulary;
use commands::names::{Chat as ChatKind, MessageId, Place};
use serde_json::{Value, json};
use serenity::builder::CreateInteractionResponse;

use super::decode::{Heard, Press, Typed, Unreadable, What};
use super::forms::{self, Sent};
use super::gate::{Gate, Stranger};
use super::message::{EPHEMERAL, words};
use super::roster::Roles;
use super::speaking::Discord;
use super::{catalog, completions, decode};
use crate::chat::link::Link;
use crate::chat::storing::store;
use crate::chat::vocabulary::vocabulary;
use crate::wording;

/// How long the names for a completion may take; it goes without them then.
const NAMES_WITHIN: Duration = Duration::from_millis(500);

/// Hears everything that Discord sends.
pub struct Hearing {
    /// Where deliveries go.
    pub site: Arc<Site>,
    /// The side that speaks.
    pub discord: Arc<Discord>,
    /// What is let in.
    pub gate: Gate,
    /// Roles, which come with every interaction.
    pub roles: Arc<Roles>,
    /// How the link is doing.
    pub link: Arc<Link>,
}

/// The first answer to an interaction, as Discord wants it.
pub type Answer = Value;

impl Hearing {
    /// Reads, stores and answers one interaction.
    ///
    /// # Errors
    /// [`Unreadable`]: it cannot even be answered.
    pub async fn hear(&self, payload: &Value) -> Result<Answer, Unreadable> {
        let now = self.discord.clock.now();
        self.link.beat(now);
        let heard = match decode::interaction(payload) {
            Ok(heard) => heard,
            Err(why) => return self.unreadable(payload, why),
        };
        if heard.what == What::Ping {
            return Ok(pong());
        }
        match self.gate.admit(&heard.origin, now) {
            Ok(()) => Ok(self.admitted(heard).await),
            Err(stranger) => Ok(self.stranger(&heard, stranger)),
        }
    }

    async fn admitted(&self, heard: Heard) -> Answer {
        let now = self.discord.clock.now();
        let made_at = decode::made_at(&heard.id);
        if let (Some(guild), Some(at)) = (&heard.origin.guild, made_at) {
            self.roles.told(guild, &heard.user, &heard.roles, at);
        }
        if let (Some(guild), Some(channel)) = (&heard.origin.guild, &heard.channel) {
            let venues = &self.discord.venues;
            venues.told(channel.as_str(), guild, heard.our_permissions, now);
        }
        match heard.what.clone() {
            What::Completion(typed) => self.completed(&typed).await,
            What::Command(typed) => self.command(heard, &typed).await,
            What::Press(press) => {
                let said = forms::said(&press, None);
                self.pressed(heard, &press, said).await
            }
            What::Form(filled) => match forms::sent(filled) {
                Some(Sent::Press(press, reason)) => {
                    let said = forms::said(&press, Some(reason));
                    self.pressed(heard, &press, said).await
                }
                Some(Sent::Text(text)) => self.typed(heard, text).await,
                None => {
                    tracing::warn!("a form that is none of ours was sent");
                    self.private(&wording::discord::unknown(&self.locale(&heard)))
                }
            },
            What::Nothing(why) => {
                tracing::debug!(why, "Discord sent something that is nothing to us");
                self.private(&wording::discord::unknown(&self.locale(&heard)))
            }
            What::Ping => pong(),
        }
    }

    async fn command(&self, heard: Heard, typed: &Typed) -> Answer {
        match catalog::text(typed) {
            Some(text) => self.typed(heard, text).await,
            None => {
                tracing::warn!("a command that is not in the catalog: run `sluice commands --register`");
                self.private(&wording::discord::unknown(&self.locale(&heard)))
            }
        }
    }

    /// A whole command, however it was put together.
    async fn typed(&self, heard: Heard, text: String) -> Answer {
        let said = Said::Text(text);
        let first = first_answer(&said);
        if first == FirstAnswer::Form {
            return answer(&forms::ask(&self.discord.reader(Some(&account(&heard.user)))));
        }
        let thread = heard.thread.clone();
        let is_awaited = first == FirstAnswer::Private;
        match self.stored(&heard, None, thread, said, is_awaited).await {
            Err(why_not) => self.private(&why_not),
            // "Sluice is thinking", for who asked alone: what it thinks comes in its place.
            Ok(()) if is_awaited => json!({ "type": 5, "data": { "flags": EPHEMERAL } }),
            Ok(()) => self.private(&wording::discord::recorded(&self.locale(&heard))),
        }
    }

    async fn pressed(&self, heard: Heard, press: &Press, said: Said) -> Answer {
        if first_answer(&said) == FirstAnswer::Form {
            let reader = self.discord.reader(Some(&account(&heard.user)));
            let form = forms::reason(&press.button, &self.discord.voice.wording, &reader);
            return match form {
                Some(form) => answer(&form),
                None => self.private(&wording::discord::unknown(&reader.locale)),
            };
        }
        // Under a message that one person sees there can be no thread.
        let hangs_on = Some(press.message.clone()).filter(|_| !press.is_private);
        let thread = heard.thread.clone().or_else(|| hangs_on.clone());
        match self.stored(&heard, hangs_on, thread, said, false).await {
            Ok(()) => json!({ "type": 6 }),
            Err(why_not) => self.private(&why_not),
        }
    }

    /// Stores a delivery, or says why it is not sure to be.
    async fn stored(
        &self,
        heard: &Heard,
        message: Option<MessageId>,
        thread: Option<MessageId>,
        said: Said,
        is_awaited: bool,
    ) -> Result<(), String> {
        let now = self.discord.clock.now();
        let account = account(&heard.user);
        let locale = self.locale(heard);
        let Some(channel) = heard.channel.clone() else {
            return Err(wording::chats::not_recorded(&locale));
        };
        // Before it is stored: its answer may be ready before this function is.
        let replies = &self.discord.replies;
        replies.keep(
            channel.as_str(),
            &account.id,
            heard.token.clone(),
            is_awaited,
            now,
        );
        let delivery = Delivery {
            id: DeliveryId(format!("discord-{}", heard.id)),
            account,
            place: Place {
                chat: ChatKind::Discord,
                channel,
            },
            message,
            thread,
            said,
            at: now,
        };
        let stored = store(&self.site, &delivery, &locale).await;
        if stored.is_err() {
            replies.answered(&heard.token);
        }
        stored
    }

    async fn completed(&self, typed: &Typed) -> Answer {
        let names = tokio::time::timeout(NAMES_WITHIN, vocabulary(&self.site)).await;
        let names = match names {
            Ok(Ok(names)) => names,
            _ => Vocabulary::default(),
        };
        answer(&completions::answer(typed, &names))
    }

    fn stranger(&self, heard: &Heard, stranger: Stranger) -> Answer {
        self.link.did_not_let_in();
        tracing::warn!(why = %stranger, guild = heard.origin.guild, "Discord sent something that is not let in");
        match heard.what {
            What::Completion(_) => answer(&completions::answer(&Typed::default(), &Vocabulary::default())),
            _ => {
                let locale = self.discord.reader(None).locale;
                self.private(&wording::discord::stranger(stranger, &locale))
            }
        }
    }

    /// Nothing was recorded; whoever did it is told so, if only that can be read.
    fn unreadable(&self, payload: &Value, why: Unreadable) -> Result<Answer, Unreadable> {
        self.link.could_not_read();
        tracing::error!(%why, interaction = payload["id"].as_str(), "Discord sent something that cannot be read");
        match payload["type"].as_u64() {
            Some(2 | 3 | 5) => {
                let locale = self.discord.reader(None).locale;
                Ok(self.private(&wording::discord::unreadable(&locale)))
            }
            Some(4) => Ok(answer(&completions::answer(
                &Typed::default(),
                &Vocabulary::default(),
            ))),
            _ => Err(why),
        }
    }

    /// An answer of words that only the person sees.
    fn private(&self, said: &str) -> Answer {
        let mut data = words(said);
        data["flags"] = EPHEMERAL.into();
        json!({ "type": 4, "data": data })
    }

    fn locale(&self, heard: &Heard) -> String {
        self.discord.reader(Some(&account(&heard.user))).locale
    }
}

fn pong() -> Answer {
    answer(&CreateInteractionResponse::Pong)
}

fn answer(answer: &CreateInteractionResponse) -> Answer {
    serde_json::to_value(answer).unwrap_or_default()
}

fn account(user: &str) -> Account {
    Account {
        chat: ChatKind::Discord,
        id: user.to_owned(),
    }
}
