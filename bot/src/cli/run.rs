//! `sluice run`: the bot, until it is asked to stop.

use std::path::Path;

use super::{Failure, told};
use crate::config::{Config, Secrets, variables};
use crate::shutdown::shutdown;
use crate::telemetry;
use crate::wiring::Sluice;

/// Runs the bot.
pub async fn run(file: &Path) -> Result<(), Failure> {
    let variables = variables();
    let config = Config::load(file, &variables, Secrets::Read(&variables))?;
    let failed = |error: &(dyn std::error::Error + 'static)| Failure::Failed(told(error));
    telemetry::start(&config.log, &telemetry::Sink::Stderr).map_err(|error| failed(&error))?;
    let (stopper, shutdown) = shutdown();
    stopper.stop_on_signals().map_err(|error| failed(&error))?;
    let sluice = Sluice::build(config).await.map_err(|error| failed(&error))?;
    if let Some(address) = sluice.console_to_print() {
        println!("console {address}");
    }
    sluice.run(shutdown).await.map_err(|error| failed(&error))
}
