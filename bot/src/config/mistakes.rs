//! What is wrong with a configuration: every mistake at once, each with its place and what to write instead.

use std::fmt;

/// Where a value was written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// In the file; line and column from 1.
    File {
        /// The line.
        line: usize,
        /// The column, in characters.
        column: usize,
    },
    /// In a variable of the environment.
    Variable(String),
}

impl Origin {
    /// The beginning of the file.
    pub const START: Origin = Origin::File { line: 1, column: 1 };
}

/// One mistake.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mistake {
    /// Where.
    pub origin: Origin,
    /// Which key, such as `environments.shop.channels[0]`.
    pub path: String,
    /// What is wrong. Never quotes a secret.
    pub wrong: String,
    /// What to write instead.
    pub instead: String,
}

/// Every mistake of a configuration, in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Mistakes {
    file: String,
    list: Vec<Mistake>,
}

impl Mistakes {
    /// The mistakes of the file that was named so on the command line.
    pub fn new(file: &str, mut list: Vec<Mistake>) -> Self {
        list.sort();
        list.dedup();
        Self {
            file: file.to_owned(),
            list,
        }
    }

    /// How many.
    pub fn count(&self) -> usize {
        self.list.len()
    }
}

/// The longest part of a line that the file itself dictates.
const SHOWN_CHARS: usize = 300;

/// One line, whatever the file holds: nothing in it hides, turns or ends a line, and what is too long is cut.
fn shown(text: &str) -> String {
    adapters::wording::cut(text, SHOWN_CHARS, "en")
}

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, mistake) in self.list.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            match &mistake.origin {
                Origin::File { line, column } => write!(f, "{}:{line}:{column}", self.file)?,
                Origin::Variable(name) => f.write_str(&shown(name))?,
            }
            let Mistake {
                path, wrong, instead, ..
            } = mistake;
            let (path, wrong, instead) = (shown(path), shown(wrong), shown(instead));
            write!(f, ": {path}: {wrong}; write {instead} instead")?;
        }
        Ok(())
    }
}
