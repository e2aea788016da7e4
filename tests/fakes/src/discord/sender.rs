//! The HTTP road: signed requests to the app's interactions endpoint, and the ones that only look signed.
//! <https://docs.discord.com/developers/interactions/overview>

use super::FakeDiscord;
use super::deliveries::replied;
use super::shared::Shared;
use super::signature::Key;
use crate::sending::{Reply, Signed};
use serde_json::{Value, json};
use std::sync::Arc;

const SIGNATURE: &str = "x-signature-ed25519";
const TIMESTAMP: &str = "x-signature-timestamp";
/// Seed of a key that is not the application's.
const OTHER: u8 = 66;

fn signed(shared: &Shared, url: &str, payload: &Value) -> Signed {
    let timestamp = (shared.clock.now() / 1_000).to_string();
    let body = payload.to_string().into_bytes();
    let signature = shared.model().app.key.sign(&timestamp, &body);
    let headers = [
        ("content-type", "application/json".to_owned()),
        (
            "user-agent",
            "Discord-Interactions/1.0 (+https://discord.com)".to_owned(),
        ),
        (TIMESTAMP, timestamp),
        (SIGNATURE, signature),
    ];
    Signed {
        url: url.to_owned(),
        headers: headers.map(|(name, value)| (name.to_owned(), value)).to_vec(),
        body,
    }
}

/// One attempt at a delivery.
pub(super) async fn send(shared: &Arc<Shared>, number: usize, at: usize, payload: &Value) {
    let endpoint = shared.model().app.endpoint.clone();
    let Some(url) = endpoint else { return };
    let reply = signed(shared, &url, payload).transmit().await;
    replied(shared, number, at, &reply).await;
}

/// What happens when an address is saved: a ping has to be answered, and a badly signed one refused with 401.
pub(super) async fn verify(shared: &Arc<Shared>, url: &str) -> bool {
    let (good, bad) = pings(shared, url);
    let good = good.transmit().await;
    let bad = bad.transmit().await;
    is_pong(&good) && bad.status == 401
}

fn is_pong(reply: &Reply) -> bool {
    let body: Value = serde_json::from_str(&reply.body).unwrap_or_default();
    reply.status == 200 && body["type"] == 1
}

fn pings(shared: &Shared, url: &str) -> (Signed, Signed) {
    let payload = {
        let mut model = shared.model();
        json!({ "id": model.id(), "application_id": model.app.id, "type": 1, "token": model.secret(160), "version": 1,
            "user": model.user(&model.guilds[0].owner).map(super::model::guilds::User::shown_in_payload),
            "entitlements": [], "authorizing_integration_owners": {} })
    };
    let good = signed(shared, url, &payload);
    let bad = forged(good.clone(), Forgery::OtherKey, shared.clock.now() / 1_000);
    (good, bad)
}

impl FakeDiscord {
    /// From now on interactions go there over HTTP and not through the gateway, as with an endpoint that is saved.
    /// The address is not asked first: see [`FakeDiscord::verifies_address`].
    pub fn sends_to(&self, url: &str) -> &Self {
        self.shared.model().app.endpoint = Some(url.to_owned());
        self
    }

    /// Interactions go through the gateway again.
    pub fn sends_through_gateway(&self) -> &Self {
        self.shared.model().app.endpoint = None;
        self
    }

    /// Where interactions go; `None` for the gateway.
    pub fn endpoint(&self) -> Option<String> {
        self.shared.model().app.endpoint.clone()
    }

    /// A request as Discord would send it now, for a test to send as it is, twice, or changed: the raw material of
    /// forgeries.
    ///
    /// # Panics
    /// Before [`FakeDiscord::sends_to`].
    pub fn signed(&self, payload: &Value) -> Signed {
        let url = self.endpoint().expect("sends_to says where");
        signed(&self.shared, &url, payload)
    }

    /// Sends a request, whatever is in it, outside all bookkeeping.
    pub async fn transmits(&self, request: &Signed) -> Reply {
        request.transmit().await
    }

    /// What Discord does when an address is saved, and at random later: a ping that has to be answered, and one with a
    /// bad signature that has to be refused with 401. An address that fails is removed, and the answer is `false`.
    pub async fn verifies_address(&self) -> bool {
        let Some(url) = self.endpoint() else {
            return false;
        };
        let verified = verify(&self.shared, &url).await;
        if !verified {
            self.sends_through_gateway();
        }
        verified
    }
}

/// Ways to send something that Discord did not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forgery {
    /// Signed with another key.
    OtherKey,
    /// One byte of the body changed after signing.
    BodyChanged,
    /// Another timestamp than the signed one.
    TimestampChanged,
    /// A real signature cut off after its start.
    SignatureCut,
    /// 128 zeros.
    ZeroSignature,
    /// No hexadecimal digits.
    NoDigits,
    /// Without the signature's header.
    NoSignature,
    /// Without the timestamp's header.
    NoTimestamp,
    /// Two signature headers, the second one right.
    TwoSignatures,
    /// Rightly signed, five minutes and a second ago. Discord publishes no rule about age: whether this is refused is the
    /// app's own.
    Stale,
}

impl Forgery {
    /// Those that everybody has to refuse.
    pub const ALL: [Self; 9] = [
        Self::OtherKey,
        Self::BodyChanged,
        Self::TimestampChanged,
        Self::SignatureCut,
        Self::ZeroSignature,
        Self::NoDigits,
        Self::NoSignature,
        Self::NoTimestamp,
        Self::TwoSignatures,
    ];
}

impl FakeDiscord {
    /// The same request, forged.
    pub fn forges(&self, request: &Signed, how: Forgery) -> Signed {
        let now = self.now() / 1_000;
        if how == Forgery::Stale {
            let mut stale = request.clone();
            let timestamp = (now - 301).to_string();
            let signature = self.shared.model().app.key.sign(&timestamp, &stale.body);
            stale.set(TIMESTAMP, timestamp);
            stale.set(SIGNATURE, signature);
            return stale;
        }
        forged(request.clone(), how, now)
    }
}

fn forged(mut request: Signed, how: Forgery, now: u64) -> Signed {
    match how {
        Forgery::OtherKey => {
            let signature = Key::of(OTHER).sign(&request.header(TIMESTAMP), &request.body);
            request.set(SIGNATURE, signature);
        }
        Forgery::BodyChanged => {
            if let Some(last) = request.body.last_mut() {
                *last ^= 1;
            }
        }
        Forgery::TimestampChanged => request.set(TIMESTAMP, (now + 1).to_string()),
        Forgery::SignatureCut => {
            let cut = request.header(SIGNATURE).chars().take(24).collect();
            request.set(SIGNATURE, cut);
        }
        Forgery::ZeroSignature => request.set(SIGNATURE, "0".repeat(128)),
        Forgery::NoDigits => request.set(SIGNATURE, "zz".repeat(64)),
        Forgery::NoSignature => request.remove(SIGNATURE),
        Forgery::NoTimestamp => request.remove(TIMESTAMP),
        Forgery::TwoSignatures => request.precede(SIGNATURE, "0".repeat(128)),
        Forgery::Stale => {}
    }
    request
}
