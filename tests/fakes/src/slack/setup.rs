//! Who and what is there: the beginning of a story, and what changes in its course.

use super::FakeSlack;
use super::deliveries::{Kind, deliver};
use super::model::channels::Kind as ChannelKind;
use super::model::people::{Install, Traits};
use super::person::{Act, Person};
use serde_json::{Value, json};

/// What is particular about an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trait {
    /// `is_restricted`: a guest in several channels.
    Guest,
    /// `is_ultra_restricted`: a guest in one channel.
    SingleChannelGuest,
    /// `deleted`.
    Deactivated,
    /// `is_bot`.
    Bot,
    /// `is_workflow_bot`
    WorkflowBot,
    /// `is_invited_user`: has not accepted yet.
    Invited,
    /// `is_stranger`: of another organisation, sharing no channel.
    Stranger,
}

/// A channel, for changing it. Clones are the same channel.
#[derive(Clone)]
pub struct Room {
    slack: FakeSlack,
    id: String,
}

impl FakeSlack {
    /// The member of the home team with this name, new where there was none. New ones are in all public channels.
    pub fn person(&self, name: &str) -> Person {
        let home = self.team_id();
        self.person_of(&home, name)
    }

    /// Somebody of another organisation's team, in no channel yet.
    pub fn outsider(&self, name: &str, team: &str) -> Person {
        self.person_of(team, name)
    }

    fn person_of(&self, team: &str, name: &str) -> Person {
        let mut model = self.shared.model();
        let known = model
            .users
            .iter()
            .find(|user| user.name == name && user.team == team);
        let id = match known.map(|user| user.id.clone()) {
            Some(id) => id,
            None => {
                let id = model.add_user(team, name);
                let public = |channel: &&mut super::model::channels::Channel| {
                    channel.kind == ChannelKind::Public && channel.team == team
                };
                for channel in model.channels.iter_mut().filter(public) {
                    channel.members.insert(id.clone());
                }
                id
            }
        };
        Person {
            slack: self.clone(),
            id,
        }
    }

    /// The person with this user id.
    pub fn person_by_id(&self, id: &str) -> Option<Person> {
        let known = self.shared.model().user(id).is_some();
        known.then(|| Person {
            slack: self.clone(),
            id: id.to_owned(),
        })
    }

    /// The public channel with this name (with or without `#`), new where there was none: everybody of the home team and
    /// the bot are in it.
    pub fn channel(&self, name: &str) -> Room {
        self.room(name, ChannelKind::Public)
    }

    /// A private channel, likewise.
    pub fn private_channel(&self, name: &str) -> Room {
        self.room(name, ChannelKind::Private)
    }

    fn room(&self, name: &str, kind: ChannelKind) -> Room {
        let name = name.trim_start_matches('#');
        let mut model = self.shared.model();
        let known = model.channels.iter().find(|channel| channel.name == name);
        let id = match known.map(|channel| channel.id.clone()) {
            Some(id) => id,
            None => model.add_channel(name, kind),
        };
        Room {
            slack: self.clone(),
            id,
        }
    }

    /// The direct conversation of two people, or of somebody and the bot.
    pub fn direct(&self, one: &Person, other: Option<&Person>) -> Room {
        let mut model = self.shared.model();
        let other = other.map_or_else(|| model.home_bot(), |other| other.id.clone());
        let id = model.direct(&one.id, &other);
        Room {
            slack: self.clone(),
            id,
        }
    }

    /// A user group of the home team; returns its id, `S...`.
    pub fn group(&self, handle: &str, people: &[&Person]) -> String {
        let users = people.iter().map(|person| person.id.clone()).collect();
        self.shared.model().add_group(handle, users)
    }

