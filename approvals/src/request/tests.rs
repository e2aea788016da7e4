//! The life of a request, told in tests.

mod invariants;
mod life;
mod oracle;
mod random;
mod small_model;
pub(crate) mod table;
