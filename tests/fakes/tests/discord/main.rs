//! The fake Discord over the wire: what an app sees of it, and what people see of the app.

#![allow(clippy::unwrap_used, clippy::panic, reason = "all of this is a test")]

mod answering;
mod app;
mod commands;
mod gateway;
mod http;
mod misbehaving;
mod payloads;
mod people;
mod posting;
mod sdk;
mod strictness;
mod threads;
