//! How often we may call Discord: buckets as its answers describe them, and the limit over all calls.
//!
//! Nothing waits in here: whoever may not call yet is told how long, so that one channel's pause delays no other.
//! <https://discord.com/developers/docs/topics/rate-limits>. No bucket's size is known beforehand.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex};

use approvals::ports::Clock;
use axum::http::HeaderMap;
use commands::names::{At, Millis};
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};

use super::api::Bucket;
use crate::chat::ticks::Ticks;

/// Calls a second over everything; Discord allows fifty, and other programs may use the same bot. The compiler sees that it
/// is not zero.
const CALLS_A_SECOND: NonZeroU32 = NonZeroU32::new(40).unwrap();
/// Buckets remembered before those that are full again are forgotten.
const KEPT: usize = 1_000;

/// What may be called when.
#[derive(Debug)]
pub struct Budget {
    all: RateLimiter<NotKeyed, InMemoryState, Ticks, NoOpMiddleware<Nanos>>,
    buckets: Mutex<Buckets>,
    clock: Ticks,
}

#[derive(Debug, Default)]
struct Buckets {
    /// Discord's own name of a route's bucket: several routes share one.
    names: HashMap<&'static str, String>,
    left: HashMap<(String, String), Left>,
    /// Until when nothing at all may be called.
    closed_until: Option<At>,
}

/// What is left of a bucket.
#[derive(Debug, Clone, Copy)]
struct Left {
    calls: u32,
    full_at: At,
}

/// What an answer says about its bucket.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    name: Option<String>,
    left: Option<u32>,
    full_in: Option<Millis>,
}

impl Said {
    /// As the headers say it.
    pub fn of(headers: &HeaderMap) -> Self {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        Self {
            name: text("x-ratelimit-bucket").map(str::to_owned),
            left: text("x-ratelimit-remaining").and_then(|left| left.parse().ok()),
            full_in: text("x-ratelimit-reset-after").and_then(seconds),
        }
    }
}

/// A span in seconds with a fraction, rounded up.
pub fn seconds(text: &str) -> Option<Millis> {
    let seconds: f64 = text.trim().parse().ok()?;
    (0.0..1e9)
        .contains(&seconds)
        .then(|| Millis((seconds * 1_000.0).ceil() as u64))
}

impl Budget {
    /// A full budget, by this clock.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let clock = Ticks::of(clock);
        Self {
            all: RateLimiter::direct_with_clock(Quota::per_second(CALLS_A_SECOND), clock.clone()),
            buckets: Mutex::default(),
            clock,
        }
    }

    /// Takes one call out of the budget.
    ///
    /// # Errors
    /// How long to wait, where there is none.
    pub fn take(&self, bucket: &Bucket) -> Result<(), Millis> {
        let now = self.clock.at();
        if let Ok(mut buckets) = self.buckets.lock() {
            if let Some(until) = buckets.closed_until.filter(|until| *until > now) {
                return Err(until.since(now));
            }
            let key = buckets.key(bucket);
            if let Some(left) = buckets.left.get_mut(&key).filter(|left| left.full_at > now) {
                if left.calls == 0 {
                    return Err(left.full_at.since(now));
                }
                left.calls -= 1;
            }
        }
        self.all.check().map_err(|not_yet| {
            let wait = not_yet.wait_time_from(governor::clock::Clock::now(&self.clock));
            Millis(
                u64::try_from(wait.as_millis())
                    .unwrap_or(u64::MAX)
                    .saturating_add(1),
            )
        })
    }

    /// Notes what an answer said about its bucket.
    pub fn note(&self, bucket: &Bucket, said: Said) {
        let now = self.clock.at();
        let Ok(mut buckets) = self.buckets.lock() else {
            return;
        };
        if let Some(name) = said.name {
            buckets.names.insert(bucket.route, name);
        }
        if let (Some(calls), Some(full_in)) = (said.left, said.full_in) {
            let full_at = now.plus(full_in);
            buckets.put(bucket, Left { calls, full_at }, now);
        }
    }

    /// Notes that Discord asked to wait so long: with this bucket, or with everything.
    pub fn wait(&self, bucket: &Bucket, wait: Millis, with_everything: bool) {
        let now = self.clock.at();
        let until = now.plus(wait);
        let Ok(mut buckets) = self.buckets.lock() else {
            return;
        };
        if with_everything {
            buckets.closed_until = buckets.closed_until.max(Some(until));
        } else {
            buckets.put(
                bucket,
                Left {
                    calls: 0,
                    full_at: until,
                },
                now,
            );
        }
    }
}

