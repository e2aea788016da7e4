//! How often we may call Slack: our own budget for each method and channel, and what Slack said with a 429.
//!
//! Nothing waits in here: whoever may not call yet is told how long, so that one channel's pause delays no other.
//! <https://docs.slack.dev/apis/web-api/rate-limits>

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex};

use approvals::ports::Clock;
use commands::names::{At, Millis};
use governor::clock::Clock as Ticking;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

use crate::chat::ticks::Ticks;

/// Posts that may follow one another at once in a channel; after that one a second.
const POSTS_AT_ONCE: NonZeroU32 = NonZeroU32::new(3).unwrap();
/// Keys kept before those that are full again are forgotten.
const KEYS_KEPT: usize = 1_000;

/// A class of methods with one limit, per method and workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tier {
    /// One a second in each channel.
    Posting,
    /// Twenty a minute.
    Two,
    /// Fifty a minute.
    Three,
    /// A hundred a minute.
    Four,
}

/// What may be called when.
#[derive(Debug)]
pub struct Budget {
    posting: Limiter,
    two: Limiter,
    three: Limiter,
    four: Limiter,
    /// Until when Slack asked to wait, by method and channel.
    not_before: Mutex<HashMap<Key, At>>,
    clock: Ticks,
}

type Limiter = RateLimiter<String, HashMapStateStore<String>, Ticks, NoOpMiddleware<Nanos>>;
type Key = (&'static str, String);

impl Budget {
    /// A full budget, by this clock.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let clock = Ticks::of(clock);
        let limiter = |quota| Limiter::new(quota, HashMapStateStore::default(), clock.clone());
        let a_minute = |calls: u32| {
            let calls = NonZeroU32::new(calls).unwrap_or(NonZeroU32::MIN);
            limiter(Quota::per_minute(calls))
        };
        Self {
            posting: limiter(Quota::per_second(NonZeroU32::MIN).allow_burst(POSTS_AT_ONCE)),
            two: a_minute(20),
            three: a_minute(50),
            four: a_minute(100),
            not_before: Mutex::default(),
            clock,
        }
    }

    /// Takes one call out of the budget.
    ///
    /// # Errors
    /// How long to wait, where there is none.
    pub fn take(&self, method: &'static str, tier: Tier, channel: &str) -> Result<(), Millis> {
        let now = self.clock.at();
        if let Some(until) = self.asked_to_wait(method, channel, now) {
            return Err(until.since(now));
        }
        let (limiter, key) = match tier {
            Tier::Posting => (&self.posting, channel),
            Tier::Two => (&self.two, method),
            Tier::Three => (&self.three, method),
            Tier::Four => (&self.four, method),
        };
        if limiter.len() > KEYS_KEPT {
            limiter.retain_recent();
        }
        limiter.check_key(&key.to_owned()).map_err(|not_yet| {
            let wait = not_yet.wait_time_from(self.clock.now());
            Millis(
                u64::try_from(wait.as_millis())
                    .unwrap_or(u64::MAX)
                    .saturating_add(1),
            )
        })
    }

    /// Notes that Slack asked to wait so long.
    pub fn wait(&self, method: &'static str, channel: &str, wait: Millis) {
        let until = self.clock.at().plus(wait);
        if let Ok(mut waits) = self.not_before.lock() {
            waits.insert((method, channel.to_owned()), until);
        }
    }

    fn asked_to_wait(&self, method: &'static str, channel: &str, now: At) -> Option<At> {
        let mut waits = self.not_before.lock().ok()?;
        waits.retain(|_, until| *until > now);
        waits.get(&(method, channel.to_owned())).copied()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering::Relaxed};

    use super::*;

    #[derive(Default)]
    struct ByHand(AtomicI64);

    impl Clock for ByHand {
        fn now(&self) -> At {
            At(self.0.load(Relaxed))
        }
    }

    fn budget() -> (Budget, Arc<ByHand>) {
        let clock = Arc::new(ByHand::default());
        clock.0.store(1_000_000, Relaxed);
        (Budget::new(clock.clone()), clock)
    }

    fn post(budget: &Budget, channel: &str) -> Result<(), Millis> {
        budget.take("chat.postMessage", Tier::Posting, channel)
    }

    #[test]
    fn one_channels_pause_delays_no_other() {
        let (budget, clock) = budget();
        budget.wait("chat.postMessage", "C1", Millis(30_000));
        assert_eq!(post(&budget, "C1"), Err(Millis(30_000)));
        assert_eq!(post(&budget, "C2"), Ok(()));
        assert_eq!(budget.take("chat.update", Tier::Three, "C1"), Ok(()));
        clock.0.fetch_add(30_000, Relaxed);
        assert_eq!(post(&budget, "C1"), Ok(()));
    }

    #[test]
    fn a_channel_takes_a_few_posts_at_once_and_then_one_a_second() {
        let (budget, clock) = budget();
        for _ in 0..POSTS_AT_ONCE.get() {
            assert_eq!(post(&budget, "C1"), Ok(()));
        }
        let Millis(wait) = post(&budget, "C1").unwrap_err();
        assert!((1..=1_001).contains(&wait), "{wait}");
        assert_eq!(post(&budget, "C2"), Ok(()));
        clock.0.fetch_add(i64::try_from(wait).unwrap(), Relaxed);
        assert_eq!(post(&budget, "C1"), Ok(()));
    }

    #[test]
    fn a_clock_that_is_set_back_holds_nothing_up() {
        let (budget, clock) = budget();
        clock.0.fetch_add(5_000, Relaxed);
        assert_eq!(post(&budget, "C1"), Ok(()));
        clock.0.fetch_sub(3_600_000, Relaxed);
        assert_eq!(post(&budget, "C1"), Ok(()));
        clock.0.fetch_add(1_000, Relaxed);
        assert_eq!(post(&budget, "C1"), Ok(()));
    }
}
