//! The first TaskManager, a second one with the program killed while it starts, and one less again, with the job narrowed
//! for it. All are Sluice's own: whichever the job leaves may go, so that nobody waits for chance.

use std::path::Path;

use anyhow::{Result, ensure};
use bot::console::Message;
use stories::real::flink::Flink;
use stories::real::program::{Sluice, printed, write_config_with};
use stories::real::{AGAIN, WITHIN};
use tokio::time::{sleep, timeout};

use super::thread::Thread;
use super::{WINDOWS, jars};

#[tokio::test]
async fn killed_while_a_task_manager_starts_it_finds_it_again_and_stops_one_when_asked() -> Result<()> {
    let Some(jars) = jars() else { return Ok(()) };
    let folder = tempfile::tempdir()?;
    let flink = Flink::up(&folder.path().join("flink"), 0, 1).await?;
    let config = write_config_with(folder.path(), &flink.url, WINDOWS, &flink.launcher(&jars)?).await?;
    let sluice = Sluice::start(&config).await?;
    the_first_one(&flink, &sluice).await?;

    // It may be two wide, and has one slot.
    let job = flink.run(2, 1).await?;
    let sluice = killed_while_the_second_starts(&flink, &job, &config, sluice).await?;
    one_less(&flink, &job, &sluice).await?;

    let verified = printed(&config, &["audit", "verify"]).await?;
    ensure!(
        verified.starts_with("whole: ") && verified.contains(" of 3 requests"),
        "{verified}"
    );
    sluice.kill().await?;
    flink.stop_what_sluice_started().await?;
    flink.down().await
}

/// Without a job the cluster alone is measured.
async fn the_first_one(flink: &Flink, sluice: &Sluice) -> Result<()> {
    let thread = Thread::approved(sluice, "scale shop taskmanagers 1").await?;
    let told = thread.snapshot().await?;
    ensure!(told.headline().starts_with("Same"), "{}", told.text);
    // Asked at once: perhaps nothing was sampled before.
    ensure!(row(&told, "TaskManagers").get(1) == Some(&"1"), "{}", told.text);
    ensure!(row(&told, "slots free").get(1) == Some(&"1"), "{}", told.text);
    ensure!(flink.task_managers().await?.len() == 1);
    Ok(())
}

async fn killed_while_the_second_starts(
    flink: &Flink,
    job: &str,
    config: &Path,
    sluice: Sluice,
) -> Result<Sluice> {
    let thread = Thread::approved(&sluice, "scale shop taskmanagers 2").await?;
    second_started(flink).await?;
    sluice.kill().await?;
    let started = flink.task_manager_processes()?;

    let sluice = Sluice::start(config).await?;
    let told = thread.again_in(&sluice)?.snapshot().await?;
    ensure!(told.headline().contains("TaskManagers 2"), "{}", told.text);
    ensure!(row(&told, "TaskManagers") == ["1", "2"], "{}", told.text);
    ensure!(row(&told, "slots") == ["1", "2"], "{}", told.text);
    ensure!(row(&told, "slots used").get(1) == Some(&"2"), "{}", told.text);
    ensure!(
        told.text.contains("backlog"),
        "the job is measured too: {}",
        told.text
    );
    ensure!(flink.task_managers().await?.len() == 2);
    let now = flink.task_manager_processes()?;
    ensure!(now == started, "started {started:?}, and now there are {now:?}");
    let seen = flink.parallelism(job).await?;
    ensure!(
        seen == [2, 2, 2],
        "the job grows by itself, and Flink says {seen:?}"
    );
    Ok(sluice)
}

async fn one_less(flink: &Flink, job: &str, sluice: &Sluice) -> Result<()> {
    let thread = Thread::approved(sluice, "scale shop taskmanagers 1").await?;
    let told = thread.snapshot().await?;
    ensure!(row(&told, "TaskManagers") == ["2", "1"], "{}", told.text);
    ensure!(row(&told, "slots used") == ["2", "1"], "{}", told.text);
    ensure!(told.text.contains("restarts"), "{}", told.text);
    ensure!(flink.task_managers().await?.len() == 1);
    ensure!(flink.task_manager_processes()?.len() == 1);
    let seen = flink.parallelism(job).await?;
    ensure!(seen == [1, 1, 1], "Flink says {seen:?}");
    Ok(())
}

/// Waits until the process of the second TaskManager is there; it registers seconds later.
async fn second_started(flink: &Flink) -> Result<()> {
    let starting = async {
        while flink.task_manager_processes()?.len() < 2 {
            sleep(AGAIN).await;
        }
        anyhow::Ok(())
    };
    timeout(WITHIN, starting).await?
}

/// Before and after, in the first row of a snapshot with this name.
fn row<'a>(message: &'a Message, name: &str) -> Vec<&'a str> {
    let numbers = |line: &'a str| {
        let rest = line.trim().strip_prefix(name)?.strip_prefix("  ")?;
        let words: Vec<&str> = rest.split_whitespace().take(2).collect();
        (words.len() == 2).then_some(words)
    };
    message.text.lines().find_map(numbers).unwrap_or_default()
}
