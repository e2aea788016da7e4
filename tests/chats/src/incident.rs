//! What is the same in every chat: the config, what is asked, how long people wait, where pictures go.

use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Result, bail, ensure};
use tokio::time::{Instant, sleep};

/// Where it is played, in every chat.
pub const CHANNEL: &str = "#flink-incidents";
/// The job is watched for this long before anybody asks: as long as the window before the change, and a little.
const WATCHED: Duration = Duration::from_secs(24);
/// The change, the warm-up and the window after it, on a busy machine.
const WITHIN: Duration = Duration::from_secs(240);
/// How often somebody looks at the chat.
const AGAIN: Duration = Duration::from_millis(100);

/// The people who play, as the config names them.
pub const PEOPLE: [&str; 3] = ["ana", "bo", "cy"];

/// One incident, wherever it is played.
pub struct Incident<'a> {
    pub folder: &'a Path,
    pub flink_url: &'a str,
    /// What is left when it is over.
    pub kept: &'a Path,
}

impl Incident<'_> {
    /// Writes the config of a Sluice in this chat. `chat` is its section; `id` a person's account, `channel` the place.
    pub fn config(
        &self,
        chat: &str,
        key: &str,
        id: impl Fn(&str) -> String,
        channel: &str,
    ) -> Result<PathBuf> {
        let people = PEOPLE.map(|name| format!("  {name}: {{ {key}: \"{}\" }}\n", id(name)));
        let text = format!(
            "\
mode: demo
ledger: sqlite:sluice.db
listen: {{ private: 127.0.0.1:0 }}
log: {{ level: warn }}
{chat}
people:
{people}groups:
  flink-owners: {{ people: [ana, bo, cy] }}
environments:
  shop:
    platform: standalone
    flink_url: {flink}
    channels: [\"{channel}\"]
    windows: {{ before: 20s, warm_up: 10s, after: 20s }}
policy:
  - {{ environments: [\"*\"], verbs: [\"*\"], need: [{{ count: 1, from: flink-owners }}], vote_within: 30m, run_within: 20m }}
",
            people = people.concat(),
            flink = self.flink_url,
        );
        let file = self.folder.join("sluice.yaml");
        std::fs::write(&file, text)?;
        Ok(file)
    }

    /// Keeps a file, and says where and what it is.
    pub fn keep(&self, name: &str, what: &str, bytes: &[u8]) -> Result<()> {
        let file = self.kept.join(name);
        std::fs::write(&file, bytes)?;
        println!("{what:<7} {}", file.display());
        Ok(())
    }
}

/// Lets Sluice watch the job, as it does all day long.
pub async fn watched() {
    println!("\nSluice watches the job for {} s\n", WATCHED.as_secs());
    sleep(WATCHED).await;
}

/// Fails where the fake saw what its vendor would have refused.
pub fn is_lawful(chat: &str, faults: &[String]) -> Result<()> {
    ensure!(
        faults.is_empty(),
        "{chat} would have refused:\n{}",
        faults.join("\n")
    );
    Ok(())
}

/// Looks again and again until it is there.
pub async fn until<T, D: Display>(
    what: &str,
    look: impl Fn() -> Option<T>,
    else_seen: impl Fn() -> D,
) -> Result<T> {
    let end = Instant::now() + WITHIN;
    while Instant::now() < end {
        if let Some(found) = look() {
            return Ok(found);
        }
        sleep(AGAIN).await;
    }
    bail!(
        "{what} did not come within {} s; what is there:\n{}",
        WITHIN.as_secs(),
        else_seen()
    )
}
