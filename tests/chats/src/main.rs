//! `make demo CHAT=slack`, or `discord`: one incident on a real Flink, asked and approved in a fake chat that speaks the vendor's wire,
//! and printed as people see it. The program, its config and Flink are real; only the chat is not.

mod discord;
mod incident;
mod page;
mod slack;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, ensure};
use clap::Parser;
use stories::real::flink::Flink;

use incident::Incident;

/// Where the incident is played.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Chat {
    Slack,
    Discord,
}

#[derive(Debug, Parser)]
#[command(about = "Plays one incident on a real Flink in a fake chat, and prints the thread")]
struct Arguments {
    /// The chat.
    chat: Chat,
    /// Where the chart goes, and the thread as pages; a new folder under the temporary one unless given.
    #[arg(long)]
    folder: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> ExitCode {
    match play(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("chats: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn play(arguments: Arguments) -> Result<()> {
    let folder = tempfile::tempdir()?;
    println!("flink   starting a JobManager and a TaskManager (up to two minutes on a busy machine)");
    let flink = Flink::up(&folder.path().join("flink"), 1, 4).await?;
    let job = flink.run(1, 1).await?;
    println!(
        "flink   {}: job orders runs at parallelism 1, and falls behind",
        flink.url
    );
    let kept = match arguments.folder {
        Some(folder) => folder,
        None => tempfile::Builder::new().prefix("sluice-chats-").tempdir()?.keep(),
    };
    std::fs::create_dir_all(&kept)?;
    let incident = Incident {
        folder: folder.path(),
        flink_url: &flink.url,
        kept: &kept,
    };
    match arguments.chat {
        Chat::Slack => slack::play(&incident).await?,
        Chat::Discord => discord::play(&incident).await?,
    }
    let seen = flink.parallelism(&job).await?;
    ensure!(seen == [4, 4, 4], "Flink says that orders runs at {seen:?}");
    println!("flink   says itself: every vertex of orders runs at parallelism 4");
    flink.down().await?;
    println!("stopped everything that was started");
    Ok(())
}
