//! The console over a real listener: a whole site with a ledger in a file, a fake Flink, and a client that speaks HTTP.

mod board;
mod gate;
mod kept;
mod limits;
mod private;

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use approvals::ledger::Ledger;
use approvals::ledger::sqlite::SqliteLedger;
use approvals::people::{Evidence, Members, People, Profile};
use approvals::policy::{Need, Policy, Rule};
use approvals::ports::{Chat, Clock, Dice, Fault, Roster};
use approvals::site::{Served, Site, Windows};
use approvals::{intake, outbox, runner};
use async_trait::async_trait;
use commands::names::{At, Channel, Chat as ChatKind, Environment, Group, Millis, Person, Place};
use fakes::flink::{FakeFlink, job};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::Console;
use super::front::{self, Front};
use super::guard::Gate;
use crate::platforms::standalone::{self, Standalone};
use crate::wording::{Readers, Wording};

const TOKEN: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// 2026-11-24 12:00 UTC.
const NOON: At = At(1_795_521_600_000);

/// One console that listens; the listener ends with it, and the folder goes.
struct World {
    address: SocketAddr,
    http: Client,
    site: Arc<Site>,
    ledger: Arc<SqliteLedger>,
    listening: Listening,
    flink: FakeFlink,
    folder: TempDir,
}

/// Where identities are not verified, and where they would have to be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Demo,
    Production,
}

impl World {
    async fn new(mode: Mode) -> Self {
        let flink = FakeFlink::start_at(u64::try_from(NOON.0).unwrap()).await;
        let orders = job("orders").parallelism(1);
        flink.with_taskmanagers(2, 4).runs(orders);
        Self::on(TempDir::new().unwrap(), flink, mode).await
    }

    async fn on(folder: TempDir, flink: FakeFlink, mode: Mode) -> Self {
        let dice: Arc<dyn Dice> = Arc::new(Counted::default());
        let file = folder.path().join("sluice.db");
        let ledger = Arc::new(SqliteLedger::open(&file, dice.clone()).await.unwrap());
        let kept: Arc<dyn Ledger> = ledger.clone();
        let clock: Arc<dyn Clock> = Arc::new(Noon);
        let wording = Wording::new("/flink");
        let readers = Readers::new("en", &people());
        let console = Arc::new(Console::new(kept.clone(), clock.clone(), wording, readers));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let site = Arc::new(Site {
            ledger: kept,
            clock: clock.clone(),
            roster: Arc::new(Lists),
            people: people(),
            policy: policy(),
            environments: BTreeMap::from([(shop(), served(&flink, clock))]),
            chats: BTreeMap::from([(ChatKind::Console, console.clone() as Arc<dyn Chat>)]),
            demo: mode == Mode::Demo,
            signals: Default::default(),
            jobs: Default::default(),
            shown: Default::default(),
        });
        let front = Front {
            site: site.clone(),
            console,
            dice,
            channels: [Channel::parse("ops").unwrap()].into(),
            gate: Gate {
                token: TOKEN.into(),
                hosts: [address.to_string(), format!("localhost:{}", address.port())].into(),
            },
        };
        let served = axum::serve(listener, front::router(front));
        let listening = Listening(tokio::spawn(async move { served.await.unwrap() }));
        Self {
            address,
            http: client(),
            site,
            ledger,
            listening,
            flink,
            folder,
        }
    }

    /// The same folder after a stop and a new start.
    async fn restarted(self, mode: Mode) -> Self {
        let Self {
            listening,
            ledger,
            folder,
            flink,
            ..
        } = self;
        drop(listening);
        ledger.close().await;
        Self::on(folder, flink, mode).await
    }

    /// A call without a token.
    fn bare(&self, method: Method, path: &str) -> RequestBuilder {
        self.http
            .request(method, format!("http://{}{path}", self.address))
    }

    /// A call with the token of this start.
    fn call(&self, method: Method, path: &str) -> RequestBuilder {
        self.bare(method, path).bearer_auth(TOKEN)
    }

    async fn get(&self, path: &str) -> Value {
        let answer = self.call(Method::GET, path).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        answer.json().await.unwrap()
    }

    async fn post(&self, path: &str, body: &Value) -> Response {
        self.call(Method::POST, path).json(body).send().await.unwrap()
    }

    /// Says something and waits for all that follows from it at once; the message it became.
    async fn say(&self, person: &str, text: &str) -> String {
        let body = json!({ "as": person, "channel": "ops", "text": text });
        let answer = self.post("/api/say", &body).await;
        assert_eq!(answer.status(), StatusCode::ACCEPTED, "{text}");
        let said: Value = answer.json().await.unwrap();
        self.until_quiet().await;
        said["message"].as_str().unwrap().to_owned()
    }

