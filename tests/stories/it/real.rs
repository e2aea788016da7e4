//! On a real Flink: the real program, killed in the middle of a change.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use bot::console::{Console, Message};
use serde_json::Value;
use tokio::process::Command;
use tokio::time::{sleep, timeout};

use super::program::{Sluice, write_config};

/// Flink's jars, as `make real` fetches them.
const JARS: &str = "SLUICE_DEMO_FLINK";

/// A machine that is busy with other builds takes long to start three JVMs.
const WITHIN: Duration = Duration::from_secs(240);

/// How often the outside is asked again.
const AGAIN: Duration = Duration::from_millis(100);

#[tokio::test]
async fn killed_in_the_middle_of_a_rescale_it_goes_on_and_tells_the_verdict() -> Result<()> {
    if std::env::var_os(JARS).is_none() {
        println!("skipped: {JARS} is not set; `make real` fetches Flink and sets it");
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    let flink = Flink::up(&folder.path().join("flink")).await?;
    let job = flink.run("--parallelism", "1").await?;
    let config = write_config(folder.path(), &flink.url, "before: 12s, warm_up: 4s, after: 12s").await?;

    let first = Sluice::start(&config).await?;
    let console = console_of(&first)?;
    let asked = console
        .say(Some("ana"), "ops", None, "scale orders parallelism 4")
        .await?;
    let card = until(&console, |m| m.thread == asked && m.button("Approve").is_some()).await?;
    let approve = card
        .button("Approve")
        .context("a card has an Approve")?
        .id
        .clone();
    console.press("bo", &card.id, &approve, None).await?;
    until(&console, |m| {
        m.thread == asked && m.text.contains("running, step")
    })
    .await?;
    first.kill().await?;

    let second = Sluice::start(&config).await?;
    let console = console_of(&second)?;
    let last = until(&console, |m| m.thread == asked && is_a_verdict(m)).await?;
    ensure!(last.headline().contains("parallelism 4"), "{}", last.text);
    ensure!(
        !last.images.is_empty(),
        "the snapshot has no picture: {}",
        last.text
    );
    ensure!(
        flink.parallelism(&job).await? == [4, 4, 4],
        "Flink says {:?}",
        flink.parallelism(&job).await?
    );
    let ends = console
        .messages("ops", None)
        .await?
        .iter()
        .filter(|m| m.thread == asked && is_a_verdict(m))
        .count();
    ensure!(ends == 1, "the end was told {ends} times");
    second.kill().await?;
    flink.down().await
}

fn is_a_verdict(message: &Message) -> bool {
    let verdicts = ["Better", "Same", "Worse", "Inconclusive"];
    verdicts
        .iter()
        .any(|verdict| message.headline().starts_with(verdict))
}

/// The newest message that fits, as soon as there is one.
async fn until(console: &Console, fits: impl Fn(&Message) -> bool) -> Result<Message> {
    let looking = async {
        loop {
            let found = console
                .messages("ops", Some("ana"))
                .await?
                .into_iter()
                .rev()
                .find(&fits);
            match found {
                Some(message) => return anyhow::Ok(message),
                None => sleep(AGAIN).await,
            }
        }
    };
    match timeout(WITHIN, looking).await {
        Ok(found) => found,
        Err(_) => anyhow::bail!(
            "it was not told: {:#?}",
            console.messages("ops", Some("ana")).await?
        ),
    }
}

/// A client for the console of a program at work.
fn console_of(sluice: &Sluice) -> Result<Console> {
    let (base, token) = sluice
        .address
        .split_once("/#token=")
        .context("the address has a token")?;
    Ok(Console::new(base.parse()?, token.to_owned().into())?)
}

/// A cluster of `deploy/local/flink-cluster.sh`, with one TaskManager of four slots.
struct Flink {
    folder: PathBuf,
    url: String,
    http: reqwest::Client,
}

impl Flink {
    async fn up(folder: &Path) -> Result<Self> {
        let port = free_port()?;
        let flink = Self {
            folder: folder.to_owned(),
            url: format!("http://127.0.0.1:{port}"),
            http: client(),
        };
        flink.script(&["up", &flink.folder(), &port.to_string()]).await?;
        Ok(flink)
    }

    /// Runs the sample job and waits until all of it runs; its id.
    async fn run(&self, argument: &str, value: &str) -> Result<String> {
        let said = self.script(&["run", &self.folder(), argument, value]).await?;
        let answer: Value = serde_json::from_str(said.trim()).with_context(|| said.clone())?;
        let job = answer["jobid"]
            .as_str()
            .context("Flink takes the job")?
            .to_owned();
        let running = async {
            while self.parallelism(&job).await.unwrap_or_default() != [1, 1, 1] {
                sleep(AGAIN).await;
            }
        };
        timeout(WITHIN, running).await.context("the job does not run")?;
        Ok(job)
    }

    /// Parallelism of every vertex that runs.
    async fn parallelism(&self, job: &str) -> Result<Vec<u64>> {
        let seen: Value = self
            .http
            .get(format!("{}/jobs/{job}", self.url))
            .send()
            .await?
            .json()
            .await?;
        let vertices = seen["vertices"].as_array().context("a job has vertices")?;
        let running = vertices.iter().filter(|vertex| vertex["status"] == "RUNNING");
        Ok(running
            .filter_map(|vertex| vertex["parallelism"].as_u64())
            .collect())
    }

    async fn down(self) -> Result<()> {
        self.script(&["down", &self.folder()]).await.map(drop)
    }

    fn folder(&self) -> String {
        self.folder.display().to_string()
    }

    async fn script(&self, arguments: &[&str]) -> Result<String> {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/local/flink-cluster.sh");
        let ran = Command::new(script)
            .args(arguments)
            .stderr(Stdio::inherit())
            .output()
            .await?;
        ensure!(
            ran.status.success(),
            "{arguments:?} failed: {}",
            String::from_utf8_lossy(&ran.stdout)
        );
        Ok(String::from_utf8(ran.stdout)?)
    }
}

impl Drop for Flink {
    /// A story that failed leaves no process behind.
    fn drop(&mut self) {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/local/flink-cluster.sh");
        drop(
            std::process::Command::new(script)
                .arg("down")
                .arg(&self.folder)
                .status(),
        );
    }
}

fn client() -> reqwest::Client {
    // An error says that the process has a provider already: that one is as good.
    drop(rustls::crypto::ring::default_provider().install_default());
    reqwest::Client::new()
}

/// A port whose successor is free too, as far as one can tell.
fn free_port() -> Result<u16> {
    Ok(std::net::TcpListener::bind(("127.0.0.1", 0))?
        .local_addr()?
        .port())
}
