//! A fake Apache Flink 2.3.0 with the adaptive scheduler, as its REST API shows it.
//!
//! ```
//! use fakes::flink::{FakeFlink, job};
//! use std::time::Duration;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let flink = FakeFlink::start().await;
//! flink
//!     .with_taskmanagers(2, 4)
//!     .runs(job("orders").parallelism(4).arriving(1_000.0).capacity_per_subtask(200.0).backlog(1_200_000));
//! // ... Sluice talks to flink.url(): a checkpoint, new bounds, another checkpoint ...
//! flink.advance(Duration::from_secs(60));
//! assert_eq!(flink.parallelism("orders"), 4);
//! assert!(flink.effects().is_empty());
//! flink.assert_lawful();
//! # }
//! ```
//!
//! **Time** is the story's: nothing moves until [`FakeFlink::advance`] or [`FakeFlink::set_now`]. Then all that is due on
//! the way happens in order: checkpoints, rescales, restarts, slots given back, records worked off. What a client reads
//! depends on what was done and on the time; asking twice in one instant gets the same answer twice.
//!
//! **Rescaling** follows Flink: new bounds are only accepted; the change happens with the next completed checkpoint or
//! after the scheduler's longest delay, not in the cooldown; the job goes through RESTARTING and CREATED, shows the new
//! parallelism before its tasks run, reads again what was read since the checkpoint, and loses one checkpoint that was
//! under way. Surplus slots stay taken for a while; tasks leave at once.
//!
//! **Metrics** are fetched at most so often and are seen from the next instant on; so the first question is answered with
//! nothing and the old attempt speaks on for a while after a rescale. [`FakeFlink::metrics_are_fresh`] turns this off.
//!
//! **Strictness**: unknown routes, fields, query parameters and content types, ids that are none, and the fake's own
//! slips against the official description end in [`FakeFlink::violations`]; end a story with
//! [`FakeFlink::assert_lawful`].

mod answers;
mod deviations;
mod faults;
mod job;
mod looks;
mod model;
mod registration;
#[cfg(test)]
mod samples;
mod server;
mod shared;

pub use faults::{Jobs, changing_bounds, triggering_a_checkpoint};
pub use job::{Bounds, Job, Vertex, job};
pub use model::running::Status;
pub use model::{Deed, Effect, Scheduler, Settings};
pub use registration::Passage;

use crate::line::{Exchange, Line};
use axum::Router;
use shared::Shared;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::task::JoinHandle;

/// 2026-11-24 03:00:00 UTC, in epoch milliseconds: when a story begins unless it says otherwise.
pub const STORY_START_MS: u64 = 1_795_489_200_000;

/// The handle of a running fake. Clones are the same fake; it stops with the last of them.
#[derive(Clone)]
pub struct FakeFlink {
    shared: Arc<Shared>,
    exchange: Exchange,
    server: Arc<Server>,
}

/// The tasks that listen.
struct Server(Mutex<Vec<JoinHandle<()>>>);

impl Server {
    fn keep(&self, task: JoinHandle<()>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(task);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        for task in self.0.get_mut().unwrap_or_else(PoisonError::into_inner) {
            task.abort();
        }
    }
}

impl FakeFlink {
    /// An empty cluster on a free port of 127.0.0.1, at [`STORY_START_MS`]. Needs a Tokio runtime.
    pub async fn start() -> Self {
        Self::start_at(STORY_START_MS).await
    }

    /// The same at `now`, in epoch milliseconds.
    pub async fn start_at(now: u64) -> Self {
        let (exchange, answering) = Exchange::open().await.expect("a free port on 127.0.0.1");
        let shared = Arc::new(Shared::new(now));
        let router = Router::new().fallback(server::serve).with_state(shared.clone());
        let service = router.into_make_service_with_connect_info::<Line>();
        let serving = tokio::spawn(async move {
            let _ = axum::serve(answering, service).await;
        });
        Self {
            shared,
            exchange,
            server: Arc::new(Server(Mutex::new(vec![serving]))),
        }
    }

    /// `http://127.0.0.1:PORT`; the same through [`FakeFlink::goes_down`] and back.
    pub fn url(&self) -> String {
        format!("http://{}", self.exchange.address())
    }

    /// Another configuration of the cluster, from now on. Say it before jobs run.
    pub fn configured(&self, settings: Settings) -> &Self {
        self.shared.cluster().settings = settings;
        self
    }

    /// TaskManagers `tm-1` to `tm-COUNT` with `slots` each, strangers that nobody here started.
    pub fn with_taskmanagers(&self, count: u32, slots: u32) -> &Self {
        for number in 1..=count {
            self.register_taskmanager(&format!("tm-{number}"), slots);
        }
        self
    }

    /// A TaskManager joins; `id` is its `taskmanager.resource-id`. Jobs whose upper bound is above their parallelism
    /// grow. Panics where the id is taken.
    pub fn register_taskmanager(&self, id: &str, slots: u32) -> &Self {
        self.shared.cluster().register(id, slots);
        self
    }

    /// A TaskManager ends by SIGTERM: it leaves the list at once, and jobs that had tasks on it restart.
    pub fn lose_taskmanager(&self, id: &str) -> &Self {
        self.shared.cluster().lose(id);
        self
    }

    /// A TaskManager ends by SIGKILL: noticed late; until it leaves the list, new attempts may land on it and fail.
    pub fn kill_taskmanager(&self, id: &str) -> &Self {
        self.shared.cluster().kill(id);
        self
    }

    /// When a job narrows, this TaskManager is used last, so that it is the one that gets empty. Nobody can choose that
    /// in a real Flink; a story can.
    pub fn empties_first(&self, id: &str) -> &Self {
        self.shared.cluster().empties_first = Some(id.to_owned());
        self
    }

    /// This job runs, and has been running for its age. Without enough TaskManagers, told before or after, it waits for
    /// them from the first call or the first step of time on.
    pub fn runs(&self, job: Job) -> &Self {
        self.shared.cluster().run(job);
        self
    }

    /// Moves time on.
    pub fn advance(&self, by: Duration) {
        let then = self.now() + job::millis(by);
        self.set_now(then);
    }

    /// Moves time on to `now`, in epoch milliseconds. A clock set back does not move Flink.
    pub fn set_now(&self, now: u64) {
        let mut cluster = self.shared.cluster();
        if now >= cluster.now {
            cluster.advance_to(now);
            self.shared.clock.send_replace(now);
        }
    }

    /// Flink's time, in epoch milliseconds.
    pub fn now(&self) -> u64 {
        self.shared.cluster().now
    }
}
