//! One world: a fake Flink, a console channel `ops`, four people, and a Sluice that can die and live again.

use std::collections::BTreeMap;
use std::sync::Arc;

use adapters::chat::console::Console;
use adapters::platforms::standalone::{self, Standalone};
use adapters::wording::{Reader, Wording};
use approvals::intake::{self, Delivery, Said};
use approvals::ledger::{ConsoleMessage, Ledger, LedgerError, sqlite::SqliteLedger};
use approvals::people::{Account, Evidence, Members, People, Profile};
use approvals::policy::{Need, Policy, Rule};
use approvals::ports::{Clock as _, Fault, Platform, Roster};
use approvals::request::Event;
use approvals::sampler::Sampler;
use approvals::site::{Served, Signals, Site, Windows};
use approvals::{outbox, runner};
use async_trait::async_trait;
use commands::names::{At, Chat, Environment, Group, MessageId, Millis, Person, Place, RequestId};
use fakes::flink::FakeFlink;
use tempfile::TempDir;

use crate::clock::{PlainDice, SimClock};
use crate::death::{Death, Mortal, delivery_id};

/// The environment of every story.
pub const SHOP: &str = "shop";

/// Rounds without an end are a bug of the story or of a loop.
const ROUNDS_MAX: usize = 20_000;

/// One world of one story.
pub struct World {
    /// The fake Flink; its time is moved by the world.
    pub flink: FakeFlink,
    /// The clock that all share.
    pub clock: Arc<SimClock>,
    /// Policy and windows of the next life.
    pub layout: Layout,
    folder: TempDir,
    death: Arc<Death>,
    life: Option<Life>,
    deliveries: usize,
}

/// One life of the process, between two deaths.
struct Life {
    site: Arc<Site>,
    sampler: Sampler,
    sample_at: Option<At>,
    ledger: Arc<SqliteLedger>,
}

/// A message as somebody sees it.
pub type Seen = ConsoleMessage;

/// The roster of a story: the lists in the file.
struct Lists(People, Arc<SimClock>);

#[async_trait]
impl Roster for Lists {
    async fn groups_of(&self, person: &Person) -> Result<Evidence, Fault> {
        let groups = self
            .0
            .groups
            .iter()
            .filter(|(_, members)| members.people.contains(person));
        Ok(Evidence {
            groups: groups.map(|(name, _)| name.clone()).collect(),
            looked_up_at: self.1.now(),
        })
    }
}

impl World {
    /// A world around a Flink that is set up already; `death` says when the first life ends.
    pub async fn new(flink: FakeFlink, layout: Layout, death: Arc<Death>) -> Self {
        let clock = Arc::new(SimClock::at(At(i64::try_from(flink.now()).unwrap())));
        let folder = in_memory_folder();
        let mut world = Self {
            flink,
            clock,
            layout,
            folder,
            death,
            life: None,
            deliveries: 0,
        };
        world.live().await;
        world
    }

    /// The ledger's file.
    pub fn ledger_file(&self) -> std::path::PathBuf {
        self.folder.path().join("sluice.db")
    }

    /// What happened to the present life.
    pub fn death(&self) -> &Death {
        &self.death
    }

    /// The process is started (again); this life does not end by itself.
    pub async fn is_reborn(&mut self) {
        self.die().await;
        self.death = Death::never();
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
    }

    async fn live(&mut self) {
        let ledger = SqliteLedger::open(&self.ledger_file(), Arc::new(PlainDice::default()))
            .await
            .unwrap();
        let ledger = Arc::new(ledger);
        let mortal: Arc<dyn Ledger> = Arc::new(Mortal::<dyn Ledger>::new(ledger.clone(), self.death.clone()));
        let shop = Environment::parse(SHOP).unwrap();
        let config = standalone::Config {
            flink_url: self.flink.url().parse().unwrap(),
            launcher: None,
        };
        let flink: Arc<dyn Platform> = Arc::new(
            Standalone::new(BTreeMap::from([(shop.clone(), config)]), self.clock.clone())
                .map_err(|(_, error)| error)
                .unwrap(),
        );
        let wording = Wording::new("/flink");
        let console = Console::new(
            mortal.clone(),
            self.clock.clone(),
            wording,
            Reader::new("en", None),
        );
        let served = Served {
            platform_name: "standalone",
            platform: Arc::new(Mortal::<dyn Platform>::new(flink, self.death.clone())),
            windows: self.layout.windows,
            places: vec![ops()],
        };
        let site = Site {
            ledger: mortal,
            clock: self.clock.clone(),
            roster: Arc::new(Lists(people(), self.clock.clone())),
            people: people(),
            policy: self.layout.policy.clone(),
            environments: BTreeMap::from([(shop, served)]),
            chats: BTreeMap::from([(
                Chat::Console,
                Arc::new(console) as Arc<dyn approvals::ports::Chat>,
            )]),
            demo: true,
            signals: Signals::default(),
            jobs: std::sync::Mutex::default(),
            shown: runner::Shown::default(),
        };
        self.life = Some(Life {
            site: Arc::new(site),
            sampler: Sampler::default(),
            sample_at: None,
            ledger,
        });
    }

