//! Slack: what it sends becomes deliveries, and notices become messages in its threads.
//!
//! Of slack-morphism only the models are used: Block Kit, views, and the requests that carry them. Its listeners would
//! answer an envelope before we have stored it, and its HTTP client knows neither our limits nor our faults; so the socket
//! is ours, and every call goes through [`crate::http`].
//!
//! Facts: <https://docs.slack.dev>.

pub mod decode;
pub mod gate;
pub mod hearing;
pub mod routes;
pub mod signature;
pub mod socket;

pub mod api;
mod budget;
pub mod elsewhere;
pub mod replies;

pub mod blocks;
pub mod forms;
mod home;
pub mod manifest;
mod pictures;
pub mod roster;
pub mod speaking;
pub mod text;
