//! Text -> [`Ask`], or what is wrong, where, and what was probably meant; and back again.
//!
//! A text is cut into words with their spans ([`lex`]), the words are walked along each form of the catalog
//! ([`walk`]), and where no form fits, small corrections are tried until one does ([`repair`]). All three know the
//! catalog's table and no word of their own.

mod complete;
mod lex;
mod quote;
mod refuse;
mod render;
mod repair;
#[cfg(test)]
mod tests;
mod walk;

use crate::ask::Ask;
use crate::refusal::{Code, Refusal};

pub use complete::{Completion, Vocabulary, complete};
pub use quote::quoted;
pub use render::text_of;

/// The longest text that is read, in characters.
pub const LONGEST: usize = 4_000;

/// Reads one command (the slash command's own name may stand before it). Never panics.
///
/// Refused: [`Code::TextTooLong`]; [`Code::BadNumber`] for a number that cannot be; else [`Code::NotUnderstood`] with the
/// place of the mistake and, in `next`, the command that was probably meant.
pub fn parse(text: &str) -> Result<Ask, Refusal> {
    let length = text.chars().count();
    if length > LONGEST {
        return Err(Refusal::new(Code::TextTooLong)
            .with("length", length)
            .try_instead("help"));
    }
    let words = lex::words(text);
    walk::read(text, &words).map_err(|stuck| refuse::refusal(text, &words, &stuck))
}
