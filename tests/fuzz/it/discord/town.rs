//! The town that Discord calls.

use std::sync::Arc;

use adapters::chat::discord::api::Api;
use adapters::chat::discord::gate::Gate;
use adapters::chat::discord::hearing::Hearing;
use adapters::chat::discord::roster::Roles;
use adapters::chat::discord::routes::{self, Door};
use adapters::chat::discord::signature::PublicKey;
use adapters::chat::discord::speaking::Discord;
use adapters::chat::link::Link;
use approvals::site::Site;
use ring::signature::KeyPair as _;

use super::letters::key_pair;
use super::seeds::{APPLICATION, GUILD};
use crate::seal::Whose;
use crate::town::{Ears, Town, nobody, nowhere, voice};

/// Begins.
pub async fn start() -> Town {
    Town::start(ears).await
}

/// The side that hears.
pub fn ears(site: Arc<Site>) -> Ears {
    let link = Arc::new(Link::default());
    let clock = site.clock.clone();
    let guilds = vec![GUILD.to_owned()];
    let discord = Arc::new(Discord::new(
        Api::new(nowhere(), "token", clock.clone()).unwrap(),
        APPLICATION.to_owned(),
        guilds.clone(),
        voice(),
        clock,
    ));
    let hearing = Hearing {
        site,
        roles: Arc::new(Roles::new(discord.clone(), nobody(), guilds.clone())),
        discord,
        gate: Gate {
            application: APPLICATION.to_owned(),
            guilds,
        },
        link: link.clone(),
    };
    let public_key = PublicKey::parse(&hex::encode(key_pair(Whose::Ours).public_key())).unwrap();
    let router = routes::router(Door {
        hearing: Arc::new(hearing),
        public_key: Arc::new(public_key),
    });
    Ears {
        router,
        links: vec![link],
    }
}
