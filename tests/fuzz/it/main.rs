//! One property for each place where somebody outside chooses the bytes.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what cannot be is a failed property"
)]

mod authenticity;
mod buttons;
mod config;
mod discord;
mod grammar;
mod panics;
mod said;
mod seal;
mod slack;
mod storm;
mod town;
mod variables;
