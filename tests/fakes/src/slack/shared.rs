//! What the handle, the server and the sockets share: the model, the limits, what is delivered and over what.

use super::deeds::Deed;
use super::deliveries::Deliveries;
use super::model::Model;
use super::socket::Sockets;
use super::web::Limits;
use crate::clock::Clock;
use crate::stage::{Stage, lock};
use std::ops::Deref;
use std::sync::{Mutex, MutexGuard};

/// Everything that has more than one reader.
pub(super) struct Shared {
    stage: Stage<Deed>,
    model: Mutex<Model>,
    limits: Mutex<Limits>,
    deliveries: Mutex<Deliveries>,
    sockets: Mutex<Sockets>,
}

impl Deref for Shared {
    type Target = Stage<Deed>;

    fn deref(&self) -> &Stage<Deed> {
        &self.stage
    }
}

impl Shared {
    pub fn new(clock: Clock) -> Self {
        let model = Model::new(clock.now());
        Self {
            stage: Stage::new(clock),
            model: Mutex::new(model),
            limits: Mutex::default(),
            deliveries: Mutex::default(),
            sockets: Mutex::default(),
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

    pub fn limits(&self) -> MutexGuard<'_, Limits> {
        lock(&self.limits)
    }

    pub fn deliveries(&self) -> MutexGuard<'_, Deliveries> {
        lock(&self.deliveries)
    }

    pub fn sockets(&self) -> MutexGuard<'_, Sockets> {
        lock(&self.sockets)
    }
}
