//! Sluice's side of a chat over HTTP, on a real ledger: the routes, without the loops that work deliveries off.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

use adapters::chat::link::Link;
use adapters::chat::voice::Voice;
use adapters::http::{Config, Limits, Reach};
use adapters::wording::Wording;
use approvals::intake::DeliveryId;
use approvals::ledger::sqlite::SqliteLedger;
use approvals::ledger::{Commit, Ledger};
use approvals::people::{Evidence, People};
use approvals::policy::Policy;
use approvals::ports::{Clock, Dice, Fault, Roster};
use approvals::site::Site;
use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use commands::names::{At, Person};
use serde_json::Value;
use tempfile::TempDir;
use tower::ServiceExt as _;

/// The time, always: a whole second.
pub const NOW: At = At(1_767_574_197_000);

/// Deliveries that are worked off in one turn.
const AT_ONCE: u32 = 64;

/// The largest answer that is read, bytes.
const ANSWER_MAX: usize = 1 << 20;

struct Still;

impl Clock for Still {
    fn now(&self) -> At {
        NOW
    }
}

#[derive(Default)]
struct Counted(AtomicU64);

impl Dice for Counted {
    fn roll(&self) -> [u8; 16] {
        u128::from(self.0.fetch_add(1, SeqCst)).to_be_bytes()
    }
}

struct Nobody;

#[async_trait]
impl Roster for Nobody {
    async fn groups_of(&self, _: &Person) -> Result<Evidence, Fault> {
        Ok(Evidence {
            groups: [].into(),
            looked_up_at: NOW,
        })
    }
}

/// What hears, and what it wrote.
pub struct Town {
    ledger: Arc<SqliteLedger>,
    ears: Ears,
    _folder: TempDir,
}

/// The side of a chat that hears.
pub struct Ears {
    /// Its addresses.
    pub router: Router,
    /// Where it counts what it does not let in.
    pub links: Vec<Arc<Link>>,
}

impl Ears {
    /// The sides of two chats.
    pub fn and(mut self, other: Self) -> Self {
        self.links.extend(other.links);
        Self {
            router: self.router.merge(other.router),
            ..self
        }
    }
}

/// What came of a request.
#[derive(Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The answer's status.
    pub status: StatusCode,
    /// What is on disk of it.
    pub stored: Vec<DeliveryId>,
    /// Whether it was counted as one that was not let in.
    pub refused: bool,
}

impl Outcome {
    /// This answer; nothing is stored, and nothing is counted.
    pub fn only(status: StatusCode) -> Self {
        Self {
            status,
            stored: Vec::new(),
            refused: false,
        }
    }
}

impl Town {
    /// In a folder in memory where there is one: a slow disk must not look like a delivery that was not stored.
    pub async fn start(ears: impl FnOnce(Arc<Site>) -> Ears) -> Self {
        let folder = tempfile::tempdir_in("/dev/shm")
            .or_else(|_| tempfile::tempdir())
            .unwrap();
        let dice: Arc<dyn Dice> = Arc::new(Counted::default());
        let ledger = SqliteLedger::open(&folder.path().join("sluice.db"), dice).await;
        let ledger = Arc::new(ledger.unwrap());
        Self {
            ears: ears(Arc::new(site(ledger.clone()))),
            ledger,
            _folder: folder,
        }
    }

    /// Sends a request, and takes what was stored of it out of the way of the next. With it comes the answer's JSON.
    pub async fn receives(&self, request: Request<Body>) -> (Outcome, Value) {
        let refused = self.refused();
        let (status, said) = self.answers(request).await;
        let outcome = Outcome {
            status,
            stored: self.works_off().await,
            refused: self.refused() > refused,
        };
        (outcome, said)
    }

    /// The answer to a request: its status and its JSON.
    pub async fn answers(&self, request: Request<Body>) -> (StatusCode, Value) {
        let answer = self.ears.router.clone().oneshot(request).await.unwrap();
        let status = answer.status();
        let said = to_bytes(answer.into_body(), ANSWER_MAX).await.unwrap();
        (status, serde_json::from_slice(&said).unwrap_or_default())
    }

    /// What is on disk and not answered yet: it is now.
    pub async fn works_off(&self) -> Vec<DeliveryId> {
        let stored = self.ledger.unanswered(AT_ONCE).await.unwrap();
        for delivery in &stored {
            let commit = Commit {
                answers: Some(delivery.id.clone()),
                ..Commit::default()
            };
            self.ledger.commit(commit).await.unwrap();
        }
        stored.into_iter().map(|delivery| delivery.id).collect()
    }

    /// How many were not let in.
    pub fn refused(&self) -> u64 {
        let links = self.ears.links.iter();
        links.map(|link| link.counted().refused).sum()
    }
}

/// What is on disk: the same thing again is the same delivery.
#[derive(Default)]
pub struct Known(RefCell<BTreeSet<DeliveryId>>);

impl Known {
    /// What must come of a request where this would come of it for the first time.
    pub fn once(&self, mut first: Outcome) -> Outcome {
        first.stored.retain(|id| self.0.borrow_mut().insert(id.clone()));
        first
    }

    /// How many are known whose id begins so.
    pub fn count(&self, prefix: &str) -> usize {
        let known = self.0.borrow();
        known.iter().filter(|id| id.0.starts_with(prefix)).count()
    }
}

/// A runtime that is not where the property is.
pub fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap()
}

/// An address where nobody listens.
pub fn nowhere() -> Config {
    Config {
        base: "http://127.0.0.1:9/api/".parse().unwrap(),
        reach: Reach::Loopback,
        limits: Limits::default(),
    }
}

/// Speaks English, and knows nobody.
pub fn voice() -> Voice {
    Voice {
        wording: Wording::new("/flink"),
        language: "en".to_owned(),
        people: nobody(),
    }
}

/// No person and no group.
pub fn nobody() -> People {
    People {
        persons: BTreeMap::new(),
        groups: BTreeMap::new(),
    }
}

fn site(ledger: Arc<dyn Ledger>) -> Site {
    Site {
        ledger,
        clock: Arc::new(Still),
        roster: Arc::new(Nobody),
        people: nobody(),
        policy: Policy::default(),
        environments: BTreeMap::new(),
        chats: BTreeMap::new(),
        demo: false,
        signals: Default::default(),
        jobs: Default::default(),
        shown: Default::default(),
    }
}
