//! Who is in which group: as the reviewed file lists it, and as the chats keep it.

use std::sync::Arc;

use adapters::chat::slack::roster::Groups;
use approvals::people::{Evidence, People};
use approvals::ports::{Clock, Fault, Roster};
use async_trait::async_trait;
use commands::names::Person;

/// The lists of the file, and each chat's own.
pub struct Rosters {
    /// The lists.
    pub people: People,
    /// Slack's user groups and accounts, where Slack is used.
    pub slack: Option<Arc<Groups>>,
    /// When they are looked up.
    pub clock: Arc<dyn Clock>,
}

#[async_trait]
impl Roster for Rosters {
    async fn groups_of(&self, person: &Person) -> Result<Evidence, Fault> {
        let listed = Evidence {
            groups: self.people.groups_of(person),
            looked_up_at: self.clock.now(),
        };
        match &self.slack {
            Some(slack) => slack.evidence(person, listed).await,
            None => Ok(listed),
        }
    }
}
