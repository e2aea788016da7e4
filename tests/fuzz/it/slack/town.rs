//! Sluice's side of Slack over HTTP, on a real ledger: the routes, without the loops that work deliveries off.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::SeqCst};

use adapters::chat::link::Link;
use adapters::chat::slack::api::Api;
use adapters::chat::slack::elsewhere::Elsewhere;
use adapters::chat::slack::gate::Gate;
use adapters::chat::slack::hearing::Hearing;
use adapters::chat::slack::roster::Groups;
use adapters::chat::slack::routes::{self, Door};
use adapters::chat::slack::speaking::Slack;
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
use axum::http::StatusCode;
use commands::names::{At, Person};
use tempfile::TempDir;
use tower::ServiceExt as _;

use super::letters::{Letter, SECRET};
use super::seeds::{APP, TEAM};

/// The time, always.
pub const NOW: At = At(1_531_420_618_000);

/// Panics of any task, also of those that nobody waits for.
static PANICS: AtomicUsize = AtomicUsize::new(0);

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
    router: Router,
    link: Arc<Link>,
    _folder: TempDir,
}

/// What came of a request.
#[derive(Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The answer.
    pub status: StatusCode,
    /// What is on disk of it.
    pub stored: Vec<DeliveryId>,
    /// Whether it was counted as one that was not let in.
    pub refused: bool,
}

impl Town {
    /// In a folder in memory where there is one: a slow disk must not look like a delivery that was not stored.
    pub async fn start() -> Self {
        let folder = tempfile::tempdir_in("/dev/shm")
            .or_else(|_| tempfile::tempdir())
            .unwrap();
        let dice: Arc<dyn Dice> = Arc::new(Counted::default());
        let ledger = Arc::new(
            SqliteLedger::open(&folder.path().join("sluice.db"), dice)
                .await
                .unwrap(),
        );
        let clock: Arc<dyn Clock> = Arc::new(Still);
        let link = Arc::new(Link::default());
        let slack = Arc::new(speaker(clock.clone()));
        let teams = vec![TEAM.to_owned()];
        let hearing = Hearing {
            site: Arc::new(site(ledger.clone(), clock)),
            groups: Arc::new(Groups::new(slack.clone(), nobody(), teams.clone())),
            slack,
            gate: Gate {
                app: APP.to_owned(),
                teams,
            },
            command: "/flink".to_owned(),
            link: link.clone(),
        };
        let router = routes::router(Door {
            hearing: Arc::new(hearing),
            signing_secret: Arc::new(SECRET.into()),
        });
        Self {
            ledger,
            router,
            link,
            _folder: folder,
        }
    }

    /// Sends a request, and takes what was stored of it out of the way of the next.
    pub async fn receives(&self, letter: &Letter) -> Outcome {
        let refused = self.link.counted().refused;
        let answer = self.router.clone().oneshot(letter.request()).await.unwrap();
        let stored = self.ledger.unanswered(10).await.unwrap();
        for delivery in &stored {
            let commit = Commit {
                answers: Some(delivery.id.clone()),
                ..Commit::default()
            };
            self.ledger.commit(commit).await.unwrap();
        }
        Outcome {
            status: answer.status(),
            stored: stored.into_iter().map(|delivery| delivery.id).collect(),
            refused: self.link.counted().refused > refused,
        }
    }
}

/// Nobody listens where it speaks to.
fn speaker(clock: Arc<dyn Clock>) -> Slack {
    let base: url::Url = "http://127.0.0.1:9/api/".parse().unwrap();
    let config = Config {
        base: base.clone(),
        reach: Reach::Loopback,
        limits: Limits::default(),
    };
    let voice = Voice {
        wording: Wording::new("/flink"),
        language: "en".to_owned(),
        people: nobody(),
    };
    let elsewhere = Elsewhere::new(base, Reach::Loopback, Limits::default());
    Slack::new(
        Api::new(config, "xoxb-token", clock.clone()).unwrap(),
        elsewhere,
        voice,
        clock,
    )
}

fn site(ledger: Arc<dyn Ledger>, clock: Arc<dyn Clock>) -> Site {
    Site {
        ledger,
        clock,
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

fn nobody() -> People {
    People {
        persons: BTreeMap::new(),
        groups: BTreeMap::new(),
    }
}

/// Counts every panic from now on.
pub fn watch_for_panics() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        PANICS.fetch_add(1, SeqCst);
        before(panic);
    }));
}

/// How many there were.
pub fn panics() -> usize {
    PANICS.load(SeqCst)
}
