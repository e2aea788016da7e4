//! What time it is at a vendor: the story's time, or the time of this machine.

use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::sync::watch;

/// Two kinds of time. Everything is in epoch milliseconds.
pub(crate) enum Clock {
    /// Stands still until a story moves it.
    Story(watch::Sender<u64>),
    /// Runs by itself.
    Wall,
}

impl Clock {
    pub fn story(now: u64) -> Self {
        Self::Story(watch::Sender::new(now))
    }

    pub fn now(&self) -> u64 {
        match self {
            Self::Story(now) => *now.borrow(),
            Self::Wall => {
                let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                millis(since)
            }
        }
    }

    /// Moves a story's time on; a clock set back moves nothing.
    pub fn set(&self, now: u64) {
        if let Self::Story(clock) = self {
            clock.send_if_modified(|then| {
                let moves = now > *then;
                *then = now.max(*then);
                moves
            });
        }
    }

    /// Returns once it is `at` or later.
    pub async fn until(&self, at: u64) {
        match self {
            Self::Story(clock) => {
                let _ = clock.subscribe().wait_for(|now| *now >= at).await;
            }
            Self::Wall => {
                let left = at.saturating_sub(self.now());
                tokio::time::sleep(Duration::from_millis(left)).await;
            }
        }
    }
}

/// Milliseconds, as far as they fit.
pub(crate) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
