//! How many parallel subtasks.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Misnamed;

/// How many parallel subtasks a job or vertex has: 1 to 32,768 (Flink's own upper bound of max parallelism).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct Parallelism(u32);

impl Parallelism {
    /// Flink's bound of max parallelism, `1 << 15`.
    pub const MAX: u32 = 32_768;

    /// The parallelism, if it is 1 to [`Parallelism::MAX`].
    pub fn new(count: u32) -> Result<Self, Misnamed> {
        if (1..=Self::MAX).contains(&count) {
            Ok(Self(count))
        } else {
            Err(Misnamed {
                what: "parallelism",
                must: "1 to 32768",
            })
        }
    }

    /// The number of subtasks.
    pub fn get(self) -> u32 {
        self.0
    }
}

impl fmt::Display for Parallelism {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl TryFrom<u32> for Parallelism {
    type Error = Misnamed;
    fn try_from(count: u32) -> Result<Self, Misnamed> {
        Self::new(count)
    }
}

impl From<Parallelism> for u32 {
    fn from(parallelism: Parallelism) -> u32 {
        parallelism.0
    }
}
