//! Everything that somebody can send to the addresses that Slack calls.

mod doors;
mod forms;
pub mod letters;
mod payloads;
pub mod says;
pub mod seeds;
pub mod town;
