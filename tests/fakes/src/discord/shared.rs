//! What the handle, the server and the gateway share: the model, the limits, what is delivered and over what.

use super::deeds::Deed;
use super::deliveries::Deliveries;
use super::gateway::Gateway;
use super::model::Model;
use super::web::Limits;
use crate::clock::Clock;
use crate::stage::{Stage, lock};
use std::ops::Deref;
use std::sync::{Mutex, MutexGuard};

/// Everything that has more than one reader. Take the model before the deliveries, and the deliveries before the gateway.
pub(super) struct Shared {
    stage: Stage<Deed>,
    model: Mutex<Model>,
    limits: Mutex<Limits>,
    deliveries: Mutex<Deliveries>,
    gateway: Mutex<Gateway>,
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
            gateway: Mutex::default(),
        }
    }

    /// The model, as late as the clock says.
    pub fn model(&self) -> MutexGuard<'_, Model> {
        let mut model = lock(&self.model);
        model.now = self.clock.now();
        model
    }

    pub fn limits(&self) -> MutexGuard<'_, Limits> {
        lock(&self.limits)
    }

    pub fn deliveries(&self) -> MutexGuard<'_, Deliveries> {
        lock(&self.deliveries)
    }

    pub fn gateway(&self) -> MutexGuard<'_, Gateway> {
        lock(&self.gateway)
    }
}
