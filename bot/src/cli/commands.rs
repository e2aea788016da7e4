//! `sluice commands`: the catalog, for people and for chats that want a list of it.

use std::path::Path;

use adapters::chat::slack::manifest::{Wanted, manifest};
use clap::ValueEnum;
use commands::catalog::{ROWS, reference_markdown};

use super::{Failure, without_secrets};
use crate::config::SlackInbound;

/// What stands in the manifest for the address under which Slack reaches `listen.public`.
const PUBLIC: &str = "https://sluice.example.org";

/// What `commands` may be told.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// How to print it.
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
    /// Register the commands with Discord.
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
pub fn commands(file: &Path, arguments: &Arguments) -> Result<(), Failure> {
    if arguments.register {
        return Err(not_yet("--register"));
    }
    match arguments.format {
        Format::Table => print!("{}", table()),
        Format::Markdown => print!("{}", reference_markdown()),
        Format::Discord => return Err(not_yet("--format discord")),
        Format::SlackManifest => print!("{}", slack_manifest(file)?),
    }
    Ok(())
}

/// The app's manifest for this configuration. Where Slack calls us, the address it calls is not known here.
fn slack_manifest(file: &Path) -> Result<String, Failure> {
    let config = without_secrets(file)?;
    let Some(slack) = config.slack else {
        let why = format!(
            "{} has no `slack`: deploy/sluice.example.yaml shows one",
            file.display()
        );
        return Err(Failure::Usage(why));
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

fn not_yet(what: &str) -> Failure {
    Failure::Usage(format!(
        "{what} is not in this version: use --format table or --format markdown"
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
