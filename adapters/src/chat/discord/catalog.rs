//! The catalog as Discord's native commands: what is registered, and the text that a filled-in command stands for.
//!
//! Each row of the catalog names its path. Besides these, `/sluice` takes a whole command as it is printed in answers; alone
//! it opens a form. <https://discord.com/developers/docs/interactions/application-commands>

#[cfg(test)]
mod tests;

use commands::catalog::{Argument, Kind, Modifier, Piece, ROWS, Row, verbs};
use serde_json::Value;
use serenity::all::CommandOptionType;
use serenity::builder::{CreateCommand, CreateCommandOption};

use super::decode::Typed;
use crate::chat::card::clipped;
use crate::chat::composed::{self, FilledIn};
use crate::wording::discord as words;

/// The command that takes a whole command as text.
pub const FREE: &str = "sluice";
/// Its option.
pub const COMMAND: &str = "command";
/// Characters of a description.
const DESCRIPTION_CHARS: usize = 100;
/// Characters of a name that is filled in, of a reason, and of a whole command.
const NAME_CHARS: u16 = 256;
const REASON_CHARS: u16 = 1_500;
const COMMAND_CHARS: u16 = 1_500;
/// Entries of one level, and choices of one option, at most.
pub const ENTRIES: usize = 25;

/// Everything to be registered, as the API wants it.
pub fn commands() -> Vec<Value> {
    let mut tops: Vec<&str> = Vec::new();
    for row in ROWS {
        if let [top, ..] = row.discord
            && !tops.contains(top)
        {
            tops.push(top);
        }
    }
    let of_rows = tops.into_iter().map(|top| {
        let options = level(&[top]);
        options.into_iter().fold(
            localised(CreateCommand::new(top), &words::command),
            CreateCommand::add_option,
        )
    });
    let free = localised(CreateCommand::new(FREE), &words::free)
        .add_option(text_option(COMMAND, &words::free_option, COMMAND_CHARS).set_autocomplete(true));
    of_rows.chain([free]).map(tidied).collect()
}

/// What stands below a path.
fn level(path: &[&'static str]) -> Vec<CreateCommandOption> {
    let mut entries: Vec<(&str, CreateCommandOption)> = Vec::new();
    for row in ROWS.iter().filter(|row| row.discord.starts_with(path)) {
        match row.discord.get(path.len()..) {
            Some([name]) => entries.push((name, subcommand(name, row))),
            Some([name, ..]) if entries.iter().all(|(known, _)| known != name) => {
                let deeper = level(&[path, &[*name]].concat());
                let about = |locale: &str| words::group(name, locale);
                let group = option(CommandOptionType::SubCommandGroup, name, &about);
                let group = deeper
                    .into_iter()
                    .fold(group, CreateCommandOption::add_sub_option);
                entries.push((name, group));
            }
            _ => {}
        }
    }
    entries.into_iter().map(|(_, entry)| entry).collect()
}

fn subcommand(name: &str, row: &Row) -> CreateCommandOption {
    let about = |locale: &str| words::row(row, locale);
    let subcommand = option(CommandOptionType::SubCommand, name, &about);
    let (needed, optional): (Vec<_>, Vec<_>) = arguments(row).partition(|argument| !argument.optional);
    let arguments = needed.into_iter().chain(optional).map(argument_option);
    let modifiers = row
        .modifiers
        .iter()
        .filter_map(|modifier| modifier_option(*modifier));
    arguments
        .chain(modifiers)
        .fold(subcommand, CreateCommandOption::add_sub_option)
}

fn arguments(row: &Row) -> impl Iterator<Item = &'static Argument> {
    row.form.iter().filter_map(|piece| match piece {
        Piece::Argument(argument) => Some(argument),
        Piece::Word(_) => None,
    })
}

fn argument_option(argument: &Argument) -> CreateCommandOption {
    let about = |locale: &str| words::option(argument.kind, locale);
    value_option(argument.name, argument.kind, &about).required(!argument.optional)
}

