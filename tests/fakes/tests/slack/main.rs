//! The fake Slack over the wire: what an app sees of it, and what people see of the app.

#![allow(clippy::unwrap_used, clippy::panic, reason = "all of this is a test")]

mod app;
mod delivering;
mod files;
mod forms;
mod http;
mod limits;
mod misbehaving;
mod payloads;
mod people;
mod posting;
mod sdk;
mod sockets;
mod strictness;
