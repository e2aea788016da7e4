//! Time and chance, by hand.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use approvals::ports::{Clock, Dice};
use commands::names::{At, Millis};

/// A clock that moves when a story says so.
#[derive(Debug)]
pub struct SimClock(AtomicI64);

impl SimClock {
    /// A clock that stands at `at`.
    pub fn at(at: At) -> Self {
        Self(AtomicI64::new(at.0))
    }

    /// What it shows.
    pub fn now_by_hand(&self) -> At {
        At(self.0.load(Ordering::SeqCst))
    }

    /// Moves it forward.
    pub fn advance(&self, span: Millis) {
        self.0
            .fetch_add(i64::try_from(span.0).unwrap_or(i64::MAX), Ordering::SeqCst);
    }

    /// Sets it, backwards too: a clock set back.
    pub fn set(&self, at: At) {
        self.0.store(at.0, Ordering::SeqCst);
    }
}

impl Clock for SimClock {
    fn now(&self) -> At {
        self.now_by_hand()
    }
}

/// Dice that count: the same story rolls the same.
#[derive(Debug, Default)]
pub struct PlainDice(AtomicU64);

impl Dice for PlainDice {
    fn roll(&self) -> [u8; 16] {
        let n = self.0.fetch_add(1, Ordering::SeqCst);
        (u128::from(n) + 1).to_be_bytes()
    }
}
