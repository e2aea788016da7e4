//! How Sluice is started, watched and stopped. Nothing here decides about Flink or about people.
//!
//! [`config`] says what the program may do; `wiring` builds everything from it, once, and is the only place that names
//! concrete adapters; [`server`] lets it be watched; [`cli`] has one file for each subcommand.
//!
//! Read next: `config`, `wiring`, `server`.

pub mod cli;
pub mod config;
pub mod console;
pub mod demo;
pub mod loops;
pub mod roster;
pub mod server;
pub mod shutdown;
pub mod system;
pub mod telemetry;
pub mod token;
pub mod watch;
pub mod wiring;
