//! People in two chats at once: one environment is shown in both, and whoever acts or reads is in one of them.

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

use crate::death::Death;
use crate::town::{Act, Message, Town};

pub(crate) struct Both {
    here: Box<dyn Town>,
    there: Box<dyn Town>,
}

impl Both {
    pub fn new(here: Box<dyn Town>, there: Box<dyn Town>) -> Self {
        Self { here, there }
    }
}

#[async_trait]
impl Town for Both {
    fn place(&self) -> Place {
        self.here.place()
    }

    fn places(&self) -> Vec<Place> {
        [self.here.places(), self.there.places()].concat()
    }

    fn account(&self, person: &str) -> Account {
        self.here.account(person)
    }

    fn gathers(&mut self, crowd: usize) {
        self.here.gathers(crowd);
        self.there.gathers(crowd);
    }

    fn crowd(&self) -> usize {
        self.here.crowd()
    }

    fn introduce(&self, person: &str, profile: &mut Profile) {
        self.here.introduce(person, profile);
        self.there.introduce(person, profile);
    }

    fn keeps(&self, groups: &mut BTreeMap<Group, Members>) {
        self.here.keeps(groups);
        self.there.keeps(groups);
    }

    fn user_groups(&self) -> Option<Arc<Groups>> {
        self.here.user_groups().or_else(|| self.there.user_groups())
    }

    fn roles(&self) -> Option<Arc<Roles>> {
        self.here.roles().or_else(|| self.there.roles())
    }

    fn link(&self) -> Option<&Link> {
        self.here.link()
    }

    fn speakers(&mut self, ledger: &Arc<dyn Ledger>, twice: bool) -> Vec<(Kind, Arc<dyn Chat>)> {
        let here = self.here.speakers(ledger, twice);
        [here, self.there.speakers(ledger, twice)].concat()
    }

    async fn begins(&mut self, site: &Arc<Site>) {
        self.here.begins(site).await;
        self.there.begins(site).await;
    }

    async fn ends(&mut self) {
        self.here.ends().await;
        self.there.ends().await;
    }

    async fn act(&mut self, act: &Act) {
        self.here.act(act).await;
    }

    async fn acts_again(&mut self, act: &Act, was_stored: bool) {
        self.here.acts_again(act, was_stored).await;
    }

    async fn echoes(&mut self) -> bool {
        self.here.echoes().await || self.there.echoes().await
    }

    fn writes_aside(&mut self, person: &str) -> Option<MessageId> {
        self.here.writes_aside(person)
    }

    fn crosses_over(&mut self) {
        std::mem::swap(&mut self.here, &mut self.there);
    }

    async fn messages(&self) -> Vec<Message> {
        self.here.messages().await
    }

    fn set_now(&self, now: At) {
        self.here.set_now(now);
        self.there.set_now(now);
    }

    fn watch(&self, death: &Arc<Death>) {
        self.here.watch(death);
        self.there.watch(death);
    }

    async fn until_a_call_is_held(&self) {
        tokio::select! {
            () = self.here.until_a_call_is_held() => {}
            () = self.there.until_a_call_is_held() => {}
        }
    }

    fn whispers_may_repeat(&self) -> bool {
        self.here.whispers_may_repeat()
    }

    fn fake_slack(&self) -> Option<&FakeSlack> {
        self.here.fake_slack().or_else(|| self.there.fake_slack())
    }

    fn fake_discord(&self) -> Option<&FakeDiscord> {
        self.here.fake_discord().or_else(|| self.there.fake_discord())
    }

    fn assert_lawful(&self) {
        self.here.assert_lawful();
        self.there.assert_lawful();
    }
}
