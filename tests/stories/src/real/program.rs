//! The real program at work, as people start it, and a configuration for it.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::time::{sleep, timeout};

use super::AGAIN;

/// How long the program may take until it prints the console's address, on a machine that is busy with builds.
const READY: Duration = Duration::from_secs(60);

/// `sluice run`; it is killed when this is dropped.
pub struct Sluice {
    child: Child,
    /// The console's address with the token.
    pub address: String,
}

impl Sluice {
    /// Starts it in demo mode and waits until it says where it listens.
    pub async fn start(config: &Path) -> Result<Self> {
        Self::start_with(config, &[]).await
    }

    /// The same, with these variables in its environment.
    pub async fn start_with(config: &Path, variables: &[(&str, String)]) -> Result<Self> {
        let mut child = running(config, variables)?;
        let stdout = child.stdout.take().context("stdout is read once")?;
        let mut lines = BufReader::new(stdout).lines();
        let line = timeout(READY, lines.next_line())
            .await
            .context("it does not say where it listens")??;
        let line = line.context("it ended at once; its last line on stderr says why")?;
        let address = line
            .strip_prefix("console ")
            .with_context(|| format!("it said: {line}"))?
            .to_owned();
        Ok(Self { child, address })
    }

    /// Starts it outside demo mode on the same ledger, and waits until it is ready. It prints no address there: it is told
    /// a free port, and its token is read where it stands.
    pub async fn start_in_production(config: &Path) -> Result<Self> {
        let listens = TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string();
        let variables = [
            ("SLUICE__MODE", "production".to_owned()),
            ("SLUICE__LISTEN__PRIVATE", listens.clone()),
        ];
        let mut child = running(config, &variables)?;
        let ready = until_ready(&listens);
        tokio::select! {
            ready = timeout(READY, ready) => ready.context("it does not get ready")?,
            ended = child.wait() => bail!("it ended with {}; its last line on stderr says why", ended?),
        }
        let token = tokio::fs::read_to_string(config.with_file_name("sluice.db.token")).await?;
        Ok(Self {
            child,
            address: format!("http://{listens}/#token={token}"),
        })
    }

    /// kill -9.
    pub async fn kill(mut self) -> Result<()> {
        Ok(self.child.kill().await?)
    }
}

/// `sluice run`, as it starts.
fn running(config: &Path, variables: &[(&str, String)]) -> Result<Child> {
    let program = program()?;
    Command::new(&program)
        .arg("run")
        .arg("--config")
        .arg(config)
        .envs(variables.iter().map(|(name, value)| (name, value)))
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .with_context(|| format!("{} does not start: `make build` builds it", program.display()))
}

/// Asks `/readyz` there until it says yes.
async fn until_ready(address: &str) {
    // An error says that the process has a provider already: that one is as good.
    drop(rustls::crypto::ring::default_provider().install_default());
    let asked = format!("http://{address}/readyz");
    while !reqwest::get(&asked)
        .await
        .is_ok_and(|answer| answer.status().is_success())
    {
        sleep(AGAIN).await;
    }
}

/// The program that was built beside what runs now: tests are in `target/PROFILE/deps`, programs in `target/PROFILE`.
fn program() -> Result<PathBuf> {
    let running = std::env::current_exe()?;
    let beside = running
        .ancestors()
        .skip(1)
        .take(2)
        .map(|folder| folder.join("sluice"));
    let found = beside.into_iter().find(|file| file.is_file());
    found.context("`sluice` is not built: `make build` builds it")
}

/// What `sluice` prints for these arguments, with this configuration.
pub async fn printed(config: &Path, arguments: &[&str]) -> Result<String> {
    printed_with(config, arguments, &[]).await
}

/// The same, with these variables in its environment.
pub async fn printed_with(config: &Path, arguments: &[&str], variables: &[(&str, String)]) -> Result<String> {
    let ran = Command::new(program()?)
        .args(arguments)
        .arg("--config")
        .arg(config)
        .envs(variables.iter().map(|(name, value)| (name, value)))
        .output()
        .await?;
    let said = String::from_utf8_lossy(&ran.stderr);
    anyhow::ensure!(ran.status.success(), "{arguments:?}: {said}");
    Ok(String::from_utf8(ran.stdout)?)
}

/// Writes a configuration with one environment, `shop`, and windows such as `before: 10s, warm_up: 2s, after: 10s`.
pub async fn write_config(folder: &Path, flink_url: &str, windows: &str) -> Result<PathBuf> {
    write_config_with(folder, flink_url, windows, "").await
}

/// The same, with more lines of the environment, each indented by four spaces and ended.
pub async fn write_config_with(folder: &Path, flink_url: &str, windows: &str, more: &str) -> Result<PathBuf> {
    let file = folder.join("sluice.yaml");
    let text = format!(
        "\
mode: demo
ledger: sqlite:sluice.db
listen: {{ private: 127.0.0.1:0 }}
people:
  ana: {{ name: Ana Silva }}
  bo: {{ name: Bo Lindqvist }}
  cy: {{ name: Cy Okafor }}
groups:
  flink-owners: {{ people: [ana, bo] }}
environments:
  shop:
    platform: standalone
    flink_url: {flink_url}
    channels: [\"console:ops\"]
    windows: {{ {windows} }}
{more}policy:
  - {{ environments: [\"*\"], verbs: [\"*\"], need: [{{ count: 1, from: flink-owners }}], vote_within: 30m, run_within: 20m }}
"
    );
    tokio::fs::write(&file, text).await?;
    Ok(file)
}
