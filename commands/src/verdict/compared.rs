//! Two windows of the same length, side by side.

use super::{Judgement, Reason, Verdict};
use crate::names::Millis;
use crate::plan::Promise;
use crate::signals::Signal;
use crate::sizing;
use crate::windows::{Stat, Window};

/// Arrivals that moved by more than this share cannot be compared.
const MOVED: f64 = 0.2;

/// Throughput that fell by this share is worse.
const FELL: f64 = 0.1;

/// An expected gain below this share of the rate before drowns in the noise: none.
const NOISE: f64 = 0.05;

/// The share of an expected gain that makes it better.
const HALF: f64 = 0.5;

/// A backlog below what arrives in so many seconds is the ordinary coming and going.
const REAL_BACKLOG_S: f64 = 5.0;

/// A backlog with this share of it left is gone.
const GONE: f64 = 0.05;

/// Completed checkpoints in the window before from which on one is due in a window as long.
const CHECKPOINTS_DUE: f64 = 2.0;

/// What was measured before and after, and what was promised.
pub(super) struct Compared<'a> {
    before: &'a Window,
    after: &'a Window,
    /// The signal that throughput is read from in both windows.
    leaving: Signal,
    /// Subtasks then / subtasks now; `None` where no gain of throughput was promised.
    ratio: Option<f64>,
    gone_after: Option<Millis>,
}

/// Records/s that arrive: known, or only that it is at least what is read.
#[derive(Clone, Copy)]
struct Arrivals {
    least: f64,
    most: f64,
}

impl Arrivals {
    fn of(window: &Window) -> Option<Self> {
        let read = window.per_s(Signal::RecordsRead)?;
        Some(match sizing::arriving_per_s(window) {
            Some(known) => Self {
                least: known,
                most: known,
            },
            None => Self {
                least: read,
                most: f64::INFINITY,
            },
        })
    }

    fn have_moved(self, after: Self) -> bool {
        after.most < self.least * (1.0 - MOVED) || after.least > self.most * (1.0 + MOVED)
    }
}

/// What throughput did, records/s.
#[derive(Clone, Copy)]
struct Throughput {
    before: f64,
    after: f64,
    expected: f64,
}

impl Throughput {
    fn gain_is_expected(self) -> bool {
        self.expected > self.before * (1.0 + NOISE)
    }

    fn has_gained(self) -> bool {
        self.gain_is_expected() && self.after - self.before >= HALF * (self.expected - self.before)
    }
}

impl<'a> Compared<'a> {
    pub fn of(promise: &Promise, before: &'a Window, after: &'a Window) -> Self {
        let (ratio, gone_after) = match promise {
            Promise::Throughput {
                before,
                after,
                backlog_gone_after,
                ..
            } => (
                Some(f64::from(*after) / f64::from((*before).max(1))),
                *backlog_gone_after,
            ),
            Promise::Resources | Promise::Room => (None, None),
        };
        // The last vertices may tell nothing: then what is read stands for what leaves.
        let tells = |window: &Window| window.per_s(Signal::RecordsWritten).is_some();
        let wrote = before
            .per_s(Signal::RecordsWritten)
            .is_some_and(|written| written > 0.0);
        Self {
            before,
            after,
            leaving: if wrote && tells(after) {
                Signal::RecordsWritten
            } else {
                Signal::RecordsRead
            },
            ratio,
            gone_after,
        }
    }

    pub fn judgement(&self) -> Judgement {
        let (verdict, told) = self.verdict();
        let facts = self
            .facts()
            .into_iter()
            .filter(|fact| Some(fact) != told.as_ref());
        Judgement {
            verdict,
            reasons: told.iter().cloned().chain(facts).collect(),
            job: None,
        }
    }

