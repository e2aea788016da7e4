//! Fills a ledger with past requests, through the ledger's own code: for benchmarks, and to see how a long history feels.
//!
//! `cargo run --release -p approvals --example seed -- FILE N` appends N requests, each with the delivery it came from, its
//! entries and its last console message. Six of ten ran to a verdict; the others were denied, withdrawn or expired.

mod past;
mod plan;

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use approvals::ledger::Ledger;
use approvals::ledger::sqlite::SqliteLedger;
use approvals::ports::Dice;
use futures::{StreamExt, TryStreamExt, stream};

/// Requests that are written side by side: the writer puts what they bring into one transaction.
const SIDE_BY_SIDE: usize = 256;

/// Salts for words that nobody wrote: they need not be secret, only distinct.
struct Counted(AtomicU64);

impl Dice for Counted {
    fn roll(&self) -> [u8; 16] {
        u128::from(self.0.fetch_add(1, Ordering::Relaxed)).to_be_bytes()
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [file, count] = arguments.as_slice() else {
        return usage("two arguments are needed");
    };
    let Ok(count) = count.parse() else {
        return usage("N is a number of requests");
    };
    match seed(Path::new(file), count).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn usage(why: &str) -> ExitCode {
    eprintln!("{why}: cargo run -p approvals --example seed -- FILE N");
    ExitCode::from(2)
}

async fn seed(file: &Path, count: u64) -> Result<(), Box<dyn Error>> {
    let ledger = SqliteLedger::open(file, Arc::new(Counted(AtomicU64::new(0)))).await?;
    let began = Instant::now();
    let first = ledger.next_request().await?.number();
    stream::iter(first..first + count)
        .map(|number| past::live(&ledger, number))
        .buffer_unordered(SIDE_BY_SIDE)
        .try_collect::<()>()
        .await?;
    let took = began.elapsed();
    let entries = ledger.health().await?.entries;
    ledger.close().await;
    println!(
        "{count} requests in {:.1} s; {} holds {entries} entries",
        took.as_secs_f64(),
        file.display()
    );
    Ok(())
}
