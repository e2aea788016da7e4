//! The side that hears: what came in is let through the gate, stored, and only then acknowledged.
//!
//! What takes longer than Slack waits (opening a form, telling somebody privately) is done beside the acknowledgement.

use std::sync::Arc;

use approvals::intake::{Delivery, FirstAnswer, Said, first_answer};
use approvals::people::Account;
use approvals::site::Site;
use commands::names::{Channel, Chat as ChatKind, MessageId, Place};
use serde_json::{Value, json};

use super::api::{self, is_refusal};
use super::decode::{Heard, Tokens, Unreadable, What};
use super::forms::{self, Given};
use super::gate::{Gate, Stranger};
use super::roster::Groups;
use super::speaking::Slack;
use super::{decode, home};
use crate::chat::card::{Card, Tone};
use crate::chat::link::Link;
use crate::chat::storing::store;
use crate::wording;

/// Hears everything that Slack sends.
pub struct Hearing {
    /// Where deliveries go.
    pub site: Arc<Site>,
    /// The side that speaks.
    pub slack: Arc<Slack>,
    /// What is let in.
    pub gate: Gate,
    /// The slash command that people type, such as `/flink`.
    pub command: String,
    /// User groups, which change.
    pub groups: Arc<Groups>,
    /// How the link is doing.
    pub link: Arc<Link>,
}

/// Which kind of thing came in: each is acknowledged in its own way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A slash command.
    Command,
    /// A press, a form, a shortcut.
    Interaction,
    /// An event.
    Event,
}

/// How what came in is acknowledged.
#[derive(Debug, Clone, PartialEq)]
pub enum Acknowledged {
    /// Silently: it is stored, or means nothing to us.
    Silently,
    /// With this, as the answer to a command or a form.
    With(Value),
    /// Not at all: it was not stored, and Slack shall send it again.
    Not,
}

impl Hearing {
    /// Reads, stores and acknowledges one thing.
    ///
    /// # Errors
    /// [`Unreadable`]: it was not stored, and must not be acknowledged silently.
    pub async fn hear(self: &Arc<Self>, kind: Kind, payload: &Value) -> Result<Acknowledged, Unreadable> {
        self.link.beat(self.slack.clock.now());
        let heard = match kind {
            Kind::Command => decode::command(payload),
            Kind::Interaction => decode::interaction(payload),
            Kind::Event => decode::event(payload),
        }
        .inspect_err(|_| self.link.could_not_read())?;
        Ok(match self.gate.admit(&heard.origin) {
            Ok(()) => self.admitted(kind, heard).await,
            Err(stranger) => self.stranger(kind, &heard, stranger),
        })
    }

    async fn admitted(self: &Arc<Self>, kind: Kind, heard: Heard) -> Acknowledged {
        let Heard {
            user,
            channel,
            what,
            tokens,
            ..
        } = heard;
        if let (Some(channel), Some(to)) = (&channel, &tokens.reply_to) {
            let (api, now) = (self.slack.api.base(), self.slack.clock.now());
            self.slack.replies.keep(channel.as_str(), &user, to, api, now);
        }
        match (what, channel) {
            (
                What::Delivery {
                    id,
                    message,
                    thread,
                    said,
                },
                Some(channel),
            ) => {
                let delivery = Delivery {
                    id,
                    account: account(&user),
                    place: place(channel),
                    message,
                    thread,
                    said,
                    at: self.slack.clock.now(),
                };
                self.delivered(kind, delivery, tokens).await
            }
            (What::Shortcut { thread }, Some(channel)) => {
                self.open_guide(channel, Some(thread), user, tokens);
                Acknowledged::Silently
            }
            (What::Form(filled), _) => self.form(&user, filled).await,
            (What::Home, _) => {
                self.show_home(user);
                Acknowledged::Silently
            }
            (What::Group(group), _) => {
                self.groups.forget(&group);
                Acknowledged::Silently
            }
            (What::Nothing(why), _) => {
                tracing::debug!(why, "Slack sent something that is nothing to us");
                Acknowledged::Silently
            }
            (What::Delivery { .. } | What::Shortcut { .. }, None) => Acknowledged::Silently,
        }
    }

    async fn delivered(self: &Arc<Self>, kind: Kind, delivery: Delivery, tokens: Tokens) -> Acknowledged {
        if first_answer(&delivery.said) == FirstAnswer::Form {
            self.open_form(&delivery, tokens);
            return Acknowledged::Silently;
        }
        let Err(why_not) = self.store(&delivery).await else {
            return Acknowledged::Silently;
        };
        match kind {
            Kind::Command => Acknowledged::With(private(&why_not)),
            Kind::Interaction => {
                self.tell(&delivery.account, delivery.place.channel.as_str(), why_not);
                Acknowledged::Silently
            }
            Kind::Event => Acknowledged::Not,
        }
    }

    /// Stores a delivery, or says why it is not sure to be.
    async fn store(&self, delivery: &Delivery) -> Result<(), String> {
        let locale = self.slack.reader(Some(&delivery.account)).locale;
        store(&self.site, delivery, &locale).await
    }

