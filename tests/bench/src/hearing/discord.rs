//! Discord's over HTTP. What people type is signed beforehand: the asking side shares the machine.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use adapters::chat::discord::api::Api;
use adapters::chat::discord::gate::Gate;
use adapters::chat::discord::hearing::Hearing as Hears;
use adapters::chat::discord::roster::Roles;
use adapters::chat::discord::routes::{self, Door};
use adapters::chat::discord::signature::PublicKey;
use adapters::chat::discord::speaking::Discord;
use approvals::ports::Clock as _;
use fakes::discord::FakeDiscord;
use serde_json::{Value, json};

use super::{Hearing, listener, nowhere, voice};
use crate::Failure;
use crate::asked::{AT_ONCE, Asked};
use crate::seed::Counted;
use crate::site::{SystemClock, ledger, people, site};

/// Snowflakes count milliseconds from here: <https://docs.discord.com/developers/reference#snowflakes>.
const EPOCH_MS: i64 = 1_420_070_400_000;

pub(super) async fn hears(file: &Path) -> Result<Hearing, Failure> {
    let fake = FakeDiscord::start_on_wall_clock().await;
    fake.sends_to("http://127.0.0.1/discord/interactions");
    let ledger = ledger(file, Arc::new(Counted::default())).await?;
    let clock = Arc::new(SystemClock);
    let guilds = vec![fake.guild_id()];
    let speaks = Arc::new(Discord::new(
        Api::new(nowhere()?, &fake.bot_token(), clock.clone())?,
        fake.app_id(),
        guilds.clone(),
        voice(people()?),
        clock,
    ));
    let hearing = Hears {
        site: site(ledger.clone(), people()?),
        roles: Arc::new(Roles::new(speaks.clone(), people()?, guilds.clone())),
        discord: speaks,
        gate: Gate {
            application: fake.app_id(),
            guilds,
        },
        link: Arc::default(),
    };
    let router = routes::router(Door {
        hearing: Arc::new(hearing),
        public_key: Arc::new(PublicKey::parse(&fake.public_key())?),
    });
    let count = AtomicU64::new(0);
    let signed = move || {
        let of = |_| fake.signed(&status(&fake, count.fetch_add(1, Relaxed)));
        Asked::each(200, (0..AT_ONCE).map(of))
    };
    Hearing::listens(listener().await?, router, ledger, signed).await
}

/// `/flink status`, the `number`th.
/// <https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-object>
fn status(discord: &FakeDiscord, number: u64) -> Value {
    let made_at = (SystemClock.now().0 - EPOCH_MS).unsigned_abs();
    let (application, guild) = (discord.app_id(), discord.guild_id());
    json!({
        "id": ((made_at << 22) + number % (1 << 22)).to_string(), "application_id": application, "type": 2,
        "token": format!("aW50ZXJhY3Rpb246{number:0144x}"), "version": 1, "locale": "en-US", "guild_locale": "en-US",
        "guild_id": guild, "guild": { "id": guild, "locale": "en-US", "features": [] },
        "channel_id": "1038831656682930227",
        "channel": { "id": "1038831656682930227", "type": 0, "name": "ops", "guild_id": guild },
        "data": { "id": "1144994260677050489", "name": "flink", "type": 1, "options": [{ "name": "status", "type": 1 }] },
        "member": {
            "user": { "id": "506759329068613643", "username": "ana", "discriminator": "0", "global_name": "ana",
                "avatar": null, "public_flags": 0 },
            "roles": ["1034762811726901269"], "permissions": "562949953421311", "pending": false, "nick": null,
            "joined_at": "2022-10-23T10:03:13.019000+00:00", "flags": 0, "deaf": false, "mute": false,
        },
        "app_permissions": "562949953421311", "entitlements": [], "attachment_size_limit": 10_485_760,
        "authorizing_integration_owners": { "0": guild }, "context": 0,
    })
}
