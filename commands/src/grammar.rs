//! Text -> [`Ask`], or what is wrong, where, and what was probably meant.

mod quote;

use crate::ask::Ask;
use crate::refusal::Refusal;

pub use quote::quoted;

/// Reads one command (without the slash command's name). At most 4,000 characters; never panics.
pub fn parse(text: &str) -> Result<Ask, Refusal> {
    let _ = text;
    Err(Refusal::new(crate::refusal::Code::NotUnderstood))
}
