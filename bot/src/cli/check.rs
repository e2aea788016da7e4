//! `sluice check`: every mistake of the configuration; with `--online` also whether what it names is there and works.

mod discord;
mod host;
mod online;
mod slack;

use std::path::Path;

use commands::names::{Chat, Place};

use super::Failure;
use crate::config::{Config, Secrets, variables};

/// What `check` may be told.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Also try every connection and permission, and say how to mend what does not work.
    #[arg(long)]
    online: bool,
}

/// What was found about one key of the configuration.
struct Finding {
    /// The key, such as `environments.shop.flink_url`.
    key: String,
    /// What was seen there; or what is wrong, and how to mend it.
    outcome: Result<String, String>,
}

/// Checks.
pub async fn check(file: &Path, arguments: &Arguments) -> Result<(), Failure> {
    let variables = variables();
    let config = Config::load(file, &variables, Secrets::Read(&variables))?;
    if arguments.online {
        online(&config).await?;
    }
    let how = if arguments.online {
        "no mistakes, and all that it names works"
    } else {
        "no mistakes"
    };
    println!("{}: {how}", file.display());
    Ok(())
}

/// Tries what the configuration names: what works is printed as it is found, what does not is told at once.
async fn online(config: &Config) -> Result<(), Failure> {
    let mut wrong = Vec::new();
    let mut findings = vec![host::ledger(&config.ledger).await];
    findings.extend(host::listener(config.listen.private).await);
    findings.extend(online::environments(config).await);
    for Finding { key, outcome } in findings {
        match outcome {
            Ok(seen) => println!("ok  {key}: {seen}"),
            Err(why) => wrong.push(format!("{key}: {why}")),
        }
    }
    wrong.extend(slack::online(config).await);
    wrong.extend(discord::online(config).await);
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(Failure::Failed(wrong.join("\n")))
    }
}

/// Channels of a chat that the configuration names.
fn places(config: &Config, chat: Chat) -> impl Iterator<Item = &Place> {
    let of_environments = config
        .environments
        .values()
        .flat_map(|environment| &environment.channels);
    let all = of_environments.chain(&config.operations_channel);
    all.filter(move |place| place.chat == chat)
}