    /// Takes turns until none finds anything to do.
    async fn until_quiet(&self) {
        loop {
            let mut any = intake::turn(&self.site).await.unwrap();
            any |= runner::turn(&self.site).await.unwrap();
            any |= outbox::turn(&self.site).await.unwrap();
            if !any {
                return;
            }
        }
    }

    /// What this person sees of the channel, oldest first.
    async fn sees(&self, person: Option<&str>) -> Vec<Value> {
        let query = person.map(|person| format!("?as={person}")).unwrap_or_default();
        let channel = self.get(&format!("/api/channels/ops{query}")).await;
        channel["messages"].as_array().unwrap().clone()
    }
}

/// Listens until it is dropped.
struct Listening(JoinHandle<()>);

impl Drop for Listening {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// What a refusal says: its status and `{code, message, next}`, which must be complete.
async fn refusal(answer: Response) -> (StatusCode, String) {
    let status = answer.status();
    let words: Value = answer.json().await.unwrap();
    let error = &words["error"];
    for part in ["code", "message", "next"] {
        let said = error[part].as_str().unwrap_or_default();
        assert!(!said.is_empty() && !said.contains("console.problem"), "{words}");
    }
    (status, error["code"].as_str().unwrap().to_owned())
}

fn texts(messages: &[Value]) -> Vec<&str> {
    messages.iter().map(|m| m["text"].as_str().unwrap()).collect()
}

fn client() -> Client {
    // An error says that the process has a provider already: that one is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().no_proxy().build().unwrap()
}

fn person(name: &str) -> Person {
    Person::parse(name).unwrap()
}

fn shop() -> Environment {
    Environment::parse("shop").unwrap()
}

fn served(flink: &FakeFlink, clock: Arc<dyn Clock>) -> Served {
    let config = standalone::Config {
        flink_url: flink.url().parse().unwrap(),
        launcher: None,
    };
    let platform = Standalone::new(BTreeMap::from([(shop(), config)]), clock);
    Served {
        platform_name: "standalone",
        platform: Arc::new(platform.map_err(|(_, error)| error).unwrap()),
        windows: Windows {
            before: Millis::seconds(20),
            warm_up: Millis::seconds(10),
            after: Millis::seconds(20),
        },
        places: vec![Place {
            chat: ChatKind::Console,
            channel: Channel::parse("ops").unwrap(),
        }],
    }
}

/// Ana reads in Lisbon, bo in Tokyo; both may approve, cy may not.
fn people() -> People {
    let profile = |zone: Option<&str>| Profile {
        time_zone: zone.map(str::to_owned),
        ..Profile::default()
    };
    let owners = Members {
        people: BTreeSet::from([person("ana"), person("bo")]),
        ..Members::default()
    };
    People {
        persons: BTreeMap::from([
            (person("ana"), profile(None)),
            (person("bo"), profile(Some("Asia/Tokyo"))),
            (person("cy"), profile(None)),
        ]),
        groups: BTreeMap::from([(Group::parse("owners").unwrap(), owners)]),
    }
}

fn policy() -> Policy {
    let rule = Rule {
        environments: vec!["*".to_owned()],
        verbs: vec!["*".to_owned()],
        larger_than: None,
        need: vec![Need {
            count: 1,
            from: Group::parse("owners").unwrap(),
        }],
        vote_within: Millis::minutes(30),
        run_within: None,
        evidence_within: None,
        remind_every: None,
        escalate: None,
    };
    Policy {
        rules: vec![rule],
        freezes: Vec::new(),
    }
}

/// It is always noon.
struct Noon;

impl Clock for Noon {
    fn now(&self) -> At {
        NOON
    }
}

/// Dice that never fall alike; a new process begins elsewhere.
struct Counted(AtomicU64);

impl Default for Counted {
    fn default() -> Self {
        static STARTS: AtomicU64 = AtomicU64::new(0);
        Self(AtomicU64::new(STARTS.fetch_add(1 << 32, Ordering::Relaxed)))
    }
}

impl Dice for Counted {
    fn roll(&self) -> [u8; 16] {
        u128::from(self.0.fetch_add(1, Ordering::Relaxed)).to_be_bytes()
    }
}

/// The lists above.
struct Lists;

#[async_trait]
impl Roster for Lists {
    async fn groups_of(&self, person: &Person) -> Result<Evidence, Fault> {
        Ok(Evidence {
            groups: people().groups_of(person),
            looked_up_at: NOON,
        })
    }
}
