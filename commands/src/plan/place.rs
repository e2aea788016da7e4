//! Where a plan acts, and what it holds while it runs.

use serde::{Deserialize, Serialize};

use crate::names::{Environment, JobId, JobName};

/// Where a plan acts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// The environment; a standalone one is one cluster of the same name.
    pub environment: Environment,
    /// The job, where it is about one.
    pub job: Option<JobRef>,
}

/// A job, resolved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobRef {
    /// 32 hex digits.
    pub id: JobId,
    /// Its name when the plan was made.
    pub name: JobName,
}

/// A path in the tree environment/cluster/job, such as `shop/shop/7f2c…`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Path(pub String);

impl Path {
    /// The path of a standalone environment's cluster.
    pub fn cluster(environment: &Environment) -> Self {
        Self(format!("{environment}/{environment}"))
    }

    /// The path of a job on it.
    pub fn job(environment: &Environment, job: &JobId) -> Self {
        Self(format!("{environment}/{environment}/{job}"))
    }

    /// Whether `self` is `other`, above it or below it.
    pub fn touches(&self, other: &Path) -> bool {
        let within = |inner: &str, outer: &str| {
            inner == outer
                || inner
                    .strip_prefix(outer)
                    .is_some_and(|rest| rest.starts_with('/'))
        };
        within(&self.0, &other.0) || within(&other.0, &self.0)
    }
}

/// A path that a run holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// What is held.
    pub path: Path,
    /// Alone, or beside other shared holders.
    pub mode: ClaimMode,
}

/// How a path is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClaimMode {
    /// Nobody else may hold it, anything above it or below it.
    Exclusive,
    /// Others may hold it shared too.
    Shared,
}
