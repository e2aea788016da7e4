//! A fake Discord: REST API v10, the gateway, the HTTP sender, and the people who use it.
//!
//! ```no_run
//! use fakes::discord::FakeDiscord;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let discord = FakeDiscord::start().await;
//! let (ana, bo) = (discord.person("ana"), discord.person("bo"));
//! discord.channel("#deploys");
//! // ... Sluice registers its commands at discord.api_url() with discord.bot_token(), and connects ...
//! discord.until_connected(1).await;
//! ana.types("/scale job:orders parallelism:4", "#deploys").await;
//! let card = discord.until("the card", |discord| discord.newest_with("Approve")).await;
//! bo.presses(&card, "Approve").await;
//! println!("{}", discord.transcript_of("#deploys"));
//! discord.assert_lawful();
//! # }
//! ```
//!
//! **Time** is the story's ([`FakeDiscord::advance`]), or the machine's ([`FakeDiscord::start_on_wall_clock`]). It decides
//! what Discord decides by time: three seconds for a first answer, fifteen minutes for its token, the archiving of
//! threads, old messages, nonces, rate limits. Only heartbeats follow the machine.
//!
//! **Strictness**: what the description of the API does not know, what breaks a limit of messages, components, modals or
//! commands, wrong words on the gateway, and the fake's own slips end in [`FakeDiscord::faults`]; the last handle panics
//! on being dropped with unread ones. Answers to lawful mistakes (10062, 50083 ...) are no faults.
//!
//! **What it cannot tell**: how often an old message may be edited and how many threads may be open (numbers that Discord
//! does not publish), what `mentions` says of people who were not let through, how live sessions age. Where nobody knows,
//! it does the plain thing. Components V2, polls, stickers and forums are not in it.

mod contract;
mod deeds;
mod deliveries;
mod form;
mod gateway;
mod looks;
mod model;
pub mod permissions;
mod person;
mod sender;
mod setup;
mod shared;
mod signature;
mod times;
mod transcript;
mod typing;
mod web;

pub use crate::sending::End;
pub use crate::sending::{Reply, Signed};
pub use deeds::{Deed, Disorder, Scope};
pub use deliveries::{Attempt, Delivery};
pub use form::Form;
pub use gateway::{Connection, Deafness};
pub use looks::{Thread, Uploaded};
pub use model::interactions::Kind;
pub use model::messages::{Message, Version};
pub use person::{Act, Person};
pub use sender::Forgery;
pub use setup::{Room, Trait};

use crate::clock::Clock;
use crate::flink::STORY_START_MS;
use crate::line::{Exchange, Line};
use axum::Router;
use shared::Shared;
use std::sync::Arc;

/// The handle of a running fake. Clones are the same fake; it stops with the last of them.
#[derive(Clone)]
pub struct FakeDiscord {
    shared: Arc<Shared>,
    exchange: Exchange,
    sockets: Exchange,
    _server: Arc<crate::handle::Ending<Shared>>,
}

crate::handle::common!(FakeDiscord, Deed, Disorder);

impl FakeDiscord {
    /// A guild with the app, on free ports of 127.0.0.1, at [`STORY_START_MS`]. Needs a Tokio runtime.
    pub async fn start() -> Self {
        Self::start_at(STORY_START_MS).await
    }

    /// The same at `now`, in epoch milliseconds.
    pub async fn start_at(now: u64) -> Self {
        Self::serving(Clock::story(now)).await
    }

    /// The same, with the time of this machine.
    pub async fn start_on_wall_clock() -> Self {
        Self::serving(Clock::Wall).await
    }

    async fn serving(clock: Clock) -> Self {
        let (exchange, answering) = Exchange::open().await.expect("a free port on 127.0.0.1");
        let (sockets, connecting) = Exchange::open().await.expect("a free port on 127.0.0.1");
        let shared = Arc::new(Shared::new(clock));
        {
            let mut model = shared.model();
            model.base = format!("http://{}", exchange.address());
            model.socket_base = format!("ws://{}", sockets.address());
        }
        let router = Router::new().fallback(web::serve).with_state(shared.clone());
        let service = router.into_make_service_with_connect_info::<Line>();
        shared.spawn(async move {
            let _ = axum::serve(answering, service).await;
        });
        shared.spawn(gateway::accept(shared.clone(), connecting));
        Self {
            shared: shared.clone(),
            exchange,
            sockets,
            _server: Arc::new(crate::handle::Ending(shared)),
        }
    }

    /// `http://127.0.0.1:PORT/api/v10`, without a slash at its end.
    pub fn api_url(&self) -> String {
        format!("{}/api/v10", self.base_url())
    }

    /// `http://127.0.0.1:PORT`: what stands in the place of `https://discord.com`.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.exchange.address())
    }

    /// `ws://127.0.0.1:PORT`, as `GET /gateway/bot` says it.
    pub fn gateway_url(&self) -> String {
        format!("ws://{}", self.sockets.address())
    }

    /// The bot's token, without `Bot `.
    pub fn bot_token(&self) -> String {
        self.shared.model().app.token.clone()
    }

    /// The public key that HTTP requests are signed for, 64 hexadecimal digits.
    pub fn public_key(&self) -> String {
        self.shared.model().app.key.public()
    }

    /// The application's id, which is its bot's user id too.
    pub fn app_id(&self) -> String {
        self.shared.model().app.id.clone()
    }

    /// The bot's user id.
    pub fn bot_user_id(&self) -> String {
        self.app_id()
    }

    /// The home guild.
    pub fn guild_id(&self) -> String {
        self.shared.model().guilds[0].id.clone()
    }
}