    fn life(&self) -> &Life {
        self.life.as_ref().expect("a world lives while its story is told")
    }

    /// Somebody types a command at the channel's top; the message it became, if it was recorded.
    pub async fn says(&mut self, person: &str, text: &str) -> Option<MessageId> {
        self.delivers(person, None, Said::Text(text.to_owned()), None)
            .await
    }

    /// Somebody types a command in a thread.
    pub async fn replies(&mut self, person: &str, thread: &MessageId, text: &str) -> Option<MessageId> {
        self.delivers(person, Some(thread.clone()), Said::Text(text.to_owned()), None)
            .await
    }

    /// Somebody presses a button under the newest message that has one with this label; with a reason, if one is asked.
    pub async fn presses(&mut self, person: &str, label: &str, reason: Option<&str>) -> Option<MessageId> {
        let seen = self.sees(person).await;
        let found = seen.iter().rev().find_map(|message| {
            let (id, _) = message
                .buttons
                .iter()
                .find(|(_, shown)| shown.trim_end_matches('…') == label)?;
            Some((message.clone(), id.clone()))
        });
        let (message, button) = found.unwrap_or_else(|| panic!("{person} sees no button {label}: {seen:#?}"));
        let id = MessageId::parse(&message.id).unwrap();
        let thread = MessageId::parse(message.thread.as_deref().unwrap_or(&message.id)).unwrap();
        let said = Said::Press {
            message: id.clone(),
            button,
            reason: reason.map(str::to_owned),
        };
        self.delivers(person, Some(thread), said, Some(id)).await
    }

    async fn delivers(
        &mut self,
        person: &str,
        thread: Option<MessageId>,
        said: Said,
        message: Option<MessageId>,
    ) -> Option<MessageId> {
        self.deliveries += 1;
        let delivery = Delivery {
            id: delivery_id(self.deliveries),
            account: Account {
                chat: Chat::Console,
                id: person.to_owned(),
            },
            place: ops(),
            message,
            thread,
            said,
            at: self.clock.now(),
        };
        match intake::receive(&self.life().site, &delivery).await {
            Ok(received) => Some(received.message),
            // The person was told "not recorded" (or nothing at all, the process being dead) and says it again.
            Err(_) => {
                self.is_reborn().await;
                let again = intake::receive(&self.life().site, &delivery).await;
                Some(again.expect("a new life records").message)
            }
        }
    }

    /// Every message that somebody sees in the channel, oldest first.
    pub async fn sees(&self, person: &str) -> Vec<Seen> {
        let messages = self.life().ledger.messages("ops", 1_000).await.unwrap();
        let may_see = |message: &Seen| {
            message
                .only_for
                .as_ref()
                .is_none_or(|only| only.as_str() == person)
        };
        messages.into_iter().filter(may_see).collect()
    }

    /// The texts of all messages of Sluice that everybody sees, oldest first.
    pub async fn told(&self) -> Vec<String> {
        let all = self.sees("nobody").await;
        all.into_iter()
            .filter(|message| message.author == "sluice")
            .map(|message| message.text)
            .collect()
    }

    /// The newest text of Sluice that this person sees.
    pub async fn last_told(&self, person: &str) -> String {
        let seen = self.sees(person).await;
        seen.into_iter()
            .rev()
            .find(|m| m.author == "sluice")
            .map(|m| m.text)
            .unwrap_or_default()
    }

