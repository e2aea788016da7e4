//! A fake Discord with the channel `#ops`, spoken to through its REST API and heard over the gateway or signed HTTP.

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
use adapters::chat::discord::speaking::Discord as Speaks;
use adapters::chat::link::Link;
use adapters::http::Reach;
use adapters::wording;
use approvals::ledger::Ledger;
use approvals::people::{Account, Members, Profile};
use approvals::ports::Chat;
use approvals::site::Site;
use async_trait::async_trait;
use commands::names::{At, Chat as Kind, Group, MessageId, Place};
use fakes::calls::Interrupt;
use fakes::discord::{Disorder, FakeDiscord, Message as Shown, Person};

use crate::cast::{self, OWNERS};
use crate::clock::{PlainDice, SimClock};
use crate::death::{Contact, Death};
use crate::town::{Act, Deed, Message, Road, Town};
use crate::towns::ears::{Ears, voice, way_to};

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
    crowd: usize,
    life: Option<Life>,
}

/// What is there in one life of Sluice.
struct Life {
    speaks: Arc<Speaks>,
    roles: Arc<Roles>,
    link: Arc<Link>,
    ears: Option<Ears>,
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
            crowd: 0,
            life: None,
        };
        let (application, guild) = (town.discord.app_id(), town.discord.guild_id());
        register(&town.api(), &application, &guild).await.unwrap();
        let differs = difference(&town.api(), &application, &guild).await.unwrap();
        assert!(differs.is_none(), "what was registered is registered");
        town
    }

    fn api(&self) -> Api {
        let token = self.discord.bot_token();
        Api::new(way_to(&self.discord.api_url()), &token, self.clock.clone()).unwrap()
    }

    /// How Sluice takes in what Discord sends.
    async fn listen(&self, hearing: Arc<Hearing>) -> Ears {
        if self.road == Road::DiscordHttp {
            let (ears, address) = Ears::at_an_address(routes::router(Door {
                hearing,
                public_key: Arc::new(PublicKey::parse(&self.discord.public_key()).unwrap()),
            }))
            .await;
            self.discord.sends_to(&format!("{address}/discord/interactions"));
            let verified = self.discord.verifies_address().await;
            assert!(verified, "a ping is answered, a bad signature refused");
            return ears;
        }
        let gateway = Gateway {
            hearing,
            token: self.discord.bot_token().into(),
            dice: Arc::new(PlainDice::default()),
            reach: Reach::Loopback,
        };
        let ears = Ears::open(|stop| gateway.run(stop));
        self.discord.until_connected(1).await;
        ears
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

    fn gathers(&mut self, crowd: usize) {
        self.crowd = crowd;
    }

    fn crowd(&self) -> usize {
        self.crowd
    }

    fn introduce(&self, person: &str, profile: &mut Profile) {
        profile.discord = Some(self.account(person).id);
    }

    /// Its role for [`OWNERS`] is nobody's to begin with.
    fn keeps(&self, groups: &mut BTreeMap<Group, Members>) {
        for (group, members) in groups {
            members.discord_role = (group.as_str() == OWNERS).then(|| self.discord.role(OWNERS));
        }
    }

    fn speakers(&mut self, _ledger: &Arc<dyn Ledger>, _twice: bool) -> Vec<(Kind, Arc<dyn Chat>)> {
        let guilds = vec![self.discord.guild_id()];
        let application = self.discord.app_id();
        let speaks = Speaks::new(
            self.api(),
            application,
            guilds.clone(),
            voice(self),
            self.clock.clone(),
        );
        let speaks = Arc::new(speaks);
        self.life = Some(Life {
            speaks: speaks.clone(),
            roles: Arc::new(Roles::new(speaks.clone(), cast::people(self), guilds)),
            link: Arc::new(Link::default()),
            ears: None,
        });
        vec![(Kind::Discord, speaks)]
    }

    fn roles(&self) -> Option<Arc<Roles>> {
        self.life.as_ref().map(|life| life.roles.clone())
    }

    fn link(&self) -> Option<&Link> {
        self.life.as_ref().map(|life| &*life.link)
    }

    async fn begins(&mut self, site: &Arc<Site>) {
        let life = self.life.as_ref().expect("it speaks before it hears");
        let hearing = Arc::new(Hearing {
            site: site.clone(),
            roles: life.roles.clone(),
            discord: life.speaks.clone(),
            gate: Gate {
                application: self.discord.app_id(),
                guilds: vec![self.discord.guild_id()],
            },
            link: life.link.clone(),
        });
        let ears = self.listen(hearing).await;
        self.life.as_mut().expect("it lives").ears = Some(ears);
    }

    async fn ends(&mut self) {
        if let Some(ears) = self.life.take().and_then(|life| life.ears) {
            ears.close().await;
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
