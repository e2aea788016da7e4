//! Rate limits: a bucket for each team and method by its tier, one message a second for each channel, and whether
//! `Retry-After` was honoured. Off unless a story wants them.

use super::args::Arguments;
use crate::slack::contract::{CONTRACT, Tier};
use std::collections::HashMap;

/// How many of a minute's calls may come at once, beyond the even pace.
const BURST: u32 = 5;
/// Posting: one message a second and channel, with a short burst.
const POSTING_BURST: u32 = 3;

/// What is allowed, and what was used of it.
#[derive(Default)]
pub(in crate::slack) struct Limits {
    pub on: bool,
    buckets: HashMap<String, Bucket>,
}

struct Bucket {
    /// Milliseconds in which one call is earned.
    pace: u64,
    burst: u32,
    /// When it will be full again, epoch milliseconds (the GCRA's theoretical arrival time).
    full_at: u64,
    closed_until: u64,
}

/// The answer to a call too many.
pub(in crate::slack) struct Wait {
    /// Whole seconds, at least 1.
    pub seconds: u64,
    pub complaints: Vec<String>,
}

impl Limits {
    /// Counts a call; says how long to wait where it is one too many.
    pub fn check(&mut self, method: &str, team: &str, arguments: &Arguments, now: u64) -> Option<Wait> {
        if !self.on {
            return None;
        }
        let (key, pace, burst) = bucket_of(method, team, arguments)?;
        let bucket = self.buckets.entry(key).or_insert(Bucket {
            pace,
            burst,
            full_at: 0,
            closed_until: 0,
        });
        bucket.take(now, method)
    }
}

fn bucket_of(method: &str, team: &str, arguments: &Arguments) -> Option<(String, u64, u32)> {
    match CONTRACT.method(method)?.tier {
        Tier::PerMinute(calls) => Some((format!("{team} {method}"), 60_000 / u64::from(calls), BURST)),
        Tier::Special if method == "chat.postMessage" => {
            let channel = arguments.text("channel").unwrap_or_default();
            Some((format!("{team} {method} {channel}"), 1_000, POSTING_BURST))
        }
        Tier::Special => None,
    }
}

impl Bucket {
    fn take(&mut self, now: u64, method: &str) -> Option<Wait> {
        let mut complaints = Vec::new();
        if now < self.closed_until {
            let early = self.closed_until - now;
            complaints.push(format!("{method} again {early} ms before Retry-After was over"));
        }
        let earliest = self.full_at.saturating_sub(self.pace * u64::from(self.burst - 1));
        if now < earliest {
            let seconds = (earliest - now).div_ceil(1_000).max(1);
            self.closed_until = self.closed_until.max(now + seconds * 1_000);
            return Some(Wait { seconds, complaints });
        }
        self.full_at = self.full_at.max(now) + self.pace;
        None
    }
}
