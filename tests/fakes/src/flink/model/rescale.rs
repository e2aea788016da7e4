//! When the adaptive scheduler changes a running job's parallelism: the phases of Flink's `DefaultStateTransitionManager`,
//! and the record it keeps of each rescale.

use super::Settings;

/// Why a rescale was begun, as Flink spells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    InitialSchedule,
    UpdateRequirement,
    NewResourceAvailable,
    RecoverableFailover,
}

impl Cause {
    pub fn spelling(self) -> &'static str {
        match self {
            Self::InitialSchedule => "INITIAL_SCHEDULE",
            Self::UpdateRequirement => "UPDATE_REQUIREMENT",
            Self::NewResourceAvailable => "NEW_RESOURCE_AVAILABLE",
            Self::RecoverableFailover => "RECOVERABLE_FAILOVER",
        }
    }
}

/// One rescale that has ended.
#[derive(Clone, Debug)]
pub(crate) struct Rescale {
    pub uuid: String,
    pub requirements: String,
    pub attempt: u64,
    pub started: u64,
    pub ended: u64,
    pub cause: Cause,
    pub outcome: Outcome,
}

/// How it ended: terminal state and reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Succeeded,
    RequirementsUpdated,
    NothingChanged,
    FailoverRestarting,
}

impl Outcome {
    pub fn spelling(self) -> (&'static str, &'static str) {
        match self {
            Self::Succeeded => ("COMPLETED", "SUCCEEDED"),
            Self::RequirementsUpdated => ("IGNORED", "RESOURCE_REQUIREMENTS_UPDATED"),
            Self::NothingChanged => ("IGNORED", "NO_RESOURCES_OR_PARALLELISMS_CHANGE"),
            Self::FailoverRestarting => ("FAILED", "JOB_FAILOVER_RESTARTING"),
        }
    }
}

/// What the slots would allow at this moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Prospect {
    /// Another parallelism than the present one is possible.
    pub change: bool,
    /// The upper bounds can be met.
    pub desired: bool,
}

/// What the manager wants done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Stay,
    /// Gave up on a change it had seen.
    Forget,
    Rescale,
}

/// The manager of one stretch of running.
#[derive(Clone, Debug)]
pub(crate) struct Manager {
    phase: Phase,
    /// When the desired (or, once stable, the sufficient) is looked at without a checkpoint.
    evaluate_at: Option<u64>,
    max_delay: u64,
    stabilization: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Cooldown { until: u64, change: Option<u64> },
    Idling,
    Stabilizing { until: u64, change: u64 },
    Stabilized,
}

impl Manager {
    /// For an attempt that started running at `started`.
    pub fn new(settings: &Settings, checkpoint_interval: Option<u64>, started: u64) -> Self {
        Self {
            phase: Phase::Cooldown {
                until: started + settings.cooldown,
                change: None,
            },
            evaluate_at: None,
            max_delay: settings.max_delay(checkpoint_interval),
            stabilization: settings.executing_stabilization,
        }
    }

    /// Something changed: bounds or slots. Answers whether this is the first sign of a rescale to come.
    pub fn changed(&mut self, now: u64, prospect: Prospect) -> bool {
        match &mut self.phase {
            Phase::Cooldown { change, .. } if prospect.change && change.is_none() => {
                *change = Some(now);
                true
            }
            Phase::Idling if prospect.change => {
                self.stabilize(now, now);
                true
            }
            Phase::Stabilizing { .. } => {
                self.evaluate_at.get_or_insert(now + self.max_delay);
                false
            }
            _ => false,
        }
    }

    /// A checkpoint completed, or failed often enough.
    pub fn checkpointed(&mut self, prospect: Prospect) -> Verdict {
        match self.phase {
            Phase::Stabilizing { .. } if prospect.change && prospect.desired => Verdict::Rescale,
            Phase::Stabilized if prospect.change => Verdict::Rescale,
            Phase::Stabilized => self.idle(),
            _ => Verdict::Stay,
        }
    }

