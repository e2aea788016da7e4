//! A delivery: stored, read, then answered or turned into a request.

use commands::names::{At, MessageId, Place};
use serde::{Deserialize, Serialize};

use crate::people::Account;

/// What makes a delivery the same delivery: the chat's own id of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DeliveryId(pub String);

/// One thing received from a chat, authentic and decoded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// Unique per thing received.
    pub id: DeliveryId,
    /// Who, by immutable account.
    pub account: Account,
    /// Where.
    pub place: Place,
    /// The message it became in the chat, or the pressed message; `None` only on its way to `Ledger::receive`, which
    /// gives a console text its message in the same transaction.
    pub message: Option<MessageId>,
    /// In which thread; `None`: at the channel's top.
    pub thread: Option<MessageId>,
    /// What.
    pub said: Said,
    /// When it was received.
    pub at: At,
}

/// What was received.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// A command.
    Text(String),
    /// A button.
    Press {
        /// The message it stands under.
        message: MessageId,
        /// Its id, as `Press` encodes it.
        button: String,
        /// What was filled in with it.
        reason: Option<String>,
    },
}