    /// Other people are in the group now; the app hears `subteam_members_changed`.
    pub fn group_has(&self, group: &str, people: &[&Person]) -> Act {
        let users: Vec<String> = people.iter().map(|person| person.id.clone()).collect();
        let event = {
            let mut model = self.shared.model();
            let (now, team) = (model.now / 1_000, model.teams[0].id.clone());
            if let Some(group) = model.groups.iter_mut().find(|known| known.id == group) {
                group.users.clone_from(&users);
                group.updated = now;
            }
            json!({ "type": "subteam_members_changed", "subteam_id": group, "team_id": team, "date_update": now,
                "added_users": users, "added_users_count": users.len(), "removed_users": [],
                "removed_users_count": 0, "event_ts": model.ts() })
        };
        self.event(event)
    }

    /// The group is disabled: it keeps its id, and nobody is in it any more.
    pub fn disables_group(&self, group: &str) {
        let mut model = self.shared.model();
        let now = model.now / 1_000;
        if let Some(group) = model.groups.iter_mut().find(|known| known.id == group) {
            group.date_delete = now;
        }
    }

    /// An event of any kind, as the inside of its wrapping.
    pub fn event(&self, event: Value) -> Act {
        let payload = self.shared.model().event_payload(event);
        Act::new(self, deliver(&self.shared, Kind::Event, payload, None))
    }

    /// Any payload, as it is: a recorded one, or one that nobody can read.
    pub fn delivers(&self, kind: Kind, payload: Value) -> Act {
        Act::new(self, deliver(&self.shared, kind, payload, None))
    }

    /// A team of another organisation, without the app; returns its id.
    pub fn other_team(&self, domain: &str) -> String {
        self.shared.model().found_team(domain)
    }

    /// A team that has the app as well, with a token of its own; returns its id.
    pub fn another_workspace(&self, domain: &str) -> String {
        let mut model = self.shared.model();
        let id = model.found_team(domain);
        model.install(&id);
        id
    }

    /// The home team is on the free plan: no user groups.
    pub fn is_free(&self) -> &Self {
        self.shared.model().teams[0].paid = false;
        self
    }

    /// The home team belongs to an Enterprise Grid; with `org_wide` the app is installed for all of it.
    pub fn is_enterprise(&self, enterprise_id: &str, org_wide: bool) -> &Self {
        let mut model = self.shared.model();
        let home = &mut model.teams[0];
        home.enterprise = Some(enterprise_id.to_owned());
        if let Some(install) = &mut home.install {
            install.org_wide = org_wide;
        }
        drop(model);
        self
    }

    fn install(&self, change: impl FnOnce(&mut Install)) {
        if let Some(install) = &mut self.shared.model().teams[0].install {
            change(install);
        }
    }

    /// The bot's token has exactly these scopes.
    pub fn has_scopes(&self, scopes: &[&str]) -> &Self {
        self.install(|install| install.scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect());
        self
    }

    /// The bot's token has this scope too.
    pub fn grants(&self, scope: &str) -> &Self {
        self.install(|install| install.scopes.push(scope.to_owned()));
        self
    }

    /// Every call with the bot's token gets this error from now on: `token_revoked`, `account_inactive` ...; `None` ends it.
    pub fn refuses_token(&self, error: Option<&str>) {
        self.install(|install| install.refused_with = error.map(str::to_owned));
    }

    /// The app-level token is good for nothing from now on.
    pub fn revokes_app_token(&self) {
        self.shared.model().app.app_token_works = false;
    }

    /// The commands that are registered, with their slash; `/flink` alone to begin with.
    pub fn registers(&self, commands: &[&str]) -> &Self {
        self.shared.model().app.commands = commands.iter().map(|command| (*command).to_owned()).collect();
        self
    }

    /// Whether `@ana` in a command arrives as `<@U...>` (`should_escape`); it does to begin with.
    pub fn escapes_mentions(&self, escapes: bool) -> &Self {
        self.shared.model().app.escapes_mentions = escapes;
        self
    }

    /// Whether the App Home is switched on; it is to begin with.
    pub fn has_home(&self, enabled: bool) -> &Self {
        self.shared.model().app.home_tab = enabled;
        self
    }

    /// Uploads are refused with this error: `file_uploads_disabled` ...
    pub fn refuses_files(&self, error: &str) -> &Self {
        self.shared.model().files.refused_with = Some(error.to_owned());
        self
    }

