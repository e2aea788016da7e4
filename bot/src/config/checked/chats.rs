//! Slack and Discord.

use std::collections::BTreeSet;

use adapters::chat::discord::signature::PublicKey;
use url::Url;

use super::super::here::Here;
use super::super::raw;
use super::super::secrets::{self, Secret, Secrets};

const SLACK_API: &str = "https://slack.com/api";
const DISCORD_API: &str = "https://discord.com/api/v10";
/// An Ed25519 public key in hex.
const PUBLIC_KEY_DIGITS: usize = 64;

/// A Slack app.
#[derive(Debug, Clone)]
pub struct Slack {
    /// How Slack reaches Sluice.
    pub inbound: SlackInbound,
    /// Base URL of the Web API.
    pub api_url: Url,
    /// The app.
    pub app_id: String,
    /// Workspaces.
    pub teams: Vec<String>,
    /// Slash commands, each with its `/`.
    pub commands: Vec<String>,
    /// The bot's token.
    pub bot_token: Secret,
}

/// How Slack reaches Sluice.
#[derive(Debug, Clone)]
pub enum SlackInbound {
    /// Over a socket, opened with the app's token.
    Socket(Secret),
    /// Over HTTP, signed with this secret.
    Http(Secret),
}

/// A Discord application.
#[derive(Debug, Clone)]
pub struct Discord {
    /// How Discord reaches Sluice.
    pub inbound: DiscordInbound,
    /// Base URL of the API.
    pub api_url: Url,
    /// The application.
    pub application_id: String,
    /// Servers.
    pub guilds: Vec<String>,
    /// The bot's token.
    pub bot_token: Secret,
}

/// How Discord reaches Sluice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DiscordInbound {
    /// Over the gateway.
    Gateway,
    /// Over HTTP, signed; the public key in hex.
    Http(String),
}

/// Checks `slack`.
pub fn slack(raw: raw::Slack, here: &Here<'_>, secrets: Secrets<'_>) -> Option<Slack> {
    let secret = |name: &str, raw: Option<raw::SecretSource>| {
        raw.and_then(|raw| secrets::check(raw, &here.key(name), secrets))
    };
    let mode = match raw.mode {
        None if here.key("mode").is_written() => None,
        mode => Some(mode.unwrap_or(raw::SlackMode::Socket)),
    };
    match mode {
        Some(raw::SlackMode::Socket) => require(
            here,
            "app_token",
            raw.app_token.is_some(),
            "{ env: SLACK_APP_TOKEN }",
        ),
        Some(raw::SlackMode::Http) => {
            require(
                here,
                "signing_secret",
                raw.signing_secret.is_some(),
                "{ env: SLACK_SIGNING_SECRET }",
            );
        }
        None => {}
    }
    require(
        here,
        "bot_token",
        raw.bot_token.is_some(),
        "{ env: SLACK_BOT_TOKEN }",
    );
    let app_token = secret("app_token", raw.app_token);
    let signing_secret = secret("signing_secret", raw.signing_secret);
    let signing_secret = signing_secret.and_then(|secret| strong(secret, &here.key("signing_secret")));
    let bot_token = secret("bot_token", raw.bot_token);
    let app_id = here.required("app_id", raw.app_id, "A012");
    let teams = one_or_more(here, ("team_id", raw.team_id), ("teams", raw.teams), "T012");
    let commands = commands(raw.commands, &here.key("commands"));
    let api_url = here
        .key("api_url")
        .url(raw.api_url.as_deref().unwrap_or(SLACK_API), SLACK_API);
    Some(Slack {
        inbound: match mode? {
            raw::SlackMode::Socket => SlackInbound::Socket(app_token?),
            raw::SlackMode::Http => SlackInbound::Http(signing_secret?),
        },
        api_url: api_url?,
        app_id: app_id?,
        teams,
        commands,
        bot_token: bot_token?,
    })
}

/// Shorter secrets than this can be guessed.
const SECRET_CHARS: usize = 16;
/// Fewer different characters than this are no secret.
const SECRET_VARIETY: usize = 6;
/// What stands in examples until somebody puts the real one there.
const PLACEHOLDERS: [&str; 8] = [
    "secret",
    "password",
    "changeme",
    "change-me",
    "placeholder",
    "example",
    "your",
    "xxxx",
];

/// A secret that nobody can guess: whoever knows it speaks for everybody.
fn strong(secret: Secret, here: &Here<'_>) -> Option<Secret> {
    let is_weak = secret.expose().is_some_and(|text| {
        let lower = text.to_lowercase();
        let different: BTreeSet<char> = lower.chars().collect();
        text.chars().count() < SECRET_CHARS
            || different.len() < SECRET_VARIETY
            || PLACEHOLDERS.iter().any(|word| lower.contains(word))
    });
    if is_weak {
        let instead = "the one that the app's Basic Information shows";
        here.wrong(
            "is short or a placeholder, so anybody could sign with it",
            instead,
        );
        return None;
    }
    Some(secret)
}

