//! What was looked up in a chat a moment ago, so that a thousand presses at once are not a thousand look-ups.

use std::collections::BTreeMap;
use std::sync::Mutex;

use commands::names::{At, Millis};

/// How old an answer may be that is used once more.
const FRESH: Millis = Millis::seconds(10);
/// Answers kept before those that are no longer fresh are forgotten.
const KEPT: usize = 1_024;

/// Something looked up, and when.
#[derive(Debug, Clone)]
pub struct Looked<T> {
    /// What was found.
    pub found: T,
    /// When.
    pub at: At,
}

/// What is known, by the chat's own id.
#[derive(Debug)]
pub struct Known<T>(Mutex<BTreeMap<String, Looked<T>>>);

impl<T> Default for Known<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Clone> Known<T> {
    /// What is known, where it is fresh enough.
    pub fn fresh(&self, id: &str, now: At) -> Option<Looked<T>> {
        let known = self.0.lock().ok()?;
        known
            .get(id)
            .filter(|looked| now.since(looked.at) <= FRESH)
            .cloned()
    }

    /// Keeps what was looked up.
    pub fn keep(&self, id: &str, looked: Looked<T>) -> Looked<T> {
        if let Ok(mut known) = self.0.lock() {
            if known.len() >= KEPT {
                known.retain(|_, kept| looked.at.since(kept.at) <= FRESH);
            }
            known.insert(id.to_owned(), looked.clone());
        }
        looked
    }

    /// Forgets what was looked up of one that changed.
    pub fn forget(&self, id: &str) {
        if let Ok(mut known) = self.0.lock() {
            known.remove(id);
        }
    }
}
