//! A command put together from what was filled in, field by field: the text that could have been typed.

use commands::catalog::{Argument, Kind, Modifier, Piece, Row};
use commands::grammar::quoted;

/// What was filled in; `None`: nothing.
pub struct FilledIn<'a> {
    /// The argument at this place of the form.
    pub argument: &'a dyn Fn(usize, &Argument) -> Option<String>,
    /// What follows a modifier's word; for one that is only said, anything.
    pub modifier: &'a dyn Fn(Modifier) -> Option<String>,
}

/// The text. Nothing in it is trusted: it is read by the grammar like any other.
pub fn text(row: &Row, filled: &FilledIn<'_>) -> String {
    let mut words = vec![row.verb.to_owned()];
    for (at, piece) in row.form.iter().enumerate() {
        match piece {
            Piece::Word(word) => words.push(word.text.to_owned()),
            Piece::Argument(argument) => {
                let said = (filled.argument)(at, argument);
                words.extend(said.map(|value| as_word(argument.kind, &value)));
            }
        }
    }
    for modifier in row.modifiers {
        if let (Some(said), Some(row)) = ((filled.modifier)(*modifier), modifier.row()) {
            words.push(row.word.text.to_owned());
            words.extend(row.argument.map(|_| quoted(&said)));
        }
    }
    words.join(" ")
}

/// Names are quoted where they need it; numbers, requests and verbs are what they are.
fn as_word(kind: Kind, value: &str) -> String {
    match kind {
        Kind::Amount { .. } | Kind::Request | Kind::Verb => value.to_owned(),
        _ => quoted(value),
    }
}
