//! The time as governor wants it, by the port's clock.

use std::fmt;
use std::sync::{Arc, Mutex};

use approvals::ports::Clock;
use commands::names::At;
use governor::clock::Clock as Ticking;
use governor::nanos::Nanos;

/// The port's clock as governor wants one. A clock that is set back stands still instead: no budget is used up by that.
#[derive(Clone)]
pub struct Ticks(Arc<Watched>);

impl Ticks {
    /// Counts on with this clock.
    pub fn of(clock: Arc<dyn Clock>) -> Self {
        Self(Arc::new(Watched {
            at: Mutex::new((clock.now(), 0)),
            clock,
        }))
    }

    /// What the clock says.
    pub fn at(&self) -> At {
        self.0.clock.now()
    }
}

struct Watched {
    clock: Arc<dyn Clock>,
    /// When it was looked at last, and the milliseconds that passed until then.
    at: Mutex<(At, u64)>,
}

impl fmt::Debug for Ticks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ticks(..)")
    }
}

impl Ticking for Ticks {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        let now = self.0.clock.now();
        let Ok(mut at) = self.0.at.lock() else {
            return Nanos::new(0);
        };
        let (before, passed) = *at;
        let passed = passed.saturating_add(now.since(before).0);
        *at = (now, passed);
        Nanos::new(passed.saturating_mul(1_000_000))
    }
}
