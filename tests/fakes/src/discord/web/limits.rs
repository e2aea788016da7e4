//! Rate limits: a bucket for each route and the channel, guild or webhook in its path, and fifty a second over all.
//! They are told in every answer and kept only where a story wants them.
//! <https://docs.discord.com/developers/topics/rate-limits>

use super::routes::{Auth, CALLBACK, Route};
use crate::discord::deeds::Scope;
use std::collections::HashMap;

/// Calls a second of one bot over all routes.
const GLOBAL: u32 = 50;

/// What is allowed, and what was used of it.
#[derive(Default)]
pub(in crate::discord) struct Limits {
    pub on: bool,
    buckets: HashMap<String, Window>,
}

#[derive(Clone, Copy, Default)]
struct Window {
    ends: u64,
    used: u32,
    closed_until: u64,
}

/// What one call is told.
#[derive(Default)]
pub(super) struct Limit {
    pub headers: Vec<(&'static str, String)>,
    /// How many seconds to wait, and in whose name.
    pub wait: Option<(f64, Scope)>,
    pub complaint: Option<String>,
}

impl Limits {
    /// Counts a call. Answers to interactions have no limit.
    pub(super) fn take(&mut self, route: &Route, ids: &[String], now: u64) -> Limit {
        if route.path == CALLBACK {
            return Limit::default();
        }
        let (most, seconds) = route.limit;
        // The major parameter; under a token, the token as well.
        let major = match route.auth {
            Auth::Token => ids
                .iter()
                .take(2)
                .map(String::as_str)
                .collect::<Vec<_>>()
                .join("/"),
            _ => ids.first().cloned().unwrap_or_default(),
        };
        let name = format!("{} {}", route.method, route.path);
        let key = format!("{name} {major}");
        let window = self.buckets.entry(key).or_default();
        let mut limit = window.count(most, seconds * 1_000, now, self.on);
        limit.headers.push(("x-ratelimit-bucket", bucket(&name)));
        if let Some((_, Scope::User)) = limit.wait {
            return limit;
        }
        let all = self.buckets.entry("global".to_owned()).or_default();
        let global = all.count(GLOBAL, 1_000, now, self.on);
        limit.complaint = limit.complaint.or(global.complaint);
        if let Some((wait, _)) = global.wait {
            limit.wait = Some((wait, Scope::Global));
        }
        limit
    }
}

impl Window {
    fn count(&mut self, most: u32, length: u64, now: u64, is_kept: bool) -> Limit {
        if now >= self.ends || !is_kept {
            self.ends = now + length;
            self.used = 0;
        }
        let early = self.closed_until.saturating_sub(now);
        let complaint =
            (is_kept && early > 0).then(|| format!("called again {early} ms before retry_after was over"));
        let left = seconds_of(self.ends - now);
        let wait = (self.used >= most).then_some((left, Scope::User));
        if wait.is_some() {
            self.closed_until = self.ends;
        } else {
            self.used += 1;
        }
        let headers = vec![
            ("x-ratelimit-limit", most.to_string()),
            ("x-ratelimit-remaining", (most - self.used).to_string()),
            ("x-ratelimit-reset", format!("{:.3}", seconds_of(self.ends))),
            ("x-ratelimit-reset-after", format!("{left:.3}")),
        ];
        Limit {
            headers,
            wait,
            complaint,
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a time of this century fits")]
fn seconds_of(millis: u64) -> f64 {
    millis as f64 / 1_000.0
}

/// A name that says nothing, as the real ones (FNV-1a, 64 bits).
fn bucket(name: &str) -> String {
    let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}{:016x}", hash.rotate_left(29))
}
