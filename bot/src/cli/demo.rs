//! `sluice demo`: nothing to configure.

use std::io::IsTerminal as _;
use std::path::PathBuf;

use super::Failure;
use crate::demo::Demo;

/// What can be said to the demo.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// End after the incident; exit 0 only if Flink really changed and the snapshot was posted.
    #[arg(long)]
    scripted: bool,
    /// Keep the folder with configuration, ledger, logs and charts.
    #[arg(long)]
    keep: bool,
    /// Folder whose `lib` holds Flink's jars.
    #[arg(long, value_name = "DIR", env = "SLUICE_DEMO_FLINK")]
    flink: Option<PathBuf>,
    /// The Java to run Flink with.
    #[arg(long, value_name = "PATH")]
    java: Option<PathBuf>,
}

/// Plays the demo; it stays open only while somebody sits at a terminal.
pub async fn demo(arguments: Arguments) -> Result<(), Failure> {
    let Arguments {
        scripted,
        keep,
        flink,
        java,
    } = arguments;
    let demo = Demo {
        scripted: scripted || !std::io::stdin().is_terminal(),
        keep,
        flink: flink.unwrap_or_else(cached),
        java,
    };
    demo.run().await
}

/// Where `make demo` puts Flink: the user's cache folder.
fn cached() -> PathBuf {
    let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache"));
    let cache = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(home)
        .unwrap_or_default();
    cache.join("sluice/flink-2.3.0")
}
