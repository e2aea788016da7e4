//! Slack, made of its parts: the side that speaks is built with the site, the side that hears once the site is there.

use std::sync::Arc;

use adapters::chat::link::Link;
use adapters::chat::slack::api::Api;
use adapters::chat::slack::elsewhere::Elsewhere;
use adapters::chat::slack::gate::Gate;
use adapters::chat::slack::hearing::Hearing;
use adapters::chat::slack::roster::Groups;
use adapters::chat::slack::routes::{self, Door};
use adapters::chat::slack::socket::Sockets;
use adapters::chat::slack::speaking::Slack;
use adapters::chat::voice::Voice;
use adapters::http::{Misconfigured, Reach};
use approvals::ports::{Clock, Dice};
use approvals::site::Site;
use axum::Router;

use crate::config::{Config, Slack as Configured, SlackInbound};

/// The side that speaks, and what the other side will need.
pub struct Parts {
    /// The chat.
    pub slack: Arc<Slack>,
    /// User groups and accounts.
    pub groups: Arc<Groups>,
    /// How the link is doing.
    pub link: Arc<Link>,
    configured: Configured,
    reach: Reach,
}

/// The side that hears.
pub enum Ears {
    /// Sockets to be kept open.
    Sockets(Box<Sockets>),
    /// Addresses for the public listener.
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
        let reach = super::reach(config);
        let api = api(configured, configured.bot_token.expose(), reach, clock)?;
        let elsewhere = Elsewhere::new(configured.api_url.clone(), reach, super::chat_limits());
        let people = voice.people.clone();
        let slack = Arc::new(Slack::new(api, elsewhere, voice, clock.clone()));
        Ok(Self {
            groups: Arc::new(Groups::new(slack.clone(), people, configured.teams.clone())),
            slack,
            link: Arc::default(),
            configured: configured.clone(),
            reach,
        })
    }

    /// Builds the side that hears for this site.
    ///
    /// # Errors
    /// Where the app's token cannot be used.
    pub fn ears(&self, site: Arc<Site>, dice: Arc<dyn Dice>) -> Result<Ears, Misconfigured> {
        let clock = site.clock.clone();
        let hearing = Arc::new(Hearing {
            site,
            slack: self.slack.clone(),
            gate: Gate {
                app: self.configured.app_id.clone(),
                teams: self.configured.teams.clone(),
            },
            command: self.configured.commands.first().cloned().unwrap_or_default(),
            groups: self.groups.clone(),
            link: self.link.clone(),
        });
        Ok(match &self.configured.inbound {
            SlackInbound::Socket(token) => Ears::Sockets(Box::new(Sockets {
                api: api(&self.configured, token.expose(), self.reach, &clock)?,
                hearing,
                dice,
                reach: self.reach,
            })),
            SlackInbound::Http(secret) => Ears::Routes(routes::router(Door {
                hearing,
                signing_secret: Arc::new(secret.expose().unwrap_or_default().into()),
            })),
        })
    }
}

/// The API under a token.
pub fn api(
    configured: &Configured,
    token: Option<&str>,
    reach: Reach,
    clock: &Arc<dyn Clock>,
) -> Result<Api, Misconfigured> {
    let config = adapters::http::Config {
        base: configured.api_url.clone(),
        reach,
        limits: super::chat_limits(),
    };
    Api::new(config, token.unwrap_or_default(), clock.clone())
}
