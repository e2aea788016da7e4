//! Servers that speak the wire of the systems Sluice talks to.
//!
//! Each fake is a small model with state, not a list of expected calls: a story changes the model ("a TaskManager
//! joins"), Sluice talks to it over a real socket, and the story looks at where the model ended. A fake is strict: what
//! the real system does not know is recorded as a violation, and every answer is held against the vendor's own
//! description. It misbehaves on request. It keeps no time of its own; the story says what time it is.
//!
//! This crate imports no type of Sluice, so it cannot share our mistakes.
//!
//! Read next: [`flink`], the fake of Apache Flink's REST API, and [`slack`] and [`discord`], a fake Slack and a fake
//! Discord with the people in them; then [`mod@line`], [`calls`] and [`contract`], which any further fake can stand on.

mod answer;
pub mod calls;
mod clock;
pub mod contract;
pub mod discord;
pub mod flink;
mod handle;
pub mod line;
mod printed;
pub mod sending;
pub mod slack;
mod socket;
mod stage;
pub mod task_manager;
