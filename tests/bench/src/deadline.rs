//! Commands that come whether or not those before were answered, for half a minute, while the disk stalls now and then.

use std::path::Path;
use std::time::Duration;

use futures::future::try_join_all;

use crate::Failure;
use crate::disk::Disk;
use crate::incident::{CHANNEL, Incident, answered};
use crate::table::{Row, ms, percentile};

const OVER: Duration = Duration::from_secs(30);
/// One command in each of these.
const EVERY: Duration = Duration::from_millis(20);

/// On a disk as it is.
///
/// # Errors
/// Where a command is not acknowledged in the three seconds that Slack waits.
pub async fn deadline(folder: &Path) -> Result<Row, Failure> {
    asked(folder, Disk::Plain, "p99 under 100 ms").await
}

/// On a disk whose syncs take a second longer in one second of ten.
///
/// # Errors
/// Also where there is no C compiler to make the disk stall with.
pub async fn deadline_on_a_stalling_disk(folder: &Path) -> Result<Row, Failure> {
    asked(folder, Disk::Stalls(1_000), "all answered in 2.5 s").await
}

async fn asked(folder: &Path, disk: Disk, budget: &'static str) -> Result<Row, Failure> {
    let incident = Incident::start(folder, 1, disk).await?;
    let person = incident.slack.person("ana");
    let mut tick = tokio::time::interval(EVERY);
    let mut asking = Vec::new();
    for _ in 0..OVER.as_millis() / EVERY.as_millis() {
        tick.tick().await;
        asking.push(tokio::spawn(answered(person.types("/flink status", CHANNEL))));
    }
    let mut took = Vec::with_capacity(asking.len());
    for answered in try_join_all(asking).await? {
        took.push(answered?);
    }
    took.sort_unstable();
    let while_it = match disk {
        Disk::Plain => "",
        Disk::Lags(_) | Disk::Stalls(_) => ", stalling disk",
    };
    Ok(Row {
        what: format!("{} commands over {} s{while_it}", took.len(), OVER.as_secs()),
        measured: format!(
            "answered p50 {}, p99 {}, last {}",
            ms(percentile(&took, 50)),
            ms(percentile(&took, 99)),
            ms(percentile(&took, 100)),
        ),
        budget,
    })
}
