//! What a story needs: a world with a ledger, a clock that is moved by hand, a chat, a fake Flink, and a death that can be
//! ordered at any durable append and at any call.
//!
//! A story says what people type and press and what they then see; [`World::until_quiet`] gives every loop its turns and
//! moves the clock to the next thing that is due. Nothing sleeps.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a world that cannot go on is a story that failed"
)]

mod clock;
mod death;
mod world;

pub use clock::{PlainDice, SimClock};
pub use death::{Death, Mortal};
pub use world::{Layout, Seen, World, one_owner, rule, windows};
