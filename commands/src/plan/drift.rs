//! Whether the world moved since a plan was made, and what differs in people's words.

use super::{Path, Plan, Settings};
use crate::condition::{Mismatch, bounds_differ};
use crate::observed::{Cluster, Job, Observed, Version};

/// What became of the objects a plan was made for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Drift {
    /// Every object has the version the plan was made for.
    None,
    /// These differ: the approval was for the old state.
    Moved(Vec<Mismatch>),
    /// The target does not answer; nothing may be sent before it does.
    CannotTell,
}

impl Plan {
    /// Compares the versions of [`Plan::seen`] with what is observed now. To be asked before the first step is sent;
    /// later our own steps have moved the versions, and each step's precondition is asked instead.
    pub fn drift(&self, observed: &Observed) -> Drift {
        let Some(cluster) = observed.cluster.get() else {
            return Drift::CannotTell;
        };
        let moved: Vec<Mismatch> = self
            .seen
            .iter()
            .filter_map(|(path, version)| self.moved(path, version, observed, cluster))
            .collect();
        if moved.is_empty() {
            Drift::None
        } else {
            Drift::Moved(moved)
        }
    }

    fn moved(
        &self,
        path: &Path,
        version: &Version,
        observed: &Observed,
        cluster: &Cluster,
    ) -> Option<Mismatch> {
        if *path == Path::cluster(&observed.environment) {
            return (cluster.version != *version).then(|| self.cluster_moved(version, cluster));
        }
        let job = cluster
            .jobs
            .iter()
            .find(|job| *path == Path::job(&observed.environment, &job.id));
        match job {
            None => Some(mismatch("job", "there", "gone")),
            Some(job) => (job.version != *version).then(|| self.job_moved(version, job)),
        }
    }

    fn cluster_moved(&self, version: &Version, cluster: &Cluster) -> Mismatch {
        let now = cluster.task_managers.len();
        match &self.settings_before {
            Settings::TaskManagers { count, .. } if *count as usize != now => {
                mismatch("taskmanagers", count, now)
            }
            _ => mismatch("version", &version.0, &cluster.version.0),
        }
    }

    fn job_moved(&self, version: &Version, job: &Job) -> Mismatch {
        let planned = match &self.settings_before {
            Settings::Bounds { job: planned, bounds } if planned.id == job.id => Some(bounds),
            Settings::TaskManagers {
                narrowed: Some((planned, bounds)),
                ..
            } if planned.id == job.id => Some(bounds),
            _ => None,
        };
        match (planned, &job.bounds) {
            (Some(planned), Some(now)) if planned != now => bounds_differ(planned, now),
            _ => mismatch("version", &version.0, &job.version.0),
        }
    }
}

fn mismatch(what: &str, planned: impl ToString, now: impl ToString) -> Mismatch {
    Mismatch {
        what: what.to_owned(),
        planned: planned.to_string(),
        now: now.to_string(),
    }
}
