//! Messages that can be edited no more, and those that took their place.

use std::collections::BTreeMap;
use std::sync::Mutex;

use commands::names::MessageId;

/// Messages remembered.
const KEPT: usize = 256;

/// What took the place of what.
#[derive(Debug, Default)]
pub struct Moved(Mutex<BTreeMap<MessageId, MessageId>>);

impl Moved {
    /// The message that took the place of this one, or this one.
    pub fn present(&self, message: &MessageId) -> MessageId {
        let moved = self.0.lock().ok();
        let present = moved.and_then(|moved| moved.get(message).cloned());
        present.unwrap_or_else(|| message.clone())
    }

    /// From now on `to` is edited where `from` was. Of too many the oldest are forgotten: ids grow with time.
    pub fn note(&self, from: MessageId, to: MessageId) {
        if let Ok(mut moved) = self.0.lock() {
            if moved.len() >= KEPT {
                moved.pop_first();
            }
            moved.insert(from, to);
        }
    }
}