    /// The verdict, and its reason where that is another than the facts or the most telling of them.
    fn verdict(&self) -> (Verdict, Option<Reason>) {
        if self.checkpoints_stopped() {
            return (Verdict::Worse, Some(Reason::CheckpointsStopped));
        }
        if let Some(moved) = self.arrivals_moved() {
            return (Verdict::Inconclusive, Some(moved));
        }
        if self.throughput_fell() {
            return (Verdict::Worse, None);
        }
        let throughput = self.throughput();
        if throughput.is_some_and(Throughput::has_gained) {
            return (Verdict::Better, None);
        }
        if let Some(shrinks) = self.backlog_shrinks_as_promised() {
            return (Verdict::Better, Some(shrinks));
        }
        match throughput {
            None => (Verdict::Inconclusive, Some(Reason::RatesUnknown)),
            Some(rates) if rates.gain_is_expected() => (Verdict::Same, None),
            Some(_) => (Verdict::Same, Some(Reason::NoGainExpected)),
        }
    }

    /// Throughput and the slope of the backlog, where they were measured.
    pub fn facts(&self) -> Vec<Reason> {
        let throughput = self.throughput().map(|rates| Reason::Throughput {
            before: rates.before,
            after: rates.after,
            expected: rates.expected,
        });
        throughput.into_iter().chain(self.slope()).collect()
    }

    fn throughput(&self) -> Option<Throughput> {
        let before = self.before.per_s(self.leaving)?;
        let able = before * self.ratio.unwrap_or(1.0);
        Some(Throughput {
            before,
            after: self.after.per_s(self.leaving)?,
            expected: self
                .arriving_as_leaving(self.before)
                .map_or(able, |most| able.min(most)),
        })
    }

    /// What would leave if all that arrives were processed: a job that filters or multiplies goes on doing so as before.
    fn arriving_as_leaving(&self, window: &Window) -> Option<f64> {
        let arriving = sizing::arriving_per_s(window)?;
        let read = self.before.per_s(Signal::RecordsRead).filter(|read| *read > 0.0);
        let left = self.before.per_s(self.leaving)?;
        Some(read.map_or(arriving, |read| arriving * left / read))
    }

    /// Less leaves than before, and less than arrives: a backlog that is worked off leaves less to do.
    fn throughput_fell(&self) -> bool {
        self.throughput().is_some_and(|rates| {
            let arrives = self.arriving_as_leaving(self.after).unwrap_or(f64::INFINITY);
            rates.before > 0.0 && rates.after <= (1.0 - FELL) * rates.before.min(arrives)
        })
    }

    fn arrivals_moved(&self) -> Option<Reason> {
        let (before, after) = (Arrivals::of(self.before)?, Arrivals::of(self.after)?);
        before.have_moved(after).then_some(Reason::ArrivalsMoved {
            before: before.least,
            after: after.least,
        })
    }

    fn checkpoints_stopped(&self) -> bool {
        let completed = |window: &Window| window.stats.get(&Signal::CheckpointsCompleted).copied();
        match (completed(self.before), completed(self.after)) {
            (Some(before), Some(after)) => {
                before.last - before.first >= CHECKPOINTS_DUE && after.per_s.is_some_and(|per_s| per_s <= 0.0)
            }
            _ => false,
        }
    }

    fn backlog(&self) -> Option<(Stat, Stat)> {
        let backlog = |window: &Window| window.stats.get(&Signal::Backlog).copied();
        backlog(self.before).zip(backlog(self.after))
    }

    fn slope(&self) -> Option<Reason> {
        let (before, after) = self.backlog()?;
        Some(Reason::BacklogSlope {
            before: before.per_s?,
            after: after.per_s?,
        })
    }

    /// A backlog that was to be gone by then is gone, or shrinks at least as fast as it must, and faster than before.
    fn backlog_shrinks_as_promised(&self) -> Option<Reason> {
        let (before, after) = self.backlog()?;
        let promised = -before.last / self.gone_after?.as_secs_f64().max(1.0);
        let arriving = sizing::arriving_per_s(self.before)?;
        let was_real = before.last > 0.0 && before.last >= REAL_BACKLOG_S * arriving;
        let is_gone = after.last <= GONE * before.last;
        let slopes = before.per_s.zip(after.per_s);
        let shrinks = slopes.is_some_and(|(before, after)| after <= promised && after < before);
        (was_real && (is_gone || shrinks)).then(|| self.slope())?
    }
}
