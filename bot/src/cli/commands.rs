//! `sluice commands`: the catalog, for people and for chats that want a list of it.

use clap::ValueEnum;
use commands::catalog::{ROWS, reference_markdown};

use super::Failure;

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
pub fn commands(arguments: &Arguments) -> Result<(), Failure> {
    if arguments.register {
        return Err(not_yet("--register"));
    }
    match arguments.format {
        Format::Table => print!("{}", table()),
        Format::Markdown => print!("{}", reference_markdown()),
        Format::Discord => return Err(not_yet("--format discord")),
        Format::SlackManifest => return Err(not_yet("--format slack-manifest")),
    }
    Ok(())
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
