//! Who is in which user group, and whose account counts at all: looked up when a vote is cast and when a run starts.
//!
//! <https://docs.slack.dev/reference/methods/usergroups.users.list>, <https://docs.slack.dev/reference/methods/users.info>.
//! By default only owners and admins edit user groups; a workspace can open that to all its members.

use std::collections::BTreeSet;
use std::sync::Arc;

use approvals::people::{Evidence, People};
use approvals::ports::Fault;
use commands::names::{Group, Person};
use serde_json::Value;

use super::api::{self, NO_GROUPS, is_refusal};
use super::speaking::Slack;
use crate::chat::looked::{Known, Looked};

/// An account that nobody is.
const SLACKBOT: &str = "USLACKBOT";

/// What Slack says of groups and accounts.
pub struct Groups {
    slack: Arc<Slack>,
    people: People,
    teams: Vec<String>,
    members: Known<BTreeSet<String>>,
    accounts: Known<bool>,
}

impl Groups {
    /// Looks up the groups and accounts of these people, who belong to these workspaces.
    pub fn new(slack: Arc<Slack>, people: People, teams: Vec<String>) -> Self {
        Self {
            slack,
            people,
            teams,
            members: Known::default(),
            accounts: Known::default(),
        }
    }

    /// The groups of a person: those of `listed` that the file gives, and those that Slack keeps.
    ///
    /// A person whose Slack account is a guest's, a bot's, another organisation's, or no longer active is in no group. Where
    /// Slack cannot be asked, what the file lists stands and what Slack keeps does not.
    ///
    /// # Errors
    /// A [`Fault`], where a group that Slack keeps could decide and cannot be looked up.
    pub async fn evidence(&self, person: &Person, listed: Evidence) -> Result<Evidence, Fault> {
        let Some(id) = self
            .people
            .persons
            .get(person)
            .and_then(|profile| profile.slack.as_deref())
        else {
            return Ok(listed);
        };
        match self.counts(id).await {
            Ok(false) => {
                return Ok(Evidence {
                    groups: BTreeSet::new(),
                    ..listed
                });
            }
            Ok(true) => {}
            Err(fault) => {
                tracing::warn!(
                    error = &fault as &dyn std::error::Error,
                    "Slack does not say whose account this is"
                );
                return if listed.groups.is_empty() {
                    Err(fault)
                } else {
                    Ok(listed)
                };
            }
        }
        let mut evidence = listed;
        for (group, kept) in self.kept_here() {
            if evidence.groups.contains(group) {
                continue;
            }
            let members = match self.members_of(kept).await {
                Ok(members) => members,
                Err(fault) if evidence.groups.is_empty() => return Err(fault),
                Err(_) => continue,
            };
            if members.found.contains(id) {
                evidence.groups.insert(group.clone());
                evidence.looked_up_at = evidence.looked_up_at.min(members.at);
            }
        }
        Ok(evidence)
    }

    /// Forgets what was looked up of a user group that changed.
    pub fn forget(&self, kept: &str) {
        self.members.forget(kept);
    }

    /// Groups that Slack keeps, with its own id for each.
    fn kept_here(&self) -> impl Iterator<Item = (&Group, &str)> {
        let groups = self.people.groups.iter();
        groups.filter_map(|(group, members)| Some((group, members.slack_usergroup.as_deref()?)))
    }

    async fn members_of(&self, kept: &str) -> Result<Looked<BTreeSet<String>>, Fault> {
        if let Some(known) = self.members.fresh(kept, self.slack.clock.now()) {
            return Ok(known);
        }
        let at = self.slack.clock.now();
        let found = match self
            .slack
            .api
            .read(api::GROUP_MEMBERS, "", &[("usergroup", kept)])
            .await
        {
            Ok(told) => told["users"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|user| user.as_str().map(str::to_owned))
                .collect(),
            // A group that is gone, or that this plan has not, has no members; nobody is taken for one.
            Err(fault @ Fault::Rejected { .. }) => {
                if is_refusal(&fault, NO_GROUPS) {
                    tracing::error!(
                        "the workspace's plan has no user groups: list the people of the group in the file"
                    );
                }
                tracing::warn!(
                    error = &fault as &dyn std::error::Error,
                    "a user group has no members for us"
                );
                BTreeSet::new()
            }
            Err(fault) => return Err(fault),
        };
        Ok(self.members.keep(kept, Looked { found, at }))
    }

    /// Whether an account is that of a member of ours in good standing.
    async fn counts(&self, id: &str) -> Result<bool, Fault> {
        if let Some(known) = self.accounts.fresh(id, self.slack.clock.now()) {
            return Ok(known.found);
        }
        let at = self.slack.clock.now();
        let found = match self.slack.api.read(api::USER, "", &[("user", id)]).await {
            Ok(told) => in_good_standing(&told["user"], &self.teams),
            Err(fault) if is_refusal(&fault, api::NO_SUCH_USER) => false,
            Err(fault) => return Err(fault),
        };
        Ok(self.accounts.keep(id, Looked { found, at }).found)
    }
}

/// A person of ours: no guest, no bot, nobody of another organisation, nobody who left. What is not said counts as bad.
pub fn in_good_standing(user: &Value, teams: &[String]) -> bool {
    const MUST_NOT_BE: [&str; 9] = [
        "deleted",
        "is_bot",
        "is_app_user",
        "is_restricted",
        "is_ultra_restricted",
        "is_invited_user",
        "is_stranger",
        "is_workflow_bot",
        "is_connector_bot",
    ];
    let is = |name: &str| user[name] == Value::Bool(true);
    let ours = |team: &Value| {
        team.as_str()
            .is_some_and(|team| teams.iter().any(|known| known == team))
    };
    let grid = user.pointer("/enterprise_user/teams").and_then(Value::as_array);
    let belongs = ours(&user["team_id"]) || grid.is_some_and(|workspaces| workspaces.iter().any(ours));
    let named = user["id"].as_str().is_some_and(|id| id != SLACKBOT);
    let said = user["deleted"].is_boolean();
    named && said && belongs && !MUST_NOT_BE.iter().any(|name| is(name))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn stands(change: Value) -> bool {
        let mut user = json!({ "id": "U1", "team_id": "T1", "deleted": false, "is_bot": false });
        for (name, value) in change.as_object().unwrap() {
            user[name] = value.clone();
        }
        in_good_standing(&user, &["T1".to_owned()])
    }

    #[test]
    fn only_a_member_of_ours_in_good_standing_counts() {
        assert!(stands(json!({})));
        assert!(stands(
            json!({ "team_id": "T2", "enterprise_user": { "teams": ["T2", "T1"] } })
        ));
        for bad in [
            json!({ "deleted": true }),
            json!({ "deleted": null }),
            json!({ "is_bot": true }),
            json!({ "is_app_user": true }),
            json!({ "is_restricted": true }),
            json!({ "is_ultra_restricted": true }),
            json!({ "is_invited_user": true }),
            json!({ "is_stranger": true }),
            json!({ "is_workflow_bot": true }),
            json!({ "team_id": "T2" }),
            json!({ "team_id": null }),
            json!({ "id": "USLACKBOT" }),
            json!({ "id": null }),
        ] {
            assert!(!stands(bad.clone()), "{bad}");
        }
    }
}
