//! The console: a local page that plays the chat in demo mode, else a read-only board.
//!
//! Its messages are kept in the ledger. [`Console`] is the side that speaks: it renders notices and stores them.
//! [`front`] is the side that hears: an HTTP API for the page, for scripts and for `sluice ask`.

mod board;
pub mod feed;
pub mod front;
pub mod guard;
mod language;
pub(crate) mod page;
pub mod problem;
mod reading;
mod saying;
pub mod shown;

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};

use approvals::ledger::{Attachment, ConsoleMessage, Ledger, LedgerError};
use approvals::notice::{Answer, Notice};
use approvals::people::Account;
use approvals::ports::{Address, Chat, Clock, Fault};
use async_trait::async_trait;
use commands::names::{At, MessageId, Person, RequestId};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::chat::card::Card;
use crate::wording::chart::NotDrawn;
use crate::wording::{Readers, Wording};
use feed::{Change, Feed};

/// The name Sluice goes by in the console.
pub const AUTHOR: &str = "sluice";

/// The console, for speaking.
pub struct Console {
    ledger: Arc<dyn Ledger>,
    clock: Arc<dyn Clock>,
    wording: Wording,
    readers: Readers,
    feed: Feed,
    /// When a delivery last came in, ms since 1970; 0: none since the start.
    heard_at: AtomicI64,
}

impl Console {
    /// A console that keeps its messages in `ledger` and speaks with `wording`: to each of `readers` in his or her language
    /// where only that person reads, else in the channel's.
    pub fn new(
        ledger: Arc<dyn Ledger>,
        clock: Arc<dyn Clock>,
        wording: Wording,
        readers: impl Into<Readers>,
    ) -> Self {
        Self {
            ledger,
            clock,
            wording,
            readers: readers.into(),
            feed: Feed::default(),
            heard_at: AtomicI64::new(0),
        }
    }

    /// When something was last said or pressed here; `None`: not since the start.
    pub fn heard_at(&self) -> Option<At> {
        Some(At(self.heard_at.load(Relaxed))).filter(|at| at.0 > 0)
    }

    /// Takes note that something was said or pressed, and tells the pages.
    fn heard(&self, channel: &str, message: &MessageId, at: At) {
        self.heard_at.store(at.0, Relaxed);
        self.changed(channel, message, None);
    }

    /// Tells the pages that a message is new or was changed.
    fn changed(&self, channel: &str, message: &MessageId, only_for: Option<Person>) {
        self.feed.tell(Change {
            channel: channel.to_owned(),
            message: message.to_string(),
            only_for,
        });
    }

    async fn store(
        &self,
        id: Option<&MessageId>,
        to: &Address,
        notice: &Notice,
        nonce: Option<u64>,
    ) -> Result<MessageId, Fault> {
        let now = self.clock.now();
        let only_for = to.only_for.as_ref().and_then(person);
        let reader = self.readers.of(only_for.as_ref());
        let card = self.wording.card(notice, reader, now);
        let pictures = pictures(&card).map_err(|error| unreadable(error.into()))?;
        let message = ConsoleMessage {
            id: id.map(ToString::to_string).unwrap_or_default(),
            channel: to.place.channel.to_string(),
            thread: to.thread.as_ref().map(ToString::to_string),
            author: AUTHOR.to_owned(),
            at: now,
            text: card.text(),
            buttons: card
                .buttons
                .iter()
                .map(|button| (button.id.clone(), button.label.clone()))
                .collect(),
            images: pictures.shown,
            request: request_of(notice),
            only_for,
            body: body(&card, pictures.drawing, notice).map_err(|error| unreadable(error.into()))?,
        };
        let id = self
            .ledger
            .put_message(&message, &pictures.files, nonce)
            .await
            .map_err(not_stored)?;
        self.changed(&message.channel, &id, message.only_for);
        Ok(id)
    }
}

