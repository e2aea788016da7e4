//! The console: a local page that plays the chat in demo mode, else a read-only board.
//!
//! Its messages are kept in the ledger. [`Console`] is the side that speaks: it renders notices and stores them.
//! [`front`] is the side that hears: an HTTP API for the page, for scripts and for `sluice ask`.

pub mod front;
mod guard;
mod page;
pub mod shown;

use std::sync::Arc;

use approvals::ledger::{Attachment, ConsoleMessage, Ledger, LedgerError};
use approvals::notice::Notice;
use approvals::people::Account;
use approvals::ports::{Address, Chat, Clock, Fault};
use async_trait::async_trait;
use commands::names::{MessageId, Person, RequestId};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tokio::sync::broadcast;

use crate::chat::card::Card;
use crate::wording::chart::NotDrawn;
use crate::wording::{Reader, Wording};

/// Changes that a slow page may be behind before it has to read its channel again.
const FEED_BEHIND_MAX: usize = 1_024;

/// The name Sluice goes by in the console.
pub const AUTHOR: &str = "sluice";

/// The console, for speaking.
pub struct Console {
    ledger: Arc<dyn Ledger>,
    clock: Arc<dyn Clock>,
    wording: Wording,
    reader: Reader,
    feed: broadcast::Sender<Change>,
}

/// A message that is new or was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// In which channel.
    pub channel: String,
    /// Which message.
    pub message: String,
}

impl Console {
    /// A console that keeps its messages in `ledger` and speaks with `wording` to `reader`.
    pub fn new(ledger: Arc<dyn Ledger>, clock: Arc<dyn Clock>, wording: Wording, reader: Reader) -> Self {
        let (feed, _) = broadcast::channel(FEED_BEHIND_MAX);
        Self {
            ledger,
            clock,
            wording,
            reader,
            feed,
        }
    }

    /// Every change from now on.
    pub fn changes(&self) -> broadcast::Receiver<Change> {
        self.feed.subscribe()
    }

    /// Tells the pages that a message is new or was changed. Nobody may be looking.
    pub(crate) fn changed(&self, channel: &str, message: &MessageId) {
        let change = Change {
            channel: channel.to_owned(),
            message: message.to_string(),
        };
        drop(self.feed.send(change));
    }

    async fn store(
        &self,
        id: Option<&MessageId>,
        to: &Address,
        notice: &Notice,
        nonce: Option<u64>,
    ) -> Result<MessageId, Fault> {
        let now = self.clock.now();
        let card = self.wording.card(notice, &self.reader, now);
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
            only_for: to.only_for.as_ref().and_then(person),
            body: body(&card, pictures.drawing, notice).map_err(|error| unreadable(error.into()))?,
        };
        let id = self
            .ledger
            .put_message(&message, &pictures.files, nonce)
            .await
            .map_err(not_stored)?;
        self.changed(&message.channel, &id);
        Ok(id)
    }
}

#[async_trait]
impl Chat for Console {
    async fn post(&self, to: &Address, notice: &Notice, nonce: u64) -> Result<MessageId, Fault> {
        self.store(None, to, notice, Some(nonce)).await
    }

    async fn edit(&self, to: &Address, message: &MessageId, notice: &Notice) -> Result<(), Fault> {
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
        Notice::Answer(_) | Notice::Opener { .. } | Notice::Done(..) => {}
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
        Notice::Answer(_) | Notice::Opener { .. } => None,
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