impl Buckets {
    fn key(&self, bucket: &Bucket) -> (String, String) {
        let name = self.names.get(bucket.route);
        let name = name.map_or_else(|| bucket.route.to_owned(), String::clone);
        (name, bucket.of.clone())
    }

    fn put(&mut self, bucket: &Bucket, left: Left, now: At) {
        if self.left.len() > KEPT {
            self.left.retain(|_, left| left.full_at > now);
        }
        let key = self.key(bucket);
        self.left.insert(key, left);
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

    fn posting(channel: &str) -> Bucket {
        Bucket {
            route: "POST /channels/{}/messages",
            of: channel.to_owned(),
        }
    }

    fn said(name: &str, left: u32, full_in: u64) -> Said {
        Said {
            name: Some(name.to_owned()),
            left: Some(left),
            full_in: Some(Millis(full_in)),
        }
    }

    #[test]
    fn an_empty_bucket_waits_for_itself_and_for_no_other_channel() {
        let (budget, clock) = budget();
        assert_eq!(budget.take(&posting("C1")), Ok(()));
        budget.note(&posting("C1"), said("abc", 1, 5_000));
        assert_eq!(budget.take(&posting("C1")), Ok(()));
        assert_eq!(budget.take(&posting("C1")), Err(Millis(5_000)));
        assert_eq!(budget.take(&posting("C2")), Ok(()));
        clock.0.fetch_add(5_000, Relaxed);
        assert_eq!(budget.take(&posting("C1")), Ok(()));
    }

    #[test]
    fn routes_of_one_bucket_share_it() {
        let (budget, _) = budget();
        let other = Bucket {
            route: "PATCH /channels/{}/messages/{}",
            of: "C1".to_owned(),
        };
        budget.note(&posting("C1"), said("abc", 5, 1_000));
        budget.note(&other, said("abc", 0, 1_000));
        assert_eq!(budget.take(&posting("C1")), Err(Millis(1_000)));
    }

    #[test]
    fn a_pause_of_one_channel_delays_no_other_and_a_global_one_all() {
        let (budget, _) = budget();
        budget.wait(&posting("C1"), Millis(30_000), false);
        assert_eq!(budget.take(&posting("C1")), Err(Millis(30_000)));
        assert_eq!(budget.take(&posting("C2")), Ok(()));
        budget.wait(&posting("C1"), Millis(7_000), true);
        assert_eq!(budget.take(&posting("C2")), Err(Millis(7_000)));
    }

    #[test]
    fn no_more_than_forty_calls_a_second_go_out() {
        let (budget, clock) = budget();
        for channel in 0..CALLS_A_SECOND.get() {
            assert_eq!(budget.take(&posting(&channel.to_string())), Ok(()));
        }
        assert!(budget.take(&posting("last")).is_err());
        clock.0.fetch_add(1_000, Relaxed);
        assert_eq!(budget.take(&posting("last")), Ok(()));
    }

    #[test]
    fn headers_are_read_and_nonsense_in_them_is_not() {
        let headers = |left: &'static str, full_in: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert("x-ratelimit-bucket", axum::http::HeaderValue::from_static("abc"));
            headers.insert(
                "x-ratelimit-remaining",
                axum::http::HeaderValue::from_static(left),
            );
            headers.insert(
                "x-ratelimit-reset-after",
                axum::http::HeaderValue::from_static(full_in),
            );
            Said::of(&headers)
        };
        assert_eq!(headers("3", "0.7001"), said("abc", 3, 701));
        for nonsense in ["NaN", "-1", "inf", ""] {
            assert_eq!(headers("3", nonsense).full_in, None, "{nonsense}");
        }
    }
}
