//! What Discord's own parts say: commands and their options, forms, and first answers.

use commands::catalog::{Kind, ModifierRow, ROWS, Row};
use rust_i18n::t;

use crate::chat::card::Prompt;
use crate::chat::discord::gate::Stranger;

/// The language in which commands are registered; the others stand beside it.
pub const BASE: &str = "en";

/// Our other languages, each with Discord's name for it. <https://discord.com/developers/docs/reference#locales>
pub fn languages() -> Vec<(String, &'static str)> {
    const NAMES: [(&str, &str); 7] = [
        ("de", "de"),
        ("fr", "fr"),
        ("es", "es-ES"),
        ("pt", "pt-BR"),
        ("pt-BR", "pt-BR"),
        ("ja", "ja"),
        ("zh", "zh-CN"),
    ];
    let ours = rust_i18n::available_locales!();
    let named = ours.into_iter().filter_map(|ours| {
        let (_, theirs) = NAMES.iter().find(|(name, _)| *name == &*ours)?;
        Some((ours.to_string(), *theirs))
    });
    named.collect()
}

/// A top-level command.
pub fn command(locale: &str) -> String {
    t!("discord.command", locale = locale).into_owned()
}

/// The command that takes a whole command.
pub fn free(locale: &str) -> String {
    t!("discord.free", locale = locale).into_owned()
}

/// Its option.
pub fn free_option(locale: &str) -> String {
    t!("discord.free_option", locale = locale).into_owned()
}

/// A group of subcommands: what the first of them is about.
pub fn group(name: &str, locale: &str) -> String {
    t!("discord.group", locale = locale, name = name).into_owned()
}

/// A row of the catalog.
pub fn row(row: &Row, locale: &str) -> String {
    let key = row.key;
    t!(key, locale = locale).into_owned()
}

/// A modifier.
pub fn modifier(row: &ModifierRow, locale: &str) -> String {
    let key = row.key;
    t!(key, locale = locale).into_owned()
}

/// What an option may be.
pub fn option(kind: Kind, locale: &str) -> String {
    match kind {
        Kind::Verb => t!("discord.option.verb", locale = locale),
        Kind::Job => t!("discord.option.job", locale = locale),
        Kind::Cluster | Kind::Environment => t!("discord.option.environment", locale = locale),
        Kind::Target => t!("discord.option.target", locale = locale),
        Kind::Request => t!("discord.option.request", locale = locale),
        Kind::Amount { .. } => t!("discord.option.amount", locale = locale),
        Kind::Incident => t!("discord.option.incident", locale = locale),
        Kind::Reason => t!("discord.option.reason", locale = locale),
    }
    .into_owned()
}

/// The form that asks for a whole command.
pub fn guide(locale: &str) -> Prompt {
    Prompt {
        title: t!("discord.guide.title", locale = locale).into_owned(),
        label: t!("discord.guide.label", locale = locale).into_owned(),
        send: String::new(),
        cancel: String::new(),
    }
}

/// A command to write like this one.
pub fn example() -> &'static str {
    let change = ROWS.iter().find(|row| row.verb == "scale");
    change.map_or("", |row| row.example)
}

/// A command was recorded; its answer comes for everybody.
pub fn recorded(locale: &str) -> String {
    t!("discord.recorded", locale = locale).into_owned()
}

/// Nothing that we know was asked.
pub fn unknown(locale: &str) -> String {
    t!("discord.unknown", locale = locale).into_owned()
}

/// Something could not be read.
pub fn unreadable(locale: &str) -> String {
    t!("discord.unreadable", locale = locale).into_owned()
}

/// Something came from elsewhere.
pub fn stranger(stranger: Stranger, locale: &str) -> String {
    match stranger {
        Stranger::Application => t!("discord.stranger.application", locale = locale),
        Stranger::Guild => t!("discord.stranger.guild", locale = locale),
        Stranger::Direct => t!("discord.stranger.direct", locale = locale),
        Stranger::Installed => t!("discord.stranger.installed", locale = locale),
        Stranger::Person => t!("discord.stranger.person", locale = locale),
    }
    .into_owned()
}
