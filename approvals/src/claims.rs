//! Which paths a run holds, shared or exclusive, and what conflicts. Pure.

use commands::plan::{Claim, ClaimMode};

/// Whether two claims of different runs cannot be held at once: they touch, and at least one is exclusive.
pub fn conflict(one: &Claim, other: &Claim) -> bool {
    one.path.touches(&other.path) && (one.mode == ClaimMode::Exclusive || other.mode == ClaimMode::Exclusive)
}

#[cfg(test)]
mod tests {
    use commands::plan::Path;

    use super::*;

    fn claim(path: &str, mode: ClaimMode) -> Claim {
        Claim {
            path: Path(path.to_owned()),
            mode,
        }
    }

    fn check(one: (&str, ClaimMode), other: (&str, ClaimMode), expected: bool) {
        let (one, other) = (claim(one.0, one.1), claim(other.0, other.1));
        assert_eq!(conflict(&one, &other), expected, "{one:?} {other:?}");
        assert_eq!(conflict(&other, &one), expected, "{other:?} {one:?}");
    }

    #[test]
    fn i12_an_exclusive_claim_conflicts_with_any_claim_above_or_below_it() {
        use ClaimMode::{Exclusive, Shared};
        check(("shop/shop/a", Exclusive), ("shop/shop/a", Exclusive), true);
        check(("shop/shop/a", Exclusive), ("shop/shop/a", Shared), true);
        check(("shop/shop", Exclusive), ("shop/shop/a", Shared), true);
        check(("shop", Shared), ("shop/shop/a", Exclusive), true);
    }

    #[test]
    fn shared_claims_and_siblings_do_not_conflict() {
        use ClaimMode::{Exclusive, Shared};
        check(("shop/shop", Shared), ("shop/shop/a", Shared), false);
        check(("shop/shop/a", Exclusive), ("shop/shop/b", Exclusive), false);
        check(("shop", Exclusive), ("shop2/shop2", Exclusive), false);
    }
}
