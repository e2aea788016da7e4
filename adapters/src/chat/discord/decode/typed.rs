//! A command as it arrives: its path, and its options by name.

use serde_json::Value;

use super::{Unreadable, needed, text};

/// A command, complete or still being typed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Typed {
    /// Command, group and subcommand.
    pub path: Vec<String>,
    /// What was filled in, by option. Discord checks neither a completed value nor, while it is typed, its type.
    pub options: Vec<(String, String)>,
    /// The option that is being typed.
    pub focused: Option<String>,
}

impl Typed {
    /// What was filled in for an option.
    pub fn value(&self, option: &str) -> Option<&str> {
        let (_, value) = self.options.iter().find(|(name, _)| name == option)?;
        Some(value)
    }
}

/// Option types that hold options themselves.
const SUBCOMMAND: u64 = 1;
const GROUP: u64 = 2;

pub(super) fn typed(payload: &Value) -> Result<Typed, Unreadable> {
    let data = &payload["data"];
    let mut typed = Typed {
        path: vec![needed(data, "/name", "data.name")?.to_owned()],
        ..Typed::default()
    };
    let mut level = data;
    while let Some(deeper) = deeper(level) {
        typed
            .path
            .push(needed(deeper, "/name", "data.options.name")?.to_owned());
        level = deeper;
    }
    for option in level["options"].as_array().into_iter().flatten() {
        let name = needed(option, "/name", "data.options.name")?;
        if option["focused"] == Value::Bool(true) {
            typed.focused = Some(name.to_owned());
        }
        let value = value(option).ok_or(Unreadable("data.options.value"))?;
        typed.options.push((name.to_owned(), value));
    }
    Ok(typed)
}

fn deeper(level: &Value) -> Option<&Value> {
    let options = level["options"].as_array()?;
    options
        .iter()
        .find(|option| matches!(option["type"].as_u64(), Some(SUBCOMMAND | GROUP)))
}

fn value(option: &Value) -> Option<String> {
    match option.get("value")? {
        Value::String(_) => Some(text(option, "/value").unwrap_or_default().to_owned()),
        value @ (Value::Bool(_) | Value::Number(_)) => Some(value.to_string()),
        _ => None,
    }
}
