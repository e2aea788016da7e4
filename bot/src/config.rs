//! The configuration: raw text -> checked [`Config`], or every mistake at once.
//!
//! The file is read as a tree that knows lines and columns (`tree`); the environment overrides parts of it
//! (`overrides`); names and types are checked against the JSON Schema made from `raw` (`shape`); what is right is then
//! checked for its meaning (`checked`). No stage ends at its first mistake.

mod checked;
mod here;
mod mistakes;
mod overrides;
mod path;
mod raw;
mod reference;
mod schema;
mod secrets;
mod shape;
mod tree;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;

pub use self::checked::{
    Config, Discord, DiscordInbound, Environment, Listen, Log, LogFormat, Mode, Receiver, Slack, SlackInbound,
};
use self::here::{Ground, Here};
pub use self::mistakes::{Mistake, Mistakes, Origin};
pub use self::reference::markdown;
pub use self::schema::json_schema;
pub use self::secrets::{Secret, Secrets};

/// The variables of the environment, by name.
pub type Variables = BTreeMap<String, String>;

/// The variables of this process; those that are not UTF-8 are left out.
pub fn variables() -> Variables {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}

impl Config {
    /// Reads and checks the configuration; `file` as it was named on the command line.
    pub fn load(file: &Path, variables: &Variables, secrets: Secrets<'_>) -> Result<Config, Mistakes> {
        let shown = file.display().to_string();
        match std::fs::read(file) {
            Ok(bytes) => {
                let file = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
                Self::read(&bytes, &file, variables, secrets)
            }
            Err(error) => Err(vec![unreadable(&error)]),
        }
        .map_err(|mistakes| Mistakes::new(&shown, mistakes))
    }

    fn read(
        bytes: &[u8],
        file: &Path,
        variables: &Variables,
        secrets: Secrets<'_>,
    ) -> Result<Config, Vec<Mistake>> {
        let text = std::str::from_utf8(bytes).map_err(|_| vec![not_text()])?;
        let schema = json_schema();
        let mut mistakes = Vec::new();
        let Some(mut tree) = tree::parse(text, &mut mistakes) else {
            return Err(mistakes);
        };
        overrides::apply(&mut tree, &schema, variables, &mut mistakes);
        let right = shape::check(&tree, &schema, &mut mistakes);
        if !matches!(tree.value, tree::Value::Map(_)) {
            return Err(mistakes);
        }
        let raw: raw::Config = serde_json::from_value(right).map_err(|error| vec![misread(&error)])?;
        let ground = Ground {
            tree: &tree,
            folder: file.parent().unwrap_or(Path::new("/")),
            demo: raw.mode == Some(Mode::Demo),
            mistakes: RefCell::new(mistakes),
        };
        let config = checked::check(raw, &Here::top(&ground), secrets, file.to_owned());
        let mistakes = ground.mistakes.into_inner();
        match config {
            Some(config) if mistakes.is_empty() => Ok(config),
            _ => Err(mistakes),
        }
    }
}

fn unreadable(error: &std::io::Error) -> Mistake {
    let instead = "one as deploy/sluice.example.yaml shows, or `--config FILE` with the file you mean,";
    whole(format!("cannot be read: {error}"), instead)
}

fn not_text() -> Mistake {
    whole("is not UTF-8 text".to_owned(), "it in UTF-8")
}

/// The shape was checked against the schema of the very structs that are read: a bug if it ever happens.
fn misread(error: &serde_json::Error) -> Mistake {
    whole(
        format!("was checked and then not understood ({error})"),
        "to the authors, this is a bug,",
    )
}

fn whole(wrong: String, instead: &str) -> Mistake {
    Mistake {
        origin: Origin::START,
        path: "config".to_owned(),
        wrong,
        instead: instead.to_owned(),
    }
}
