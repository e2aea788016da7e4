//! The HTTP road: signed requests to the app's addresses, repeated for events only.

use super::FakeSlack;
use super::deliveries::{Delivery, Kind, answered, ended, retry_reason};
use super::shared::Shared;
use super::signature::signature;
use crate::sending::End;
use crate::sending::{Reply, Signed};
use serde_json::{Value, json};
use std::sync::Arc;

/// Where the app listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addresses {
    /// Request URL of slash commands.
    pub commands: String,
    /// Request URL of interactivity, and of options.
    pub interactions: String,
    /// Request URL of event subscriptions.
    pub events: String,
}

impl Addresses {
    /// `/slack/commands`, `/slack/interactions` and `/slack/events` under `base`, which has no slash at its end.
    pub fn under(base: &str) -> Self {
        Self {
            commands: format!("{base}/slack/commands"),
            interactions: format!("{base}/slack/interactions"),
            events: format!("{base}/slack/events"),
        }
    }

    fn of(&self, kind: Kind) -> &str {
        match kind {
            Kind::Command => &self.commands,
            Kind::Interaction => &self.interactions,
            Kind::Event => &self.events,
        }
    }
}

pub(super) fn is_wanted(shared: &Shared) -> bool {
    shared.model().app.addresses.is_some()
}

/// The request for a delivery, signed at this moment.
pub(super) fn signed(shared: &Shared, kind: Kind, payload: &Value) -> Option<Signed> {
    let model = shared.model();
    let url = model.app.addresses.as_ref()?.of(kind).to_owned();
    let (content_type, body) = match kind {
        Kind::Command => ("application/x-www-form-urlencoded", form(payload)),
        Kind::Interaction => {
            let payload = json!({ "payload": payload.to_string() });
            ("application/x-www-form-urlencoded", form(&payload))
        }
        Kind::Event => ("application/json", payload.to_string()),
    };
    let timestamp = shared.clock.seconds().to_string();
    let signed = signature(&model.app.signing_secret, &timestamp, body.as_bytes());
    let headers = [
        ("content-type", content_type.to_owned()),
        (
            "user-agent",
            "Slackbot 1.0 (+https://api.slack.com/robots)".to_owned(),
        ),
        ("x-slack-request-timestamp", timestamp),
        ("x-slack-signature", signed),
    ];
    Some(Signed {
        url,
        headers: headers.map(|(name, value)| (name.to_owned(), value)).to_vec(),
        body: body.into_bytes(),
    })
}

fn form(fields: &Value) -> String {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in fields.as_object().into_iter().flatten() {
        form.append_pair(name, value.as_str().unwrap_or_default());
    }
    form.finish()
}

/// One attempt at a delivery.
pub(super) async fn send(shared: &Arc<Shared>, delivery: &Delivery, at: usize) {
    let Some(mut request) = signed(shared, delivery.kind, &delivery.payload) else {
        return;
    };
    let retry = delivery.attempts[at].retry;
    if retry > 0 {
        let reason = retry_reason(delivery, at).to_owned();
        request
            .headers
            .push(("x-slack-retry-num".to_owned(), retry.to_string()));
        request.headers.push(("x-slack-retry-reason".to_owned(), reason));
    }
    let reply = request.transmit().await;
    if reply.header("x-slack-no-retry").is_some() {
        shared.complain(format!(
            "delivery {}: x-slack-no-retry gives an event up that was not stored",
            delivery.number
        ));
    }
    if reply.status == 0 {
        return ended(shared, delivery.number, at, End::Lost(reply.body));
    }
    let body = body_of(&reply.body);
    answered(shared, delivery.number, at, reply.status, body);
}

/// Nothing, JSON, or plain text.
fn body_of(text: &str) -> Value {
    if text.trim().is_empty() {
        return Value::Null;
    }
    serde_json::from_str(text).unwrap_or_else(|_| json!(text))
}