fn commands(raw: Option<raw::List<String>>, here: &Here<'_>) -> Vec<String> {
    const DEFAULT: &str = "/flink";
    if raw.is_none() && !here.is_written() {
        return vec![DEFAULT.to_owned()];
    }
    let commands = here.items(raw).into_iter();
    commands
        .filter_map(|(here, command)| {
            let right =
                command.len() > 1 && command.starts_with('/') && !command.contains(char::is_whitespace);
            if !right {
                here.wrong("is not a slash command", DEFAULT);
            }
            right.then_some(command)
        })
        .collect()
}

/// Checks `discord`.
pub fn discord(raw: raw::Discord, here: &Here<'_>, secrets: Secrets<'_>) -> Option<Discord> {
    let mode = match raw.mode {
        None if here.key("mode").is_written() => None,
        mode => Some(mode.unwrap_or(raw::DiscordMode::Gateway)),
    };
    let inbound = match mode {
        Some(raw::DiscordMode::Gateway) => Some(DiscordInbound::Gateway),
        Some(raw::DiscordMode::Http) => public_key(raw.public_key, here).map(DiscordInbound::Http),
        None => None,
    };
    require(
        here,
        "bot_token",
        raw.bot_token.is_some(),
        "{ env: DISCORD_TOKEN }",
    );
    let bot_token = raw
        .bot_token
        .and_then(|raw| secrets::check(raw, &here.key("bot_token"), secrets))
        .and_then(|token| no_placeholder(token, &here.key("bot_token")));
    let application_id = here
        .required("application_id", raw.application_id, "\"1\"")
        .and_then(|id| snowflake(id, &here.key("application_id")));
    let guilds = one_or_more(here, ("guild_id", raw.guild_id), ("guilds", raw.guilds), "\"2\"");
    let guilds = guilds
        .into_iter()
        .filter_map(|id| snowflake(id, &here.key("guild_id")))
        .collect();
    let api_url = here
        .key("api_url")
        .url(raw.api_url.as_deref().unwrap_or(DISCORD_API), DISCORD_API);
    Some(Discord {
        inbound: inbound?,
        api_url: api_url?,
        application_id: application_id?,
        guilds,
        bot_token: bot_token?,
    })
}

/// A token that is more than what stands in examples until somebody puts the real one there.
fn no_placeholder(token: Secret, here: &Here<'_>) -> Option<Secret> {
    let is_placeholder = token.expose().is_some_and(|text| {
        let different: BTreeSet<char> = text.chars().collect();
        let in_small_letters = !text.chars().any(char::is_uppercase);
        text.chars().count() < SECRET_CHARS
            || different.len() < SECRET_VARIETY
            || in_small_letters && PLACEHOLDERS.iter().any(|word| text.contains(word))
    });
    if is_placeholder {
        here.wrong(
            "is no bot's token",
            "the one that the application's page Bot shows once",
        );
        return None;
    }
    Some(token)
}

/// An id of Discord's: a number in quotes.
fn snowflake(id: String, here: &Here<'_>) -> Option<String> {
    let right = id
        .parse::<u64>()
        .is_ok_and(|number| number > 0 && number.to_string() == id);
    if !right {
        here.wrong(
            "is no id of Discord's",
            "the number that Copy ID gives, in quotes,",
        );
    }
    right.then_some(id)
}

fn public_key(raw: Option<String>, here: &Here<'_>) -> Option<String> {
    let key = here.required("public_key", raw, "0123... (64 digits)")?;
    let right = key.len() == PUBLIC_KEY_DIGITS && PublicKey::parse(&key).is_ok();
    if !right {
        here.key("public_key").wrong(
            "is not a public key that Discord gives",
            "the 64 digits of the application's General Information",
        );
    }
    right.then_some(key)
}

/// Tells that a key is missing where it is; what is written and wrong was told already.
fn require(here: &Here<'_>, name: &str, given: bool, example: &str) {
    here.required(name, given.then_some(()), example);
}

/// The one of a key, or the several of another.
fn one_or_more(
    here: &Here<'_>,
    (one_name, one): (&str, Option<String>),
    (several_name, several): (&str, Option<raw::List<String>>),
    example: &str,
) -> Vec<String> {
    if !here.key(one_name).is_written() && !here.key(several_name).is_written() {
        here.key(one_name)
            .wrong("is missing", format!("`{one_name}: {example}`"));
    }
    let several = here
        .key(several_name)
        .items(several)
        .into_iter()
        .map(|(_, name)| name);
    one.into_iter().chain(several).collect()
}
