//! A fake Slack with the channel `#ops`, spoken to through its Web API and heard over sockets or signed HTTP.

use std::collections::BTreeMap;
use std::sync::Arc;

use adapters::chat::link::Link;
use adapters::chat::slack::api::Api;
use adapters::chat::slack::elsewhere::Elsewhere;
use adapters::chat::slack::gate::Gate;
use adapters::chat::slack::hearing::Hearing;
use adapters::chat::slack::roster::Groups;
use adapters::chat::slack::routes::{self, Door};
use adapters::chat::slack::socket::{SOCKETS, Sockets};
use adapters::chat::slack::speaking::Slack as Speaks;
use adapters::http::{Limits, Reach};
use approvals::ledger::Ledger;
use approvals::people::{Account, Members, Profile};
use approvals::ports::Chat;
use approvals::site::Site;
use async_trait::async_trait;
use commands::names::{At, Chat as Kind, Group, MessageId, Place};
use fakes::calls::Interrupt;
use fakes::slack::{Addresses, Disorder, FakeSlack, Message as Shown, Person};

use crate::cast::{self, OWNERS};
use crate::clock::{PlainDice, SimClock};
use crate::death::{Contact, Death};
use crate::town::{Act, Deed, Message, Road, Town};
use crate::towns::ears::{Ears, voice, way_to};

/// Calls that say something to everybody in the channel.
const SPEAKING: [&str; 2] = ["chat.postMessage", "chat.update"];

pub(crate) struct Slack {
    road: Road,
    slack: FakeSlack,
    clock: Arc<SimClock>,
    crowd: usize,
    /// Its user group for [`OWNERS`].
    owners: String,
    life: Option<Life>,
}

/// What is there in one life of Sluice.
struct Life {
    speaks: Arc<Speaks>,
    groups: Arc<Groups>,
    link: Arc<Link>,
    ears: Option<Ears>,
}

impl Slack {
    pub async fn new(road: Road, clock: Arc<SimClock>) -> Self {
        let now = u64::try_from(clock.now_by_hand().0).unwrap();
        let slack = FakeSlack::start_at(now).await;
        slack.channel("#ops");
        // Where the app may read a channel, what it may have said is looked for before it is said again.
        slack.grants("channels:history");
        // Slack keeps it too; nobody is in it to begin with.
        let owners = slack.group(OWNERS, &[]);
        Self {
            owners,
            road,
            slack,
            clock,
            crowd: 0,
            life: None,
        }
    }

    fn api(&self, token: &str) -> Api {
        Api::new(way_to(&self.slack.api_url()), token, self.clock.clone()).unwrap()
    }

    /// How Sluice takes in what Slack sends.
    async fn listen(&self, hearing: Arc<Hearing>) -> Ears {
        if self.road == Road::SlackHttp {
            let (ears, address) = Ears::at_an_address(routes::router(Door {
                hearing,
                signing_secret: Arc::new(self.slack.signing_secret().into()),
            }))
            .await;
            self.slack.sends_to(Addresses::under(&address));
            return ears;
        }
        let sockets = Sockets {
            api: self.api(&self.slack.app_token()),
            hearing,
            dice: Arc::new(PlainDice::default()),
            reach: Reach::Loopback,
        };
        let ears = Ears::open(|stop| sockets.run(stop));
        self.slack.until_connected(SOCKETS).await;
        ears
    }

    /// A press, and the form that it may open. Which of both it is, Slack shows before anybody can go on.
    async fn press(&self, person: &Person, message: &Message, label: &str, reason: Option<&str>) {
        let shown = self.slack.message("#ops", &message.id).unwrap();
        let _acknowledged = person.presses(&shown, label).await;
        if let Some(reason) = reason {
            let form = self.slack.until("a form", |_| person.form()).await;
            let label = form.sent()["blocks"][0]["label"]["text"]
                .as_str()
                .unwrap()
                .to_owned();
            let _acknowledged = form.fills(&label, reason).submits().await;
        }
    }

    fn name_of(&self, id: &str) -> String {
        let names = ["ana", "bo", "cy", "dee"];
        let found = names.iter().find(|name| self.slack.person(name).id() == id);
        found.map_or_else(|| id.to_owned(), |name| (*name).to_owned())
    }

