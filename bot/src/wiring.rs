//! The only place that names concrete adapters: a checked configuration becomes one Sluice.
//!
//! Nothing here contacts an outside system: the port is bound and the ledger opened, then it is ready. What cannot be
//! reached shows in `/status`, and the loops find out by themselves.

mod discord;
mod ears;
mod slack;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use adapters::chat::console::Console;
use adapters::chat::console::front::{self, Front};
use adapters::chat::console::guard::Gate;
use adapters::chat::discord::signature::NoKey;
use adapters::chat::voice::Voice;
use adapters::http::{Limits, Reach};
use adapters::platforms::standalone::{self, Standalone};
use adapters::wording::{Readers, Wording};
use approvals::ledger::sqlite::SqliteLedger;
use approvals::ledger::{Ledger, LedgerError};
use approvals::ports::{Chat, Clock, Dice, Platform};
use approvals::site::{Served, Site};
use commands::names::{Channel, Chat as ChatKind, Environment, Place};
use futures::TryFutureExt as _;
use tokio::net::TcpListener;

pub use self::discord::api as discord_api;
use self::ears::Ears;
pub use self::slack::api as slack_api;
use crate::config::{self, Config, Mode};
use crate::roster::Rosters;
use crate::server::{self, NotBound};
use crate::shutdown::Shutdown;
use crate::system::{SystemClock, SystemDice};
use crate::watch::{Watch, Watched};
use crate::{loops, token};

/// The platform's name in answers, metrics and `/status`.
const STANDALONE: &str = "standalone";

/// What people type in Discord, and where no chat has a slash command of its own.
const COMMAND: &str = "/flink";

/// How long turns under way and open connections may take after the wish to stop. What is cut then goes on at the next
/// start, as after a kill.
const END_WITHIN: Duration = Duration::from_secs(3);

/// One Sluice, built and not running yet.
pub struct Sluice {
    demo: bool,
    listener: TcpListener,
    address: SocketAddr,
    front: Front,
    ledger: Arc<SqliteLedger>,
    watch: Arc<Watch>,
    /// Who is told that the policy changed.
    operations: Option<Place>,
    ears: Ears,
    public: Option<TcpListener>,
}

