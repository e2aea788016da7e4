//! One row a verb and form: words, arguments, risk, example. Parser, `help`, completion and reference page come from
//! this table; no word of a command stands anywhere else.

mod filled;
mod kind;
mod reference;
mod rows;

use crate::ask::Ask;
use crate::refusal::Code;

pub use filled::{Filled, Value};
pub use kind::Kind;
pub(crate) use kind::Misfit;
pub(crate) use kind::is_verb;
pub use reference::reference_markdown;
pub use rows::{MODIFIERS, ROWS};

/// One verb in one form.
#[derive(Debug)]
pub struct Row {
    /// Its first word, such as `scale`.
    pub verb: &'static str,
    /// Its path among Discord's commands: command, group if it has one, subcommand. One command holds 25 entries a level and
    /// 8,000 characters in all; what does not fit goes under another one.
    pub discord: &'static [&'static str],
    /// What follows the verb, in order.
    pub form: &'static [Piece],
    /// What may follow the form, in any order, each once.
    pub modifiers: &'static [Modifier],
    /// The group under which `help` lists it.
    pub group: Group,
    /// What it can do to a running system.
    pub risk: Risk,
    /// A whole command that this row reads.
    pub example: &'static str,
    /// Its one-line description, as a key of the wording.
    pub key: &'static str,
    /// The same line in English, for the reference page.
    pub summary: &'static str,
    /// What a reader of the reference page must know besides, in English; may be empty.
    pub notes: &'static str,
    /// Why it may be refused once it is understood, besides the policy.
    pub refuses: &'static [Code],
    /// Makes the ask from what was filled in; `None` where that says nothing (never for what the parser fills in).
    pub build: fn(&Filled) -> Option<Ask>,
    /// The way back: what is to be filled in for this ask, `None` where it is not of this row.
    pub take: fn(&Ask) -> Option<Filled>,
}

/// A piece of a form.
#[derive(Debug, Clone, Copy)]
pub enum Piece {
    /// A fixed word.
    Word(Word),
    /// Something that is filled in.
    Argument(Argument),
}

/// A fixed word and the other ways in which people write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word {
    /// As it is printed.
    pub text: &'static str,
    /// As it is also understood.
    pub also: &'static [&'static str],
}

/// Something that is filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Argument {
    /// Its name in `help`, such as `job`.
    pub name: &'static str,
    /// What it may be.
    pub kind: Kind,
    /// Whether it may be left out.
    pub optional: bool,
    /// A word that may stand before it and says nothing, such as `to`.
    pub filler: Option<&'static str>,
}

/// A word that may follow a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Modifier {
    /// `because "<reason>"`
    Because,
    /// `incident <id>`
    Incident,
    /// `dry-run`
    DryRun,
    /// `no-wait`
    NoWait,
    /// `in <environment>`
    In,
}

/// How a modifier is written.
#[derive(Debug, Clone, Copy)]
pub struct ModifierRow {
    /// Which.
    pub modifier: Modifier,
    /// Its word.
    pub word: Word,
    /// What follows the word.
    pub argument: Option<Argument>,
    /// Its description, as a key of the wording.
    pub key: &'static str,
    /// The same line in English, for the reference page.
    pub summary: &'static str,
}

/// Groups of verbs, in the order in which `help` lists them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// Answered at once.
    Look,
    /// Changes what runs.
    Capacity,
    /// Takes a change back.
    Undo,
    /// Bears on a request.
    Decide,
}

/// What a verb can do to a running system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Risk {
    /// Nothing: it looks.
    None,
    /// It decides about a request; the request says what that does.
    Decides,
    /// It restarts a job, after a peer's yes.
    RestartsJob,
    /// It starts or stops processes and may restart jobs, after a peer's yes.
    StartsProcesses,
}

impl Group {
    /// Every group, in order.
    pub const ALL: [Group; 4] = [Group::Look, Group::Capacity, Group::Undo, Group::Decide];

    /// Its key in the wording and its name on the reference page.
    pub fn as_str(self) -> &'static str {
        match self {
            Group::Look => "look",
            Group::Capacity => "capacity",
            Group::Undo => "undo",
            Group::Decide => "decide",
        }
    }
}

impl Risk {
    /// Its key in the wording.
    pub fn as_str(self) -> &'static str {
        match self {
            Risk::None => "none",
            Risk::Decides => "decides",
            Risk::RestartsJob => "restarts_job",
            Risk::StartsProcesses => "starts_processes",
        }
    }
}

impl Row {
    /// The row's grammar without its modifiers, such as `scale <job> parallelism <n>`.
    pub fn usage(&self) -> String {
        let pieces = self.form.iter().map(Piece::notation);
        std::iter::once(self.verb.to_owned())
            .chain(pieces)
            .collect::<Vec<_>>()
            .join(" ")
    }
}

impl Piece {
    /// As help writes it: `parallelism`, `<job>`, `[request]`.
    pub fn notation(&self) -> String {
        match self {
            Piece::Word(word) => word.text.to_owned(),
            Piece::Argument(argument) => argument.notation(),
        }
    }
}

impl Argument {
    /// As help writes it: `<job>`, or `[request]` where it may be left out.
    pub fn notation(&self) -> String {
        if self.optional {
            format!("[{}]", self.name)
        } else {
            format!("<{}>", self.name)
        }
    }
}

impl Modifier {
    /// How it is written.
    pub fn row(self) -> Option<&'static ModifierRow> {
        MODIFIERS.iter().find(|row| row.modifier == self)
    }
}

impl ModifierRow {
    /// As help writes it: `incident <id>`.
    pub fn notation(&self) -> String {
        match &self.argument {
            Some(argument) => format!("{} {}", self.word.text, argument.notation()),
            None => self.word.text.to_owned(),
        }
    }
}

impl Word {
    /// Whether the text is this word, whatever its case and its dashes.
    pub fn is(&self, text: &str) -> bool {
        let text = folded(text);
        self.text == text || self.also.contains(&text.as_str())
    }
}

/// The verbs, each once, in the order of the table.
pub fn verbs() -> impl Iterator<Item = &'static str> {
    let first = |(index, row): (usize, &'static Row)| {
        ROWS[..index]
            .iter()
            .all(|earlier| earlier.verb != row.verb)
            .then_some(row.verb)
    };
    ROWS.iter().enumerate().filter_map(first)
}

/// The forms of one verb.
pub fn forms_of(verb: &str) -> impl Iterator<Item = &'static Row> {
    let verb = folded(verb);
    ROWS.iter().filter(move |row| row.verb == verb)
}

/// Whether a word has a meaning of its own after the verb; a name like this needs quotes.
pub(crate) fn is_reserved(text: &str) -> bool {
    let in_form = |piece: &Piece| match piece {
        Piece::Word(word) => word.is(text),
        Piece::Argument(argument) => argument.filler.is_some_and(|filler| filler == folded(text)),
    };
    MODIFIERS.iter().any(|row| row.word.is(text)) || ROWS.iter().flat_map(|row| row.form).any(in_form)
}

/// The text in small letters, with every dash a plain one and none before it: `—Dry‑Run` is `dry-run`.
pub(crate) fn folded(text: &str) -> String {
    let plain: String = text.chars().map(|c| if is_dash(c) { '-' } else { c }).collect();
    plain.trim_start_matches('-').to_lowercase()
}

/// Hyphens, dashes and minus signs, which phones exchange for one another.
pub(crate) fn is_dash(c: char) -> bool {
    matches!(
        c,
        '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}'
    )
}
