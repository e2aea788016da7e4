//! How the writer is doing, read without asking it.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::head::Head;

/// Written by the writer after each transaction, read by everybody.
#[derive(Debug, Default)]
pub(super) struct Gauges {
    pub entries: AtomicI64,
    pub last_at: AtomicI64,
    pub writes: AtomicU64,
    pub transactions: AtomicU64,
    pub last_commit_us: AtomicU64,
    why_not: Mutex<Option<String>>,
}

impl Gauges {
    /// As read at an opening.
    pub fn opened(head: &Head) -> Self {
        Self {
            entries: head.seq.into(),
            last_at: head.at.into(),
            ..Self::default()
        }
    }

    /// After a transaction: how many writes, how long, where everything ends now, and why it was lost if it was.
    pub fn transacted(&self, writes: usize, took: Duration, head: &Head, lost: Option<&str>) {
        self.writes.fetch_add(writes as u64, Relaxed);
        if lost.is_none() {
            self.transactions.fetch_add(1, Relaxed);
            self.last_commit_us
                .store(u64::try_from(took.as_micros()).unwrap_or(u64::MAX), Relaxed);
            self.entries.store(head.seq, Relaxed);
            self.last_at.store(head.at, Relaxed);
        }
        *self.why_not.lock().unwrap_or_else(PoisonError::into_inner) = lost.map(str::to_owned);
    }

    /// Why the last transaction was lost; `None`: it was not.
    pub fn why_not(&self) -> Option<String> {
        self.why_not
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}
