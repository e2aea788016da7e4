//! A fake Discord with the channel `#ops`, spoken to through its REST API and heard over the gateway or signed HTTP.

use std::sync::Arc;

use adapters::chat::discord::api::Api;
use adapters::chat::discord::gate::Gate;
use adapters::chat::discord::gateway::Gateway;
use adapters::chat::discord::hearing::Hearing;
use adapters::chat::discord::register::register;
use adapters::chat::discord::roster::Roles;
use adapters::chat::discord::routes::{self, Door};
use adapters::chat::discord::signature::PublicKey;
use adapters::chat::discord::speaking::Discord as Speaks;
use adapters::chat::link::Link;
use adapters::chat::voice::Voice;
use adapters::http::{Config, Limits, Reach};
use adapters::wording::{self, Wording};
use approvals::ledger::Ledger;
use approvals::people::{Account, Profile};
use approvals::ports::Chat;
use approvals::site::Site;
use async_trait::async_trait;
use commands::names::{At, Chat as Kind, MessageId, Place};
use fakes::calls::Interrupt;
use fakes::discord::{Disorder, FakeDiscord, Message as Shown, Person};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::cast;
use crate::clock::{PlainDice, SimClock};
use crate::death::{Contact, Death};
use crate::town::{Act, Deed, Message, Road, Town};

/// Calls that say something to everybody in the channel.
const SPEAKING: [(&str, &str); 2] = [
    ("POST", "/channels/{channel_id}/messages"),
    ("PATCH", "/channels/{channel_id}/messages/{message_id}"),
];

/// Who may be told something alone.
const CAST: [&str; 4] = ["ana", "bo", "cy", "dee"];

pub(crate) struct Discord {
    road: Road,
    discord: FakeDiscord,
    clock: Arc<SimClock>,
    speaks: Option<Arc<Speaks>>,
    ears: Option<Ears>,
}

/// What hears in one life.
struct Ears {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Discord {
    pub async fn new(road: Road, clock: Arc<SimClock>) -> Self {
        let now = u64::try_from(clock.now_by_hand().0).unwrap();
        let discord = FakeDiscord::start_at(now).await;
        discord.channel("#ops");
        let town = Self {
            road,
            discord,
            clock,
            speaks: None,
            ears: None,
        };
        let (application, guild) = (town.discord.app_id(), town.discord.guild_id());
        register(&town.api(), &application, &guild).await.unwrap();
        town
    }

    fn api(&self) -> Api {
        let config = Config {
            base: self.discord.api_url().parse().unwrap(),
            reach: Reach::Loopback,
            limits: Limits::default(),
        };
        Api::new(config, &self.discord.bot_token(), self.clock.clone()).unwrap()
    }

    /// How Sluice takes in what Discord sends.
    async fn listen(&self, hearing: Arc<Hearing>, stop: watch::Receiver<bool>) -> JoinHandle<()> {
        if self.road == Road::DiscordHttp {
            return self.serve(hearing, stop).await;
        }
        let gateway = Gateway {
            hearing,
            token: self.discord.bot_token().into(),
            dice: Arc::new(PlainDice::default()),
            reach: Reach::Loopback,
        };
        let task = tokio::spawn(gateway.run(stop));
        self.discord.until_connected(1).await;
        task
    }

    async fn serve(&self, hearing: Arc<Hearing>, mut stop: watch::Receiver<bool>) -> JoinHandle<()> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = routes::router(Door {
            hearing,
            public_key: Arc::new(PublicKey::parse(&self.discord.public_key()).unwrap()),
        });
        self.discord
            .sends_to(&format!("http://{address}/discord/interactions"));
        let stopped = async move {
            let _ = stop.wait_for(|stop| *stop).await;
        };
        tokio::spawn(async move {
            let served = axum::serve(listener, router).with_graceful_shutdown(stopped);
            served.await.unwrap();
        })
    }

    /// Everything in the channel and its threads.
    fn shown(&self) -> Vec<Shown> {
        let mut all = self.discord.messages("#ops");
        for thread in self.discord.threads("#ops") {
            all.extend(self.discord.thread(&thread.id));
        }
        for name in CAST {
            let person = self.discord.person(name);
            all.extend(self.discord.messages(self.discord.direct(&person).id()));
        }
        // That something was heard is no answer to it.
        let heard = wording::discord::recorded("en");
        all.retain(|message| !message.loading && !message.deleted && message.content != heard);
        all.sort_by_key(|message| message.id.parse::<u64>().unwrap_or_default());
        all.dedup_by(|one, other| one.id == other.id);
        all
    }

    async fn press(&self, person: &Person, message: &Message, label: &str, reason: Option<&str>) {
        let shown = self.shown().into_iter().find(|shown| shown.id == message.id);
        let _answered = person.presses(&shown.unwrap(), label).await;
        if let (Some(reason), Some(form)) = (reason, person.form()) {
            let label = form.sent()["components"][0]["components"][0]["label"]
                .as_str()
                .unwrap()
                .to_owned();
            let _answered = form.fills(&label, reason).submits().await;
        }
    }

    fn name_of(&self, id: &str) -> String {
        let found = CAST.iter().find(|name| self.discord.person(name).id() == id);
        found.map_or_else(|| id.to_owned(), |name| (*name).to_owned())
    }

