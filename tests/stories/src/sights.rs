//! What a story looks at: messages as people see them, requests, entries.

use approvals::ledger::{ConsoleMessage, Ledger as _};
use approvals::request::Event;
use commands::names::{At, RequestId};

use crate::world::World;

/// Messages looked at in one channel.
const MANY: u32 = 1_000;

impl World {
    /// Every message that somebody sees in the channel, oldest first.
    pub async fn sees(&self, person: &str) -> Vec<ConsoleMessage> {
        let may_see = |message: &ConsoleMessage| {
            message
                .only_for
                .as_ref()
                .is_none_or(|only| only.as_str() == person)
        };
        self.messages().await.into_iter().filter(may_see).collect()
    }

    /// Every message of the channel, whoever may see it.
    pub(crate) async fn messages(&self) -> Vec<ConsoleMessage> {
        self.life().ledger.messages("ops", MANY).await.unwrap()
    }

    /// The texts of all messages of Sluice that everybody sees, oldest first.
    pub async fn told(&self) -> Vec<String> {
        let all = self.sees("nobody").await;
        all.into_iter()
            .filter(|message| message.author == "sluice")
            .map(|message| message.text)
            .collect()
    }

    /// The newest text of Sluice that this person sees.
    pub async fn last_told(&self, person: &str) -> String {
        let seen = self.sees(person).await;
        seen.into_iter()
            .rev()
            .find(|m| m.author == "sluice")
            .map(|m| m.text)
            .unwrap_or_default()
    }

    /// Fails unless the newest text of Sluice that this person sees has these words.
    pub async fn reads(&self, person: &str, words: &str) {
        let last = self.last_told(person).await;
        assert!(
            last.contains(words),
            "{person} should read {words:?}, and reads:\n{last}"
        );
    }

    /// The kinds of all events of a request, in order.
    pub async fn events(&self, request: u64) -> Vec<&'static str> {
        let entries = self.life().ledger.entries(1, 10_000).await.unwrap();
        let of_request = entries
            .into_iter()
            .filter(|entry| entry.request == RequestId::new(request));
        of_request
            .flat_map(|entry| entry.events.iter().map(Event::kind).collect::<Vec<_>>())
            .collect()
    }

    /// The times of all entries, in the order of the log.
    pub async fn times_of_entries(&self) -> Vec<At> {
        let entries = self.life().ledger.entries(1, 10_000).await.unwrap();
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
