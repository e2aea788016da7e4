//! What one Sluice serves: its people, its policy, its environments, and the ports it works through.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use commands::names::{At, Chat as ChatKind, Environment, JobName, Millis, Person, Place};
use tokio::sync::Notify;

use crate::ledger::{Ledger, LedgerError, Outgoing};
use crate::notice;
use crate::people::{Evidence, People};
use crate::policy::Policy;
use crate::ports::{Chat, Clock, Fault, Platform, Roster};
use crate::request::Request;
use crate::runner::Shown;

/// Everything the loops share.
pub struct Site {
    /// Where everything is remembered.
    pub ledger: Arc<dyn Ledger>,
    /// The time outside; decisions use [`Site::now`].
    pub clock: Arc<dyn Clock>,
    /// Who is in which group; decisions use [`Site::groups_of`].
    pub roster: Arc<dyn Roster>,
    /// Everybody the config names.
    pub people: People,
    /// Who may say yes.
    pub policy: Policy,
    /// What is served, by name.
    pub environments: BTreeMap<Environment, Served>,
    /// The chats that can be spoken in.
    pub chats: BTreeMap<ChatKind, Arc<dyn Chat>>,
    /// Whether identities are not verified (`mode: demo`).
    pub demo: bool,
    /// Who is woken when something new is in the ledger.
    pub signals: Signals,
    /// Jobs seen last in each environment, for completion.
    pub jobs: Mutex<BTreeMap<Environment, Vec<JobName>>>,
    /// What the progress messages say.
    pub shown: Shown,
}

/// One environment.
pub struct Served {
    /// `standalone`, ...
    pub platform_name: &'static str,
    /// How it is reached.
    pub platform: Arc<dyn Platform>,
    /// How long is measured before and after a change.
    pub windows: Windows,
    /// Channels whose default it is.
    pub places: Vec<Place>,
}

/// The windows of a measurement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Windows {
    /// Before the change.
    pub before: Millis,
    /// Left out after the change.
    pub warm_up: Millis,
    /// After the warm-up.
    pub after: Millis,
}

/// A window holds at least this many samples, so that a short one still can be judged.
const SAMPLES_A_WINDOW: u64 = 20;

impl Windows {
    /// How often to sample: a twentieth of the shorter window, between 1 s and 10 s.
    pub fn sample_every(&self) -> Millis {
        let shorter = self.before.0.min(self.after.0);
        Millis((shorter / SAMPLES_A_WINDOW).clamp(1_000, 10_000))
    }

    /// How long samples are kept: both windows, the warm-up, and an hour for runs that take long.
    pub fn keep_for(&self) -> Millis {
        self.before + self.warm_up + self.after + Millis::minutes(60)
    }
}

/// Wakes the loops early; each polls anyway.
#[derive(Default)]
pub struct Signals {
    /// A delivery was stored.
    pub intake: Notify,
    /// A wake-up was set.
    pub runner: Notify,
    /// A message was queued.
    pub outbox: Notify,
    /// Nobody signals it yet: the sampler keeps its own time.
    pub sampler: Notify,
}

impl Site {
    /// Now, never behind the ledger's last entry.
    pub async fn now(&self) -> Result<At, LedgerError> {
        Ok(self.clock.now().max(self.ledger.last_at().await?))
    }

    /// The groups a person is in, with the look-up's time by the clock that decides: where the clock outside was set back, a
    /// fresh look-up is not an old one.
    ///
    /// # Errors
    /// [`Fault`]: the roster does not answer, or the ledger does not.
    pub async fn groups_of(&self, person: &Person) -> Result<Evidence, Fault> {
        let found = self.roster.groups_of(person).await?;
        let now = self.now().await.map_err(|error| Fault::Transient {
            retry_after: None,
            source: error.into(),
        })?;
        let outside = self.clock.now();
        let looked_up_at = if found.looked_up_at <= outside {
            now.minus(outside.since(found.looked_up_at))
        } else {
            found.looked_up_at.min(now)
        };
        Ok(Evidence {
            looked_up_at,
            ..found
        })
    }

    /// What is to be told about a request that people vote on, in every channel that shows it. `opens`: it is shown for the
    /// first time.
    pub(crate) fn everywhere(&self, request: &Request, opens: bool, mut say: Vec<Outgoing>) -> Vec<Outgoing> {
        let (Some(plan), Some(_)) = (&request.plan, &request.voting) else {
            return say;
        };
        let shown_in = self.environments.get(&plan.target.environment);
        let places = shown_in.into_iter().flat_map(|served| &served.places);
        let open: Vec<Place> = places
            .filter(|place| self.chats.contains_key(&place.chat))
            .cloned()
            .collect();
        say.extend(notice::elsewhere(&say, request, opens, &open));
        say
    }

    /// Keeps the names of the jobs that were just seen.
    pub fn remember_jobs(&self, environment: &Environment, names: Vec<JobName>) {
        if let Ok(mut jobs) = self.jobs.lock() {
            jobs.insert(environment.clone(), names);
        }
    }

    /// Names of the jobs that were seen last, for completion.
    pub fn job_names(&self) -> Vec<String> {
        match self.jobs.lock() {
            Ok(jobs) => jobs.values().flatten().map(ToString::to_string).collect(),
            Err(_) => Vec::new(),
        }
    }

    /// The environment a channel stands for, where it stands for exactly one.
    pub fn environment_of(&self, place: &Place) -> Option<&Environment> {
        let mut here = self
            .environments
            .iter()
            .filter(|(_, served)| served.places.contains(place))
            .map(|(name, _)| name);
        match (here.next(), here.next()) {
            (only, None) => only,
            _ => None,
        }
    }
}
