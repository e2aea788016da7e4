//! What the sides that hear put deliveries into: a real ledger, without the loops that work them off.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use approvals::ledger::Ledger;
use approvals::ledger::sqlite::SqliteLedger;
use approvals::people::{Evidence, People, Profile};
use approvals::policy::Policy;
use approvals::ports::{Clock, Dice, Fault, Roster};
use approvals::site::Site;
use async_trait::async_trait;
use commands::names::{At, Person};

use crate::Failure;

/// The clock of the machine.
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> At {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        At(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

struct Nobody;

#[async_trait]
impl Roster for Nobody {
    async fn groups_of(&self, _: &Person) -> Result<Evidence, Fault> {
        Ok(Evidence {
            groups: [].into(),
            looked_up_at: At(0),
        })
    }
}

/// Opens a ledger in `file`.
///
/// # Errors
/// Where it cannot be made.
pub async fn ledger(file: &Path, dice: Arc<dyn Dice>) -> Result<Arc<SqliteLedger>, Failure> {
    Ok(Arc::new(SqliteLedger::open(file, dice).await?))
}

/// Who Sluice knows: ana.
///
/// # Errors
/// None that happens: her name is one.
pub fn people() -> Result<People, Failure> {
    Ok(People {
        persons: BTreeMap::from([(Person::parse("ana")?, Profile::default())]),
        groups: BTreeMap::new(),
    })
}

/// A site on that ledger, with nobody to look anything up.
pub fn site(ledger: Arc<dyn Ledger>, people: People) -> Arc<Site> {
    Arc::new(Site {
        ledger,
        clock: Arc::new(SystemClock),
        roster: Arc::new(Nobody),
        people,
        policy: Policy::default(),
        environments: BTreeMap::new(),
        chats: BTreeMap::new(),
        demo: true,
        signals: Default::default(),
        jobs: Default::default(),
        shown: Default::default(),
    })
}
