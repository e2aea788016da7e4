//! A Sluice that hears and speaks in a fake Discord, and scales on a fake Flink, by a simulated clock.

use std::collections::BTreeMap;
use std::sync::Arc;

use adapters::chat::discord::api::Api;
use adapters::chat::discord::gate::Gate;
use adapters::chat::discord::gateway::Gateway;
use adapters::chat::discord::hearing::Hearing;
use adapters::chat::discord::register::{difference, register};
use adapters::chat::discord::roster::Roles;
use adapters::chat::discord::routes::{self, Door};
use adapters::chat::discord::signature::PublicKey;
use adapters::chat::discord::speaking::Discord;
use adapters::chat::link::Link;
use adapters::chat::voice::Voice;
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
use fakes::discord::{FakeDiscord, Message};
use fakes::flink::FakeFlink;
use stories::{PlainDice, SimClock, one_owner, windows};
use tempfile::TempDir;
use tokio::sync::watch;

use crate::scenes::orders_falls_behind;

/// How Discord reaches Sluice.
#[derive(Clone, Copy)]
pub enum Road {
    Gateway,
    Http,
}

/// A Sluice that hears and speaks in a fake Discord, and scales on a fake Flink.
pub struct Town {
    pub discord: FakeDiscord,
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
    roles: Arc<Roles>,
}

#[async_trait]
impl Roster for Lists {
    async fn groups_of(&self, person: &Person) -> Result<Evidence, Fault> {
        let listed = Evidence {
            groups: self.people.groups_of(person),
            looked_up_at: self.clock.now(),
        };
        self.roles.evidence(person, listed).await
    }
}

impl Town {
    pub async fn new(road: Road) -> Self {
        let flink = orders_falls_behind().await.flink;
        let discord = FakeDiscord::start_at(flink.now()).await;
        discord.channel("#ops");
        let clock = Arc::new(SimClock::at(At(i64::try_from(flink.now()).unwrap())));
        let folder = TempDir::new().unwrap();
        let role = discord.role("leads");
        discord.role_is_mentionable(&role, true);
        let people = people(&discord, role);
        let (application, guilds) = (discord.app_id(), vec![discord.guild_id()]);
        let api = api(&discord, &clock);
        register(&api, &application, &guilds[0]).await.unwrap();
        assert!(
            difference(&api, &application, &guilds[0])
                .await
                .unwrap()
                .is_none()
        );
        let voice = Voice {
            wording: Wording::new("/flink"),
            language: "en".to_owned(),
            people: people.clone(),
        };
        let chat = Arc::new(Discord::new(
            api,
            application.clone(),
            guilds.clone(),
            voice,
            clock.clone(),
        ));
        let roles = Arc::new(Roles::new(chat.clone(), people.clone(), guilds.clone()));
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
            places: vec![Place::parse(&format!("discord:{}", discord.channel_id("#ops"))).unwrap()],
        };
        let site = Arc::new(Site {
            ledger: Arc::new(ledger.await.unwrap()),
            clock: clock.clone(),
            roster: Arc::new(Lists {
                people: people.clone(),
                clock: clock.clone(),
                roles: roles.clone(),
            }),
            people,
            policy: one_owner(),
            environments: BTreeMap::from([(shop, served)]),
            chats: BTreeMap::from([(ChatKind::Discord, chat.clone() as Arc<dyn Chat>)]),
            demo: false,
            signals: Signals::default(),
            jobs: Default::default(),
            shown: Default::default(),
        });
        let link = Arc::new(Link::default());
        let hearing = Arc::new(Hearing {
            site: site.clone(),
            discord: chat,
            gate: Gate { application, guilds },
            roles,
            link: link.clone(),
        });
        let (stop, stopping) = watch::channel(false);
        match road {
            Road::Gateway => {
                let gateway = Gateway {
                    hearing,
                    token: discord.bot_token().into(),
                    dice: Arc::new(PlainDice::default()),
                    reach: Reach::Loopback,
                };
                tokio::spawn(gateway.run(stopping));
                discord.until_connected(1).await;
            }
            Road::Http => serve(&discord, hearing, stopping).await,
        }
        Self {
            discord,
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
            self.discord.set_now(now);
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
        panic!(
            "R-1 never became {state}:\n{}",
            self.discord.transcript_of("#ops")
        );
    }

    pub async fn card(&mut self) -> Message {
        self.pass(Millis::seconds(3)).await;
        let card = self.discord.newest_with("Approve");
        card.unwrap_or_else(|| panic!("no card:\n{}", self.discord.transcript_of("#ops")))
    }

    pub async fn whispered(&mut self, name: &str) -> String {
        self.pass(Millis::seconds(3)).await;
        let whispers = self.discord.person(name).whispers();
        whispers
            .last()
            .map(|message| message.content.clone())
            .unwrap_or_default()
    }

    pub fn ends(self) {
        let _ = self.stop.send(true);
        self.discord.assert_lawful();
        self.flink.assert_lawful();
    }
}

fn api(discord: &FakeDiscord, clock: &Arc<SimClock>) -> Api {
    let config = Config {
        base: discord.api_url().parse().unwrap(),
        reach: Reach::Loopback,
        limits: Limits::default(),
    };
    Api::new(config, &discord.bot_token(), clock.clone()).unwrap()
}

async fn serve(discord: &FakeDiscord, hearing: Arc<Hearing>, mut stop: watch::Receiver<bool>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = routes::router(Door {
        hearing,
        public_key: Arc::new(PublicKey::parse(&discord.public_key()).unwrap()),
    });
    discord.sends_to(&format!("http://{address}/discord/interactions"));
    tokio::spawn(async move {
        let stopped = async move {
            let _ = stop.wait_for(|stop| *stop).await;
        };
        axum::serve(listener, router)
            .with_graceful_shutdown(stopped)
            .await
            .unwrap();
    });
    assert!(
        discord.verifies_address().await,
        "a ping is answered, a bad signature refused"
    );
}

/// Ana and Bo are listed; who else holds the role counts, too.
fn people(discord: &FakeDiscord, role: String) -> People {
    let person = |key: &str| Person::parse(key).unwrap();
    let profile = |key: &str| Profile {
        name: key.to_owned(),
        discord: Some(discord.person(key).id().to_owned()),
        ..Profile::default()
    };
    let owners = Members {
        people: ["ana", "bo"].map(person).into(),
        discord_role: Some(role),
        ..Members::default()
    };
    People {
        persons: ["ana", "bo", "cy"].map(|key| (person(key), profile(key))).into(),
        groups: BTreeMap::from([(Group::parse("owners").unwrap(), owners)]),
    }
}
