//! `make bench`: prints how Sluice does, beside a bare handler of the same run and beside what was promised.

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use bench::acknowledging::acknowledging;
use bench::appending::{appending, verifying};
use bench::approving::approving;
use bench::crowd::{crowd, crowd_on_a_lagging_disk};
use bench::deadline::{deadline, deadline_on_a_stalling_disk};
use bench::drawing::drawing;
use bench::hearing::Chat;
use bench::program::Program;
use bench::seed::seed;
use bench::starting::{resident, starting};
use bench::{Failure, table};
use clap::{Parser, ValueEnum};

/// Past requests of the long history, and how long they are written at most: a slow machine has a shorter history.
const PAST: u64 = 100_000;
const SEEDED_WITHIN: Duration = Duration::from_secs(150);

/// What is measured; everything where nothing is named.
#[derive(Debug, Parser)]
struct Arguments {
    subjects: Vec<Subject>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Subject {
    /// Commands on disk and acknowledged, in the console.
    Console,
    /// The same in Slack.
    Slack,
    /// The same in Discord.
    Discord,
    /// The program's start and its memory.
    Starting,
    /// The chart.
    Drawing,
    /// From a press to what it changes.
    Approving,
    /// A thousand people press at once.
    Crowd,
    /// Commands that come whether or not those before were answered.
    Deadline,
    /// The ledger, appended to and verified.
    Appending,
}

impl Subject {
    async fn measure(self, folder: &Path) -> Result<(), Failure> {
        let flink = [("ops".to_owned(), "http://127.0.0.1:9".to_owned())];
        match self {
            Self::Console => acknowledged(folder, Chat::Console).await?,
            Self::Slack => acknowledged(folder, Chat::Slack).await?,
            Self::Discord => acknowledged(folder, Chat::Discord).await?,
            Self::Starting => {
                let empty = Program::new(&folder.join("empty"), &flink)?;
                table::print(&starting(&empty, "start to ready, empty".to_owned(), "50 ms").await?);
                resident(&empty).await?.iter().for_each(table::print);
            }
            Self::Drawing => table::print(&drawing()?),
            Self::Approving => table::print(&approving(&folder.join("approving")).await?),
            Self::Crowd => {
                table::print(&crowd(&folder.join("crowd")).await?);
                table::print(&crowd_on_a_lagging_disk(&folder.join("lagging")).await?);
            }
            Self::Deadline => {
                table::print(&deadline(&folder.join("deadline")).await?);
                table::print(&deadline_on_a_stalling_disk(&folder.join("stalling")).await?);
            }
            Self::Appending => {
                let long = Program::new(&folder.join("long"), &flink)?;
                let seeded = seed(&long.ledger(), PAST, SEEDED_WITHIN).await?;
                table::print(&appending(folder, seeded, &long.ledger()).await?);
                let past = format!("start to ready, past requests {}", seeded.requests);
                table::print(&starting(&long, past, "100 ms with 100,000").await?);
                table::print(&verifying(&long, seeded)?);
            }
        }
        Ok(())
    }
}

async fn acknowledged(folder: &Path, chat: Chat) -> Result<(), Failure> {
    for connections in [16, 128] {
        table::print(&acknowledging(folder, chat, connections).await?);
    }
    Ok(())
}

#[tokio::main]
async fn main() -> ExitCode {
    match measure(&Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn measure(arguments: &Arguments) -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    println!(
        "Some minutes, longer on a busy machine. Everything is written in {}.",
        folder.path().display()
    );
    if is_in_memory(folder.path()) {
        println!("That is memory, where a sync costs nothing: set TMPDIR to a folder on a disk.");
    }
    println!(
        "The asking side shares this machine. `bare`: axum, one writer thread that commits all that is queued, and"
    );
    println!("SQLite (write-ahead log, synchronous=FULL) with the same rows, in the same run.\n");
    table::head();
    for subject in Subject::value_variants() {
        if arguments.subjects.is_empty() || arguments.subjects.contains(subject) {
            subject.measure(folder.path()).await?;
        }
    }
    Ok(())
}

/// Whether the folder is on a tmpfs; <https://man7.org/linux/man-pages/man2/statfs.2.html>.
fn is_in_memory(folder: &Path) -> bool {
    const TMPFS_MAGIC: u64 = 0x0102_1994;
    rustix::fs::statfs(folder).is_ok_and(|of| u64::try_from(of.f_type).is_ok_and(|kind| kind == TMPFS_MAGIC))
}
