//! What a story needs: a world with a ledger, a clock that is moved by hand, a chat, a fake Flink, and a death that can be
//! ordered at any durable write and at any call.
//!
//! A story is one text: an `async fn(&mut World)` that says what people type and press and what they then see.
//! [`story!`] makes its tests: told plainly, killed at each of its points, and with everything happening twice, it ends the
//! same. The points are counted in a plain telling, so a new story has them all.
//!
//! [`World::until_quiet`] gives every loop its turns, [`World::pass`] moves the clock to the next thing that is due. Nothing
//! sleeps.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a world that cannot go on is a story that failed"
)]
#![allow(
    clippy::disallowed_methods,
    reason = "stories start the real program and real systems, as people do"
)]

mod acts;
mod cast;
mod clock;
mod death;
mod ending;
mod host;
mod hours;
mod mortal;
mod points;
pub mod real;
mod sights;
mod telling;
mod town;
mod towns;
mod twice;
mod world;

pub use cast::{Layout, needs, of_the_crowd, one_owner, rule, windows};
pub use clock::{PlainDice, SimClock};
pub use death::{Contact, Death, Moment, Point};
pub use ending::Ending;
pub use host::Launching;
pub use points::Thoroughness;
pub use telling::{
    Scene, briefly, briefly_over, killed_at_its_calls, killed_at_its_writes, over, plainly,
    with_everything_twice,
};
pub use town::{Message, Road};
pub use world::{Manner, SHOP, World};
