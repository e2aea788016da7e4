//! What the program promises from outside: its configuration, its command line, its listener.

// Clippy knows only functions marked `#[test]` as tests, not what they call.
#![allow(clippy::unwrap_used, clippy::panic)]

mod cli;
mod config_files;
mod config_mistakes;
mod discord;
mod running;
