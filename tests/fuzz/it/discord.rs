//! Everything that somebody can send to the address that Discord calls.

mod interactions;
mod seeds;
mod signature;
