//! Hostile input for every place where somebody outside chooses the bytes.
//!
//! A target (`it/`) gives a property. It must hold for each seed as it is, and for what [`bent`] and [`grown`] make of the
//! seeds: [bolero](https://docs.rs/bolero) draws those for as long as `BOLERO_RANDOM_TEST_TIME_MS` says (a second, where it
//! says nothing), makes what fails smaller, and prints the `BOLERO_RANDOM_SEED` that brings it back.
//!
//! What was ever found is kept as a seed: a file in `corpus/TARGET`, whatever its name.

pub mod bent;
pub mod corpus;
pub mod draw;
pub mod grown;
