//! Keeps the recent past of the metrics of every cluster and every running job, bounded; Flink REST itself has no history.
//! The jobs it meets are remembered for completion.

use std::collections::BTreeMap;

use commands::names::{At, Environment};
use futures::future::join_all;

use crate::ledger::LedgerError;
use crate::ports::Sampling;
use crate::site::{Served, Site};

/// When each environment is due next. Lost with the process: a new one samples at once.
#[derive(Debug, Default)]
pub struct Sampler {
    due: BTreeMap<Environment, At>,
}

impl Sampler {
    /// Samples every environment that is due, and says when the next one is.
    ///
    /// # Errors
    /// Where samples cannot be kept. An environment that does not answer is logged and asked again at its next time.
    pub async fn turn(&mut self, site: &Site) -> Result<Option<At>, LedgerError> {
        let now = site.clock.now();
        let due: Vec<_> = site
            .environments
            .iter()
            .filter(|(name, _)| self.due.get(*name).is_none_or(|at| *at <= now))
            .collect();
        for (name, served) in &due {
            self.due
                .insert((*name).clone(), now.plus(served.windows.sample_every()));
        }
        let outcomes = join_all(
            due.into_iter()
                .map(|(name, served)| sample(site, name, served, now)),
        )
        .await;
        outcomes.into_iter().collect::<Result<Vec<()>, LedgerError>>()?;
        Ok(self.due.values().min().copied())
    }
}

async fn sample(site: &Site, name: &Environment, served: &Served, now: At) -> Result<(), LedgerError> {
    match served.platform.sample(name).await {
        Ok(Sampling { jobs, samples }) => {
            site.remember_jobs(name, jobs);
            site.ledger
                .keep_samples(name, &samples, now.minus(served.windows.keep_for()))
                .await
        }
        Err(fault) => {
            tracing::debug!(environment = %name, error = &fault as &dyn std::error::Error, "not sampled");
            Ok(())
        }
    }
}
