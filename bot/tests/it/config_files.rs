//! The files that are made from the configuration's own structs, and the example that people copy.

use std::path::{Path, PathBuf};

use bot::config::{Config, Mode, Secrets, Variables, json_schema, markdown};

fn project(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file)
}

/// Compares a file with what is made now; with `SLUICE_BLESS` set it writes the file.
fn is_made(file: &str, made: &str) {
    let path = project(file);
    if std::env::var_os("SLUICE_BLESS").is_some() {
        std::fs::write(&path, made).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == made,
        "{file} is not what the code makes: run SLUICE_BLESS=1 cargo test -p bot --test it config_files"
    );
}

#[test]
fn the_schema_in_deploy_is_the_one_that_is_checked_against() {
    let made = serde_json::to_string_pretty(&json_schema()).unwrap() + "\n";
    is_made("deploy/sluice.schema.json", &made);
}

#[test]
fn the_reference_page_is_made_from_the_schema() {
    is_made("docs/config.md", &markdown(&json_schema()));
}

#[test]
fn the_example_is_right_and_uses_every_section() {
    let secrets = [
        "SLACK_BOT_TOKEN",
        "SLACK_APP_TOKEN",
        "DISCORD_TOKEN",
        "ALERT_TOKEN",
    ];
    let variables: Variables = secrets
        .map(|name| (name.to_owned(), "Of-No-Use-1234567890".to_owned()))
        .into();
    let example = project("deploy/sluice.example.yaml");
    let config = Config::load(&example, &variables, Secrets::Read(&variables))
        .unwrap_or_else(|mistakes| panic!("{mistakes}"));
    assert_eq!(config.mode, Mode::Production);
    assert!(config.slack.is_some() && config.discord.is_some());
    assert_eq!((config.people.persons.len(), config.people.groups.len()), (3, 2));
    assert_eq!((config.policy.rules.len(), config.policy.freezes.len()), (2, 1));
    assert_eq!(config.receivers.len(), 1);
    let shop = config.environments.values().next().unwrap();
    assert_eq!(shop.launcher.as_ref().unwrap().memory_bytes, 1728 << 20);
    assert_eq!(shop.channels.len(), 3);
    assert_eq!(
        config.ledger,
        std::path::absolute(project("deploy/sluice.db")).unwrap()
    );
}

#[test]
fn every_key_of_the_schema_is_described() {
    fn walk(schema: &serde_json::Value, path: &str) {
        let Some(object) = schema.as_object() else { return };
        if let Some(properties) = object.get("properties").and_then(|p| p.as_object()) {
            for (key, property) in properties {
                assert!(
                    property.get("description").is_some(),
                    "{path}.{key} has no description"
                );
            }
        }
        for (key, value) in object {
            walk(value, &format!("{path}.{key}"));
        }
    }
    walk(&json_schema(), "");
}
