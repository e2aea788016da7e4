//! What the environment says of a run.

use std::env;
use std::str::FromStr;

/// The number in a variable, where there is one.
pub fn said<T: FromStr>(variable: &str) -> Option<T> {
    let said = env::var(variable).ok()?;
    let number = said.parse();
    Some(number.unwrap_or_else(|_| panic!("{variable} is no number: {said}")))
}
