//! The console's router on a real ledger, without the loops that work deliveries off: what a chat waits for, and no more.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use adapters::chat::console::Console;
use adapters::chat::console::front::{self, Front};
use adapters::chat::console::guard::Gate;
use adapters::wording::{Reader, Wording};
use approvals::ledger::Ledger;
use approvals::ledger::sqlite::SqliteLedger;
use approvals::people::{Evidence, People, Profile};
use approvals::policy::Policy;
use approvals::ports::{Clock, Dice, Fault, Roster};
use approvals::site::Site;
use async_trait::async_trait;
use commands::names::{At, Channel, Person};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::Failure;
use crate::seed::Counted;

/// The token that the console asks for.
pub const TOKEN: &str = "4f1c0de4f1c0de4f1c0de4f1c0de4f1c0de4f1c0de4f1c0de4f1c0de4f1c0de0";

struct SystemClock;

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

/// A console, listening.
pub struct Hearing {
    /// Where.
    pub address: SocketAddr,
    ledger: Arc<SqliteLedger>,
    serving: JoinHandle<()>,
}

impl Hearing {
    /// Listens on a free port, with its ledger in `file`.
    ///
    /// # Errors
    /// Where the file or the port cannot be had.
    pub async fn start(file: &Path) -> Result<Self, Failure> {
        let dice: Arc<dyn Dice> = Arc::new(Counted::default());
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let ledger = Arc::new(SqliteLedger::open(file, dice.clone()).await?);
        let remembered: Arc<dyn Ledger> = ledger.clone();
        let console = Console::new(
            remembered.clone(),
            clock.clone(),
            Wording::new("/flink"),
            Reader::new("en", None),
        );
        let people = People {
            persons: BTreeMap::from([(Person::parse("ana")?, Profile::default())]),
            groups: BTreeMap::new(),
        };
        let site = Site {
            ledger: remembered,
            clock,
            roster: Arc::new(Nobody),
            people,
            policy: Policy::default(),
            environments: BTreeMap::new(),
            chats: BTreeMap::new(),
            demo: true,
            signals: Default::default(),
            jobs: Default::default(),
            shown: Default::default(),
        };
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let router = front::router(Front {
            site: Arc::new(site),
            console: Arc::new(console),
            dice,
            channels: [Channel::parse("ops")?].into(),
            gate: Gate {
                token: TOKEN.into(),
                hosts: [address.to_string()].into(),
            },
        });
        let serving = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                eprintln!("the console ended: {error}");
            }
        });
        Ok(Self {
            address,
            ledger,
            serving,
        })
    }

    /// Ends, and closes the ledger.
    pub async fn stop(self) {
        self.serving.abort();
        self.ledger.close().await;
    }
}
