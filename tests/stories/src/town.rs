//! Where people are: a chat in which they type and press, over the road by which it reaches Sluice. A story does not know
//! which; it says what people do and what they then read.

use std::collections::BTreeMap;
use std::sync::Arc;

use adapters::chat::discord::roster::Roles;
use adapters::chat::link::Link;
use adapters::chat::slack::roster::Groups;
use approvals::ledger::Ledger;
use approvals::people::{Account, Members, Profile};
use approvals::ports::Chat;
use approvals::site::Site;
use async_trait::async_trait;
use commands::names::{At, Chat as Kind, Group, MessageId, Place};
use fakes::discord::FakeDiscord;
use fakes::slack::FakeSlack;

use crate::clock::SimClock;
use crate::death::Death;
use crate::towns::both::Both;
use crate::towns::console::Console;
use crate::towns::discord::Discord;
use crate::towns::slack::Slack;

/// A chat and the road from it to Sluice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Road {
    /// The console's channel `ops`.
    Console,
    /// Slack, over Socket Mode.
    SlackSockets,
    /// Slack, over signed HTTP.
    SlackHttp,
    /// Discord, over the gateway.
    DiscordGateway,
    /// Discord, over signed HTTP.
    DiscordHttp,
    /// Slack over Socket Mode and Discord over its gateway, both for one environment. People are in Slack to begin with.
    SlackAndDiscord,
    /// The same over signed HTTP.
    BothOverHttp,
}

impl Road {
    pub(crate) async fn town(self, clock: &Arc<SimClock>) -> Box<dyn Town> {
        match self {
            Self::Console => Box::new(Console::new(clock.clone())),
            Self::SlackSockets | Self::SlackHttp => Box::new(Slack::new(self, clock.clone()).await),
            Self::DiscordGateway | Self::DiscordHttp => Box::new(Discord::new(self, clock.clone()).await),
            Self::SlackAndDiscord => both(Self::SlackSockets, Self::DiscordGateway, clock).await,
            Self::BothOverHttp => both(Self::SlackHttp, Self::DiscordHttp, clock).await,
        }
    }
}

async fn both(slack: Road, discord: Road, clock: &Arc<SimClock>) -> Box<dyn Town> {
    Box::new(Both::new(
        Box::new(Slack::new(slack, clock.clone()).await),
        Box::new(Discord::new(discord, clock.clone()).await),
    ))
}

/// What somebody does.
#[derive(Debug, Clone)]
pub(crate) struct Act {
    pub person: String,
    pub deed: Deed,
    /// It reaches Sluice twice.
    pub twice: bool,
}

#[derive(Debug, Clone)]
pub(crate) enum Deed {
    /// Types a command at the channel's top.
    Types(String),
    /// Presses this button, and fills in why where that is asked.
    Presses {
        message: Message,
        button: String,
        reason: Option<String>,
    },
}

/// A message as people see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its id in its channel.
    pub id: String,
    /// The root of its thread, where it is in one.
    pub thread: Option<String>,
    /// Whether Sluice said it.
    pub by_sluice: bool,
    /// What it says, without pictures and buttons.
    pub text: String,
    /// Its buttons in order: what the town knows each by, and its label.
    pub buttons: Vec<(String, String)>,
    /// The one person who sees it; `None`: everybody.
    pub only_for: Option<String>,
}

/// One channel, the people in it, and how Sluice takes part. It outlives every life of Sluice.
#[async_trait]
pub(crate) trait Town: Send + Sync {
    /// The channel.
    fn place(&self) -> Place;

    /// Every channel of the environment.
    fn places(&self) -> Vec<Place> {
        vec![self.place()]
    }

    /// Who somebody is there.
    fn account(&self, person: &str) -> Account;

    /// So many more people live here; before the first life begins.
    fn gathers(&mut self, _crowd: usize) {}

    /// How many more people live here.
    fn crowd(&self) -> usize {
        0
    }

    /// Writes that account into the person's profile.
    fn introduce(&self, person: &str, profile: &mut Profile);

    /// Writes down which of its own groups counts for a group of ours.
    fn keeps(&self, _groups: &mut BTreeMap<Group, Members>) {}

    /// A life begins: what speaks in each chat.
    fn speakers(&mut self, ledger: &Arc<dyn Ledger>, twice: bool) -> Vec<(Kind, Arc<dyn Chat>)>;

    /// The user groups of the Slack in which this life speaks.
    fn user_groups(&self) -> Option<Arc<Groups>> {
        None
    }

    /// The roles of the Discord in which this life speaks.
    fn roles(&self) -> Option<Arc<Roles>> {
        None
    }

    /// How the link of this life is doing, where there is one.
    fn link(&self) -> Option<&Link> {
        None
    }

    /// A life begins: Sluice hears.
    async fn begins(&mut self, site: &Arc<Site>);

    /// A life is over: nothing of it is left.
    async fn ends(&mut self);

    /// Somebody does something; it is over when Sluice has acknowledged it, or died.
    async fn act(&mut self, act: &Act);

    /// Sluice died over it and lives again: what somebody does now who does not know whether it was heard.
    async fn acts_again(&mut self, act: &Act, was_stored: bool);

    /// Whatever is delivered once more after all is quiet; `true` where something was.
    async fn echoes(&mut self) -> bool {
        false
    }

    /// Somebody writes what is not for Sluice, where a chat can tell; the message it is.
    fn writes_aside(&mut self, _person: &str) -> Option<MessageId> {
        None
    }

    /// People go on in the other chat, where there are two.
    fn crosses_over(&mut self) {}

    /// Everything in the channel, whoever may see it, oldest first.
    async fn messages(&self) -> Vec<Message>;

    /// Its clock moves.
    fn set_now(&self, _now: At) {}

    /// A life begins: its calls are points at which it can die.
    fn watch(&self, _death: &Arc<Death>) {}

    /// A call of Sluice is held, because Sluice has died over it.
    async fn until_a_call_is_held(&self) {
        std::future::pending::<()>().await;
    }

    /// Whether what one person alone sees may be said again by a new life: a chat that cannot be asked what it showed.
    fn whispers_may_repeat(&self) -> bool {
        false
    }

    /// The fake Slack, where the town is one.
    fn fake_slack(&self) -> Option<&FakeSlack> {
        None
    }

    /// The fake Discord, where the town is one.
    fn fake_discord(&self) -> Option<&FakeDiscord> {
        None
    }

    /// Nothing was done that this chat does not allow.
    fn assert_lawful(&self) {}
}
