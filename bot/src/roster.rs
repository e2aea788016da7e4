//! Who is in which group: as the reviewed file lists it, and as the chats keep it.

use std::sync::Arc;

use adapters::chat::discord::roster::Roles;
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
    /// Discord's roles and accounts, where Discord is used.
    pub discord: Option<Arc<Roles>>,
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
        let by_slack = match &self.slack {
            Some(slack) => slack.evidence(person, listed.clone()).await,
            None => Ok(listed.clone()),
        };
        match (&self.discord, by_slack) {
            (None, evidence) => evidence,
            (Some(discord), Ok(evidence)) => discord.evidence(person, evidence).await,
            // Slack does not say: what Discord says of the person may be enough.
            (Some(discord), Err(fault)) => match discord.evidence(person, listed).await {
                Ok(evidence) if !evidence.groups.is_empty() => Ok(evidence),
                _ => Err(fault),
            },
        }
    }
}
