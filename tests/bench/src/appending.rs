//! How fast a history is written, verified, and how that compares with bare inserts of the same size.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use futures::{StreamExt, TryStreamExt, stream};

use crate::Failure;
use crate::bare::Writer;
use crate::program::Program;
use crate::seed::Seeded;
use crate::table::Row;

/// Bare rows that are written, and how many are asked for side by side: as many as requests while seeding.
const ROWS: u64 = 200_000;
const SIDE_BY_SIDE: usize = 256;

/// Entries a second while the ledger was seeded, beside bare inserts of rows as long as a seeded entry with all that
/// belongs to it.
///
/// # Errors
/// Where the bare rows cannot be written.
pub async fn appending(folder: &Path, seeded: Seeded, ledger: &Path) -> Result<Row, Failure> {
    let bytes = std::fs::metadata(ledger)?.len() / seeded.entries.max(1);
    let body: Arc<str> = "x".repeat(usize::try_from(bytes)?).into();
    let writer = Writer::open(&folder.join("bare-rows.db"))?;
    let began = Instant::now();
    stream::iter(0..ROWS)
        .map(|_| writer.insert(body.clone()))
        .buffer_unordered(SIDE_BY_SIDE)
        .try_for_each(async |_| Ok(()))
        .await?;
    let bare = ROWS as f64 / began.elapsed().as_secs_f64();
    let ours = seeded.entries as f64 / seeded.seconds;
    Ok(Row {
        what: "entries appended, 256 requests side by side".to_owned(),
        measured: format!(
            "{:.2} of bare: {ours:.0}/s of {bare:.0}/s, {bytes} bytes each",
            ours / bare
        ),
        budget: "none; an entry is chained, indexed and decided",
    })
}

/// `sluice audit verify` on the seeded ledger.
///
/// # Errors
/// Where it does not verify.
pub fn verifying(program: &Program, seeded: Seeded) -> Result<Row, Failure> {
    let began = Instant::now();
    program.carry_out(&["audit", "verify"])?;
    let took = began.elapsed().as_secs_f64();
    Ok(Row {
        what: "`sluice audit verify`, all of the history".to_owned(),
        measured: format!("{:.0} entries/s ({took:.1} s)", seeded.entries as f64 / took),
        budget: "200,000 entries/s",
    })
}
