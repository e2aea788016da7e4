//! `sluice check`: every mistake of the configuration; with `--online` also whether what it names is there.

use std::path::Path;
use std::time::Duration;

use adapters::platforms::standalone::launcher;

use super::{Failure, told};
use crate::config::{Config, Environment, Secrets, variables};

/// How long an environment may take to answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// What `check` may be told.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Also try every connection and permission, and say how to mend what does not work.
    #[arg(long)]
    online: bool,
}

/// Checks.
pub async fn check(file: &Path, arguments: &Arguments) -> Result<(), Failure> {
    let variables = variables();
    let config = Config::load(file, &variables, Secrets::Read(&variables))?;
    if arguments.online {
        online(&config).await?;
    }
    let how = if arguments.online {
        "no mistakes, and all that it names is there"
    } else {
        "no mistakes"
    };
    println!("{}: {how}", file.display());
    Ok(())
}

/// Tries what the configuration names; all that does not work is told at once.
async fn online(config: &Config) -> Result<(), Failure> {
    let mut wrong = Vec::new();
    wrong.extend(ledger(&config.ledger));
    for (name, environment) in &config.environments {
        wrong.extend(
            flink(environment)
                .await
                .map(|why| format!("environments.{name}.flink_url: {why}")),
        );
        let launcher = environment.launcher.iter().flat_map(launcher);
        wrong.extend(launcher.map(|why| format!("environments.{name}.launcher.{why}")));
    }
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(Failure::Failed(wrong.join("\n")))
    }
}

/// Whether the ledger's folder takes files.
fn ledger(file: &Path) -> Option<String> {
    let folder = file.parent()?;
    let why = tempfile::tempfile_in(folder).err()?;
    Some(format!(
        "ledger: {} cannot be written ({why}); make the folder, or give it to the user that runs Sluice",
        folder.display()
    ))
}

async fn flink(environment: &Environment) -> Option<String> {
    let overview = format!(
        "{}/overview",
        environment.flink_url.as_str().trim_end_matches('/')
    );
    // An error says that the process has a provider already: that one is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder()
        .no_proxy()
        .timeout(ANSWER_WITHIN)
        .build();
    let answer = match client {
        Ok(client) => client
            .get(&overview)
            .send()
            .await
            .and_then(reqwest::Response::error_for_status),
        Err(error) => Err(error),
    };
    let error = answer.err()?.without_url();
    Some(format!(
        "{overview} does not answer ({}); start Flink, or mend the address",
        told(&error)
    ))
}

fn launcher(launcher: &launcher::Config) -> Vec<String> {
    let parts = [
        (
            "java",
            &launcher.java,
            launcher.java.is_file(),
            "the Java program",
        ),
        (
            "lib",
            &launcher.lib,
            launcher.lib.is_dir(),
            "the folder of Flink's jars",
        ),
        (
            "conf",
            &launcher.conf,
            launcher.conf.join("config.yaml").is_file(),
            "a folder with Flink's config.yaml",
        ),
        (
            "logs",
            &launcher.logs,
            tempfile::tempfile_in(&launcher.logs).is_ok(),
            "a folder that can be written",
        ),
    ];
    let missing = parts.into_iter().filter(|(_, _, is_there, _)| !is_there);
    missing
        .map(|(key, path, _, what)| {
            format!(
                "{key}: {} is not {what}; install it, or mend the path",
                path.display()
            )
        })
        .collect()
}