impl FakeSlack {
    /// From now on everything goes to the app over HTTP, as with Socket Mode switched off.
    pub fn sends_to(&self, addresses: Addresses) -> &Self {
        self.shared.model().app.addresses = Some(addresses);
        self
    }

    /// A request as Slack would send it now, for a test to send as it is, twice, or changed: the raw material of
    /// forgeries.
    ///
    /// # Panics
    /// Before [`FakeSlack::sends_to`].
    pub fn signed(&self, kind: Kind, payload: &Value) -> Signed {
        signed(&self.shared, kind, payload).expect("sends_to says where")
    }

    /// Sends a request, whatever is in it, outside all bookkeeping.
    pub async fn transmits(&self, request: &Signed) -> Reply {
        request.transmit().await
    }

    /// What Slack does when the events address is entered: `challenge` must come back.
    pub async fn verifies_address(&self) -> Reply {
        let payload = json!({ "token": "Jhj5dZrVaK7ZwHHjRyZWjbDl", "challenge": "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7",
            "type": "url_verification" });
        self.signed(Kind::Event, &payload).transmit().await
    }

    /// The `ssl_check` of an app with public distribution: signed, and with almost no fields.
    pub async fn checks_certificate(&self) -> Reply {
        let payload = json!({ "token": "Jhj5dZrVaK7ZwHHjRyZWjbDl", "ssl_check": "1" });
        self.signed(Kind::Command, &payload).transmit().await
    }
}

/// Ways to send something that Slack did not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forgery {
    /// Signed with another secret.
    OtherSecret,
    /// Signed with the empty secret.
    EmptySecret,
    /// One byte of the body changed after signing.
    BodyChanged,
    /// A real signature cut off after its start.
    SignatureCut,
    /// Without the signature's header.
    NoSignature,
    /// Without the timestamp's header.
    NoTimestamp,
    /// Two signature headers, the second one right.
    TwoSignatures,
    /// Signed five minutes and a second ago.
    Stale,
    /// Signed five minutes and a second from now.
    Early,
    /// Unsigned, with `ssl_check=1` in the body.
    UnsignedCertificateCheck,
}

impl Forgery {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::OtherSecret,
        Self::EmptySecret,
        Self::BodyChanged,
        Self::SignatureCut,
        Self::NoSignature,
        Self::NoTimestamp,
        Self::TwoSignatures,
        Self::Stale,
        Self::Early,
        Self::UnsignedCertificateCheck,
    ];
}

impl Signed {
    /// The same request, forged. `secret` is the real one and `now` Slack's time in epoch seconds.
    #[must_use]
    pub fn forged(mut self, how: Forgery, secret: &str, now: u64) -> Self {
        match how {
            Forgery::OtherSecret => self.sign_with("0123456789abcdef0123456789abcdef", now),
            Forgery::EmptySecret => self.sign_with("", now),
            Forgery::Stale => self.sign_with(secret, now - 301),
            Forgery::Early => self.sign_with(secret, now + 301),
            Forgery::BodyChanged => {
                if let Some(last) = self.body.last_mut() {
                    *last ^= 1;
                }
            }
            Forgery::SignatureCut => {
                let cut: String = self.header("x-slack-signature").chars().take(12).collect();
                self.set("x-slack-signature", cut);
            }
            Forgery::NoSignature => self.remove("x-slack-signature"),
            Forgery::NoTimestamp => self.remove("x-slack-request-timestamp"),
            Forgery::TwoSignatures => {
                let wrong = format!("v0={}", "0".repeat(64));
                self.precede("x-slack-signature", wrong);
            }
            Forgery::UnsignedCertificateCheck => {
                self.body.extend_from_slice(b"&ssl_check=1");
                self.remove("x-slack-signature");
                self.remove("x-slack-request-timestamp");
            }
        }
        self
    }

    fn sign_with(&mut self, secret: &str, seconds: u64) {
        let timestamp = seconds.to_string();
        let signed = signature(secret, &timestamp, &self.body);
        self.set("x-slack-request-timestamp", timestamp);
        self.set("x-slack-signature", signed);
    }
}
