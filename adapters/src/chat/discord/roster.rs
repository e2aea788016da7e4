//! Who holds which role, and whose account counts at all: told with every interaction, and looked up where that is not fresh.
//!
//! <https://discord.com/developers/docs/resources/guild#get-guild-member>. Whoever may manage roles can make approvers.

use std::collections::BTreeSet;
use std::sync::Arc;

use approvals::people::{Evidence, People};
use approvals::ports::Fault;
use commands::names::{At, Group, Person};
use serde_json::Value;

use super::api::{self, Call, is_refusal};
use super::decode::{roles, standing};
use super::speaking::Discord;
use crate::chat::looked::{Known, Looked};

/// What Discord says of roles and accounts.
pub struct Roles {
    discord: Arc<Discord>,
    people: People,
    guilds: Vec<String>,
    members: Known<Membership>,
}

/// A person in one server; `None`: nobody there, or nobody who may act.
type Membership = Option<BTreeSet<String>>;

impl Roles {
    /// Looks up the roles and accounts of these people in these servers.
    pub fn new(discord: Arc<Discord>, people: People, guilds: Vec<String>) -> Self {
        Self {
            discord,
            people,
            guilds,
            members: Known::default(),
        }
    }

    /// Notes the roles that came with an interaction of a member who may act, and when it was made.
    pub fn told(&self, guild: &str, user: &str, roles: &[String], made_at: At) {
        let at = made_at.min(self.discord.clock.now());
        let found = Some(roles.iter().cloned().collect());
        self.members.keep(&key(guild, user), Looked { found, at });
    }

    /// The groups of a person: those of `listed` that the file gives, and those whose role the person holds.
    ///
    /// A person whose account is a bot's, timed out, or in none of the servers is in no group. Where Discord cannot be asked,
    /// what the file lists stands and what Discord keeps does not.
    ///
    /// # Errors
    /// A [`Fault`], where a role could decide and cannot be looked up.
    pub async fn evidence(&self, person: &Person, listed: Evidence) -> Result<Evidence, Fault> {
        let profile = self.people.persons.get(person);
        let Some(id) = profile.and_then(|profile| profile.discord.as_deref()) else {
            return Ok(listed);
        };
        let mut evidence = listed;
        let mut is_somewhere = false;
        let mut fault = None;
        for guild in &self.guilds {
            match self.member(guild, id).await {
                Ok(Looked { found: None, .. }) => {}
                Ok(Looked {
                    found: Some(roles),
                    at,
                }) => {
                    is_somewhere = true;
                    let held: Vec<&Group> = self
                        .kept_here()
                        .filter(|(group, role)| roles.contains(*role) && !evidence.groups.contains(*group))
                        .map(|(group, _)| group)
                        .collect();
                    if !held.is_empty() {
                        evidence.looked_up_at = evidence.looked_up_at.min(at);
                        evidence.groups.extend(held.into_iter().cloned());
                    }
                }
                Err(why) => fault = Some(why),
            }
        }
        match fault {
            Some(fault) if evidence.groups.is_empty() => Err(fault),
            Some(fault) => {
                tracing::warn!(
                    error = &fault as &dyn std::error::Error,
                    "Discord does not say which roles somebody holds"
                );
                Ok(evidence)
            }
            None if is_somewhere => Ok(evidence),
            None => Ok(Evidence {
                groups: BTreeSet::new(),
                ..evidence
            }),
        }
    }

    /// Groups that Discord keeps, with its own id for each.
    fn kept_here(&self) -> impl Iterator<Item = (&Group, &str)> {
        let groups = self.people.groups.iter();
        groups.filter_map(|(group, members)| Some((group, members.discord_role.as_deref()?)))
    }

    async fn member(&self, guild: &str, user: &str) -> Result<Looked<Membership>, Fault> {
        let (key, now) = (key(guild, user), self.discord.clock.now());
        if let Some(known) = self.members.fresh(&key, now) {
            return Ok(known);
        }
        let found = match self.discord.api.call(&Call::member(guild, user)).await {
            Ok(member) => membership(&member, now),
            Err(fault) if is_refusal(&fault, api::NO_SUCH_MEMBER) => None,
            Err(fault) => return Err(fault),
        };
        Ok(self.members.keep(&key, Looked { found, at: now }))
    }
}

