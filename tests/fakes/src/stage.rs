//! What every fake has that keeps a story's time: its clock, its script, the records of calls and faults, its tasks, and
//! those who wait for something to show.

use crate::calls::{Call, Script};
use crate::clock::Clock;
use axum::response::Response;
use std::future::pending;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// A wait for something to show is given up after this much real time.
const PATIENCE: Duration = Duration::from_secs(20);

/// `D` is what the fake can do wrong at a call.
pub(crate) struct Stage<D> {
    pub clock: Clock,
    pub held: watch::Sender<usize>,
    script: Mutex<Script<D>>,
    records: Mutex<Records>,
    tasks: Mutex<JoinSet<()>>,
    /// Counts whatever may have changed something a test waits for.
    changes: watch::Sender<u64>,
}

#[derive(Default)]
struct Records {
    calls: Vec<Call>,
    faults: Vec<String>,
}

/// A poisoned lock is the lock of a test that failed already.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<D> Stage<D> {
    pub fn new(clock: Clock) -> Self {
        Self {
            clock,
            held: watch::Sender::new(0),
            script: Mutex::default(),
            records: Mutex::default(),
            tasks: Mutex::default(),
            changes: watch::Sender::new(0),
        }
    }

    pub fn script(&self) -> MutexGuard<'_, Script<D>> {
        lock(&self.script)
    }

    /// Runs a task until it ends or the fake does.
    pub fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let mut tasks = lock(&self.tasks);
        while tasks.try_join_next().is_some() {}
        tasks.spawn(task);
    }

    /// The end of the last handle: tasks stop, and faults that nobody read are told.
    pub fn ends(&self) {
        lock(&self.tasks).abort_all();
        let faults = self.faults();
        if !faults.is_empty() && !std::thread::panicking() {
            panic_with::<()>(&format!("faults that no test read:\n{}", faults.join("\n")));
        }
    }

    /// Wakes whoever waits for something to show.
    pub fn changed(&self) {
        self.changes.send_modify(|count| *count += 1);
    }

    /// Waits until `look` finds something, looking again at every change; panics after twenty seconds of real time.
    pub async fn until<T>(&self, what: &str, look: impl Fn() -> Option<T>) -> T {
        let mut changes = self.changes.subscribe();
        let found = async {
            loop {
                changes.borrow_and_update();
                if let Some(found) = look() {
                    return found;
                }
                if changes.changed().await.is_err() {
                    pending::<()>().await;
                }
            }
        };
        let waited = tokio::time::timeout(PATIENCE, found).await;
        waited.unwrap_or_else(|_| panic_with(&format!("waited in vain for {what}")))
    }

    pub fn calls(&self) -> Vec<Call> {
        lock(&self.records).calls.clone()
    }

    pub fn faults(&self) -> Vec<String> {
        lock(&self.records).faults.clone()
    }

    pub fn take_faults(&self) -> Vec<String> {
        std::mem::take(&mut lock(&self.records).faults)
    }

    /// Panics where there are faults.
    pub fn assert_lawful(&self) {
        let faults = self.faults();
        assert!(
            faults.is_empty(),
            "{} faults:\n{}",
            faults.len(),
            faults.join("\n")
        );
    }

    /// Keeps a call under the next number.
    pub fn note(&self, mut call: Call) -> Call {
        let mut records = lock(&self.records);
        call.number = records.calls.len() + 1;
        records.calls.push(call.clone());
        call
    }

    pub fn accuse(&self, call: &Call, what: &str) {
        let name = call.route.unwrap_or(&call.path);
        self.complain(format!("call {}, {name}: {what}", call.number));
    }

    pub fn complain(&self, fault: String) {
        lock(&self.records).faults.push(fault);
        self.changed();
    }

    /// Keeps a call unanswered for as long as its caller stays.
    pub async fn hold(&self) -> Response {
        let _held = Held::count(&self.held);
        pending().await
    }

    /// Waits until a call is being held.
    pub async fn until_held(&self) {
        let _ = self.held.subscribe().wait_for(|held| *held > 0).await;
    }
}

/// Counts a call for as long as it is held.
pub(crate) struct Held<'a>(&'a watch::Sender<usize>);

impl<'a> Held<'a> {
    pub fn count(held: &'a watch::Sender<usize>) -> Self {
        held.send_modify(|count| *count += 1);
        Self(held)
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}

#[expect(
    clippy::panic,
    reason = "a story that asks a person for the impossible is wrong"
)]
pub(crate) fn panic_with<T>(what: &str) -> T {
    panic!("{what}")
}
