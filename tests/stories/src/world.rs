//! One world: a fake Flink, a console channel `ops`, four people, and a Sluice that can die and live again.

use std::collections::BTreeMap;
use std::sync::Arc;

use adapters::chat::console::Console;
use adapters::platforms::standalone::{self, Standalone, launcher};
use adapters::wording::{Reader, Wording};
use approvals::intake::Delivery;
use approvals::ledger::Ledger;
use approvals::ledger::sqlite::SqliteLedger;
use approvals::ledger::sqlite::audit::Audit;
use approvals::ports::{Chat as Speaks, Platform};
use approvals::runner;
use approvals::sampler::Sampler;
use approvals::site::{Served, Signals, Site, Windows};
use commands::names::{At, Chat, Environment, Person, Place};
use fakes::flink::FakeFlink;
use tempfile::TempDir;

use crate::cast::{Layout, Lists, people, windows};
use crate::clock::{PlainDice, SimClock};
use crate::death::Death;
use crate::host;
use crate::mortal::Mortal;
use crate::twice::{self, Twice};

/// The environment of every story.
pub const SHOP: &str = "shop";

/// How a story is told.
#[derive(Debug, Clone)]
pub struct Manner {
    /// When the process dies.
    pub death: Arc<Death>,
    /// Whether whatever can happen twice does: deliveries, posts, calls that change something.
    pub twice: bool,
    /// Whether metrics are sampled and the result is measured. Without it the windows are short and the verdict is
    /// inconclusive: for stories that are told a hundred times.
    pub measured: bool,
}

impl Manner {
    /// Once, to the end, and measured.
    pub fn plain() -> Self {
        Self {
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
    pub(crate) roster: Arc<Lists>,
    /// What was delivered last and is delivered once more.
    pub(crate) echo: Option<Delivery>,
    pub(crate) deliveries: usize,
    host: Option<launcher::Config>,
    folder: TempDir,
    life: Option<Life>,
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
        let mut world = Self {
            flink,
            layout,
            manner,
            roster: Arc::new(Lists::new(clock.clone())),
            clock,
            echo: None,
            deliveries: 0,
            host,
            folder,
            life: None,
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
        self.roster.remove(&Person::parse(person).unwrap());
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
            match Arc::try_unwrap(life.ledger) {
                Ok(ledger) => ledger.close().await,
                Err(_) => panic!("somebody holds on to a ledger of a life that is over"),
            }
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
        self.life = Some(Life {
            site,
            sampler: Sampler::default(),
            sample_at: None,
            ledger,
        });
    }

    fn watch_calls(&self) {
        let Manner { death, twice, .. } = self.manner.clone();
        self.flink.on_call(move |_, call| match death.interrupts(call) {
            fakes::calls::Interrupt::Proceed if twice => twice::each_change(call),
            interrupt => interrupt,
        });
    }

    fn site(&self, ledger: Arc<SqliteLedger>) -> Site {
        let death = &self.manner.death;
        let mortal: Arc<dyn Ledger> = Arc::new(Mortal::<dyn Ledger>::new(ledger, death.clone()));
        let console = Console::new(
            mortal.clone(),
            self.clock.clone(),
            Wording::new("/flink"),
            Reader::new("en", None),
        );
        let mut chat: Arc<dyn Speaks> = Arc::new(console);
        if self.manner.twice {
            chat = Arc::new(Twice::<dyn Speaks>(chat));
        }
        let served = Served {
            platform_name: "standalone",
            platform: Arc::new(Mortal::<dyn Platform>::new(self.platform(), death.clone())),
            windows: self.windows(),
            places: vec![ops()],
        };
        Site {
            ledger: mortal,
            clock: self.clock.clone(),
            roster: self.roster.clone(),
            people: people(),
            policy: self.layout.policy.clone(),
            environments: BTreeMap::from([(self.environment(), served)]),
            chats: BTreeMap::from([(Chat::Console, chat)]),
            demo: true,
            signals: Signals::default(),
            jobs: std::sync::Mutex::default(),
            shown: runner::Shown::default(),
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

    pub(crate) fn life_mut(&mut self) -> &mut Life {
        self.life.as_mut().expect("a world lives while its story is told")
    }

    /// The end of the story: nothing unlawful was asked of Flink, and the audit chain is whole.
    pub async fn ends(mut self) {
        self.flink.assert_lawful();
        self.die().await;
        let mut audit = Audit::open(&self.ledger_file()).await.unwrap();
        audit.verify().await.unwrap();
    }
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

pub(crate) fn ops() -> Place {
    Place::parse("console:ops").unwrap()
}

pub(crate) fn shop() -> Environment {
    Environment::parse(SHOP).unwrap()
}
