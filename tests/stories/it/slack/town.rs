//! A Sluice that hears and speaks in a fake Slack, and scales on a fake Flink, by a simulated clock.

use std::collections::BTreeMap;
use std::sync::Arc;

use adapters::chat::slack::api::Api;
use adapters::chat::slack::elsewhere::Elsewhere;
use adapters::chat::slack::gate::Gate;
use adapters::chat::slack::hearing::Hearing;
use adapters::chat::slack::link::Link;
use adapters::chat::slack::roster::Groups;
use adapters::chat::slack::routes::{self, Door};
use adapters::chat::slack::socket::{SOCKETS, Sockets};
use adapters::chat::slack::speaking::{Slack, Voice};
use adapters::http::{Config, Limits, Reach};
use adapters::platforms::standalone::{self, Standalone};
use adapters::wording::Wording;
use approvals::ledger::sqlite::SqliteLedger;
use approvals::people::{Evidence, Members, People, Profile};
use approvals::ports::{Chat, Clock as _, Fault, Roster};
use approvals::sampler::Sampler;
use approvals::site::{Served, Signals, Site};
use approvals::{intake, outbox, runner};
use async_trait::async_trait;
use commands::names::{At, Chat as ChatKind, Environment, Group, Millis, Person, Place, RequestId};
use fakes::flink::FakeFlink;
use fakes::slack::{Addresses, FakeSlack, Message};
use stories::{PlainDice, SimClock, one_owner, windows};
use tempfile::TempDir;
use tokio::sync::watch;

use crate::scenes::orders_falls_behind;

/// How Slack reaches Sluice.
#[derive(Clone, Copy)]
pub enum Road {
    Sockets,
    Http,
}

/// A Sluice that hears and speaks in a fake Slack, and scales on a fake Flink.
pub struct Town {
    pub slack: FakeSlack,
    pub flink: FakeFlink,
    clock: Arc<SimClock>,
    site: Arc<Site>,
    pub link: Arc<Link>,
    sampler: Sampler,
    sample_at: Option<At>,
    stop: watch::Sender<bool>,
    _folder: TempDir,
}

struct Lists {
    people: People,
    clock: Arc<SimClock>,
    groups: Arc<Groups>,
}

#[async_trait]
impl Roster for Lists {
    async fn groups_of(&self, person: &Person) -> Result<Evidence, Fault> {
        let listed = Evidence {
            groups: self.people.groups_of(person),
            looked_up_at: self.clock.now(),
        };
        self.groups.evidence(person, listed).await
    }
}

impl Town {
    pub async fn new(road: Road) -> Self {
        let flink = orders_falls_behind().await.flink;
        let slack = FakeSlack::start_at(flink.now()).await;
        slack.channel("#ops");
        let clock = Arc::new(SimClock::at(At(i64::try_from(flink.now()).unwrap())));
        let folder = TempDir::new().unwrap();
        let people = people(&slack);
        let chat = Arc::new(Slack::new(
            api(&slack, &slack.bot_token(), &clock),
            Elsewhere::new(
                slack.api_url().parse().unwrap(),
                Reach::Loopback,
                Limits::default(),
            ),
            Voice {
                wording: Wording::new("/flink"),
                language: "en".to_owned(),
                people: people.clone(),
            },
            clock.clone(),
        ));
        let groups = Arc::new(Groups::new(chat.clone(), people.clone(), vec![slack.team_id()]));
        let file = folder.path().join("sluice.db");
        let ledger = SqliteLedger::open(&file, Arc::new(PlainDice::default()));
        let shop = Environment::parse("shop").unwrap();
        let config = standalone::Config {
            flink_url: flink.url().parse().unwrap(),
            launcher: None,
        };
        let platform = Standalone::new(BTreeMap::from([(shop.clone(), config)]), clock.clone());
        let served = Served {
            platform_name: "standalone",
            platform: Arc::new(platform.map_err(|(_, error)| error).unwrap()),
            windows: windows(60, 30, 60),
            places: vec![Place::parse(&format!("slack:{}", slack.channel_id("#ops"))).unwrap()],
        };
        let site = Arc::new(Site {
            ledger: Arc::new(ledger.await.unwrap()),
            clock: clock.clone(),
            roster: Arc::new(Lists {
                people: people.clone(),
                clock: clock.clone(),
                groups: groups.clone(),
            }),
            people,
            policy: one_owner(),
            environments: BTreeMap::from([(shop, served)]),
            chats: BTreeMap::from([(ChatKind::Slack, chat.clone() as Arc<dyn Chat>)]),
            demo: false,
            signals: Signals::default(),
            jobs: Default::default(),
            shown: Default::default(),
        });
        let link = Arc::new(Link::default());
        let hearing = Arc::new(Hearing {
            site: site.clone(),
            slack: chat,
            gate: Gate {
                app: slack.app_id(),
                teams: vec![slack.team_id()],
            },
            command: "/flink".to_owned(),
            groups,
            link: link.clone(),
        });
        let (stop, stopping) = watch::channel(false);
        match road {
            Road::Sockets => {
                let sockets = Sockets {
                    api: api(&slack, &slack.app_token(), &clock),
                    hearing,
                    dice: Arc::new(PlainDice::default()),
                    reach: Reach::Loopback,
                };
                tokio::spawn(sockets.run(stopping));
                slack.until_connected(SOCKETS).await;
            }
            Road::Http => serve(&slack, hearing, stopping).await,
        }
        Self {
            slack,
            flink,
            clock,
            site,
            link,
            sampler: Sampler::default(),
            sample_at: None,
            stop,
            _folder: folder,
        }
    }

