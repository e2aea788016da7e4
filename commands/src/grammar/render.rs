//! An ask as text: the command that reads back as this ask.

use super::quote::{in_quotes, quoted};
use crate::ask::Ask;
use crate::catalog::{Filled, Modifier, Piece, ROWS, Row, Value};

/// The canonical text of an ask, without the slash command's name: `parse(&text_of(&ask))` is the ask again.
pub fn text_of(ask: &Ask) -> String {
    let row = ROWS
        .iter()
        .find_map(|row| (row.take)(ask).map(|filled| text_by(row, &filled)));
    row.unwrap_or_default()
}

fn text_by(row: &Row, filled: &Filled) -> String {
    let mut arguments = filled.arguments.iter();
    let pieces = row.form.iter().filter_map(|piece| match piece {
        Piece::Word(word) => Some(word.text.to_owned()),
        Piece::Argument(_) => arguments.next().map(value),
    });
    let pieces: Vec<String> = std::iter::once(row.verb.to_owned()).chain(pieces).collect();
    let modifiers = filled
        .modifiers
        .iter()
        .map(|(modifier, value)| modifier_text(*modifier, value.as_ref()));
    pieces.into_iter().chain(modifiers).collect::<Vec<_>>().join(" ")
}

fn modifier_text(modifier: Modifier, given: Option<&Value>) -> String {
    let word = modifier.row().map_or("", |row| row.word.text);
    match given {
        Some(given) => format!("{word} {}", value(given)),
        None => word.to_owned(),
    }
}

fn value(value: &Value) -> String {
    match value {
        Value::Verb(verb) => verb.clone(),
        Value::Target(target) => quoted(&target.0),
        Value::Environment(environment) => quoted(environment.as_str()),
        Value::Request(request) => request.to_string(),
        Value::Amount(amount) => amount.to_string(),
        Value::Incident(incident) => quoted(incident.as_str()),
        Value::Reason(reason) => in_quotes(reason),
    }
}
