//! A seed with a few edits: near enough to pass the first checks, and then not what anybody expects.

use std::fmt;
use std::ops::Deref;

use bolero::{Driver, ValueGenerator};

use crate::draw::{below, one, range};

/// Edits of one seed, at most.
const EDITS: usize = 6;

/// How often a piece is repeated, at most.
const REPEATED: usize = 200;

/// What readers stumble over: ends, quotes, escapes, numbers that do not fit, characters that cannot be seen.
const WORDS: [&str; 32] = [
    "\0",
    "\n",
    "\r\n",
    "\t",
    " ",
    "\"",
    "'",
    "“",
    "’",
    "\\",
    "<",
    ">",
    "&lt;",
    "&amp;",
    "|",
    "%",
    "%00",
    "%ff",
    "+",
    "&",
    "=",
    "-1",
    "0",
    "007",
    "18446744073709551616",
    "1e309",
    "\u{200b}",
    "\u{202e}",
    "\u{feff}",
    "İ",
    "😀",
    "ﬃ",
];

/// Bytes, shown as text.
#[derive(Clone)]
pub struct Bytes(pub Vec<u8>);

impl Deref for Bytes {
    type Target = Vec<u8>;
    fn deref(&self) -> &Vec<u8> {
        &self.0
    }
}

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.escape_ascii())
    }
}

/// Bytes near some seeds.
#[derive(Debug, Clone)]
pub struct Bent {
    seeds: Vec<Vec<u8>>,
    words: Vec<Vec<u8>>,
}

impl Bent {
    /// Near these seeds; `words` are put in like the ones that every reader stumbles over.
    pub fn new(seeds: Vec<Vec<u8>>, words: &[&str]) -> Self {
        let words = WORDS
            .iter()
            .chain(words)
            .map(|word| word.as_bytes().to_vec())
            .collect();
        Self { seeds, words }
    }

    /// The seeds as they are.
    pub fn seeds(&self) -> &[Vec<u8>] {
        &self.seeds
    }

    fn edit<D: Driver>(&self, driver: &mut D, bytes: &mut Vec<u8>) -> Option<()> {
        let at = below(driver, bytes.len() + 1)?;
        match below(driver, 8)? {
            0 => {
                let bit = below(driver, 8)?;
                bytes
                    .get_mut(at)
                    .map(|byte| *byte ^= 1 << bit)
                    .unwrap_or_default();
            }
            1 => bytes.insert(at, driver.produce()?),
            2 | 3 => put(bytes, at, one(driver, &self.words)?),
            4 => put(
                bytes,
                at,
                driver.produce::<char>()?.encode_utf8(&mut [0; 4]).as_bytes(),
            ),
            5 => drop(bytes.drain(range(driver, bytes.len())?)),
            6 => {
                let piece = bytes.get(range(driver, bytes.len())?)?.to_vec();
                let times = below(driver, REPEATED / (piece.len() + 1) + 2)?;
                put(bytes, at, &piece.repeat(times));
            }
            _ => {
                let other = one(driver, &self.seeds)?;
                bytes.truncate(at);
                bytes.extend_from_slice(other.get(below(driver, other.len() + 1)?..)?);
            }
        }
        Some(())
    }
}

impl ValueGenerator for Bent {
    type Output = Bytes;

    fn generate<D: Driver>(&self, driver: &mut D) -> Option<Bytes> {
        let mut bytes = one(driver, &self.seeds)?.clone();
        for _ in 0..below(driver, EDITS + 1)? {
            self.edit(driver, &mut bytes)?;
        }
        Some(Bytes(bytes))
    }
}

fn put(bytes: &mut Vec<u8>, at: usize, piece: &[u8]) {
    bytes.splice(at..at, piece.iter().copied());
}
