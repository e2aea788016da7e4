//! Everything that somebody can send to the address that Discord calls.

mod doors;
mod interactions;
pub mod letters;
pub mod says;
pub mod seeds;
pub mod town;
