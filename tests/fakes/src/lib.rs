//! Servers that speak the wire of the systems Sluice talks to.
//!
//! Each fake is a small model with state, not a list of expected calls: a story changes the model ("a TaskManager
//! joins"), Sluice talks to it over a real socket, and the story looks at where the model ended. A fake is strict: what
//! the real system does not know is recorded as a violation, and every answer is held against the vendor's own
//! description. It misbehaves on request. It keeps no time of its own; the story says what time it is.
//!
//! This crate imports no type of Sluice, so it cannot share our mistakes.
//!
//! Read next: [`flink`], the fake of Apache Flink's REST API, and [`slack`], a fake Slack with the people in it; then [`mod@line`], [`calls`] and [`contract`], which any
//! further fake can stand on.

pub mod calls;
pub mod contract;
pub mod flink;
pub mod line;
pub mod slack;
pub mod task_manager;
