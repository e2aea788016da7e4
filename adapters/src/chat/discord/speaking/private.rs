//! What one person alone is told: under his interaction while Discord takes answers to it, then in a direct message.

use approvals::notice::Notice;
use approvals::people::Account;
use approvals::ports::{Address, Fault};
use commands::names::{MessageId, Millis};
use secrecy::ExposeSecret as _;
use serde_json::Value;

use super::{Discord, id_of};
use crate::chat::discord::api::{self, Call, is_refusal};
use crate::chat::discord::message::EPHEMERAL;
use crate::chat::discord::replies::Reply;
use crate::chat::voice::reply_id;

/// How long an answer waits whose interaction Discord may not know yet.
const SETTLING: Millis = Millis(500);

impl Discord {
    /// Answers a look where we may not write: who asked is told privately.
    pub(super) async fn answer_to_who_asked(
        &self,
        to: &Address,
        body: &Value,
        nonce: u64,
        fault: Fault,
    ) -> Result<MessageId, Fault> {
        let reply = self.replies.take_any(to.place.channel.as_str(), self.clock.now());
        match reply {
            Some(reply) => {
                let mut body = body.clone();
                for of_posts in ["nonce", "enforce_nonce"] {
                    body.as_object_mut().map(|body| body.remove(of_posts));
                }
                self.reply(&reply, &body).await?;
                reply_id(nonce)
            }
            None => Err(fault),
        }
    }

    /// Tells one person only: under his interaction, or where that is over in a direct message.
    pub(super) async fn whisper(
        &self,
        to: &Address,
        account: &Account,
        notice: &Notice,
        nonce: u64,
    ) -> Result<MessageId, Fault> {
        let reader = self.reader(Some(account));
        let body = self.quiet(&self.card(notice, &reader), &reader);
        let (channel, now) = (to.place.channel.as_str(), self.clock.now());
        let over = match self.replies.take(channel, &account.id, now) {
            Some(reply) => match self.reply(&reply, &body).await {
                Ok(()) => return reply_id(nonce),
                Err(fault @ Fault::Rejected { .. }) => Some(fault),
                Err(fault) => return Err(fault),
            },
            None => None,
        };
        if let Some(fault) = over {
            tracing::warn!(
                error = &fault as &dyn std::error::Error,
                "an interaction takes no answer any more"
            );
        }
        self.direct(account, body, nonce).await
    }

    async fn direct(&self, account: &Account, mut body: Value, nonce: u64) -> Result<MessageId, Fault> {
        body["nonce"] = nonce.to_string().into();
        body["enforce_nonce"] = true.into();
        let opened = self.api.call(&Call::direct(&account.id)).await?;
        let channel = opened["id"].as_str().unwrap_or_default();
        id_of(&self.api.call(&Call::post(channel, &body, None)).await?)
    }

    /// Answers an interaction.
    async fn reply(&self, reply: &Reply, body: &Value) -> Result<(), Fault> {
        let token = reply.token.expose_secret();
        let call = if reply.is_awaited {
            Call::awaited_answer(&self.application, token, body)
        } else {
            let mut body = body.clone();
            body["flags"] = EPHEMERAL.into();
            Call::further_answer(&self.application, token, &body)
        };
        let Err(fault) = self.api.call(&call).await else {
            return Ok(());
        };
        let is_unknown = is_refusal(&fault, api::TOO_LATE) || is_refusal(&fault, api::MESSAGE_GONE);
        let fault = if is_unknown && reply.is_settling(self.clock.now()) {
            Fault::Transient {
                retry_after: Some(SETTLING),
                source: fault.into(),
            }
        } else {
            fault
        };
        if !matches!(fault, Fault::Rejected { .. }) {
            self.replies.again(reply);
        }
        Err(fault)
    }
}
