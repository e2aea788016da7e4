//! The console in headless Chromium: the real program, its real page, people who press and read.
//!
//! What the people do is in `tests/browser/`. Here are their surroundings: a fake Flink whose time is the real time, and
//! `sluice run`.

mod board;

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use fakes::flink::{FakeFlink, Job, job};
use jiff::Timestamp;
use stories::real::program::{Sluice, write_config};
use tokio::process::Command;
use tokio::task::JoinHandle;
use tokio::time::{interval, timeout};

/// What the scripts need; `make browser` sets both.
const NEEDS: [&str; 2] = ["SLUICE_TEST_NODE_MODULES", "SLUICE_TEST_CHROMIUM"];

/// How long a script may take, measuring included.
const PLAY: Duration = Duration::from_secs(300);

/// How often the fake Flink is told what time it is.
const TICK: Duration = Duration::from_millis(100);

#[tokio::test]
async fn one_incident_is_played_on_the_console_by_keyboard_and_on_a_phone() -> Result<()> {
    if !has_a_browser() {
        return Ok(());
    }
    let orders = job("orders")
        .arriving(600.0)
        .capacity_per_subtask(200.0)
        .backlog(20_000);
    let (flink, _time) = flink_in_real_time(orders).await?;
    let folder = tempfile::tempdir()?;
    let config = write_config(
        folder.path(),
        &flink.url(),
        "before: 10s, warm_up: 2s, after: 10s",
    )
    .await?;
    let sluice = Sluice::start(&config).await?;
    played("console", &sluice.address).await?;
    lawful(&flink)
}

fn has_a_browser() -> bool {
    let missing = NEEDS.iter().find(|name| std::env::var_os(name).is_none());
    if let Some(missing) = missing {
        println!("skipped: {missing} is not set; `make browser` installs a browser and sets it");
    }
    missing.is_none()
}

/// Plays `tests/browser/NAME.mjs` on the page at this address. Its pictures are kept in a folder of the same name.
async fn played(name: &str, address: &str) -> Result<()> {
    let pictures = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    tokio::fs::create_dir_all(&pictures).await?;
    let scripts = concat!(env!("CARGO_MANIFEST_DIR"), "/../browser");
    let mut people = Command::new("node")
        .arg(format!("{scripts}/{name}.mjs"))
        .arg(address)
        .arg(&pictures)
        .kill_on_drop(true)
        .spawn()
        .context("node does not start: `make browser` installs it")?;
    let outcome = timeout(PLAY, people.wait())
        .await
        .context("the play does not end")??;
    println!("screenshots: {}", pictures.display());
    ensure!(
        outcome.success(),
        "the script failed; its last lines say where, the pictures show it"
    );
    Ok(())
}

fn lawful(flink: &FakeFlink) -> Result<()> {
    let violations = flink.violations();
    ensure!(
        violations.is_empty(),
        "Flink was spoken to wrongly: {violations:?}"
    );
    Ok(())
}

/// A cluster with this job and slots for four, and what tells it the time, for as long as it is held.
async fn flink_in_real_time(job: Job) -> Result<(FakeFlink, Ticking)> {
    let flink = FakeFlink::start_at(now()?).await;
    flink.with_taskmanagers(4, 1).metrics_are_fresh().runs(job);
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