fn key(guild: &str, user: &str) -> String {
    format!("{guild}/{user}")
}

/// The roles in a member's object, where the person may act. What is not said counts as bad.
pub fn membership(member: &Value, now: At) -> Membership {
    let is_whole = member["user"]["id"].is_string() && member["roles"].is_array();
    (is_whole && standing(member).may_act(now)).then(|| roles(member).into_iter().collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_a_member_who_may_act_holds_roles() {
        let member = |change: Value| {
            let mut member = json!({ "user": { "id": "11" }, "roles": ["77"], "pending": false });
            for (name, value) in change.as_object().unwrap() {
                member[name] = value.clone();
            }
            membership(&member, At(0))
        };
        assert_eq!(member(json!({})), Some(["77".to_owned()].into()));
        for bad in [
            json!({ "user": { "id": "11", "bot": true } }),
            json!({ "user": { "id": "11", "system": true } }),
            json!({ "user": {} }),
            json!({ "roles": null }),
            json!({ "pending": true }),
            json!({ "communication_disabled_until": "2026-01-05T00:49:57+00:00" }),
        ] {
            assert_eq!(member(bad.clone()), None, "{bad}");
        }
    }

    const NOW: At = At(1_700_000_000_000);

    struct Now;

    impl approvals::ports::Clock for Now {
        fn now(&self) -> At {
            NOW
        }
    }

    /// Of a Discord that does not answer: what is known came with an interaction.
    fn known_by_interaction(made_at: At, user: &str) -> Roles {
        use approvals::people::{Members, Profile};
        let person = Person::parse("bo").unwrap();
        let profile = Profile {
            discord: Some("12".to_owned()),
            ..Profile::default()
        };
        let owners = Members {
            discord_role: Some("77".to_owned()),
            ..Members::default()
        };
        let people = People {
            persons: [(person, profile)].into(),
            groups: [(Group::parse("owners").unwrap(), owners)].into(),
        };
        let config = crate::http::Config {
            base: "http://127.0.0.1:9/api/v10".parse().unwrap(),
            reach: crate::http::Reach::Loopback,
            limits: Default::default(),
        };
        let clock = Arc::new(Now);
        let voice = crate::chat::voice::Voice {
            wording: crate::wording::Wording::new("/flink"),
            language: "en".to_owned(),
            people: people.clone(),
        };
        let guilds = vec!["2".to_owned()];
        let api = api::Api::new(config, "t", clock.clone()).unwrap();
        let discord = Discord::new(api, "1".to_owned(), guilds.clone(), voice, clock);
        let roles = Roles::new(Arc::new(discord), people, guilds);
        roles.told("2", user, &["77".to_owned()], made_at);
        roles
    }

    async fn evidence(roles: &Roles) -> Result<Evidence, Fault> {
        let listed = Evidence {
            groups: BTreeSet::new(),
            looked_up_at: NOW,
        };
        roles.evidence(&Person::parse("bo").unwrap(), listed).await
    }

    #[tokio::test]
    async fn a_role_counts_as_of_when_the_interaction_was_made() {
        let made_at = At(NOW.0 - 4_000);
        let told = evidence(&known_by_interaction(made_at, "12")).await.unwrap();
        assert_eq!(told.looked_up_at, made_at);
        assert_eq!(told.groups, [Group::parse("owners").unwrap()].into());
        let of_the_future = evidence(&known_by_interaction(At(i64::MAX), "12")).await.unwrap();
        assert_eq!(of_the_future.looked_up_at, NOW);
    }

    #[tokio::test]
    async fn what_an_old_interaction_or_somebody_elses_said_is_no_evidence() {
        for (made_at, user) in [(At(NOW.0 - 11_000), "12"), (NOW, "13")] {
            let told = evidence(&known_by_interaction(made_at, user)).await;
            assert!(told.is_err(), "{made_at:?} {user}");
        }
    }
}
