//! One binary of all stories, one file a theme.

#![allow(missing_docs)]
#![allow(
    clippy::disallowed_methods,
    reason = "stories start the real program and real systems, as people do"
)]

mod scenes;

mod across;
mod asking;
mod by_hand;
mod crowd;
mod deciding;
mod doubt;
mod drifting;
mod leaving;
mod parallelism;
mod queueing;
mod stopping;
mod task_managers;
mod undoing;
mod waiting;

#[allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a story that misses what it waits for is over"
)]
mod slack;

#[allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a story that misses what it waits for is over"
)]
mod discord;

mod browser;
mod real;
