//! What the suite must know of a chat.

mod discord;
mod slack;

use super::bends::Bend;
use crate::said::Says;
use crate::seal::{Scheme, Whose};

pub use discord::DISCORD;
pub use slack::SLACK;

/// One chat.
pub struct Chat {
    /// For whom reads the tally.
    pub name: &'static str,
    /// How it signs.
    pub scheme: Scheme,
    /// What stands before the digits of a signature.
    pub prefix: &'static [u8],
    /// What is stored.
    pub says: &'static [Says],
    /// Whether the second verifier takes this signature of a time and a body.
    pub second: fn(&[u8], &[u8], &[u8]) -> bool,
    /// What is done to its requests alone.
    pub bends: &'static [Bend],
}

impl Chat {
    /// The header's value, signed with this key.
    pub fn signed(&self, whose: Whose, time: &[u8], body: &[u8]) -> Vec<u8> {
        (self.scheme.sign)(whose, time, body).into_bytes()
    }
}
