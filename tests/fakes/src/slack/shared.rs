//! What the handle, the server and the sockets share: the model, the script, the records of what came in.

use super::clock::Clock;
use super::deeds::Deed;
use super::deliveries::Deliveries;
use super::model::Model;
use super::socket::Sockets;
use super::web::Limits;
use crate::calls::{Call, Script};
use axum::response::Response;
use std::future::pending;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Everything that has more than one reader.
pub(super) struct Shared {
    pub clock: Clock,
    pub held: watch::Sender<usize>,
    model: Mutex<Model>,
    script: Mutex<Script<Deed>>,
    limits: Mutex<Limits>,
    records: Mutex<Records>,
    deliveries: Mutex<Deliveries>,
    sockets: Mutex<Sockets>,
    tasks: Mutex<JoinSet<()>>,
    /// Counts whatever may have changed something a test waits for.
    changes: watch::Sender<u64>,
}

#[derive(Default)]
struct Records {
    calls: Vec<Call>,
    faults: Vec<String>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    pub fn new(clock: Clock) -> Self {
        let model = Model::new(clock.now());
        Self {
            clock,
            held: watch::Sender::new(0),
            model: Mutex::new(model),
            script: Mutex::default(),
            limits: Mutex::default(),
            records: Mutex::default(),
            deliveries: Mutex::default(),
            sockets: Mutex::default(),
            tasks: Mutex::default(),
            changes: watch::Sender::new(0),
        }
    }

    /// The model, as late as the clock says.
    pub fn model(&self) -> MutexGuard<'_, Model> {
        let mut model = lock(&self.model);
        model.now = self.clock.now();
        model.process_files();
        model
    }

    pub fn with_model<T>(&self, look: impl FnOnce(&mut Model) -> T) -> T {
        look(&mut self.model())
    }

    pub fn script(&self) -> MutexGuard<'_, Script<Deed>> {
        lock(&self.script)
    }

    pub fn limits(&self) -> MutexGuard<'_, Limits> {
        lock(&self.limits)
    }

    pub fn deliveries(&self) -> MutexGuard<'_, Deliveries> {
        lock(&self.deliveries)
    }

    pub fn sockets(&self) -> MutexGuard<'_, Sockets> {
        lock(&self.sockets)
    }

    /// Runs a task until it ends or the fake does.
    pub fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let mut tasks = lock(&self.tasks);
        while tasks.try_join_next().is_some() {}
        tasks.spawn(task);
    }

    pub fn stop(&self) {
        lock(&self.tasks).abort_all();
    }

    /// Wakes whoever waits for something to show.
    pub fn changed(&self) {
        self.changes.send_modify(|count| *count += 1);
    }

    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
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
}

struct Held<'a>(&'a watch::Sender<usize>);

impl<'a> Held<'a> {
    fn count(held: &'a watch::Sender<usize>) -> Self {
        held.send_modify(|count| *count += 1);
        Self(held)
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}
