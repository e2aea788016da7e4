//! Which paths a run holds, shared or exclusive, and what conflicts. Pure.

use commands::plan::{Claim, ClaimMode};

/// Whether two claims of different runs cannot be held at once: they touch, and at least one is exclusive.
pub fn conflict(one: &Claim, other: &Claim) -> bool {
    one.path.touches(&other.path) && (one.mode == ClaimMode::Exclusive || other.mode == ClaimMode::Exclusive)
}
