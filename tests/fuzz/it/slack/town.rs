//! The town that Slack calls.

use std::sync::Arc;

use adapters::chat::link::Link;
use adapters::chat::slack::api::Api;
use adapters::chat::slack::elsewhere::Elsewhere;
use adapters::chat::slack::gate::Gate;
use adapters::chat::slack::hearing::Hearing;
use adapters::chat::slack::roster::Groups;
use adapters::chat::slack::routes::{self, Door};
use adapters::chat::slack::speaking::Slack;
use adapters::http::Config;
use approvals::ports::Clock;
use approvals::site::Site;

use super::letters::SECRET;
use super::seeds::{APP, TEAM};
use crate::town::{Ears, Town, nobody, nowhere, voice};

/// Begins.
pub async fn start() -> Town {
    Town::start(ears).await
}

/// The side that hears.
pub fn ears(site: Arc<Site>) -> Ears {
    let link = Arc::new(Link::default());
    let slack = Arc::new(speaker(site.clock.clone()));
    let teams = vec![TEAM.to_owned()];
    let hearing = Hearing {
        site,
        groups: Arc::new(Groups::new(slack.clone(), nobody(), teams.clone())),
        slack,
        gate: Gate {
            app: APP.to_owned(),
            teams,
        },
        command: "/flink".to_owned(),
        link: link.clone(),
    };
    let router = routes::router(Door {
        hearing: Arc::new(hearing),
        signing_secret: Arc::new(SECRET.into()),
    });
    Ears {
        router,
        links: vec![link],
    }
}

fn speaker(clock: Arc<dyn Clock>) -> Slack {
    let Config {
        base, reach, limits, ..
    } = nowhere();
    Slack::new(
        Api::new(nowhere(), "xoxb-token", clock.clone()).unwrap(),
        Elsewhere::new(base, reach, limits),
        voice(),
        clock,
    )
}
