//! Where the numbers come from. One source a file; each reads the signals of `commands::signals` and nothing else.

pub mod job_manager;
