//! TaskManagers and their slots: who holds which, and which are free to whom.

/// One TaskManager.
#[derive(Clone, Debug)]
pub(crate) struct TaskManager {
    pub id: String,
    pub port: u16,
    pub registered: u64,
    pub slots: Vec<Slot>,
    /// Killed without a word: still listed until the JobManager notices.
    pub killed: Option<u64>,
    /// Tasks as its last heartbeat told them.
    pub told_tasks: u32,
    /// Slots that it has and has not told of yet, and when it will.
    pub untold_slots: Option<(u64, u32)>,
}

/// One slot. It may be held by a job and idle: a job gives slots back only after a while.
#[derive(Clone, Debug, Default)]
pub(crate) struct Slot {
    pub holder: Option<String>,
    pub idle_since: Option<u64>,
    /// Tasks running in it.
    pub tasks: u32,
}

impl TaskManager {
    pub fn new(id: &str, slots: u32, port: u16, now: u64) -> Self {
        let slots = (0..slots).map(|_| Slot::default()).collect();
        Self {
            id: id.to_owned(),
            port,
            registered: now,
            slots,
            killed: None,
            told_tasks: 0,
            untold_slots: None,
        }
    }

    pub fn free_slots(&self) -> usize {
        self.slots.iter().filter(|slot| slot.holder.is_none()).count()
    }

    pub fn assigned_tasks(&self) -> u32 {
        self.slots.iter().map(|slot| slot.tasks).sum()
    }

    fn open_to(&self, job: &str) -> usize {
        self.slots.iter().filter(|slot| slot.open_to(job)).count()
    }
}

impl Slot {
    fn open_to(&self, job: &str) -> bool {
        self.holder.as_deref().is_none_or(|holder| holder == job)
    }

    pub fn release(&mut self) {
        *self = Self::default();
    }
}

/// Where a slot is: TaskManager id and index.
pub(crate) type Place = (String, usize);

/// Slots that `job` could run in: free ones and its own.
pub(crate) fn slots_open_to(taskmanagers: &[TaskManager], job: &str) -> u32 {
    let open: usize = taskmanagers
        .iter()
        .map(|taskmanager| taskmanager.open_to(job))
        .sum();
    u32::try_from(open).unwrap_or(u32::MAX)
}

/// Takes `count` slots for `job` on as few TaskManagers as will do (`prefer-minimal-taskmanagers`): the widest first,
/// then the oldest, `last` at the end. What the job held and no longer needs stays its own, idle from `now` on.
pub(crate) fn take(
    taskmanagers: &mut [TaskManager],
    job: &str,
    count: usize,
    last: Option<&str>,
    now: u64,
) -> Vec<Place> {
    for slot in taskmanagers
        .iter_mut()
        .flat_map(|taskmanager| &mut taskmanager.slots)
    {
        if slot.holder.as_deref() == Some(job) {
            slot.idle_since.get_or_insert(now);
            slot.tasks = 0;
        }
    }
    let mut order: Vec<usize> = (0..taskmanagers.len()).collect();
    order.sort_by_key(|&at| {
        let taskmanager = &taskmanagers[at];
        (
            last == Some(taskmanager.id.as_str()),
            usize::MAX - taskmanager.open_to(job),
            at,
        )
    });
    let mut places = Vec::new();
    for at in order {
        let id = taskmanagers[at].id.clone();
        for (index, slot) in taskmanagers[at].slots.iter_mut().enumerate() {
            if places.len() < count && slot.open_to(job) {
                slot.holder = Some(job.to_owned());
                slot.idle_since = None;
                places.push((id.clone(), index));
            }
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two_of_two() -> Vec<TaskManager> {
        vec![TaskManager::new("a", 2, 1, 0), TaskManager::new("b", 2, 2, 0)]
    }

    #[test]
    fn a_narrowed_job_keeps_its_slots_for_a_while_and_packs_its_tasks() {
        let mut taskmanagers = two_of_two();
        take(&mut taskmanagers, "orders", 4, None, 0);
        let places = take(&mut taskmanagers, "orders", 2, None, 100);
        assert_eq!(places, [("a".to_owned(), 0), ("a".to_owned(), 1)]);
        assert_eq!(taskmanagers[1].free_slots(), 0);
        assert_eq!(taskmanagers[1].slots[0].idle_since, Some(100));
    }

    #[test]
    fn the_one_that_shall_be_emptied_is_taken_last() {
        let mut taskmanagers = two_of_two();
        let places = take(&mut taskmanagers, "orders", 2, Some("a"), 0);
        assert!(places.iter().all(|(id, _)| id == "b"));
    }

    #[test]
    fn a_slot_of_one_job_is_closed_to_another() {
        let mut taskmanagers = two_of_two();
        take(&mut taskmanagers, "orders", 3, None, 0);
        assert_eq!(slots_open_to(&taskmanagers, "clicks"), 1);
        assert_eq!(slots_open_to(&taskmanagers, "orders"), 4);
    }
}
