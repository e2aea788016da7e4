//! A fake Flink whose time goes by, and when it was first told to change something.

use std::time::{Duration, Instant};

use approvals::ports::Clock as _;
use fakes::calls::Interrupt;
use fakes::flink::{FakeFlink, job};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::Failure;
use crate::site::SystemClock;

/// A card or a call that takes longer does not come.
pub const WITHIN: Duration = Duration::from_secs(30);

/// One TaskManager of four slots, and the job `orders`.
pub struct Target {
    /// Flink.
    pub flink: FakeFlink,
    changes: mpsc::UnboundedReceiver<Instant>,
}

impl Target {
    /// Starts it.
    pub async fn start() -> Self {
        let flink = FakeFlink::start_at(now_ms()).await;
        flink
            .with_taskmanagers(1, 4)
            .metrics_are_fresh()
            .runs(job("orders"));
        let (change, changes) = mpsc::unbounded_channel();
        flink.on_call(move |_, call| {
            if call.is_mutation() {
                // Later ones nobody waits for.
                let _ = change.send(Instant::now());
            }
            Interrupt::Proceed
        });
        Self { flink, changes }
    }

    /// When it is told to change something.
    ///
    /// # Errors
    /// Where it is not in time.
    pub async fn changed(&mut self) -> Result<Instant, Failure> {
        let changed = tokio::time::timeout(WITHIN, self.changes.recv()).await?;
        Ok(changed.ok_or("the fake Flink is gone")?)
    }
}

/// Lets the time of these go by until the task is aborted.
pub fn time_goes_by<'a>(targets: impl Iterator<Item = &'a Target>) -> JoinHandle<()> {
    let flinks: Vec<FakeFlink> = targets.map(|target| target.flink.clone()).collect();
    tokio::spawn(async move {
        loop {
            flinks.iter().for_each(|flink| flink.set_now(now_ms()));
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
}

fn now_ms() -> u64 {
    SystemClock.now().0.unsigned_abs()
}
