//! `sluice audit`: whether the log is whole, and all of it as JSON lines; also beside a running bot.

use std::io::{self, Write as _};
use std::path::Path;

use approvals::ledger::sqlite::audit::Audit;
use approvals::ledger::verify::Verified;

use super::{Failure, told, without_secrets};

/// Subcommands of `audit`.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Check the chain; names the first entry that is wrong.
    Verify,
    /// Print every entry as one line of JSON, oldest first.
    Export,
}

/// Carries out a subcommand of `audit`.
pub async fn audit(file: &Path, command: &Command) -> Result<(), Failure> {
    let config = without_secrets(file)?;
    let failed = |error: &(dyn std::error::Error + 'static)| Failure::Failed(told(error));
    let mut audit = Audit::open(&config.ledger)
        .await
        .map_err(|error| failed(&error))?;
    match command {
        Command::Verify => {
            let verified = audit.verify().await.map_err(|error| failed(&error))?;
            let Verified {
                entries,
                requests,
                erased,
                anchor,
            } = verified;
            println!("whole: {entries} entries of {requests} requests, {erased} particulars erased");
            println!("seal {} {}", anchor.seal, anchor.hash);
        }
        Command::Export => {
            let mut out = io::BufWriter::new(io::stdout());
            audit.export(&mut out).await.map_err(|error| failed(&error))?;
            out.flush().map_err(|error| failed(&error))?;
        }
    }
    Ok(())
}
