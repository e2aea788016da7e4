//! Walking the words of a text along the forms of the catalog.

use super::lex::{Quotes, Word};
use crate::ask::Ask;
use crate::catalog::{self, Argument, Filled, Kind, Misfit, Modifier, Piece, ROWS, Row, Value};

/// Where no form goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stuck {
    /// The word at which it stopped, counted from 0; the number of words where one is missing.
    pub at: usize,
    /// What could have stood there.
    pub wanted: Vec<Wanted>,
    /// What is wrong with the word, where more is known than that it does not fit.
    pub wrong: Option<Wrong>,
}

/// What is wrong with a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wrong {
    /// A number that cannot be.
    Number(Misfit),
    /// A character that nobody sees.
    Invisible(char),
    /// The closing quote is missing.
    OpenQuotes,
}

/// What a form wants at one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// A verb.
    Verb,
    /// A word of a form.
    Word(catalog::Word),
    /// Something to fill in.
    Argument(Argument),
    /// The word of a modifier.
    Modifier(Modifier),
}

impl Wanted {
    /// As help writes it.
    pub fn notation(self) -> String {
        match self {
            Wanted::Verb => "<verb>".to_owned(),
            Wanted::Word(word) => word.text.to_owned(),
            Wanted::Argument(argument) => argument.notation(),
            Wanted::Modifier(modifier) => modifier
                .row()
                .map_or_else(String::new, catalog::ModifierRow::notation),
        }
    }

    /// The literal words that would fit.
    pub fn words(self) -> Vec<&'static str> {
        match self {
            Wanted::Verb | Wanted::Argument(Argument { kind: Kind::Verb, .. }) => catalog::verbs().collect(),
            Wanted::Word(word) => vec![word.text],
            Wanted::Modifier(modifier) => modifier.row().map(|row| row.word.text).into_iter().collect(),
            Wanted::Argument(_) => Vec::new(),
        }
    }
}

/// Reads the words of `text` by the first row that takes them all; else says where the row that came farthest stopped.
pub(super) fn read(text: &str, words: &[Word]) -> Result<Ask, Stuck> {
    let mut farthest = Stuck {
        at: 0,
        wanted: vec![Wanted::Verb],
        wrong: None,
    };
    let Some(verb) = words.first().filter(|word| !word.is_quoted()) else {
        return Err(farthest);
    };
    for row in ROWS.iter().filter(|row| row.verb == catalog::folded(&verb.text)) {
        match Walk::along(row, text, words).result(row) {
            Ok(ask) => return Ok(ask),
            Err(stuck) if stuck.at > farthest.at => farthest = stuck,
            Err(stuck) if stuck.at == farthest.at => {
                farthest.wanted.extend(stuck.wanted);
                farthest.wrong = farthest.wrong.or(stuck.wrong);
            }
            Err(_) => {}
        }
    }
    Err(farthest)
}

/// What may follow these words, over all rows that take them.
pub(super) fn expected_after(text: &str, words: &[Word]) -> Vec<Wanted> {
    let Some(verb) = words.first() else {
        return vec![Wanted::Verb];
    };
    let rows = ROWS.iter().filter(|row| row.verb == catalog::folded(&verb.text));
    let mut expected: Vec<Wanted> = Vec::new();
    for wanted in rows.flat_map(|row| Walk::along(row, text, words).at_end) {
        if !expected.contains(&wanted) {
            expected.push(wanted);
        }
    }
    expected
}

/// One walk along one row.
struct Walk<'a> {
    text: &'a str,
    words: &'a [Word],
    next: usize,
    filled: Filled,
    stuck: Option<Stuck>,
    /// What was looked for where the words had ended.
    at_end: Vec<Wanted>,
    /// Optional arguments that the next word was no value for.
    passed: Vec<Wanted>,
}

impl<'a> Walk<'a> {
    fn along(row: &Row, text: &'a str, words: &'a [Word]) -> Self {
        let mut walk = Self {
            text,
            words,
            next: 1,
            filled: Filled::default(),
            stuck: None,
            at_end: Vec::new(),
            passed: Vec::new(),
        };
        for piece in row.form {
            match piece {
                Piece::Word(word) => walk.word(*word),
                Piece::Argument(argument) => walk.argument(*argument),
            }
        }
        while walk.stuck.is_none() && walk.next < words.len() {
            walk.modifier(row.modifiers);
        }
        if walk.stuck.is_none() && walk.next == words.len() {
            let said = |modifier: &Modifier| walk.filled.modifiers.iter().any(|(said, _)| said == modifier);
            let open = row.modifiers.iter().filter(|modifier| !said(modifier));
            walk.at_end
                .extend(open.map(|modifier| Wanted::Modifier(*modifier)));
        }
        walk
    }

    fn result(self, row: &Row) -> Result<Ask, Stuck> {
        let end = Stuck {
            at: self.words.len(),
            wanted: Vec::new(),
            wrong: None,
        };
        match self.stuck {
            Some(stuck) => Err(stuck),
            None => (row.build)(&self.filled).ok_or(end),
        }
    }

