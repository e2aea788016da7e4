//! A fake Slack: Web API, Socket Mode, the HTTP sender, and the people who use it.
//!
//! ```no_run
//! use fakes::slack::FakeSlack;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let slack = FakeSlack::start().await;
//! let (ana, bo) = (slack.person("ana"), slack.person("bo"));
//! slack.channel("#deploys");
//! // ... Sluice connects to slack.api_url() with slack.bot_token() and slack.app_token() ...
//! slack.until_connected(2).await;
//! ana.types("/flink scale orders parallelism 4", "#deploys").await;
//! let card = slack.until("the card", |slack| slack.newest_with("Approve")).await;
//! bo.presses(&card, "Approve").await;
//! println!("{}", slack.transcript("#deploys", &card.ts));
//! slack.assert_lawful();
//! # }
//! ```
//!
//! **Time** is the story's ([`FakeSlack::advance`]), or the machine's ([`FakeSlack::start_on_wall_clock`]). It decides
//! what Slack decides by time: three seconds for an answer and for a `trigger_id`, thirty minutes for a `response_url`,
//! repeated events, rate limits, files in the making. Only WebSocket pings follow the machine.
//!
//! **Strictness**: what the description of the Web API does not know, what breaks a limit of Block Kit, tokens where
//! none belong, acknowledgements of nothing, and the fake's own slips end in [`FakeSlack::faults`]; the last handle
//! panics on being dropped with unread ones. Answers to lawful mistakes (`not_in_channel` ...) are no faults.
//!
//! **What it cannot tell**: how live Slack bursts, what it does with a lost acknowledgement of a press, whether it escapes
//! `&` in commands. Where nobody knows, it does the plain thing.

mod blocks;
mod callbacks;
mod contract;
mod deeds;
mod deliveries;
mod form;
mod looks;
mod model;
mod outcome;
mod payloads;
mod person;
mod sender;
mod setup;
mod shared;
mod signature;
mod socket;
mod transcript;
mod upload;
mod web;

pub use crate::sending::End;
pub use crate::sending::{Reply, Signed};
pub use blocks::{Surface, complaints_about_blocks, complaints_about_view};
pub use deeds::{Deed, Disorder};
pub use deliveries::{Attempt, Delivery, Kind};
pub use form::Form;
pub use looks::Uploaded;
pub use model::messages::{Message, Version};
pub use person::{Act, Person};
pub use sender::{Addresses, Forgery};
pub use setup::{Room, Trait};
pub use signature::signature;
pub use socket::{Connection, Deafness, Reason};

use crate::clock::Clock;
use crate::flink::STORY_START_MS;
use crate::line::{Exchange, Line};
use axum::Router;
use shared::Shared;
use std::sync::Arc;

/// The handle of a running fake. Clones are the same fake; it stops with the last of them.
#[derive(Clone)]
pub struct FakeSlack {
    shared: Arc<Shared>,
    exchange: Exchange,
    sockets: Exchange,
    _server: Arc<crate::handle::Ending<Shared>>,
}

crate::handle::common!(FakeSlack, Deed, Disorder);

impl FakeSlack {
    /// A team with the app, on free ports of 127.0.0.1, at [`STORY_START_MS`]. Needs a Tokio runtime.
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
        shared.with_model(|model| {
            model.base = format!("http://{}", exchange.address());
            model.socket_base = format!("ws://{}", sockets.address());
        });
        let router = Router::new().fallback(web::serve).with_state(shared.clone());
        let service = router.into_make_service_with_connect_info::<Line>();
        shared.spawn(async move {
            let _ = axum::serve(answering, service).await;
        });
        shared.spawn(socket::accept(shared.clone(), connecting));
        Self {
            shared: shared.clone(),
            exchange,
            sockets,
            _server: Arc::new(crate::handle::Ending(shared)),
        }
    }

    /// `http://127.0.0.1:PORT/api`, without a slash at its end.
    pub fn api_url(&self) -> String {
        format!("http://{}/api", self.exchange.address())
    }

    /// The bot's token in the home team.
    pub fn bot_token(&self) -> String {
        let home = self.team_id();
        self.bot_token_in(&home)
    }

    /// The bot's token in another team that has the app; empty where it has not.
    pub fn bot_token_in(&self, team: &str) -> String {
        let model = self.shared.model();
        model
            .install_of(team)
            .map_or_else(String::new, |install| install.token.clone())
    }

    /// The app-level token of Socket Mode.
    pub fn app_token(&self) -> String {
        self.shared.model().app.app_token.clone()
    }

    /// What HTTP requests are signed with.
    pub fn signing_secret(&self) -> String {
        self.shared.model().app.signing_secret.clone()
    }

    /// `A...`
    pub fn app_id(&self) -> String {
        self.shared.model().app.id.clone()
    }

    /// The home team, `T...`.
    pub fn team_id(&self) -> String {
        self.shared.model().teams[0].id.clone()
    }

    /// The bot's user in the home team, `U...`.
    pub fn bot_user_id(&self) -> String {
        self.shared.model().home_bot()
    }
}
