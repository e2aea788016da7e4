//! What the program may hold: a configuration without mistakes.

mod alerts;
mod chats;
mod environments;
mod people;
mod policy;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use approvals::people::People;
use approvals::policy::Policy;
use commands::names::{Environment as EnvironmentName, Place};

pub use self::alerts::Receiver;
pub use self::chats::{Discord, DiscordInbound, Slack, SlackInbound};
pub use self::environments::Environment;
use super::here::Here;
use super::raw;
pub use super::raw::{LogFormat, Mode};
use super::secrets::Secrets;

/// The whole configuration.
#[derive(Debug, Clone)]
pub struct Config {
    /// The file it came from.
    pub file: PathBuf,
    /// How much the program trusts its surroundings.
    pub mode: Mode,
    /// The SQLite file that remembers everything.
    pub ledger: PathBuf,
    /// Where the program listens.
    pub listen: Listen,
    /// Language of the channels.
    pub language: String,
    /// The channel that is told of policy changes, deaf chat links and alarms.
    pub operations_channel: Option<Place>,
    /// What is logged.
    pub log: Log,
    /// Slack, where it is used.
    pub slack: Option<Slack>,
    /// Discord, where it is used.
    pub discord: Option<Discord>,
    /// Everybody who may ask or approve, and the groups they form.
    pub people: People,
    /// Where Flink runs.
    pub environments: BTreeMap<EnvironmentName, Environment>,
    /// Who may approve what, and when nothing may start.
    pub policy: Policy,
    /// Who may send alerts.
    pub receivers: Vec<Receiver>,
}

/// Where the program listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listen {
    /// Console, health and metrics.
    pub private: SocketAddr,
    /// Webhooks of chats and alerts; `None`: off.
    pub public: Option<SocketAddr>,
    /// Host names besides the address itself under which the console may be opened.
    pub names: Vec<String>,
}

/// What is logged, to stderr.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// A filter of `tracing`.
    pub level: String,
    /// Text or JSON.
    pub format: LogFormat,
}

/// The names that the rest of the configuration may refer to: those that were written, right or not.
pub(super) struct Known<'t> {
    people: Vec<&'t str>,
    groups: Vec<&'t str>,
    environments: Vec<&'t str>,
}

/// Checks everything. `None` only where a mistake was told.
pub fn check(raw: raw::Config, here: &Here<'_>, secrets: Secrets<'_>, file: PathBuf) -> Option<Config> {
    let known = Known {
        people: here.key("people").names(),
        groups: here.key("groups").names(),
        environments: here.key("environments").names(),
    };
    let ledger = ledger(raw.ledger, &here.key("ledger"));
    if let Some(password) = raw.ledger_password {
        super::secrets::check(password, &here.key("ledger_password"), secrets);
    }
    let listen = listen(raw.listen.unwrap_or_default(), &here.key("listen"));
    let language = language(raw.language, &here.key("language"));
    let operations_channel = raw
        .operations_channel
        .and_then(|place| here.key("operations_channel").place(&place));
    let log = log(raw.log.unwrap_or_default(), &here.key("log"));
    let by_slack = raw
        .slack
        .as_ref()
        .is_some_and(|slack| slack.mode == Some(raw::SlackMode::Http));
    let by_discord = raw
        .discord
        .as_ref()
        .is_some_and(|discord| discord.mode == Some(raw::DiscordMode::Http));
    let is_called = by_slack || by_discord;
    let slack = raw
        .slack
        .and_then(|slack| chats::slack(slack, &here.key("slack"), secrets));
    let discord = raw
        .discord
        .and_then(|discord| chats::discord(discord, &here.key("discord"), secrets));
    if is_called {
        let public = listen.as_ref().and_then(|listen| listen.public);
        here.key("listen").required("public", public, "0.0.0.0:7310");
    }
    let persons = people::persons(raw.people, here);
    let groups = people::groups(raw.groups.unwrap_or_default(), &here.key("groups"), &known);
    let environments = environments::check(raw.environments, here);
    let rules = policy::rules(raw.policy, here, &known, &groups);
    let freezes = policy::freezes(raw.freezes, &here.key("freezes"), &known);
    let alerts = raw.alerts.unwrap_or_default();
    let receivers = alerts::check(alerts, &here.key("alerts"), &known, secrets);
    Some(Config {
        file,
        mode: raw.mode.unwrap_or(Mode::Production),
        ledger: ledger?,
        listen: listen?,
        language: language?,
        operations_channel,
        log: log?,
        slack,
        discord,
        people: People { persons, groups },
        environments,
        policy: Policy { rules, freezes },
        receivers,
    })
}

fn ledger(raw: Option<String>, here: &Here<'_>) -> Option<PathBuf> {
    const DEFAULT: &str = "sqlite:sluice.db";
    let url = match raw {
        Some(url) => url,
        None if here.is_written() => return None,
        None => DEFAULT.to_owned(),
    };
    // What stands here is not quoted: it may hold a password.
    match url.split_once(':') {
        Some(("sqlite", file)) => here.file(file.trim_start_matches("//")),
        Some(("postgres" | "postgresql", _)) => {
            here.wrong("PostgreSQL is not in this version", DEFAULT);
            None
        }
        _ => {
            here.wrong("is neither sqlite:FILE nor postgres://...", DEFAULT);
            None
        }
    }
}

fn listen(raw: raw::Listen, here: &Here<'_>) -> Option<Listen> {
    const PRIVATE: &str = "127.0.0.1:7311";
    const PUBLIC: &str = "0.0.0.0:7310";
    let private = raw.private.unwrap_or_else(|| PRIVATE.to_owned());
    let private = here.key("private").address(&private, PRIVATE);
    let public = raw
        .public
        .and_then(|public| here.key("public").address(&public, PUBLIC));
    if let (Some(private), Some(public)) = (private, public)
        && private == public
        && private.port() != 0
    {
        here.key("public").wrong("is the private address too", PUBLIC);
    }
    let names = here
        .key("names")
        .items(raw.names)
        .into_iter()
        .map(|(_, name)| name);
    Some(Listen {
        private: private?,
        public,
        names: names.collect(),
    })
}

/// A BCP 47 tag by its shape; whether there are words in it is for `adapters::wording`, which falls back to English.
fn language(raw: Option<String>, here: &Here<'_>) -> Option<String> {
    const DEFAULT: &str = "en";
    let tag = raw.unwrap_or_else(|| DEFAULT.to_owned());
    is_language(&tag, here).then_some(tag)
}

fn is_language(tag: &str, here: &Here<'_>) -> bool {
    let mut parts = tag.split('-');
    let primary = parts.next().unwrap_or_default();
    let right = (2..=3).contains(&primary.len())
        && primary.bytes().all(|byte| byte.is_ascii_alphabetic())
        && parts.all(|part| {
            (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
        });
    if !right {
        here.wrong("is not a language", "a tag such as en, de or pt-BR");
    }
    right
}

fn log(raw: raw::Log, here: &Here<'_>) -> Option<Log> {
    let level = raw.level.unwrap_or_else(|| "info".to_owned());
    if let Err(error) = level.parse::<tracing_subscriber::filter::Targets>() {
        let wrong = format!("is not a level or filter ({error})");
        here.key("level")
            .wrong(wrong, "info, debug or info,adapters=debug");
        return None;
    }
    Some(Log {
        level,
        format: raw.format.unwrap_or_default(),
    })
}
