//! The guide: asks for a verb, then for what the catalog says that the verb wants, and puts together the text that could
//! have been typed.

use approvals::intake::Said;
use approvals::notice::Notice;
use commands::catalog::{Argument, Kind, Modifier, Piece, ROWS, Row};
use commands::grammar;
use commands::names::At;
use commands::refusal::Refusal;
use serde_json::{Value, json};

use super::{Given, OPTION_CHARS, OPTIONS, Sent, complaint, input, modal, plain, select, text_field, value};
use crate::chat::composed::{self, FilledIn};
use crate::chat::slack::decode::{Filled, Unreadable};
use crate::wording::{Reader, Wording, slack as words};

/// The form that asks for a verb.
pub(super) const VERB: &str = "verb";
/// The form that asks for the rest; the number of the catalog's row follows.
pub(super) const ROW: &str = "row-";

/// The form that asks what somebody wants to do.
pub fn guide(given: &Given, reader: &Reader) -> Value {
    let prompt = words::guide(&reader.locale);
    let choices = ROWS.iter().enumerate().take(OPTIONS);
    let choices = choices.map(|(number, row)| (words::choice(row, &reader.locale), number.to_string()));
    let field = input(VERB, &prompt.label, select(choices), false, None);
    modal(
        VERB,
        &prompt.title,
        &prompt.send,
        &prompt.cancel,
        given,
        vec![field],
    )
}

/// What a form of the guide leads to.
///
/// # Errors
/// [`Unreadable`], where it is none of ours.
pub(super) fn sent(
    form: &str,
    filled: &Filled,
    given: Given,
    wording: &Wording,
    reader: &Reader,
    jobs: &[String],
) -> Result<Sent, Unreadable> {
    if form == VERB {
        let row = value(filled, VERB).and_then(|number| row_of(&number));
        let update = rest(&row.ok_or(Unreadable(VERB))?, &given, reader, jobs);
        return Ok(Sent::Answer(
            json!({ "response_action": "update", "view": update }),
        ));
    }
    let row = form.strip_prefix(ROW).and_then(row_of);
    let row = row.ok_or(Unreadable("callback_id"))?;
    Ok(rest_sent(filled, &row, given, wording, reader))
}

/// A row of the catalog, and its number.
#[derive(Clone, Copy)]
struct Numbered {
    number: usize,
    row: &'static Row,
}

impl Numbered {
    fn arguments(&self) -> impl Iterator<Item = (usize, &'static Argument)> {
        self.row
            .form
            .iter()
            .enumerate()
            .filter_map(|(at, piece)| match piece {
                Piece::Argument(argument) => Some((at, argument)),
                Piece::Word(_) => None,
            })
    }

    /// Modifiers that say something: those that are only said are for who knows the words.
    fn modifiers(&self) -> impl Iterator<Item = Modifier> {
        let all = self.row.modifiers.iter().copied();
        all.filter(|modifier| modifier.row().is_some_and(|row| row.argument.is_some()))
    }
}

fn row_of(number: &str) -> Option<Numbered> {
    let number = number.parse().ok()?;
    let row = ROWS.get(number)?;
    Some(Numbered { number, row })
}

/// The form that asks for what the verb wants.
fn rest(row: &Numbered, given: &Given, reader: &Reader, jobs: &[String]) -> Value {
    let locale = &reader.locale;
    let about = words::choice(row.row, locale);
    let mut fields = vec![json!({ "type": "section", "text": plain(&about) })];
    fields.extend(row.arguments().map(|(at, argument)| {
        let label = words::argument(argument);
        input(
            &argument_block(at),
            &label,
            field_for(argument, jobs),
            argument.optional,
            None,
        )
    }));
    fields.extend(row.modifiers().filter_map(|modifier| {
        let (label, about) = words::modifier(modifier, locale)?;
        let long = modifier == Modifier::Because;
        Some(input(
            &modifier_block(modifier)?,
            &label,
            text_field(long),
            true,
            Some(&about),
        ))
    }));
    let prompt = words::guide(locale);
    let form = format!("{ROW}{}", row.number);
    modal(
        &form,
        &prompt.title,
        &words::ask(locale),
        &prompt.cancel,
        given,
        fields,
    )
}

fn rest_sent(filled: &Filled, row: &Numbered, given: Given, wording: &Wording, reader: &Reader) -> Sent {
    let text = composed(filled, row);
    let block = row.arguments().next().map(|(at, _)| argument_block(at));
    match (grammar::parse(&text), block) {
        (Err(refusal), Some(block)) => Sent::Answer(complaint(&block, &sentence(refusal, wording, reader))),
        // A form without fields has nothing that could be wrong.
        (_, block) => Sent::Said {
            given,
            said: Said::Text(text),
            block: block.unwrap_or_default(),
        },
    }
}

fn sentence(refusal: Refusal, wording: &Wording, reader: &Reader) -> String {
    let notice = Notice::Refused {
        refusal,
        request: None,
    };
    wording.card(&notice, reader, At(0)).text()
}

/// The text that could have been typed.
fn composed(filled: &Filled, row: &Numbered) -> String {
    let modifier = |modifier| row.modifiers().any(|with| with == modifier).then_some(modifier);
    let filled_in = FilledIn {
        argument: &|at, _| value(filled, &argument_block(at)),
        modifier: &|asked| value(filled, &modifier_block(modifier(asked)?)?),
    };
    composed::text(row.row, &filled_in)
}

fn argument_block(at: usize) -> String {
    format!("argument-{at}")
}

fn modifier_block(modifier: Modifier) -> Option<String> {
    Some(format!("modifier-{}", modifier.row()?.word.text))
}

/// A list of jobs where they are known and fit; else a line to type.
fn field_for(argument: &Argument, jobs: &[String]) -> Value {
    let fit = |job: &String| job.chars().count() <= OPTION_CHARS;
    if argument.kind == Kind::Job && (1..=OPTIONS).contains(&jobs.len()) && jobs.iter().all(fit) {
        select(jobs.iter().map(|job| (job.clone(), job.clone())))
    } else {
        text_field(false)
    }
}
