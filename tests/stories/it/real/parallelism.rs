//! A job made wider, the program killed in the middle of it, and then narrower.

use anyhow::{Result, ensure};
use stories::real::flink::Flink;
use stories::real::program::{Sluice, printed, write_config};

use super::thread::{Thread, Told};
use super::{WINDOWS, jars};

#[tokio::test]
async fn killed_in_the_middle_of_a_rescale_it_goes_on_and_narrows_again_when_asked() -> Result<()> {
    if jars().is_none() {
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    let flink = Flink::up(&folder.path().join("flink"), 1, 4).await?;
    let job = flink.run(1, 1).await?;
    let config = write_config(folder.path(), &flink.url, WINDOWS).await?;

    let first = Sluice::start(&config).await?;
    let thread = Thread::approved(&first, "scale orders parallelism 4").await?;
    thread.until_told(Told::Running).await?;
    first.kill().await?;

    let second = Sluice::start(&config).await?;
    let wider = thread.again_in(&second)?.snapshot().await?;
    ensure!(wider.headline().contains("parallelism 4"), "{}", wider.text);
    let seen = flink.parallelism(&job).await?;
    ensure!(seen == [4, 4, 4], "Flink says {seen:?}");

    let thread = Thread::approved(&second, "scale orders parallelism 2").await?;
    let narrower = thread.snapshot().await?;
    ensure!(narrower.headline().contains("parallelism 2"), "{}", narrower.text);
    ensure!(narrower.text.contains("+1 ours"), "{}", narrower.text);
    let seen = flink.parallelism(&job).await?;
    ensure!(seen == [2, 2, 2], "Flink says {seen:?}");

    let verified = printed(&config, &["audit", "verify"]).await?;
    ensure!(
        verified.starts_with("whole: ") && verified.contains(" of 2 requests"),
        "{verified}"
    );
    second.kill().await?;
    flink.down().await
}
