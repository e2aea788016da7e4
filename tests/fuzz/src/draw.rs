//! Small choices.

use std::ops::Bound;

use bolero::Driver;

/// A number below `end`, which is at least 1.
pub fn below<D: Driver>(driver: &mut D, end: usize) -> Option<usize> {
    driver.gen_usize(Bound::Included(&0), Bound::Excluded(&end.max(1)))
}

/// One of these; `None`: there is none.
pub fn one<'a, D: Driver, T>(driver: &mut D, of: &'a [T]) -> Option<&'a T> {
    of.get(below(driver, of.len())?)
}

/// Where something begins and ends in so many bytes.
pub fn range<D: Driver>(driver: &mut D, length: usize) -> Option<std::ops::Range<usize>> {
    let (one, other) = (below(driver, length + 1)?, below(driver, length + 1)?);
    Some(one.min(other)..one.max(other))
}
