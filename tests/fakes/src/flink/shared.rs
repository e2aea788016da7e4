//! What the handle and the server share: the model, the script, and the records of what came in.

use super::model::Cluster;
use super::registration::Processes;
use crate::calls::{Call, Script};
use crate::stage::Held;
use axum::response::Response;
use std::future::pending;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// What the handle and the handlers share.
pub(super) struct Shared {
    cluster: Mutex<Cluster>,
    script: Mutex<Script>,
    records: Mutex<Records>,
    pub clock: watch::Sender<u64>,
    pub held: watch::Sender<usize>,
    pub processes: watch::Sender<Processes>,
    /// Closes with the last handle.
    pub over: watch::Sender<()>,
}

#[derive(Default)]
struct Records {
    calls: Vec<Call>,
    violations: Vec<String>,
}

impl Shared {
    pub fn new(now: u64) -> Self {
        Self {
            cluster: Mutex::new(Cluster::new(now)),
            script: Mutex::default(),
            records: Mutex::default(),
            clock: watch::Sender::new(now),
            held: watch::Sender::new(0),
            processes: watch::Sender::default(),
            over: watch::Sender::default(),
        }
    }

    pub fn cluster(&self) -> MutexGuard<'_, Cluster> {
        self.cluster.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn records(&self) -> MutexGuard<'_, Records> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn calls(&self) -> Vec<Call> {
        self.records().calls.clone()
    }

    pub fn violations(&self) -> Vec<String> {
        self.records().violations.clone()
    }

    pub fn take_violations(&self) -> Vec<String> {
        std::mem::take(&mut self.records().violations)
    }

    /// Keeps a call under the next number.
    pub fn note(&self, mut call: Call) -> Call {
        let mut records = self.records();
        call.number = records.calls.len() + 1;
        records.calls.push(call.clone());
        call
    }

    pub fn accuse(&self, call: &Call, what: &str) {
        self.complain(format!(
            "call {}, {} {}: {what}",
            call.number, call.method, call.path
        ));
    }

    pub fn complain(&self, violation: String) {
        self.records().violations.push(violation);
    }

    /// Keeps a call unanswered for as long as its caller stays.
    pub async fn hold(&self) -> Response {
        let _held = Held::count(&self.held);
        pending().await
    }
}
