//! One world: a fake Flink, a town with four people, and a Sluice that can die and live again.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};

use adapters::platforms::standalone::{self, Standalone, launcher};
use approvals::ledger::Ledger;
use approvals::ledger::sqlite::SqliteLedger;
use approvals::ledger::sqlite::audit::Audit;
use approvals::people::People;
use approvals::ports::Platform;
use approvals::sampler::Sampler;
use approvals::site::{Served, Signals, Site, Windows};
use approvals::{outbox, runner};
use bot::roster::Rosters;
use commands::names::{At, Environment, Person};
use fakes::flink::FakeFlink;
use tempfile::TempDir;

use crate::cast::{Gone, Layout, Lists, people, windows};
use crate::clock::{PlainDice, SimClock};
use crate::death::Death;
use crate::host;
use crate::mortal::Mortal;
use crate::town::{Road, Town};
use crate::twice;

/// The environment of every story.
pub const SHOP: &str = "shop";

/// Turns of the scheduler within which what a life left behind has come to its end.
const LET_GO_AFTER: usize = 100_000;

/// How a story is told.
#[derive(Debug, Clone)]
pub struct Manner {
    /// Where people are.
    pub road: Road,
    /// When the process dies.
    pub death: Arc<Death>,
    /// Whether whatever can happen twice does: deliveries, posts, calls that change something.
    pub twice: bool,
    /// Whether metrics are sampled and the result is measured. Without it the windows are short and the verdict is
    /// inconclusive: for stories that are told a hundred times.
    pub measured: bool,
}

impl Manner {
    /// On the console, once, to the end, and measured.
    pub fn plain() -> Self {
        Self {
            road: Road::Console,
            death: Death::never(),
            twice: false,
            measured: true,
        }
    }
}

/// One world of one story.
pub struct World {
    /// The fake Flink; its time is moved by the world.
    pub flink: FakeFlink,
    /// The clock that all share.
    pub clock: Arc<SimClock>,
    /// Policy, windows and means of the next life.
    pub layout: Layout,
    pub(crate) manner: Manner,
    pub(crate) gone: Gone,
    pub(crate) town: Box<dyn Town>,
    pub(crate) life: Option<Life>,
    host: Option<launcher::Config>,
    folder: TempDir,
}

/// One life of the process, between two deaths.
pub(crate) struct Life {
    pub site: Arc<Site>,
    pub sampler: Sampler,
    pub sample_at: Option<At>,
    pub ledger: Arc<SqliteLedger>,
}

impl World {
    /// A world around a Flink that is set up already.
    pub async fn new(flink: FakeFlink, layout: Layout, manner: Manner) -> Self {
        let clock = Arc::new(SimClock::at(At(i64::try_from(flink.now()).unwrap())));
        let folder = in_memory_folder();
        let host = match &layout.launching {
            Some(launching) => {
                let config = launching.config(&flink, folder.path()).await;
                host::already_there(launching, &config, &flink).await;
                Some(config)
            }
            None => None,
        };
        let mut town = manner.road.town(&clock).await;
        town.gathers(layout.crowd);
        let mut world = Self {
            flink,
            layout,
            gone: Gone::default(),
            town,
            manner,
            clock,
            life: None,
            host,
            folder,
        };
        world.live().await;
        world
    }

    /// The ledger's file.
    pub fn ledger_file(&self) -> std::path::PathBuf {
        self.folder.path().join("sluice.db")
    }

    /// Whether this telling measures: whether a verdict can be more than inconclusive.
    pub fn is_measured(&self) -> bool {
        self.manner.measured
    }

    /// This person is in no group any more, for the roster; the policy's file still lists him.
    pub fn leaves_all_groups(&self, person: &str) {
        let mut gone = self.gone.lock().unwrap_or_else(PoisonError::into_inner);
        gone.insert(Person::parse(person).unwrap());
    }

    /// kill -9, and a new start.
    pub async fn is_killed(&mut self) {
        self.die().await;
        self.manner.death.is_over();
        self.live().await;
    }

    /// The process is gone; the disk and Flink stay.
    async fn die(&mut self) {
        if let Some(life) = self.life.take() {
            drop(life.site);
            self.town.ends().await;
            released(life.ledger).await.close().await;
        }
        self.flink.until_no_call_is_held().await;
    }

