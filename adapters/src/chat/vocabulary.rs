//! The names that complete what somebody types: environments, jobs seen last, open requests.

use approvals::ledger::LedgerError;
use approvals::site::Site;
use commands::grammar::Vocabulary;
use commands::names::Environment;

/// What this site knows now; no Flink and no chat is asked.
///
/// # Errors
/// Where the ledger cannot be read.
pub async fn vocabulary(site: &Site) -> Result<Vocabulary, LedgerError> {
    let open = site.ledger.open_requests().await?;
    Ok(Vocabulary {
        environments: site.environments.keys().map(Environment::to_string).collect(),
        jobs: site.job_names(),
        requests: open.iter().rev().map(|row| row.id.to_string()).collect(),
    })
}
