//! Discord, made of its parts: the side that speaks is built with the site, the side that hears once the site is there.

use std::sync::Arc;

use adapters::chat::discord::api::Api;
use adapters::chat::discord::gate::Gate;
use adapters::chat::discord::gateway::Gateway;
use adapters::chat::discord::hearing::Hearing;
use adapters::chat::discord::roster::Roles;
use adapters::chat::discord::routes::{self, Door};
use adapters::chat::discord::signature::{NoKey, PublicKey};
use adapters::chat::discord::speaking::Discord;
use adapters::chat::link::Link;
use adapters::chat::voice::Voice;
use adapters::http::Misconfigured;
use approvals::ports::{Clock, Dice};
use approvals::site::Site;
use axum::Router;

use super::reach;
use crate::config::{Config, Discord as Configured, DiscordInbound};

/// The side that speaks, and what the other side will need.
pub struct Parts {
    /// The chat.
    pub discord: Arc<Discord>,
    /// Roles and accounts.
    pub roles: Arc<Roles>,
    /// How the link is doing.
    pub link: Arc<Link>,
    configured: Configured,
}

/// The side that hears.
pub enum Ears {
    /// A gateway to be kept open.
    Gateway(Box<Gateway>),
    /// An address for the public listener.
    Routes(Router),
}

impl Parts {
    /// Builds the side that speaks; nothing is contacted.
    ///
    /// # Errors
    /// Where the address of the API or the token cannot be used.
    pub fn build(
        config: &Config,
        configured: &Configured,
        voice: Voice,
        clock: &Arc<dyn Clock>,
    ) -> Result<Self, Misconfigured> {
        let people = voice.people.clone();
        let discord = Arc::new(Discord::new(
            api(config, configured, clock)?,
            configured.application_id.clone(),
            configured.guilds.clone(),
            voice,
            clock.clone(),
        ));
        Ok(Self {
            roles: Arc::new(Roles::new(discord.clone(), people, configured.guilds.clone())),
            discord,
            link: Arc::default(),
            configured: configured.clone(),
        })
    }

    /// Builds the side that hears for this site.
    ///
    /// # Errors
    /// Where the public key cannot be used.
    pub fn ears(&self, config: &Config, site: Arc<Site>, dice: Arc<dyn Dice>) -> Result<Ears, NoKey> {
        let hearing = Arc::new(Hearing {
            site,
            discord: self.discord.clone(),
            gate: Gate {
                application: self.configured.application_id.clone(),
                guilds: self.configured.guilds.clone(),
            },
            roles: self.roles.clone(),
            link: self.link.clone(),
        });
        Ok(match &self.configured.inbound {
            DiscordInbound::Gateway => Ears::Gateway(Box::new(Gateway {
                hearing,
                token: self.configured.bot_token.expose().unwrap_or_default().into(),
                dice,
                reach: reach(config),
            })),
            DiscordInbound::Http(key) => Ears::Routes(routes::router(Door {
                hearing,
                public_key: Arc::new(PublicKey::parse(key)?),
            })),
        })
    }
}

/// The API under the bot's token.
pub fn api(config: &Config, configured: &Configured, clock: &Arc<dyn Clock>) -> Result<Api, Misconfigured> {
    let http = adapters::http::Config {
        base: configured.api_url.clone(),
        reach: reach(config),
        limits: super::chat_limits(),
    };
    let token = configured.bot_token.expose().unwrap_or_default();
    Api::new(http, token, clock.clone())
}