    fn seen(&self, message: Shown) -> Message {
        let buttons = message.buttons();
        Message {
            id: message.ts,
            thread: message.thread_ts,
            by_sluice: message.by_app,
            text: message.text,
            buttons: buttons.into_iter().map(|label| (label.clone(), label)).collect(),
            only_for: message.only_for.map(|id| self.name_of(&id)),
        }
    }
}

#[async_trait]
impl Town for Slack {
    fn place(&self) -> Place {
        Place::parse(&format!("slack:{}", self.slack.channel_id("#ops"))).unwrap()
    }

    fn account(&self, person: &str) -> Account {
        Account {
            chat: Kind::Slack,
            id: self.slack.person(person).id().to_owned(),
        }
    }

    fn gathers(&mut self, crowd: usize) {
        self.crowd = crowd;
    }

    fn crowd(&self) -> usize {
        self.crowd
    }

    fn introduce(&self, person: &str, profile: &mut Profile) {
        profile.slack = Some(self.account(person).id);
    }

    fn keeps(&self, groups: &mut BTreeMap<Group, Members>) {
        for (group, members) in groups {
            members.slack_usergroup = (group.as_str() == OWNERS).then(|| self.owners.clone());
        }
    }

    fn speakers(&mut self, _ledger: &Arc<dyn Ledger>, _twice: bool) -> Vec<(Kind, Arc<dyn Chat>)> {
        let elsewhere = Elsewhere::new(
            self.slack.api_url().parse().unwrap(),
            Reach::Loopback,
            Limits::default(),
        );
        let api = self.api(&self.slack.bot_token());
        let speaks = Arc::new(Speaks::new(api, elsewhere, voice(self), self.clock.clone()));
        let teams = vec![self.slack.team_id()];
        let groups = Arc::new(Groups::new(speaks.clone(), cast::people(self), teams));
        self.life = Some(Life {
            speaks: speaks.clone(),
            groups,
            link: Arc::new(Link::default()),
            ears: None,
        });
        vec![(Kind::Slack, speaks)]
    }

    fn user_groups(&self) -> Option<Arc<Groups>> {
        self.life.as_ref().map(|life| life.groups.clone())
    }

    fn link(&self) -> Option<&Link> {
        self.life.as_ref().map(|life| &*life.link)
    }

    async fn begins(&mut self, site: &Arc<Site>) {
        let life = self.life.as_ref().expect("it speaks before it hears");
        let hearing = Arc::new(Hearing {
            site: site.clone(),
            groups: life.groups.clone(),
            slack: life.speaks.clone(),
            gate: Gate {
                app: self.slack.app_id(),
                teams: vec![self.slack.team_id()],
            },
            command: "/flink".to_owned(),
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
            self.slack.next_delivery(Disorder::Twice);
        }
        let person = self.slack.person(&act.person);
        match &act.deed {
            Deed::Types(text) => {
                let _acknowledged = person.types(&format!("/flink {text}"), "#ops").await;
            }
            Deed::Presses {
                message,
                button,
                reason,
            } => self.press(&person, message, button, reason.as_deref()).await,
        }
    }

    /// Slack delivers no command and no press again: whoever sees that nothing comes of it does it once more.
    async fn acts_again(&mut self, act: &Act, was_stored: bool) {
        if !was_stored {
            self.act(act).await;
        }
    }

    fn writes_aside(&mut self, person: &str) -> Option<MessageId> {
        let said = self
            .slack
            .person(person)
            .says("let us do this by hand", "#ops", None);
        Some(MessageId::parse(&said.ts).unwrap())
    }

    async fn messages(&self) -> Vec<Message> {
        let all = self.slack.messages("#ops").into_iter();
        all.map(|message| self.seen(message)).collect()
    }

    fn set_now(&self, now: At) {
        self.slack.set_now(u64::try_from(now.0).unwrap());
    }

    fn watch(&self, death: &Arc<Death>) {
        let death = death.clone();
        self.slack.on_call(move |_, call| match call.route {
            Some(method) if SPEAKING.contains(&method) => death.interrupts_in(Contact::Speak),
            _ => Interrupt::Proceed,
        });
    }

    async fn until_a_call_is_held(&self) {
        self.slack.until_a_call_is_held().await;
    }

    fn whispers_may_repeat(&self) -> bool {
        true
    }

    fn fake_slack(&self) -> Option<&FakeSlack> {
        Some(&self.slack)
    }

    fn assert_lawful(&self) {
        self.slack.assert_lawful();
    }
}