    async fn live(&mut self) {
        let ledger = SqliteLedger::open(&self.ledger_file(), Arc::new(PlainDice::default()))
            .await
            .unwrap();
        let ledger = Arc::new(ledger);
        self.watch_calls();
        let site = Arc::new(self.site(ledger.clone()));
        // A death in it is found by the first turn.
        let _ = runner::begin(&site).await;
        let _ = outbox::begin(&site).await;
        self.town.begins(&site).await;
        self.life = Some(Life {
            site,
            sampler: Sampler::default(),
            sample_at: None,
            ledger,
        });
    }

    fn watch_calls(&self) {
        let Manner { death, twice, .. } = self.manner.clone();
        self.town.watch(&death);
        self.flink.on_call(move |_, call| match death.interrupts(call) {
            fakes::calls::Interrupt::Proceed if twice => twice::each_change(call),
            interrupt => interrupt,
        });
    }

    fn site(&mut self, ledger: Arc<SqliteLedger>) -> Site {
        let death = &self.manner.death;
        let mortal: Arc<dyn Ledger> = Arc::new(Mortal::<dyn Ledger>::new(ledger, death.clone()));
        let chats = self.town.speakers(&mortal, self.manner.twice);
        let people = people(&*self.town);
        let served = Served {
            platform_name: "standalone",
            platform: Arc::new(Mortal::<dyn Platform>::new(self.platform(), death.clone())),
            windows: self.windows(),
            places: self.town.places(),
        };
        Site {
            ledger: mortal,
            clock: self.clock.clone(),
            roster: Arc::new(self.roster(&people)),
            people,
            policy: self.layout.policy.clone(),
            environments: BTreeMap::from([(self.environment(), served)]),
            chats: chats.into_iter().collect(),
            demo: true,
            signals: Signals::default(),
            jobs: std::sync::Mutex::default(),
            shown: runner::Shown::default(),
        }
    }

    fn roster(&self, people: &People) -> Lists {
        let rosters = Rosters {
            people: people.clone(),
            slack: self.town.user_groups(),
            discord: self.town.roles(),
            clock: self.clock.clone(),
        };
        Lists {
            rosters,
            gone: self.gone.clone(),
        }
    }

    fn platform(&self) -> Arc<dyn Platform> {
        let config = standalone::Config {
            flink_url: self.flink.url().parse().unwrap(),
            launcher: self.host.clone(),
        };
        let standalone = Standalone::new(BTreeMap::from([(self.environment(), config)]), self.clock.clone())
            .map_err(|(_, error)| error)
            .unwrap();
        Arc::new(host::Seen {
            platform: Arc::new(standalone),
            flink: self.flink.clone(),
        })
    }

    fn environment(&self) -> Environment {
        Environment::parse(self.layout.environment).unwrap()
    }

    fn windows(&self) -> Windows {
        if self.manner.measured {
            self.layout.windows
        } else {
            windows(2, 1, 2)
        }
    }

    pub(crate) fn life(&self) -> &Life {
        self.life.as_ref().expect("a world lives while its story is told")
    }

    /// The end of the story: nothing unlawful was asked of Flink or of the chat, and the audit chain is whole.
    pub async fn ends(mut self) {
        self.flink.assert_lawful();
        self.town.assert_lawful();
        self.die().await;
        let mut audit = Audit::open(&self.ledger_file()).await.unwrap();
        audit.verify().await.unwrap();
    }
}

/// The ledger, once the tasks that a life left behind have let go of it.
async fn released(mut ledger: Arc<SqliteLedger>) -> SqliteLedger {
    for _ in 0..LET_GO_AFTER {
        match Arc::try_unwrap(ledger) {
            Ok(ledger) => return ledger,
            Err(held) => ledger = held,
        }
        tokio::task::yield_now().await;
    }
    panic!("somebody holds on to a ledger of a life that is over");
}

/// A folder in memory where there is one: a death here is one of the process, not of the machine, so nothing depends on
/// the disk's own speed.
fn in_memory_folder() -> TempDir {
    let memory = std::path::Path::new("/dev/shm");
    if memory.is_dir() {
        TempDir::new_in(memory).unwrap()
    } else {
        TempDir::new().unwrap()
    }
}

pub(crate) fn shop() -> Environment {
    Environment::parse(SHOP).unwrap()
}
