//! Who is in which group, as the reviewed file lists it.

use std::sync::Arc;

use approvals::people::{Evidence, People};
use approvals::ports::{Clock, Fault, Roster};
use async_trait::async_trait;
use commands::names::Person;

/// The lists of the file. Groups that a chat keeps are looked up by that chat's own roster, in a version that has one.
pub struct ListedGroups {
    /// The lists.
    pub people: People,
    /// When they are looked up.
    pub clock: Arc<dyn Clock>,
}

#[async_trait]
impl Roster for ListedGroups {
    async fn groups_of(&self, person: &Person) -> Result<Evidence, Fault> {
        let groups = self
            .people
            .groups
            .iter()
            .filter(|(_, members)| members.people.contains(person));
        Ok(Evidence {
            groups: groups.map(|(name, _)| name.clone()).collect(),
            looked_up_at: self.clock.now(),
        })
    }
}
