//! The sides that hear the chats: sockets that are kept open, and addresses on the public listener.

use std::io;
use std::sync::Arc;

use adapters::chat::discord::gateway::Gateway;
use adapters::chat::slack::socket::Sockets;
use approvals::ports::Dice;
use approvals::site::Site;
use axum::Router;
use tokio::net::TcpListener;

use super::{NotBuilt, discord, slack};
use crate::config::Config;
use crate::server;
use crate::shutdown::Shutdown;

/// What hears.
#[derive(Default)]
pub struct Ears {
    sockets: Option<Box<Sockets>>,
    gateway: Option<Box<Gateway>>,
    routes: Option<Router>,
}

impl Ears {
    /// The sides that hear for this site, of the chats that are configured.
    ///
    /// # Errors
    /// [`NotBuilt`], where a chat cannot be heard.
    pub fn build(
        config: &Config,
        slack: Option<slack::Parts>,
        discord: Option<discord::Parts>,
        site: &Arc<Site>,
        dice: &Arc<dyn Dice>,
    ) -> Result<Self, NotBuilt> {
        let mut ears = Self::default();
        if let Some(slack) = slack {
            match slack.ears(site.clone(), dice.clone()).map_err(NotBuilt::Slack)? {
                slack::Ears::Sockets(sockets) => ears.sockets = Some(sockets),
                slack::Ears::Routes(routes) => ears.listen(routes),
            }
        }
        if let Some(discord) = discord {
            let heard = discord.ears(config, site.clone(), dice.clone());
            match heard.map_err(NotBuilt::DiscordKey)? {
                discord::Ears::Gateway(gateway) => ears.gateway = Some(gateway),
                discord::Ears::Routes(routes) => ears.listen(routes),
            }
        }
        Ok(ears)
    }

    fn listen(&mut self, routes: Router) {
        self.routes = Some(self.routes.take().unwrap_or_default().merge(routes));
    }

    /// Hears until it is time to stop.
    ///
    /// # Errors
    /// Where the public listener broke.
    pub async fn hear(self, public: Option<TcpListener>, shutdown: Shutdown) -> io::Result<()> {
        let sockets = async {
            if let Some(sockets) = self.sockets {
                sockets.run(shutdown.receiver()).await;
            }
        };
        let gateway = async {
            if let Some(gateway) = self.gateway {
                gateway.run(shutdown.receiver()).await;
            }
        };
        let called = async {
            match (self.routes, public) {
                (Some(routes), Some(public)) => server::serve(public, routes, shutdown.clone()).await,
                _ => Ok(()),
            }
        };
        let ((), (), served) = tokio::join!(sockets, gateway, called);
        served
    }
}