    fn seen(&self, message: Shown) -> Message {
        let talks_with = |name: &&&str| {
            let person = self.discord.person(name);
            self.discord.direct(&person).id() == message.channel
        };
        let directly = CAST.iter().find(talks_with).map(|name| (*name).to_owned());
        let at_top = message.channel == self.discord.channel_id("#ops") || directly.is_some();
        let buttons = message.buttons();
        let embeds = message
            .embeds
            .iter()
            .filter_map(|embed| embed["description"].as_str());
        let texts = std::iter::once(message.content.as_str()).chain(embeds);
        Message {
            text: texts.map(|text| self.plain(text)).collect::<Vec<_>>().join("\n"),
            thread: (!at_top).then(|| message.channel.clone()),
            id: message.id,
            by_sluice: message.by_app,
            buttons: buttons.into_iter().map(|label| (label.clone(), label)).collect(),
            only_for: message.only_for.map(|id| self.name_of(&id)).or(directly),
        }
    }

    /// Markdown as people read it.
    fn plain(&self, markdown: &str) -> String {
        let mut is_fixed = false;
        let mut lines = Vec::new();
        for line in markdown.lines() {
            match line {
                "```" => is_fixed = !is_fixed,
                line if is_fixed => lines.push(format!("  {line}")),
                line => lines.push(self.plain_line(line.strip_prefix("-# ").unwrap_or(line))),
            }
        }
        lines.join("\n")
    }

    fn plain_line(&self, line: &str) -> String {
        let mut plain = String::new();
        let mut rest = line.chars();
        while let Some(c) = rest.next() {
            match c {
                '\\' => plain.extend(rest.next()),
                '*' | '`' => {}
                '<' => {
                    let inside: String = rest.by_ref().take_while(|c| *c != '>').collect();
                    match inside.strip_prefix('@') {
                        Some(id) => plain.push_str(&format!("@{}", self.name_of(id))),
                        None => plain.push_str(&inside),
                    }
                }
                c => plain.push(c),
            }
        }
        plain
    }
}

#[async_trait]
impl Town for Discord {
    fn place(&self) -> Place {
        Place::parse(&format!("discord:{}", self.discord.channel_id("#ops"))).unwrap()
    }

    fn account(&self, person: &str) -> Account {
        Account {
            chat: Kind::Discord,
            id: self.discord.person(person).id().to_owned(),
        }
    }

    fn introduce(&self, person: &str, profile: &mut Profile) {
        profile.discord = Some(self.account(person).id);
    }

    fn speakers(&mut self, _ledger: &Arc<dyn Ledger>, _twice: bool) -> Vec<(Kind, Arc<dyn Chat>)> {
        let voice = Voice {
            wording: Wording::new("/flink"),
            language: "en".to_owned(),
            people: cast::people(self),
        };
        let guilds = vec![self.discord.guild_id()];
        let speaks = Speaks::new(
            self.api(),
            self.discord.app_id(),
            guilds,
            voice,
            self.clock.clone(),
        );
        let speaks = Arc::new(speaks);
        self.speaks = Some(speaks.clone());
        vec![(Kind::Discord, speaks)]
    }

    async fn begins(&mut self, site: &Arc<Site>) {
        let discord = self.speaks.clone().expect("it speaks before it hears");
        let guilds = vec![self.discord.guild_id()];
        let hearing = Arc::new(Hearing {
            site: site.clone(),
            roles: Arc::new(Roles::new(discord.clone(), cast::people(self), guilds.clone())),
            discord,
            gate: Gate {
                application: self.discord.app_id(),
                guilds,
            },
            link: Arc::new(Link::default()),
        });
        let (stop, stopping) = watch::channel(false);
        let task = self.listen(hearing, stopping).await;
        self.ears = Some(Ears { stop, task });
    }

    async fn ends(&mut self) {
        self.speaks = None;
        if let Some(Ears { stop, task }) = self.ears.take() {
            let _ = stop.send(true);
            task.await.unwrap();
        }
    }

    async fn act(&mut self, act: &Act) {
        if act.twice {
            self.discord.next_delivery(Disorder::Twice);
        }
        let person = self.discord.person(&act.person);
        match &act.deed {
            Deed::Types(text) => {
                let _answered = person.types(&format!("/sluice command:{text}"), "#ops").await;
            }
            Deed::Presses {
                message,
                button,
                reason,
            } => self.press(&person, message, button, reason.as_deref()).await,
        }
    }

    /// Discord delivers nothing again: whoever sees that nothing comes of it does it once more.
    async fn acts_again(&mut self, act: &Act, was_stored: bool) {
        if !was_stored {
            self.act(act).await;
        }
    }

    fn writes_aside(&mut self, person: &str) -> Option<MessageId> {
        let said = self.discord.person(person).says("let us do this by hand", "#ops");
        Some(MessageId::parse(&said.id).unwrap())
    }

    async fn messages(&self) -> Vec<Message> {
        let all = self.shown().into_iter();
        all.map(|message| self.seen(message)).collect()
    }

    fn set_now(&self, now: At) {
        self.discord.set_now(u64::try_from(now.0).unwrap());
    }

    fn watch(&self, death: &Arc<Death>) {
        let death = death.clone();
        self.discord.on_call(move |_, call| match call.route {
            Some(route) if SPEAKING.contains(&(call.method.as_str(), route)) => {
                death.interrupts_in(Contact::Speak)
            }
            _ => Interrupt::Proceed,
        });
    }

    async fn until_a_call_is_held(&self) {
        self.discord.until_a_call_is_held().await;
    }

    fn whispers_may_repeat(&self) -> bool {
        true
    }

    fn fake_discord(&self) -> Option<&FakeDiscord> {
        Some(&self.discord)
    }

    fn assert_lawful(&self) {
        self.discord.assert_lawful();
    }
}