    fn stop(&mut self, wanted: Vec<Wanted>, wrong: Option<Wrong>) {
        let wanted = self.passed.drain(..).chain(wanted).collect();
        self.stuck = Some(Stuck {
            at: self.next,
            wanted,
            wrong,
        });
    }

    /// The next word, if it is to be read as one of the catalog's.
    fn keyword(&self) -> Option<&'a Word> {
        self.words.get(self.next).filter(|word| !word.is_quoted())
    }

    fn word(&mut self, wanted: catalog::Word) {
        if self.stuck.is_some() {
            return;
        }
        if self.words.get(self.next).is_none() {
            self.at_end.push(Wanted::Word(wanted));
        } else {
            self.skip_filler(Some("to"));
        }
        match self.keyword() {
            Some(word) if wanted.is(&word.text) => self.next += 1,
            _ => self.stop(vec![Wanted::Word(wanted)], None),
        }
    }

    /// A word that says nothing, such as `to` before a number, if something follows it.
    fn skip_filler(&mut self, filler: Option<&str>) {
        let said = self
            .keyword()
            .is_some_and(|word| Some(catalog::folded(&word.text).as_str()) == filler);
        if said && self.next + 1 < self.words.len() {
            self.next += 1;
        }
    }

    fn argument(&mut self, argument: Argument) {
        if self.stuck.is_some() {
            return;
        }
        if self.words.get(self.next).is_none() {
            self.at_end.push(Wanted::Argument(argument));
        } else {
            self.skip_filler(argument.filler);
        }
        match self.words.get(self.next).map(|word| value(word, argument.kind)) {
            Some(Ok(value)) => {
                self.filled.arguments.push(value);
                self.passed.clear();
                self.next += 1;
            }
            Some(Err(wrong)) if !argument.optional || wrong.is_some() => {
                self.stop(vec![Wanted::Argument(argument)], wrong);
            }
            Some(Err(_)) => self.passed.push(Wanted::Argument(argument)),
            None if argument.optional => {}
            None => self.stop(vec![Wanted::Argument(argument)], None),
        }
    }

    fn modifier(&mut self, modifiers: &[Modifier]) {
        let open = modifiers
            .iter()
            .filter(|modifier| !self.filled.modifiers.iter().any(|(said, _)| said == *modifier));
        let open: Vec<Modifier> = open.copied().collect();
        let said = self.keyword().and_then(|word| {
            let is = |modifier: &&Modifier| modifier.row().is_some_and(|row| row.word.is(&word.text));
            open.iter().find(is)
        });
        let Some(row) = said.and_then(|modifier| modifier.row()) else {
            let wanted = open.into_iter().map(Wanted::Modifier).collect();
            let wrong = self
                .words
                .get(self.next)
                .and_then(Word::invisible)
                .map(Wrong::Invisible);
            return self.stop(wanted, wrong);
        };
        self.next += 1;
        self.passed.clear();
        let value = match row.argument {
            None => None,
            Some(argument) => match self.modifier_value(argument) {
                Some(value) => Some(value),
                None => return,
            },
        };
        self.filled.modifiers.push((row.modifier, value));
    }

    fn modifier_value(&mut self, argument: Argument) -> Option<Value> {
        let Some(word) = self.words.get(self.next) else {
            self.at_end.push(Wanted::Argument(argument));
            self.stop(vec![Wanted::Argument(argument)], None);
            return None;
        };
        if argument.kind == Kind::Reason && !word.is_quoted() {
            return Some(self.rest_of_line(word));
        }
        match value(word, argument.kind) {
            Ok(value) => {
                self.next += 1;
                Some(value)
            }
            Err(wrong) => {
                self.stop(vec![Wanted::Argument(argument)], wrong);
                None
            }
        }
    }

    /// An unquoted reason reaches to the end of its line, whatever words it holds.
    fn rest_of_line(&mut self, first: &Word) -> Value {
        let rest = &self.text[first.span.start..];
        let line = rest.lines().next().unwrap_or(rest);
        let end = first.span.start + line.len();
        while self
            .words
            .get(self.next)
            .is_some_and(|word| word.span.start < end)
        {
            self.next += 1;
        }
        Value::Reason(line.trim_end().to_owned())
    }
}

/// Reads one word as a kind. A reason may hold anything and lack its closing quote; a name may not.
fn value(word: &Word, kind: Kind) -> Result<Value, Option<Wrong>> {
    if kind != Kind::Reason {
        if let Some(invisible) = word.invisible() {
            return Err(Some(Wrong::Invisible(invisible)));
        }
        if word.quotes == Quotes::Open {
            return Err(Some(Wrong::OpenQuotes));
        }
    }
    kind.read(&word.text, word.is_quoted())
        .map_err(|misfit| match misfit {
            Misfit::Other => None,
            number => Some(Wrong::Number(number)),
        })
}
