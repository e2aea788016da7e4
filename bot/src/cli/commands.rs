//! `sluice commands`: the catalog, for people and for chats that want a list of it.

use std::path::Path;
use std::sync::Arc;

use adapters::chat::discord::catalog;
use adapters::chat::discord::register::{difference, register};
use adapters::chat::slack::manifest::{Wanted, manifest};
use approvals::ports::Clock;
use clap::ValueEnum;
use commands::catalog::{ROWS, reference_markdown};

use super::{Failure, told, without_secrets};
use crate::config::{Config, Secrets, SlackInbound, variables};
use crate::system::SystemClock;
use crate::wiring::discord_api;

/// What stands in the manifest for the address under which Slack reaches `listen.public`.
const PUBLIC: &str = "https://sluice.example.org";

/// What `commands` may be told.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// How to print it.
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
    /// Register the commands in Discord's servers: shows what differs first, and does nothing where nothing does.
    #[arg(long)]
    register: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Table,
    Markdown,
    Discord,
    SlackManifest,
}

/// Prints the catalog.
pub async fn commands(file: &Path, arguments: &Arguments) -> Result<(), Failure> {
    if arguments.register {
        return registered(file).await;
    }
    match arguments.format {
        Format::Table => print!("{}", table()),
        Format::Markdown => print!("{}", reference_markdown()),
        Format::Discord => println!("{:#}", serde_json::Value::from(catalog::commands())),
        Format::SlackManifest => print!("{}", slack_manifest(file)?),
    }
    Ok(())
}

/// The app's manifest for this configuration. Where Slack calls us, the address it calls is not known here.
fn slack_manifest(file: &Path) -> Result<String, Failure> {
    let config = without_secrets(file)?;
    let Some(slack) = config.slack else {
        return Err(missing(file, "slack"));
    };
    let public = match slack.inbound {
        SlackInbound::Socket(_) => None,
        SlackInbound::Http(_) => {
            Some(url::Url::parse(PUBLIC).map_err(|error| Failure::Failed(error.to_string()))?)
        }
    };
    let wanted = Wanted {
        commands: &slack.commands,
        public: public.as_ref(),
    };
    Ok(format!("{:#}\n", manifest(&wanted)))
}

/// Registers the commands in every server of the configuration that has others.
async fn registered(file: &Path) -> Result<(), Failure> {
    let environment = variables();
    let config = Config::load(file, &environment, Secrets::Read(&environment))?;
    let Some(discord) = &config.discord else {
        return Err(missing(file, "discord"));
    };
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let api = discord_api(&config, discord, &clock).map_err(|why| Failure::Failed(told(&why)))?;
    let application = &discord.application_id;
    for guild in &discord.guilds {
        let refused = |fault| Failure::Failed(format!("server {guild}: {}", told(&fault)));
        let difference = difference(&api, application, guild).await.map_err(refused)?;
        if difference.is_none() {
            println!("server {guild}: has these commands already");
            continue;
        }
        for line in difference.lines() {
            println!("server {guild}: {line}");
        }
        register(&api, application, guild).await.map_err(refused)?;
        println!("server {guild}: registered");
    }
    Ok(())
}

fn missing(file: &Path, key: &str) -> Failure {
    Failure::Usage(format!(
        "{} has no `{key}`: deploy/sluice.example.yaml shows one",
        file.display()
    ))
}

fn table() -> String {
    let width = ROWS
        .iter()
        .map(|row| row.usage().chars().count())
        .max()
        .unwrap_or_default();
    ROWS.iter()
        .map(|row| format!("{:width$}  {}\n", row.usage(), row.summary))
        .collect()
}
