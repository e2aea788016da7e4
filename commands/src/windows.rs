//! Samples of the recent past, and what a window of them says.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::names::At;
use crate::signals::Signal;

/// All signals of one job at one instant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// When it was read.
    pub at: At,
    /// Which attempt of the job it belongs to: counters restart with it (`numRestarts`).
    pub attempt: u64,
    /// The job's parallelism then.
    pub parallelism: u32,
    /// What was read; a signal that the job does not tell, or told as NaN, is absent.
    pub values: BTreeMap<Signal, f64>,
}

/// What the samples of one window say.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Window {
    /// Its beginning.
    pub from: At,
    /// Its end.
    pub to: At,
    /// How many samples lie in it.
    pub samples: u32,
    /// What each signal did.
    pub stats: BTreeMap<Signal, Stat>,
}

/// What one signal did over a window.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Stat {
    /// The first reading.
    pub first: f64,
    /// The last reading.
    pub last: f64,
    /// The mean of the readings.
    pub mean: f64,
    /// The greatest reading.
    pub max: f64,
    /// Change per second over the window, from the first to the last reading within each attempt.
    pub per_s: f64,
}
