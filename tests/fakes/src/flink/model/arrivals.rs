//! TaskManager processes of this host: from their first word until all is known of them. A new one is listed with no slots
//! for a moment, and how many tasks it has is known from its heartbeats only.

use super::Cluster;
use super::slots::{Slot, TaskManager};

/// A process that has said its name and is not listed yet.
pub(crate) struct Arrival {
    id: String,
    slots: u32,
    listed_at: u64,
}

impl Cluster {
    /// A process says its name. `false`: the name is taken.
    pub fn arrive(&mut self, id: &str, slots: u32) -> bool {
        if self.taskmanager(id).is_some() || self.arriving.iter().any(|arrival| arrival.id == id) {
            return false;
        }
        self.arriving.push(Arrival {
            id: id.to_owned(),
            slots,
            listed_at: self.now + self.settings.registering,
        });
        true
    }

    /// Everybody who arrives is there, slots and all.
    pub fn list_arrivals(&mut self) {
        for Arrival { id, slots, .. } in std::mem::take(&mut self.arriving) {
            self.register(&id, slots);
        }
    }

    /// The process ended: by itself, or killed without a word.
    pub fn depart(&mut self, id: &str, by_itself: bool) {
        self.arriving.retain(|arrival| arrival.id != id);
        if by_itself {
            self.lose(id);
        } else {
            self.kill(id);
        }
    }

    pub(super) fn arrival_due(&self) -> Option<u64> {
        let arriving = self.arriving.iter().map(|arrival| arrival.listed_at);
        let untold = self
            .taskmanagers
            .iter()
            .filter_map(|taskmanager| Some(taskmanager.untold_slots?.0));
        arriving.chain(untold).min()
    }

    pub(super) fn let_arrive(&mut self) {
        let now = self.now;
        let arrived: Vec<Arrival> = self
            .arriving
            .extract_if(.., |arrival| arrival.listed_at <= now)
            .collect();
        for Arrival { id, slots, .. } in arrived {
            self.register(&id, 0);
            let told_at = now + self.settings.slots_reported;
            if let Some(new) = self.taskmanagers.last_mut() {
                new.untold_slots = Some((told_at, slots));
            }
        }
        let mut any = false;
        for taskmanager in &mut self.taskmanagers {
            if let Some((_, slots)) = taskmanager.untold_slots.take_if(|(at, _)| *at <= now) {
                taskmanager.slots = (0..slots).map(|_| Slot::default()).collect();
                any = true;
            }
        }
        if any {
            self.place_unplaced();
            self.slots_changed();
        }
    }

    /// `assignedTasks`: as the last heartbeat told it.
    pub fn told_tasks(&self, taskmanager: &TaskManager) -> u32 {
        if self.settings.heartbeat == 0 {
            taskmanager.assigned_tasks()
        } else {
            taskmanager.told_tasks
        }
    }

    pub(super) fn heartbeat_due(&self) -> Option<u64> {
        let every = self.settings.heartbeat;
        let stale = |taskmanager: &&TaskManager| {
            every > 0
                && taskmanager.killed.is_none()
                && taskmanager.told_tasks != taskmanager.assigned_tasks()
        };
        let next = |taskmanager: &TaskManager| {
            let age = self.now - taskmanager.registered;
            taskmanager.registered + age.div_ceil(every) * every
        };
        self.taskmanagers.iter().filter(stale).map(next).min()
    }

    pub(super) fn let_report(&mut self) {
        let (now, every) = (self.now, self.settings.heartbeat);
        for taskmanager in &mut self.taskmanagers {
            let beats = every > 0 && (now - taskmanager.registered).is_multiple_of(every);
            if beats && taskmanager.killed.is_none() {
                taskmanager.told_tasks = taskmanager.assigned_tasks();
            }
        }
    }

    /// What runs from the beginning is known from the beginning.
    pub(super) fn all_report(&mut self) {
        for taskmanager in &mut self.taskmanagers {
            taskmanager.told_tasks = taskmanager.assigned_tasks();
        }
    }
}
