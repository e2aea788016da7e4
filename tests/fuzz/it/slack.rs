//! Everything that somebody can send to the addresses that Slack calls.

mod doors;
mod forms;
mod letters;
mod payloads;
mod seeds;
mod signature;
mod town;