    /// The kinds of all events of a request, in order.
    pub async fn events(&self, request: u64) -> Vec<&'static str> {
        let entries = self.life().ledger.entries(1, 10_000).await.unwrap();
        let of_request = entries
            .into_iter()
            .filter(|entry| entry.request == RequestId::new(request));
        of_request
            .flat_map(|entry| entry.events.iter().map(Event::kind).collect::<Vec<_>>())
            .collect()
    }

    /// The request's state in one word.
    pub async fn state(&self, request: u64) -> &'static str {
        let request = self.life().ledger.load(RequestId::new(request)).await.unwrap();
        request.map_or("none", |request| request.state.word())
    }

    /// Gives every loop its turns until none has work at this instant. A death on the way is followed by a new life.
    pub async fn until_quiet(&mut self) {
        for _ in 0..ROUNDS_MAX {
            match self.round().await {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) if self.death.happened() => {
                    drop(error);
                    self.is_reborn().await;
                }
                Err(error) => panic!("a turn failed while the process lived: {error:?}"),
            }
        }
        panic!("no quiet after {ROUNDS_MAX} rounds");
    }

    async fn round(&mut self) -> Result<bool, LedgerError> {
        let now = self.clock.now();
        let life = self.life.as_mut().expect("a world lives while its story is told");
        let sampled = life.sample_at.is_none_or(|at| at <= now);
        if sampled {
            life.sample_at = life.sampler.turn(&life.site).await?;
        }
        let heard = intake::turn(&life.site).await?;
        let ran = runner::turn(&life.site).await?;
        let sent = outbox::turn(&life.site).await?;
        if self.death.happened() {
            Err(gone())
        } else {
            Ok(heard || ran || sent)
        }
    }

    /// Time passes: from one thing that is due to the next, with every loop's turns in between.
    pub async fn pass(&mut self, span: Millis) {
        let end = self.clock.now().plus(span);
        self.until_quiet().await;
        while self.clock.now() < end {
            let next = self.next_due().await.map_or(end, |at| at.min(end));
            // What is due now was worked off; the world moves at least a little, as Flink's own things happen in between.
            let step = next
                .since(self.clock.now())
                .0
                .clamp(100, 1_000)
                .min(end.since(self.clock.now()).0);
            self.clock.advance(Millis(step));
            self.flink.set_now(u64::try_from(self.clock.now().0).unwrap());
            self.until_quiet().await;
        }
    }

    /// Time passes until the request is in this state, at most ten minutes.
    pub async fn until(&mut self, request: u64, state: &str) {
        self.until_quiet().await;
        for _ in 0..600 {
            if self.state(request).await == state {
                return;
            }
            self.pass(Millis::seconds(1)).await;
        }
        panic!(
            "R-{request} is {} and never became {state}: {:#?}",
            self.state(request).await,
            self.told().await
        );
    }

    async fn next_due(&self) -> Option<At> {
        let life = self.life();
        let wake = life.ledger.next_wake().await.unwrap();
        let send = life.ledger.next_send().await.unwrap();
        [wake, send, life.sample_at].into_iter().flatten().min()
    }

    /// The end of the story: nothing unlawful was asked of Flink.
    pub async fn ends(mut self) {
        self.flink.assert_lawful();
        self.die().await;
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

fn gone() -> LedgerError {
    LedgerError::NotWritable("the process is dead".into())
}

fn ops() -> Place {
    Place::parse("console:ops").unwrap()
}

/// How a world is laid out before its story begins.
#[derive(Debug, Clone)]
pub struct Layout {
    /// The policy.
    pub policy: Policy,
    /// How long is measured.
    pub windows: Windows,
}

impl Default for Layout {
    fn default() -> Self {
        Self {
            policy: one_owner(),
            windows: windows(60, 30, 60),
        }
    }
}

/// One yes of `owners`, for everything, within half an hour.
pub fn one_owner() -> Policy {
    Policy {
        rules: vec![rule("*", &[(1, "owners")])],
        freezes: Vec::new(),
    }
}

/// A rule for one verb.
pub fn rule(verb: &str, need: &[(u32, &str)]) -> Rule {
    Rule {
        environments: vec!["*".to_owned()],
        verbs: vec![verb.to_owned()],
        larger_than: None,
        need: need
            .iter()
            .map(|(count, from)| Need {
                count: *count,
                from: Group::parse(from).unwrap(),
            })
            .collect(),
        vote_within: Millis::minutes(30),
        run_within: Some(Millis::minutes(20)),
        evidence_within: None,
    }
}

/// Windows in seconds.
pub fn windows(before: u64, warm_up: u64, after: u64) -> Windows {
    Windows {
        before: Millis::seconds(before),
        warm_up: Millis::seconds(warm_up),
        after: Millis::seconds(after),
    }
}

fn people() -> People {
    let person = |key: &str| Person::parse(key).unwrap();
    let profile = |name: &str| Profile {
        name: name.to_owned(),
        ..Profile::default()
    };
    let group = |keys: &[&str]| Members {
        people: keys.iter().map(|k| person(k)).collect(),
        ..Members::default()
    };
    People {
        persons: BTreeMap::from([
            (person("ana"), profile("Ana Silva")),
            (person("bo"), profile("Bo Lind")),
            (person("cy"), profile("Cy Ng")),
            (person("dee"), profile("Dee Roy")),
        ]),
        groups: BTreeMap::from([
            (Group::parse("owners").unwrap(), group(&["ana", "bo", "cy"])),
            (Group::parse("leads").unwrap(), group(&["cy", "dee"])),
        ]),
    }
}
