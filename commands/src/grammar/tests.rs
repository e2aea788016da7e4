//! What people type, and what is read.

mod properties;

use super::*;
use crate::catalog::ROWS;

#[test]
fn every_example_of_the_catalog_is_read_by_its_own_row() {
    for row in ROWS {
        let ask = parse(row.example).unwrap_or_else(|refusal| panic!("{}: {refusal:?}", row.example));
        assert!((row.take)(&ask).is_some(), "{}", row.example);
        assert_eq!(text_of(&ask), row.example);
    }
}
