//! A thousand people press Approve at once, in Slack over HTTP, through the real program; also where the disk lags.

use std::path::Path;
use std::time::Instant;

use futures::future::try_join_all;

use crate::Failure;
use crate::disk::Disk;
use crate::incident::{Incident, answered};
use crate::table::{Row, ms, percentile};

const PEOPLE: usize = 1_000;

/// Everybody presses on a disk as it is.
///
/// # Errors
/// Where somebody is not answered, or nothing is changed.
pub async fn crowd(folder: &Path) -> Result<Row, Failure> {
    let what = format!("{PEOPLE} press Approve at once");
    pressed(folder, Disk::Plain, what, "p99 under 500 ms").await
}

/// Everybody presses while each sync takes 50 ms longer.
///
/// # Errors
/// Also where there is no C compiler to make the disk lag with.
pub async fn crowd_on_a_lagging_disk(folder: &Path) -> Result<Row, Failure> {
    let what = "the same where a sync takes 50 ms longer".to_owned();
    pressed(folder, Disk::Lags(50), what, "all answered in 2.5 s").await
}

async fn pressed(folder: &Path, disk: Disk, what: String, budget: &'static str) -> Result<Row, Failure> {
    let mut incident = Incident::start(folder, PEOPLE, disk).await?;
    let card = incident.card().await?;
    let began = Instant::now();
    let presses = incident
        .owners
        .iter()
        .map(|person| answered(person.presses(&card, "Approve")));
    let (took, changed) = tokio::join!(try_join_all(presses), incident.target.changed());
    let mut took = took?;
    took.sort_unstable();
    Ok(Row {
        what,
        measured: format!(
            "answered p50 {}, p99 {}, last {}; Flink changed after {}",
            ms(percentile(&took, 50)),
            ms(percentile(&took, 99)),
            ms(percentile(&took, 100)),
            ms(changed? - began),
        ),
        budget,
    })
}
