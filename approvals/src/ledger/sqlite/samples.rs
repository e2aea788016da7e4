//! The recent past of each cluster and each running job.

use std::collections::BTreeMap;

use async_trait::async_trait;
use commands::names::{At, Environment};
use commands::windows::{Sample, Sampled};

use super::super::statements;
use super::rows::{json, sql};
use super::writer::{NotDone, Transaction, Write};

/// Samples to keep, and how old those are that may go.
#[derive(Debug)]
pub(super) struct Keep {
    pub environment: Environment,
    pub samples: Vec<(Sampled, Sample)>,
    pub forget_before: At,
}

/// What stands in the column `job`: nothing for the cluster.
pub(super) fn column(of: &Sampled) -> &str {
    match of {
        Sampled::Cluster => "",
        Sampled::Job(job) => job.as_str(),
    }
}

#[async_trait]
impl Write for Keep {
    type Told = ();

    async fn write(&mut self, transaction: &mut Transaction<'_>) -> Result<(), NotDone> {
        for (of, sample) in &self.samples {
            // JSON has no NaN; a reading that is none is absent.
            let readings: BTreeMap<_, _> = sample
                .values
                .iter()
                .filter(|(_, value)| value.is_finite())
                .collect();
            sqlx::query(statements::KEEP_SAMPLE)
                .bind(self.environment.as_str())
                .bind(column(of))
                .bind(sample.at.0)
                .bind(sql(sample.attempt))
                .bind(sample.parallelism)
                .bind(json(&readings)?)
                .execute(&mut *transaction.connection)
                .await?;
        }
        sqlx::query(statements::FORGET_SAMPLES)
            .bind(self.environment.as_str())
            .bind(self.forget_before.0)
            .execute(&mut *transaction.connection)
            .await?;
        Ok(())
    }
}
