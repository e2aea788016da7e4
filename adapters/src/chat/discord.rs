//! Discord: what it sends becomes deliveries, and notices become messages in its threads.
//!
//! Of serenity only the models and builders are used, and none of its I/O is even compiled: its gateway parses an event
//! before anybody could store it and loses (and logs, token included) what its models do not know, its HTTP client ignores
//! another address while it limits rates. So the gateway's socket is ours, and every call goes through [`crate::http`].
//!
//! Facts: <https://discord.com/developers/docs>.

pub mod decode;
pub mod gate;
pub mod gateway;
pub mod hearing;
pub mod routes;
pub mod signature;

pub mod api;
mod budget;
mod completions;
pub mod replies;

pub mod catalog;
pub mod forms;
pub mod message;
pub mod permissions;
pub mod register;
pub mod roster;
pub mod speaking;
pub mod text;
