//! The way to a value: `environments.shop.channels[0]`.

use std::fmt;

/// One step of the way.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Key(String),
    Item(usize),
}

/// The way from the top of the configuration to a value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Path(Vec<Part>);

impl Path {
    /// To the value of a key in here.
    #[must_use]
    pub fn key(&self, name: &str) -> Path {
        self.with(Part::Key(name.to_owned()))
    }

    /// To an item in here, counted from 0.
    #[must_use]
    pub fn item(&self, index: usize) -> Path {
        self.with(Part::Item(index))
    }

    fn with(&self, part: Part) -> Path {
        let mut parts = self.0.clone();
        parts.push(part);
        Path(parts)
    }

    /// The variable of the environment that would hold a secret of this path: `SLACK_BOT_TOKEN`.
    pub fn variable(&self) -> String {
        let words: Vec<String> = self.0.iter().filter_map(Part::word).collect();
        words.join("_")
    }
}

impl Part {
    fn word(&self) -> Option<String> {
        match self {
            Part::Key(name) => Some(name.to_uppercase().replace(['-', '.'], "_")),
            Part::Item(_) => None,
        }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("config");
        }
        for (index, part) in self.0.iter().enumerate() {
            match part {
                Part::Key(name) if index == 0 => f.write_str(name)?,
                Part::Key(name) => write!(f, ".{name}")?,
                Part::Item(item) => write!(f, "[{item}]")?,
            }
        }
        Ok(())
    }
}
