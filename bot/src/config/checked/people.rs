//! People and groups: every account belongs to one person, every group has somebody.

use std::collections::{BTreeMap, BTreeSet};

use approvals::people::{Members, Profile};
use commands::names::{Group, Person};

use super::super::here::Here;
use super::super::raw;
use super::{Known, is_language};

/// Checks `people`.
pub fn persons(raw: Option<BTreeMap<String, raw::Person>>, top: &Here<'_>) -> BTreeMap<Person, Profile> {
    let here = top.key("people");
    let raw = top
        .required("people", raw, "{ ana: { name: Ana Silva } }")
        .unwrap_or_default();
    let mut accounts = Accounts::default();
    let mut persons = BTreeMap::new();
    for (here, key, raw) in here.entries(raw) {
        let person = here.name(key, Person::parse);
        if person.as_ref().is_some_and(Person::is_sluice) {
            here.wrong("`sluice` is the bot itself", "another key");
        }
        accounts.check("Slack", key, raw.slack.as_deref(), &here.key("slack"));
        accounts.check("Discord", key, raw.discord.as_deref(), &here.key("discord"));
        if let Some(language) = &raw.language {
            is_language(language, &here.key("language"));
        }
        if let Some(zone) = &raw.time_zone
            && jiff::tz::TimeZone::get(zone).is_err()
        {
            here.key("time_zone")
                .wrong("is not a time zone", "an IANA name such as Europe/Lisbon");
        }
        let profile = Profile {
            name: raw.name.unwrap_or_else(|| key.to_owned()),
            slack: raw.slack,
            discord: raw.discord,
            language: raw.language,
            time_zone: raw.time_zone,
        };
        persons.extend(person.map(|person| (person, profile)));
    }
    persons
}

/// Whose account is whose: two persons with one account could approve for each other.
#[derive(Default)]
struct Accounts(BTreeMap<(&'static str, String), String>);

impl Accounts {
    fn check(&mut self, chat: &'static str, person: &str, account: Option<&str>, here: &Here<'_>) {
        let Some(account) = account else { return };
        if account.is_empty() || !account.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            here.wrong(
                format!("is not a {chat} user id"),
                "the id, letters and digits only,",
            );
            return;
        }
        let owner = self
            .0
            .entry((chat, account.to_owned()))
            .or_insert_with(|| person.to_owned());
        if owner != person {
            here.wrong(
                format!("is the {chat} account of {owner} already"),
                "one account for one person",
            );
        }
    }
}

/// Checks `groups`.
pub fn groups(
    raw: BTreeMap<String, raw::Group>,
    here: &Here<'_>,
    known: &Known<'_>,
) -> BTreeMap<Group, Members> {
    let mut groups = BTreeMap::new();
    for (here, key, raw) in here.entries(raw) {
        let group = here.name(key, Group::parse);
        let mut people = BTreeSet::new();
        let listed = here.key("people").items(raw.people);
        let is_empty = listed.is_empty() && raw.slack_usergroup.is_none() && raw.discord_role.is_none();
        // What is wrong inside was told already; then the group may only look empty.
        if is_empty && !here.key("people").item(0).is_written() {
            here.wrong(
                "nobody is in it",
                "people: [ana], a slack_usergroup or a discord_role",
            );
        }
        for (here, person) in listed {
            // One who is not known counts too, so that one mistake is told once.
            here.known(&person, "person", &known.people);
            people.extend(Person::parse(&person));
        }
        let members = Members {
            people,
            slack_usergroup: raw.slack_usergroup,
            discord_role: raw.discord_role,
        };
        groups.extend(group.map(|group| (group, members)));
    }
    groups
}
