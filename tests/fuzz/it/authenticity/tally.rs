//! How often each kind of request was believed, and how often not.

use std::collections::BTreeMap;
use std::fmt;

/// Counts by kind: believed, refused.
#[derive(Debug, Default)]
pub struct Tally(BTreeMap<&'static str, [u64; 2]>);

impl Tally {
    /// One more.
    pub fn count(&mut self, kind: &'static str, is_believed: bool) {
        let [believed, refused] = self.0.entry(kind).or_default();
        *(if is_believed { believed } else { refused }) += 1;
    }

    /// All that were believed.
    pub fn believed(&self) -> u64 {
        self.0.values().map(|[believed, _]| believed).sum()
    }

    /// All that were refused.
    pub fn refused(&self) -> u64 {
        self.0.values().map(|[_, refused]| refused).sum()
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} believed, {} refused", self.believed(), self.refused())?;
        for (kind, [believed, refused]) in &self.0 {
            write!(f, "; {kind} {believed}/{refused}")?;
        }
        Ok(())
    }
}
