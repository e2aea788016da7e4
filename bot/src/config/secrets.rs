//! Secrets: named in the configuration by where they are kept, read once at the start, never shown.

use std::collections::BTreeMap;
use std::path::PathBuf;

use secrecy::{ExposeSecret, SecretString};

use super::here::Here;
use super::raw;

/// Where secrets are read from, or that they are not needed: `sluice ask` runs without the service's secrets.
#[derive(Debug, Clone, Copy)]
pub enum Secrets<'e> {
    /// Read them; one that is missing is a mistake.
    Read(&'e BTreeMap<String, String>),
    /// Leave them alone.
    Leave,
}

/// A secret of the configuration.
#[derive(Debug, Clone)]
pub struct Secret {
    value: Option<SecretString>,
}

/// Where a secret is kept.
enum Kept {
    Variable(String),
    File(PathBuf),
}

impl Secret {
    /// The secret itself, for the one call that needs it; `None` where secrets were left alone.
    pub fn expose(&self) -> Option<&str> {
        self.value.as_ref().map(ExposeSecret::expose_secret)
    }
}

/// Checks a secret and reads it.
pub fn check(raw: raw::SecretSource, here: &Here<'_>, secrets: Secrets<'_>) -> Option<Secret> {
    let kept = match (raw.env, raw.file) {
        (Some(name), None) => Kept::Variable(name),
        (None, Some(file)) => Kept::File(here.key("file").file(&file)?),
        (None, None) if here.key("env").is_written() || here.key("file").is_written() => return None,
        _ => {
            let instead = format!("{{ env: {} }} or {{ file: PATH }}", here.path().variable());
            here.wrong("needs exactly one of `env` and `file`", instead);
            return None;
        }
    };
    match secrets {
        Secrets::Leave => Some(Secret { value: None }),
        Secrets::Read(environment) => read(kept, here, environment),
    }
}

fn read(kept: Kept, here: &Here<'_>, environment: &BTreeMap<String, String>) -> Option<Secret> {
    let (found, wrong, instead) = match &kept {
        Kept::Variable(name) => (
            environment.get(name).cloned(),
            format!("the environment has no variable {name}, or it is empty"),
            format!("it with `export {name}=...`, or another name,"),
        ),
        Kept::File(file) => (
            std::fs::read_to_string(file).ok(),
            format!("{} cannot be read, or is empty", file.display()),
            "a file that holds the secret and that this user may read".to_owned(),
        ),
    };
    match found
        .map(|text| text.trim_end().to_owned())
        .filter(|text| !text.is_empty())
    {
        Some(text) => Some(Secret {
            value: Some(text.into()),
        }),
        None => {
            here.wrong(wrong, instead);
            None
        }
    }
}
