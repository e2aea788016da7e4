//! The fake Flink against what a real one was seen to do.

#![allow(clippy::unwrap_used, clippy::panic, reason = "all of this is a test")]

mod client;
mod faults;
mod lives;
mod metrics;
mod processes;
mod refusals;
mod samples;
mod shapes;