    pub async fn round(&mut self) -> bool {
        if self.sample_at.is_none_or(|at| at <= self.clock.now()) {
            self.sample_at = self.sampler.turn(&self.site).await.unwrap();
        }
        let heard = intake::turn(&self.site).await.unwrap();
        let ran = runner::turn(&self.site).await.unwrap();
        let sent = outbox::turn(&self.site).await.unwrap();
        heard || ran || sent
    }

    pub async fn until_quiet(&mut self) {
        while self.round().await {}
    }

    pub async fn pass(&mut self, span: Millis) {
        let end = self.clock.now().plus(span);
        self.until_quiet().await;
        while self.clock.now() < end {
            self.clock.advance(Millis(500));
            let now = u64::try_from(self.clock.now().0).unwrap();
            self.flink.set_now(now);
            self.slack.set_now(now);
            self.until_quiet().await;
        }
    }

    pub async fn until(&mut self, state: &str) {
        for _ in 0..600 {
            let request = self.site.ledger.load(RequestId::new(1)).await.unwrap();
            if request.is_some_and(|request| request.state.word() == state) {
                return self.pass(Millis::seconds(5)).await;
            }
            self.pass(Millis::seconds(1)).await;
        }
        panic!("R-1 never became {state}:\n{}", self.slack.transcript_of("#ops"));
    }

    pub async fn card(&mut self) -> Message {
        self.pass(Millis::seconds(3)).await;
        let card = self.slack.newest_with("Approve");
        card.unwrap_or_else(|| panic!("no card:\n{}", self.slack.transcript_of("#ops")))
    }

    pub async fn whispered(&mut self, name: &str) -> String {
        self.pass(Millis::seconds(3)).await;
        let whispers = self.slack.person(name).whispers();
        whispers
            .last()
            .map(|message| message.text.clone())
            .unwrap_or_default()
    }

    pub fn ends(self) {
        let _ = self.stop.send(true);
        self.slack.assert_lawful();
        self.flink.assert_lawful();
    }
}

fn api(slack: &FakeSlack, token: &str, clock: &Arc<SimClock>) -> Api {
    let config = Config {
        base: slack.api_url().parse().unwrap(),
        reach: Reach::Loopback,
        limits: Limits::default(),
    };
    Api::new(config, token, clock.clone()).unwrap()
}

async fn serve(slack: &FakeSlack, hearing: Arc<Hearing>, mut stop: watch::Receiver<bool>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let router = routes::router(Door {
        hearing,
        signing_secret: Arc::new(slack.signing_secret().into()),
    });
    slack.sends_to(Addresses::under(&base));
    tokio::spawn(async move {
        let stopped = async move {
            let _ = stop.wait_for(|stop| *stop).await;
        };
        axum::serve(listener, router)
            .with_graceful_shutdown(stopped)
            .await
            .unwrap();
    });
}

fn people(slack: &FakeSlack) -> People {
    let person = |key: &str| Person::parse(key).unwrap();
    let profile = |key: &str| Profile {
        name: key.to_owned(),
        slack: Some(slack.person(key).id().to_owned()),
        ..Profile::default()
    };
    let owners = Members {
        people: ["ana", "bo"].map(person).into(),
        ..Members::default()
    };
    People {
        persons: ["ana", "bo", "cy"].map(|key| (person(key), profile(key))).into(),
        groups: BTreeMap::from([(Group::parse("owners").unwrap(), owners)]),
    }
}
