//! How soon the program is ready, and how much memory it keeps.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::Failure;
use crate::asked::{Asked, command};
use crate::load::load;
use crate::program::Program;
use crate::table::{Row, ms, percentile};

const STARTS: usize = 15;

/// How long nothing is asked before memory at rest is read: the first samples and turns are over.
const REST: Duration = Duration::from_secs(3);

const LOADED: Duration = Duration::from_secs(8);

/// From the start of the process to `/readyz`.
///
/// # Errors
/// Where it does not become ready.
pub async fn starting(program: &Program, what: String, budget: &'static str) -> Result<Row, Failure> {
    drop(program.run().await?);
    let mut took = Vec::with_capacity(STARTS);
    for _ in 0..STARTS {
        took.push(program.run().await?.ready_after);
    }
    took.sort_unstable();
    Ok(Row {
        what,
        measured: format!(
            "p50 {}, slowest of {STARTS} {}",
            ms(percentile(&took, 50)),
            ms(percentile(&took, 100))
        ),
        budget,
    })
}

/// Resident memory of the real program, at rest and while commands come in over 128 connections with all its loops at
/// work.
///
/// # Errors
/// Where it does not run, or refuses the load.
pub async fn resident(program: &Program) -> Result<[Row; 2], Failure> {
    let running = program.run().await?;
    tokio::time::sleep(REST).await;
    let rest = running.resident_mb()?;
    let asked = Arc::new(Asked::same(202, command(running.address, &running.token)));
    let loaded = tokio::spawn(load(running.address, 128, asked, LOADED));
    let (began, mut most) = (Instant::now(), rest);
    while began.elapsed() < LOADED {
        tokio::time::sleep(Duration::from_millis(100)).await;
        most = most.max(running.resident_mb()?);
    }
    let load = loaded.await??;
    Ok([
        Row {
            what: "resident memory at rest".to_owned(),
            measured: format!("{rest:.0} MB"),
            budget: "25 MB",
        },
        Row {
            what: "resident memory under load, most".to_owned(),
            measured: format!(
                "{most:.0} MB, while {:.0}/s came in and were worked off",
                load.per_second()
            ),
            budget: "60 MB",
        },
    ])
}
