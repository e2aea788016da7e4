//! The console in headless Chromium: the real program, its real page, people who press and read.
//!
//! What the people do is in `tests/browser/console.mjs`. Here are its surroundings: a fake Flink whose time is the real
//! time, and `sluice run` in demo mode.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use fakes::flink::{FakeFlink, job};
use jiff::Timestamp;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::task::JoinHandle;
use tokio::time::{interval, timeout};

/// What the script needs; `make browser` sets both.
const NEEDS: [&str; 2] = ["SLUICE_TEST_NODE_MODULES", "SLUICE_TEST_CHROMIUM"];

/// How long the program may take until it prints the console's address.
const READY: Duration = Duration::from_secs(20);

/// How long the whole incident may take, measuring included.
const INCIDENT: Duration = Duration::from_secs(300);

/// How often the fake Flink is told what time it is.
const TICK: Duration = Duration::from_millis(100);

#[tokio::test]
async fn one_incident_is_played_on_the_console_by_keyboard_and_on_a_phone() -> Result<()> {
    if let Some(missing) = NEEDS.iter().find(|name| std::env::var_os(name).is_none()) {
        println!("skipped: {missing} is not set; `make browser` installs a browser and sets it");
        return Ok(());
    }
    let (flink, _time) = flink_in_real_time().await?;
    let folder = tempfile::tempdir()?;
    let mut sluice = Sluice::start(folder.path(), &flink.url()).await?;
    let address = sluice.console_address().await?;
    let pictures = Path::new(env!("CARGO_TARGET_TMPDIR")).join("console");
    tokio::fs::create_dir_all(&pictures).await?;
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../browser/console.mjs");
    let mut people = Command::new("node")
        .args([script, &address])
        .arg(&pictures)
        .kill_on_drop(true)
        .spawn()
        .context("node does not start: `make browser` installs it")?;
    let outcome = timeout(INCIDENT, people.wait())
        .await
        .context("the incident does not end")??;
    println!("screenshots: {}", pictures.display());
    ensure!(
        outcome.success(),
        "the script failed; its last lines say where, the pictures show it"
    );
    let violations = flink.violations();
    ensure!(
        violations.is_empty(),
        "Flink was spoken to wrongly: {violations:?}"
    );
    Ok(())
}

/// A cluster with a job that falls behind, and what tells it the time, for as long as it is held.
async fn flink_in_real_time() -> Result<(FakeFlink, Ticking)> {
    let flink = FakeFlink::start_at(now()?).await;
    let orders = job("orders")
        .arriving(600.0)
        .capacity_per_subtask(200.0)
        .backlog(20_000);
    flink.with_taskmanagers(4, 1).metrics_are_fresh().runs(orders);
    let told = flink.clone();
    let time = tokio::spawn(async move {
        let mut ticks = interval(TICK);
        loop {
            ticks.tick().await;
            if let Ok(now) = now() {
                told.set_now(now);
            }
        }
    });
    Ok((flink, Ticking(time)))
}

fn now() -> Result<u64> {
    Ok(u64::try_from(Timestamp::now().as_millisecond())?)
}

struct Ticking(JoinHandle<()>);

impl Drop for Ticking {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// The program at work; it ends with the story.
struct Sluice(Child);

impl Sluice {
    async fn start(folder: &Path, flink_url: &str) -> Result<Self> {
        let config = folder.join("sluice.yaml");
        tokio::fs::write(&config, config_for(flink_url)).await?;
        let program = program()?;
        let child = Command::new(&program)
            .arg("run")
            .arg("--config")
            .arg(&config)
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("{} does not start: `make build` builds it", program.display()))?;
        Ok(Self(child))
    }

    /// The address with the token, which demo mode prints once it listens.
    async fn console_address(&mut self) -> Result<String> {
        let stdout = self.0.stdout.take().context("stdout is read once")?;
        let mut lines = BufReader::new(stdout).lines();
        let line = timeout(READY, lines.next_line())
            .await
            .context("it does not say where it listens")??;
        let line = line.context("it ended at once; its last line on stderr says why")?;
        let address = line
            .strip_prefix("console ")
            .with_context(|| format!("it said: {line}"))?;
        Ok(address.to_owned())
    }
}

/// The program that was built beside these tests.
fn program() -> Result<PathBuf> {
    let test = std::env::current_exe()?;
    let built = test
        .parent()
        .and_then(Path::parent)
        .context("tests are built into target/PROFILE/deps")?;
    Ok(built.join("sluice"))
}

fn config_for(flink_url: &str) -> String {
    format!(
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
    windows: {{ before: 10s, warm_up: 2s, after: 10s }}
policy:
  - {{ environments: [\"*\"], verbs: [\"*\"], need: [{{ count: 1, from: flink-owners }}], vote_within: 30m, run_within: 20m }}
"
    )
}