/// Why a Sluice was not built. Whatever it was, nothing of it is left.
#[derive(Debug, thiserror::Error)]
pub enum NotBuilt {
    /// It cannot listen.
    #[error(transparent)]
    NotBound(#[from] NotBound),
    /// The ledger cannot be opened.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The token cannot be written beside the ledger.
    #[error("cannot write {file}: give its folder to the user that runs Sluice")]
    Token {
        /// Which file.
        file: String,
        /// Why.
        source: std::io::Error,
    },
    /// Slack cannot be spoken to.
    #[error("slack cannot work: mend slack.api_url or its tokens and start again")]
    Slack(#[source] adapters::http::Misconfigured),
    /// Discord cannot be spoken to.
    #[error("discord cannot work: mend discord.api_url or its token and start again")]
    Discord(#[source] adapters::http::Misconfigured),
    /// Discord cannot be heard.
    #[error("discord cannot work: copy discord.public_key from the application's General Information again")]
    DiscordKey(#[source] NoKey),
    /// An environment cannot work.
    #[error("environments.{environment} cannot work: mend it and start again")]
    Environment {
        /// Which.
        environment: Environment,
        /// Why.
        source: standalone::Misconfigured,
    },
}

/// Why a running Sluice stopped by itself.
#[derive(Debug, thiserror::Error)]
pub enum Stopped {
    /// The listener broke.
    #[error("the listener broke: start again")]
    Listener(#[source] std::io::Error),
    /// What the ledger holds is not what was written.
    #[error("the ledger cannot be trusted: look at it with `sluice audit verify`, then restore a backup")]
    Ledger(#[source] LedgerError),
}

impl Sluice {
    /// Binds the port, opens the ledger, writes the token and builds the rest.
    ///
    /// # Errors
    /// [`NotBuilt`], with what to do.
    pub async fn build(config: Config) -> Result<Self, NotBuilt> {
        let listener = server::bind(config.listen.private).await?;
        let address = listener.local_addr().unwrap_or(config.listen.private);
        let public = match config.listen.public.filter(|_| is_called(&config)) {
            Some(address) => Some(server::bind(address).await?),
            None => None,
        };
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let dice: Arc<dyn Dice> = Arc::new(SystemDice);
        let watch = Arc::new(Watch::new(&config));
        let platform = platform(&config, &clock)?;
        let ledger = Arc::new(SqliteLedger::open(&config.ledger, dice.clone()).await?);
        watch.set_ledger(ledger.clone());
        let anchor = ledger.anchor();
        tracing::info!(anchor.seal, anchor.hash, "the ledger ends at this seal");
        let token: Arc<str> = token::fresh(dice.as_ref()).into();
        token::write(&config.ledger, &token).map_err(|source| NotBuilt::Token {
            file: token::file(&config.ledger).display().to_string(),
            source,
        })?;
        let remembered: Arc<dyn Ledger> = ledger.clone();
        let console = Arc::new(Console::new(
            remembered.clone(),
            clock.clone(),
            wording(&config, slack_command(&config)),
            Readers::new(&config.language, &config.people),
        ));
        watch.set_console(console.clone());
        let slack = config.slack.as_ref().map(|slack| {
            slack::Parts::build(&config, slack, voice(&config, slack_command(&config)), &clock)
                .map_err(NotBuilt::Slack)
        });
        let slack = slack.transpose()?;
        let discord = config.discord.as_ref().map(|discord| {
            discord::Parts::build(&config, discord, voice(&config, COMMAND), &clock)
                .map_err(NotBuilt::Discord)
        });
        let discord = discord.transpose()?;
        let mut chats = BTreeMap::from([(ChatKind::Console, console.clone() as Arc<dyn Chat>)]);
        if let Some(slack) = &slack {
            chats.insert(ChatKind::Slack, slack.slack.clone());
            watch.set_link(ChatKind::Slack, slack.link.clone());
        }
        if let Some(discord) = &discord {
            chats.insert(ChatKind::Discord, discord.discord.clone());
            watch.set_link(ChatKind::Discord, discord.link.clone());
        }
        let site = Site {
            ledger: remembered,
            roster: Arc::new(Rosters {
                people: config.people.clone(),
                slack: slack.as_ref().map(|slack| slack.groups.clone()),
                discord: discord.as_ref().map(|discord| discord.roles.clone()),
                clock: clock.clone(),
            }),
            clock,
            environments: environments(&config, &platform, &watch),
            chats,
            demo: config.mode == Mode::Demo,
            signals: Default::default(),
            jobs: Default::default(),
            shown: Default::default(),
            people: config.people.clone(),
            policy: config.policy.clone(),
        };
        let site = Arc::new(site);
        let ears = Ears::build(&config, slack, discord, &site, &dice)?;
        let front = Front {
            site,
            console,
            dice,
            channels: channels(&config).into(),
            gate: Gate {
                token,
                hosts: hosts(address, &config.listen.names).into(),
            },
        };
        Ok(Self {
            demo: config.mode == Mode::Demo,
            listener,
            address,
            front,
            ledger,
            watch,
            operations: operations(&config),
            ears,
            public,
        })
    }

    /// Where webhooks of chats are heard; `None`: nowhere.
    pub fn public_address(&self) -> Option<SocketAddr> {
        self.public.as_ref()?.local_addr().ok()
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The token of this start.
    pub fn token(&self) -> &str {
        &self.front.gate.token
    }

    /// The page's address with the token, which demo mode prints; production prints none.
    pub fn console_to_print(&self) -> Option<String> {
        self.demo
            .then(|| format!("http://{}/#token={}", self.address, self.front.gate.token))
    }

    /// Runs until it is time to stop; what runs then goes on at the next start.
    ///
    /// # Errors
    /// [`Stopped`], where it cannot go on.
    pub async fn run(self, shutdown: Shutdown) -> Result<(), Stopped> {
        let Self {
            listener,
            front,
            ledger,
            watch,
            operations,
            ears,
            public,
            ..
        } = self;
        let site = front.site.clone();
        let router = server::watched(watch.clone()).merge(front::router(front));
        watch.set_ready(true);
        let outcome = {
            let served = server::serve(listener, router, shutdown.clone());
            let looped = loops::run(site.clone(), watch.metrics.clone(), shutdown.receiver());
            let recorded = loops::put_policy_on_record(&site, operations.as_ref());
            let heard = ears.hear(public, shutdown.clone());
            let all = async {
                tokio::try_join!(
                    served.map_err(Stopped::Listener),
                    looped.map_err(Stopped::Ledger),
                    recorded.map_err(Stopped::Ledger),
                    heard.map_err(Stopped::Listener)
                )
                .map(drop)
            };
            tokio::select! {
                ended = all => ended,
                () = async { shutdown.asked().await; tokio::time::sleep(END_WITHIN).await } => Ok(()),
            }
        };
        watch.set_ready(false);
        drop(watch);
        ledger.close().await;
        outcome
    }
}

/// The platform alone, by this machine's clock: for who only looks.
///
/// # Errors
/// [`NotBuilt::Environment`], with the first environment that cannot work.
pub fn platform_of(config: &Config) -> Result<Arc<dyn Platform>, NotBuilt> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    platform(config, &clock)
}

/// Whether anybody is to call the public listener.
fn is_called(config: &Config) -> bool {
    let slack = config.slack.as_ref().map(|slack| &slack.inbound);
    let discord = config.discord.as_ref().map(|discord| &discord.inbound);
    matches!(slack, Some(config::SlackInbound::Http(_)))
        || matches!(discord, Some(config::DiscordInbound::Http(_)))
}

/// What a chat may cost us. It answers quickly or not at all, and a message that waits is sent again.
fn chat_limits() -> Limits {
    Limits {
        read: Duration::from_secs(5),
        total: Duration::from_secs(10),
        queue: Duration::from_secs(2),
        body_bytes: 2 * 1024 * 1024,
        at_once: 16,
        ..Limits::default()
    }
}

/// Which addresses the chats may be at.
fn reach(config: &Config) -> Reach {
    match config.mode {
        Mode::Demo => Reach::Loopback,
        Mode::Production => Reach::Anywhere,
    }
}

/// The slash command that people type in Slack.
fn slack_command(config: &Config) -> &str {
    let command = config.slack.as_ref().and_then(|slack| slack.commands.first());
    command.map_or(COMMAND, String::as_str)
}

fn voice(config: &Config, command: &str) -> Voice {
    Voice {
        wording: wording(config, command),
        language: config.language.clone(),
        people: config.people.clone(),
    }
}

fn platform(config: &Config, clock: &Arc<dyn Clock>) -> Result<Arc<dyn Platform>, NotBuilt> {
    let configs = config.environments.iter().map(|(name, environment)| {
        let config = standalone::Config {
            flink_url: environment.flink_url.clone(),
            launcher: environment.launcher.clone(),
        };
        (name.clone(), config)
    });
    let platform = Standalone::new(configs.collect(), clock.clone());
    let platform = platform.map_err(|(environment, source)| NotBuilt::Environment { environment, source })?;
    Ok(Arc::new(platform))
}

fn environments(
    config: &Config,
    platform: &Arc<dyn Platform>,
    watch: &Watch,
) -> BTreeMap<Environment, Served> {
    let served = config.environments.iter().map(|(name, environment)| {
        let watched = Watched {
            platform: platform.clone(),
            system: STANDALONE,
            reach: watch.reach(name),
            metrics: watch.metrics.clone(),
        };
        let served = Served {
            platform_name: STANDALONE,
            platform: Arc::new(watched),
            windows: environment.windows,
            places: environment.channels.clone(),
        };
        (name.clone(), served)
    });
    served.collect()
}

fn wording(config: &Config, command: &str) -> Wording {
    let urls = config.environments.iter().map(|(name, environment)| {
        (
            name.clone(),
            environment.flink_url.as_str().trim_end_matches('/').to_owned(),
        )
    });
    Wording {
        flink_urls: urls.collect(),
        ..Wording::new(command)
    }
}

/// The `Host` values under which this listener is ours: its address, on loopback its names, and what the config adds.
fn hosts(address: SocketAddr, names: &[String]) -> Vec<String> {
    let port = address.port();
    let own = ["127.0.0.1", "localhost", "[::1]"].map(|name| format!("{name}:{port}"));
    let here = address.ip().is_loopback() || address.ip().is_unspecified();
    let mut hosts = vec![address.to_string()];
    hosts.extend(own.into_iter().filter(|_| here));
    // Behind a proxy a name comes without our port.
    hosts.extend(
        names
            .iter()
            .flat_map(|name| [name.clone(), format!("{name}:{port}")]),
    );
    hosts
}

/// Where Sluice tells of itself: the operations channel; where its chat is not spoken yet, the first console channel.
fn operations(config: &Config) -> Option<Place> {
    let console = |channel| Place {
        chat: ChatKind::Console,
        channel,
    };
    let named = config.operations_channel.clone();
    named
        .filter(|place| place.chat == ChatKind::Console)
        .or_else(|| channels(config).into_iter().next().map(console))
}

/// The console's channels, in the order of the environments.
fn channels(config: &Config) -> Vec<Channel> {
    let places = config
        .environments
        .values()
        .flat_map(|environment| &environment.channels);
    let operations = config.operations_channel.iter();
    let mut channels: Vec<Channel> = Vec::new();
    for place in places
        .chain(operations)
        .filter(|place| place.chat == ChatKind::Console)
    {
        if !channels.contains(&place.channel) {
            channels.push(place.channel.clone());
        }
    }
    channels
}