    async fn form(&self, user: &str, filled: decode::Filled) -> Acknowledged {
        let account = account(user);
        let reader = self.slack.reader(Some(&account));
        let sent = match forms::sent(
            &filled,
            &self.slack.voice.wording,
            &reader,
            &self.site.job_names(),
        ) {
            Ok(sent) => sent,
            Err(Unreadable(why)) => {
                tracing::warn!(why, "a form that is none of ours was sent");
                return Acknowledged::Silently;
            }
        };
        match sent {
            forms::Sent::Answer(answer) => Acknowledged::With(answer),
            forms::Sent::Said { given, said, block } => {
                let delivery = Delivery {
                    id: filled.id,
                    account,
                    place: place(given.channel),
                    message: given.message,
                    thread: given.thread,
                    said,
                    at: self.slack.clock.now(),
                };
                match self.store(&delivery).await {
                    Ok(()) => Acknowledged::Silently,
                    Err(why_not) => Acknowledged::With(forms::complaint(&block, &why_not)),
                }
            }
        }
    }

    /// Opens the form that a press or an empty command asks for.
    fn open_form(self: &Arc<Self>, delivery: &Delivery, tokens: Tokens) {
        match &delivery.said {
            Said::Press { button, .. } => {
                let reader = self.slack.reader(Some(&delivery.account));
                let given = Given {
                    channel: delivery.place.channel.clone(),
                    message: delivery.message.clone(),
                    thread: delivery.thread.clone(),
                    button: Some(button.clone()),
                };
                if let Some(view) = forms::reason(&given, &self.slack.voice.wording, &reader) {
                    self.open(view, &delivery.account, delivery.place.channel.clone(), tokens);
                }
            }
            Said::Text(_) => {
                let thread = delivery.thread.clone();
                self.open_guide(
                    delivery.place.channel.clone(),
                    thread,
                    delivery.account.id.clone(),
                    tokens,
                );
            }
        }
    }

    fn open_guide(
        self: &Arc<Self>,
        channel: Channel,
        thread: Option<MessageId>,
        user: String,
        tokens: Tokens,
    ) {
        let account = account(&user);
        let given = Given {
            channel: channel.clone(),
            message: None,
            thread,
            button: None,
        };
        let view = forms::guide(&given, &self.slack.reader(Some(&account)));
        self.open(view, &account, channel, tokens);
    }

    /// Opens a form beside the acknowledgement; where that fails, the person is told what to type instead.
    fn open(self: &Arc<Self>, view: Value, account: &Account, channel: Channel, tokens: Tokens) {
        let (this, account) = (self.clone(), account.clone());
        tokio::spawn(async move {
            let body = json!({ "trigger_id": tokens.trigger.unwrap_or_default(), "view": view });
            let opened = this.slack.api.write(api::OPEN_VIEW, "", &body).await;
            if let Err(fault) = opened
                && !is_refusal(&fault, api::TRIGGER_USED)
            {
                tracing::warn!(error = &fault as &dyn std::error::Error, "a form was not opened");
                let locale = this.slack.reader(Some(&account)).locale;
                let words = wording::slack::no_form(&locale, &this.command);
                this.tell(&account, channel.as_str(), words);
            }
        });
    }

    fn show_home(self: &Arc<Self>, user: String) {
        let this = self.clone();
        tokio::spawn(async move {
            if let Err(error) = home::publish(&this.slack, &this.site, &account(&user)).await {
                tracing::warn!(error = &*error, "an App Home was not published");
            }
        });
    }

    fn stranger(self: &Arc<Self>, kind: Kind, heard: &Heard, stranger: Stranger) -> Acknowledged {
        self.link.did_not_let_in();
        tracing::warn!(why = %stranger, team = heard.origin.team, "Slack sent something that is not let in");
        let words = wording::slack::stranger(stranger, &self.slack.reader(None).locale);
        match kind {
            Kind::Command => Acknowledged::With(private(&words)),
            _ => Acknowledged::Silently,
        }
    }

    /// Tells one person privately, beside the acknowledgement.
    fn tell(self: &Arc<Self>, account: &Account, channel: &str, words: String) {
        let now = self.slack.clock.now();
        let Some(address) = self.slack.replies.take(channel, &account.id, now) else {
            tracing::warn!("nobody could be told privately");
            return;
        };
        let this = self.clone();
        let content = self.slack.content(
            &Card::new(Tone::Bad, words),
            &self.slack.reader(Some(account)),
            Default::default(),
        );
        tokio::spawn(async move {
            if let Err(fault) = this.slack.reply(&address, &content, "ephemeral", None).await {
                tracing::warn!(error = &fault as &dyn std::error::Error, "somebody was not told");
            }
        });
    }
}

/// A private answer to a command.
fn private(words: &str) -> Value {
    json!({ "response_type": "ephemeral", "text": super::text::escaped(words) })
}

fn account(user: &str) -> Account {
    Account {
        chat: ChatKind::Slack,
        id: user.to_owned(),
    }
}

fn place(channel: Channel) -> Place {
    Place {
        chat: ChatKind::Slack,
        channel,
    }
}
