//! What a story looks at: messages as people see them, requests, entries.

use adapters::chat::link::Link;
use approvals::ledger::Ledger as _;
use approvals::request::Event;
use commands::names::{At, RequestId};
use fakes::discord::FakeDiscord;
use fakes::slack::FakeSlack;

use crate::town::Message;
use crate::world::World;

/// More entries than a story makes.
const ALL: u32 = 1_000_000;

impl World {
    /// The fake Slack of a story over one of its roads.
    ///
    /// # Panics
    /// Over another road.
    pub fn slack(&self) -> &FakeSlack {
        self.town.fake_slack().expect("the road is one of Slack's")
    }

    /// The fake Discord of a story over one of its roads.
    ///
    /// # Panics
    /// Over another road.
    pub fn discord(&self) -> &FakeDiscord {
        self.town.fake_discord().expect("the road is one of Discord's")
    }

    /// How the link to the chat is doing.
    ///
    /// # Panics
    /// Over a road that has none.
    pub fn link(&self) -> &Link {
        self.town.link().expect("the road has a link")
    }

    /// Every message that somebody sees in the channel, oldest first.
    pub async fn sees(&self, person: &str) -> Vec<Message> {
        let may_see = |message: &Message| message.only_for.as_ref().is_none_or(|only| only == person);
        self.town.messages().await.into_iter().filter(may_see).collect()
    }

    /// The texts of all messages of Sluice that everybody sees, oldest first.
    pub async fn told(&self) -> Vec<String> {
        let all = self.sees("nobody").await;
        let told = all.into_iter().filter(|message| message.by_sluice);
        told.map(|message| message.text).collect()
    }

    /// The newest text of Sluice that this person sees.
    pub async fn last_told(&self, person: &str) -> String {
        let seen = self.sees(person).await;
        let newest = seen.into_iter().rev().find(|message| message.by_sluice);
        newest.map(|message| message.text).unwrap_or_default()
    }

    /// Fails unless the newest text of Sluice that this person sees has these words.
    pub async fn reads(&mut self, person: &str, words: &str) {
        self.until_told().await;
        let last = self.last_told(person).await;
        assert!(
            last.contains(words),
            "{person} should read {words:?}, and reads:\n{last}"
        );
    }

    /// The kinds of all events of a request, in order.
    pub async fn events(&self, request: u64) -> Vec<&'static str> {
        let entries = self.life().ledger.entries(1, ALL).await.unwrap();
        let of_request = entries
            .into_iter()
            .filter(|entry| entry.request == RequestId::new(request));
        of_request
            .flat_map(|entry| entry.events.iter().map(Event::kind).collect::<Vec<_>>())
            .collect()
    }

    /// Whose votes stand, one for each vote.
    pub async fn voters(&self, request: u64) -> Vec<String> {
        let request = self.life().ledger.load(RequestId::new(request)).await.unwrap();
        let voting = request.and_then(|request| request.voting);
        let votes = voting.iter().flat_map(|voting| &voting.votes);
        votes.map(|vote| vote.person.to_string()).collect()
    }

    /// The times of all entries, in the order of the log.
    pub async fn times_of_entries(&self) -> Vec<At> {
        let entries = self.life().ledger.entries(1, ALL).await.unwrap();
        entries.into_iter().map(|entry| entry.at).collect()
    }

    /// Whether the request holds what its plan claims.
    pub async fn holds_claims(&self, request: u64) -> bool {
        let id = RequestId::new(request);
        let ledger = &self.life().ledger;
        let plan = ledger.load(id).await.unwrap().and_then(|request| request.plan);
        let claims = plan.map(|plan| plan.claims).unwrap_or_default();
        ledger.holder(&claims, RequestId::new(0)).await.unwrap() == Some(id)
    }

    /// The request's state in one word; `none` where there is no such request.
    pub async fn state(&self, request: u64) -> &'static str {
        let request = self.life().ledger.load(RequestId::new(request)).await.unwrap();
        request.map_or("none", |request| request.state.word())
    }

    /// The states of all requests, from the first on.
    pub async fn states(&self) -> Vec<&'static str> {
        let mut states = Vec::new();
        loop {
            match self.state(states.len() as u64 + 1).await {
                "none" => return states,
                state => states.push(state),
            }
        }
    }
}
