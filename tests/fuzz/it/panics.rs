//! Panics of any task, also of those that nobody waits for.

use std::sync::Once;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

static PANICS: AtomicUsize = AtomicUsize::new(0);
static WATCHED: Once = Once::new();

/// Counts every panic from now on.
pub fn watch() {
    WATCHED.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            PANICS.fetch_add(1, SeqCst);
            before(panic);
        }));
    });
}

/// How many there were.
pub fn counted() -> usize {
    PANICS.load(SeqCst)
}
