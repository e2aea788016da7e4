//! How each outside system speaks, and in which words Sluice does.

pub mod http;
pub mod metrics;
pub mod platforms;
pub mod process;