    /// A completed upload is ready after this many milliseconds on Slack's clock, or once `files.info` was called this
    /// often, whichever comes first. 1,500 and 1 to begin with.
    pub fn files_take(&self, milliseconds: u64, looks: u32) -> &Self {
        let mut model = self.shared.model();
        model.files.delay = milliseconds;
        model.files.looks = looks;
        drop(model);
        self
    }

    /// Rate limits are kept from now on: tiers by the minute, one message a second and channel.
    pub fn limits_rates(&self) -> &Self {
        self.shared.limits().on = true;
        self
    }
}

impl Room {
    /// `C...` or `D...`
    pub fn id(&self) -> &str {
        &self.id
    }

    fn change(&self, change: impl FnOnce(&mut super::model::channels::Channel)) -> &Self {
        if let Some(channel) = self.slack.shared.model().channel_mut(&self.id) {
            change(channel);
        }
        self
    }

    /// Nobody else is in it: these people, and the bot.
    pub fn with(&self, people: &[&Person]) -> &Self {
        let bot = self.slack.bot_user_id();
        let members = people
            .iter()
            .map(|person| person.id.clone())
            .chain([bot])
            .collect();
        self.change(|channel| channel.members = members)
    }

    /// The bot is not in it.
    pub fn without_bot(&self) -> &Self {
        let bot = self.slack.bot_user_id();
        self.change(|channel| {
            channel.members.remove(&bot);
        })
    }

    /// Somebody types `/invite @sluice`.
    pub fn invites_bot(&self) -> &Self {
        let bot = self.slack.bot_user_id();
        self.change(|channel| {
            channel.members.insert(bot);
        })
    }

    /// This person is in it too.
    pub fn joined_by(&self, person: &Person) -> &Self {
        self.change(|channel| {
            channel.members.insert(person.id.clone());
        })
    }

    /// This person leaves.
    pub fn left_by(&self, person: &Person) -> &Self {
        self.change(|channel| {
            channel.members.remove(&person.id);
        })
    }

    /// Slack Connect: this team of another organisation has it too.
    pub fn shared_with(&self, team: &str) -> &Self {
        self.change(|channel| channel.shared_with.push(team.to_owned()))
    }

    /// It is archived.
    pub fn is_archived(&self) -> &Self {
        self.change(|channel| channel.archived = true)
    }

    /// Only some may post in it, and the bot may not.
    pub fn is_read_only(&self) -> &Self {
        self.change(|channel| channel.read_only = true)
    }

    /// The thread under this parent is locked.
    pub fn locks(&self, root: &str) -> &Self {
        self.change(|channel| {
            channel.locked.insert(root.to_owned());
        })
    }
}

impl Person {
    /// What is particular about the account, from now on.
    pub fn is(&self, what: Trait) -> &Self {
        self.change_traits(|traits| match what {
            Trait::Guest => traits.is_restricted = true,
            Trait::SingleChannelGuest => traits.is_ultra_restricted = true,
            Trait::Deactivated => traits.deleted = true,
            Trait::Bot => traits.is_bot = true,
            Trait::WorkflowBot => traits.is_workflow_bot = true,
            Trait::Invited => traits.is_invited_user = true,
            Trait::Stranger => traits.is_stranger = true,
        });
        self
    }

    fn change_traits(&self, change: impl FnOnce(&mut Traits)) {
        if let Some(user) = self.slack.shared.model().user_mut(&self.id) {
            change(&mut user.traits);
        }
    }

    /// The language of their client, `de-DE`.
    pub fn speaks(&self, locale: &str) -> &Self {
        if let Some(user) = self.slack.shared.model().user_mut(&self.id) {
            user.locale = locale.to_owned();
        }
        self
    }

    /// They are called something else from now on; the id stays.
    pub fn is_renamed(&self, name: &str) -> &Self {
        if let Some(user) = self.slack.shared.model().user_mut(&self.id) {
            user.name = name.to_owned();
        }
        self
    }
}
