//! Real parts: a Flink of this host and the program as people start it.

pub mod flink;
pub mod program;

use std::time::Duration;

/// A machine that is busy with other builds takes long to start three JVMs.
pub const WITHIN: Duration = Duration::from_secs(240);

/// How often the outside is asked again.
pub const AGAIN: Duration = Duration::from_millis(100);