#[async_trait]
impl Chat for Console {
    async fn post(&self, to: &Address, notice: &Notice, nonce: u64) -> Result<MessageId, Fault> {
        self.store(None, to, notice, Some(nonce)).await
    }

    async fn edit(&self, to: &Address, message: &MessageId, notice: &Notice) -> Result<(), Fault> {
        let is_there = self.ledger.message(message).await.map_err(not_stored)?.is_some();
        if !is_there {
            return Err(gone(message));
        }
        self.store(Some(message), to, notice, None).await.map(|_| ())
    }
}

/// What a card's chart becomes.
#[derive(Default)]
struct Pictures {
    /// The PNG, for everybody: attachment id and alternative text.
    shown: Vec<(String, String)>,
    /// The SVG, for the page: attachment id.
    drawing: Option<String>,
    files: Vec<Attachment>,
}

fn pictures(card: &Card) -> Result<Pictures, NotDrawn> {
    let Some(chart) = &card.chart else {
        return Ok(Pictures::default());
    };
    let file = |media_type: &str, bytes: Vec<u8>| Attachment {
        id: hex::encode(Sha256::digest(&bytes)),
        media_type: media_type.to_owned(),
        bytes,
    };
    let svg = file("image/svg+xml", chart.svg()?.into_bytes());
    let png = file("image/png", chart.png()?);
    Ok(Pictures {
        shown: vec![(png.id.clone(), chart.alt.clone())],
        drawing: Some(svg.id.clone()),
        files: vec![svg, png],
    })
}

/// The card in parts, and what scripts ask for beside the words: the `state` of the request it tells, or the code of
/// the refusal it is (`refused`). `drawing` is for the page: the attachment id of the picture's SVG, which stays sharp and
/// follows the reader's light or dark scheme.
fn body(card: &Card, drawing: Option<String>, notice: &Notice) -> Result<Value, serde_json::Error> {
    let mut body = serde_json::to_value(card)?;
    if let Some(drawing) = drawing {
        body["drawing"] = drawing.into();
    }
    match notice {
        Notice::Card(view)
        | Notice::Progress(view)
        | Notice::Turn(view)
        | Notice::Reminder(view, _)
        | Notice::EnvironmentGone(view) => {
            body["state"] = serde_json::to_value(&view.state)?["state"].take();
        }
        Notice::Refused { refusal, .. } => body["refused"] = refusal.code.as_str().into(),
        Notice::Answer(_) | Notice::Opener { .. } | Notice::Done(..) | Notice::PolicyChanged(_) => {}
    }
    Ok(body)
}

fn request_of(notice: &Notice) -> Option<RequestId> {
    match notice {
        Notice::Card(view)
        | Notice::Progress(view)
        | Notice::Turn(view)
        | Notice::Reminder(view, _)
        | Notice::EnvironmentGone(view) => Some(view.id),
        Notice::Done(_, request) => Some(*request),
        Notice::Refused { request, .. } => *request,
        Notice::Answer(answer) => match answer.as_ref() {
            Answer::Show(view) | Answer::Explain { view, .. } => Some(view.id),
            _ => None,
        },
        Notice::Opener { .. } | Notice::PolicyChanged(_) => None,
    }
}

/// The message was old, and is kept no longer: it cannot be edited, and what follows is posted anew.
fn gone(message: &MessageId) -> Fault {
    Fault::Rejected {
        code: "MESSAGE_GONE",
        said: format!("message {message} is no longer kept"),
        source: "the message is no longer kept".into(),
    }
}

/// Whose account it is: on the console accounts are the persons' keys.
fn person(account: &Account) -> Option<Person> {
    Person::parse(&account.id).ok()
}

fn unreadable(source: approvals::ports::BoxError) -> Fault {
    Fault::Rejected {
        code: "NOT_RENDERED",
        said: source.to_string(),
        source,
    }
}

fn not_stored(error: LedgerError) -> Fault {
    Fault::Transient {
        retry_after: None,
        source: error.into(),
    }
}
