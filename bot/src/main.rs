//! `sluice`: reads what was typed and does it.

use std::process::ExitCode;

use clap::Parser as _;

#[tokio::main]
async fn main() -> ExitCode {
    bot::cli::carry_out(bot::cli::Arguments::parse()).await
}