    /// When time alone makes it act.
    pub fn due(&self) -> Option<u64> {
        let phase = match self.phase {
            Phase::Cooldown { until, .. } | Phase::Stabilizing { until, .. } => Some(until),
            _ => None,
        };
        phase.into_iter().chain(self.evaluate_at).min()
    }

    /// Does what is due at `now`.
    pub fn tick(&mut self, now: u64, prospect: Prospect) -> Verdict {
        if self.evaluate_at.is_some_and(|at| at <= now) {
            self.evaluate_at = None;
            return self.checkpointed(prospect);
        }
        match self.phase {
            Phase::Cooldown {
                until,
                change: Some(change),
            } if until <= now => self.stabilize(now, change),
            Phase::Cooldown { until, change: None } if until <= now => return self.idle(),
            Phase::Stabilizing { until, change } if until <= now => {
                self.phase = Phase::Stabilized;
                self.evaluate_at = Some(now.max(change + self.max_delay));
            }
            _ => {}
        }
        Verdict::Stay
    }

    fn stabilize(&mut self, now: u64, change: u64) {
        self.phase = Phase::Stabilizing {
            until: now.max(change + self.stabilization),
            change,
        };
        self.evaluate_at = Some(now.max(change + self.max_delay));
    }

    fn idle(&mut self) -> Verdict {
        self.phase = Phase::Idling;
        self.evaluate_at = None;
        Verdict::Forget
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: Prospect = Prospect {
        change: true,
        desired: true,
    };
    const SOME: Prospect = Prospect {
        change: true,
        desired: false,
    };
    const NONE: Prospect = Prospect {
        change: false,
        desired: true,
    };

    fn cooled_down() -> Manager {
        let mut manager = Manager::new(&Settings::default(), Some(5_000), 0);
        assert_eq!(manager.tick(30_000, NONE), Verdict::Forget);
        manager
    }

    #[test]
    fn a_change_waits_for_the_next_checkpoint() {
        let mut manager = cooled_down();
        assert!(manager.changed(40_000, ALL));
        assert_eq!(manager.tick(40_000, ALL), Verdict::Stay);
        assert_eq!(manager.checkpointed(ALL), Verdict::Rescale);
    }

    #[test]
    fn without_a_checkpoint_it_happens_after_three_intervals() {
        let mut manager = cooled_down();
        manager.changed(40_000, ALL);
        assert_eq!(manager.due(), Some(55_000));
        assert_eq!(manager.tick(55_000, ALL), Verdict::Rescale);
    }

    #[test]
    fn in_the_cooldown_checkpoints_are_not_heard() {
        let mut manager = Manager::new(&Settings::default(), Some(5_000), 0);
        manager.changed(10_000, ALL);
        assert_eq!(manager.checkpointed(ALL), Verdict::Stay);
        assert_eq!(manager.tick(30_000, ALL), Verdict::Stay);
        assert_eq!(manager.tick(30_000, ALL), Verdict::Rescale);
    }

    #[test]
    fn less_than_desired_is_taken_once_nothing_more_came_for_a_minute() {
        let mut manager = cooled_down();
        manager.changed(40_000, SOME);
        assert_eq!(manager.tick(55_000, SOME), Verdict::Stay);
        assert_eq!(manager.checkpointed(SOME), Verdict::Stay);
        assert_eq!(manager.tick(100_000, SOME), Verdict::Stay);
        assert_eq!(manager.checkpointed(SOME), Verdict::Rescale);
    }

    #[test]
    fn a_change_taken_back_in_time_never_happens() {
        let mut manager = cooled_down();
        manager.changed(40_000, ALL);
        assert_eq!(manager.checkpointed(NONE), Verdict::Stay);
        assert_eq!(manager.tick(55_000, NONE), Verdict::Stay);
        assert_eq!(manager.tick(100_000, NONE), Verdict::Stay);
        assert_eq!(manager.tick(100_000, NONE), Verdict::Forget);
    }
}