fn modifier_option(modifier: Modifier) -> Option<CreateCommandOption> {
    let row = modifier.row()?;
    let about = |locale: &str| words::modifier(row, locale);
    Some(match row.argument {
        Some(argument) => value_option(row.word.text, argument.kind, &about),
        None => option(CommandOptionType::Boolean, row.word.text, &about),
    })
}

fn value_option(name: &str, kind: Kind, about: &dyn Fn(&str) -> String) -> CreateCommandOption {
    match kind {
        Kind::Verb => verbs()
            .take(ENTRIES)
            .fold(option(CommandOptionType::String, name, about), |option, verb| {
                option.add_string_choice(verb, verb)
            }),
        Kind::Job | Kind::Cluster | Kind::Target | Kind::Environment | Kind::Request => {
            text_option(name, about, NAME_CHARS).set_autocomplete(true)
        }
        Kind::Amount { .. } | Kind::Incident => text_option(name, about, NAME_CHARS),
        Kind::Reason => text_option(name, about, REASON_CHARS),
    }
}

fn text_option(name: &str, about: &dyn Fn(&str) -> String, most: u16) -> CreateCommandOption {
    option(CommandOptionType::String, name, about).max_length(most)
}

fn option(kind: CommandOptionType, name: &str, about: &dyn Fn(&str) -> String) -> CreateCommandOption {
    let described = |locale: &str| clipped(&about(locale), DESCRIPTION_CHARS);
    words::languages().into_iter().fold(
        CreateCommandOption::new(kind, name, described(words::BASE)),
        |option, (ours, theirs)| option.description_localized(theirs, described(&ours)),
    )
}

fn localised(command: CreateCommand, about: &dyn Fn(&str) -> String) -> CreateCommand {
    let described = |locale: &str| clipped(&about(locale), DESCRIPTION_CHARS);
    words::languages().into_iter().fold(
        command.description(described(words::BASE)),
        |command, (ours, theirs)| command.description_localized(theirs, described(&ours)),
    )
}

/// A command as JSON, without what the builder writes and the API would only take for a default.
fn tidied(command: CreateCommand) -> Value {
    let mut command = serde_json::to_value(command).unwrap_or_default();
    tidy(&mut command);
    command
}

/// Takes out nulls, empty lists and maps, and `false`, all of which stand for themselves when they are absent.
pub(super) fn tidy(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.values_mut().for_each(tidy);
            fields.retain(|_, value| !is_default(value));
        }
        Value::Array(items) => items.iter_mut().for_each(tidy),
        _ => {}
    }
}

fn is_default(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    }
}

/// The row that a command was registered for.
pub fn row_of(path: &[String]) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.discord == path)
}

/// The text that a command stands for; `None`: there is no such command any more.
pub fn text(typed: &Typed) -> Option<String> {
    if typed.path == [FREE] {
        return Some(typed.value(COMMAND).unwrap_or_default().to_owned());
    }
    let row = row_of(&typed.path)?;
    let filled = |name: &str| {
        let value = typed.value(name)?.trim();
        (!value.is_empty()).then(|| value.to_owned())
    };
    Some(composed::text(
        row,
        &FilledIn {
            argument: &|_, argument| filled(argument.name),
            modifier: &|modifier| {
                let row = modifier.row()?;
                let value = filled(row.word.text)?;
                (row.argument.is_some() || value == "true").then_some(value)
            },
        },
    ))
}

/// What an option of a command may be.
pub fn kind_of(row: &Row, option: &str) -> Option<Kind> {
    let argument = arguments(row).find(|argument| argument.name == option);
    let modifier = || {
        let rows = row.modifiers.iter().filter_map(|modifier| modifier.row());
        rows.into_iter()
            .find(|row| row.word.text == option)?
            .argument
            .map(|argument| argument.kind)
    };
    argument.map(|argument| argument.kind).or_else(modifier)
}
