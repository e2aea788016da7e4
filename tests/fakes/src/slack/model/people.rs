//! Teams, people and user groups, as `auth.test`, `users.info` and `usergroups.*` show them.

use super::{Model, Refusal};
use serde_json::{Value, json};

/// A workspace.
pub(in crate::slack) struct Team {
    pub id: String,
    pub domain: String,
    /// The Enterprise Grid organisation it belongs to.
    pub enterprise: Option<String>,
    /// Paid plans have user groups.
    pub paid: bool,
    pub install: Option<Install>,
}

/// The app in a team.
pub(in crate::slack) struct Install {
    pub token: String,
    pub bot_user: String,
    pub bot_id: String,
    pub scopes: Vec<String>,
    /// The error that every call with this token gets: `token_revoked`, `account_inactive` ...
    pub refused_with: Option<String>,
    /// Installed for the whole organisation: payloads then say `"team": null`.
    pub org_wide: bool,
}

/// The scopes a minimal Sluice asks for.
pub(in crate::slack) const MINIMAL_SCOPES: [&str; 9] = [
    "app_mentions:read",
    "channels:read",
    "chat:write",
    "commands",
    "files:read",
    "files:write",
    "groups:read",
    "usergroups:read",
    "users:read",
];

/// Somebody, or something, with a user id.
#[derive(Clone)]
pub(in crate::slack) struct User {
    pub id: String,
    pub team: String,
    pub name: String,
    pub traits: Traits,
    pub locale: String,
    /// Open modals, the lowest first: at most three.
    pub stack: Vec<String>,
    /// The view on the App Home.
    pub home: Option<String>,
    /// What Slack itself told this person: `operation_timeout` ...
    pub errors: Vec<String>,
}

/// The flags of `users.info`.
#[derive(Clone, Copy, Default)]
pub(in crate::slack) struct Traits {
    pub deleted: bool,
    pub is_bot: bool,
    pub is_app_user: bool,
    pub is_restricted: bool,
    pub is_ultra_restricted: bool,
    pub is_invited_user: bool,
    pub is_stranger: bool,
    pub is_workflow_bot: bool,
    pub is_connector_bot: bool,
}

/// A user group.
pub(in crate::slack) struct Group {
    pub id: String,
    pub team: String,
    pub handle: String,
    pub users: Vec<String>,
    /// Epoch seconds when it was disabled; 0 while it is enabled.
    pub date_delete: u64,
    pub created: u64,
    pub updated: u64,
}

impl Model {
    /// A new team without the app.
    pub fn found_team(&mut self, domain: &str) -> String {
        let id = self.id('T', domain);
        self.teams.push(Team {
            id: id.clone(),
            domain: domain.to_owned(),
            enterprise: None,
            paid: true,
            install: None,
        });
        id
    }

    /// Puts the app into a team, with a bot user.
    pub fn install(&mut self, team: &str) {
        let name = self.app.name.clone();
        let bot_user = self.add_user(team, &name);
        let bot_id = self.id('B', &name);
        let token = format!("xoxb-{}-{}", self.number(), self.secret(24));
        if let Some(user) = self.user_mut(&bot_user) {
            user.traits.is_bot = true;
        }
        let install = Install {
            token,
            bot_user,
            bot_id,
            scopes: MINIMAL_SCOPES.map(str::to_owned).to_vec(),
            refused_with: None,
            org_wide: false,
        };
        if let Some(team) = self.teams.iter_mut().find(|known| known.id == team) {
            team.install = Some(install);
        }
    }

    pub fn add_user(&mut self, team: &str, name: &str) -> String {
        let id = self.id('U', name);
        self.users.push(User {
            id: id.clone(),
            team: team.to_owned(),
            name: name.to_owned(),
            traits: Traits::default(),
            locale: "en-US".to_owned(),
            stack: Vec::new(),
            home: None,
            errors: Vec::new(),
        });
        id
    }

    pub fn user(&self, id: &str) -> Option<&User> {
        self.users.iter().find(|user| user.id == id)
    }

    pub fn user_mut(&mut self, id: &str) -> Option<&mut User> {
        self.users.iter_mut().find(|user| user.id == id)
    }

    /// `@name` for a user id.
    pub fn at_name(&self, id: &str) -> String {
        self.user(id)
            .map_or_else(|| format!("<@{id}>"), |user| format!("@{}", user.name))
    }

    /// The installation whose bot is `bot_user`.
    pub fn install_of(&self, team: &str) -> Option<&Install> {
        self.team(team)?.install.as_ref()
    }

    /// `users.info`'s `user`.
    pub fn user_json(&self, user: &User, with_locale: bool) -> Value {
        let traits = user.traits;
        let mut shown = json!({
            "id": user.id, "team_id": user.team, "name": user.name, "deleted": traits.deleted, "color": "9f69e7",
            "real_name": user.name, "tz": "Europe/Berlin", "tz_label": "Central European Time", "tz_offset": 3600,
            "profile": {
                "avatar_hash": "ge3b51ca72de", "status_text": "", "status_emoji": "", "real_name": user.name,
                "display_name": user.name, "real_name_normalized": user.name, "display_name_normalized": user.name,
                "image_24": "https://secure.gravatar.com/avatar/24.png",
                "image_512": "https://secure.gravatar.com/avatar/512.png", "team": user.team,
            },
            "is_admin": false, "is_owner": false, "is_primary_owner": false, "is_restricted": traits.is_restricted,
            "is_ultra_restricted": traits.is_ultra_restricted, "is_bot": traits.is_bot, "updated": self.now / 1_000,
            "is_app_user": traits.is_app_user, "is_email_confirmed": true, "has_2fa": false,
            "who_can_share_contact_card": "EVERYONE",
        });
        for (field, set) in [
            ("is_invited_user", traits.is_invited_user),
            ("is_workflow_bot", traits.is_workflow_bot),
            ("is_connector_bot", traits.is_connector_bot),
        ] {
            if set {
                shown[field] = json!(true);
            }
        }
        let home = &self.teams[0].id;
        if user.team != *home {
            shown["is_stranger"] = json!(traits.is_stranger);
        }
        if let Some(enterprise) = self.team(&user.team).and_then(|team| team.enterprise.as_ref()) {
            shown["enterprise_user"] = json!({
                "id": user.id, "enterprise_id": enterprise, "enterprise_name": "Grid", "is_admin": false,
                "is_owner": false, "is_primary_owner": false, "teams": [user.team],
            });
        }
        if with_locale {
            shown["locale"] = json!(user.locale);
        }
        shown
    }

    pub fn add_group(&mut self, handle: &str, users: Vec<String>) -> String {
        let id = self.id('S', handle);
        let group = Group {
            id: id.clone(),
            team: self.teams[0].id.clone(),
            handle: handle.to_owned(),
            users,
            date_delete: 0,
            created: self.now / 1_000,
            updated: self.now / 1_000,
        };
        self.groups.push(group);
        id
    }

    pub fn group(&self, id: &str) -> Option<&Group> {
        self.groups.iter().find(|group| group.id == id)
    }

    /// The group, unless the plan has none or there is none.
    pub fn group_on_plan(&self, team: &str, id: &str) -> Result<&Group, Refusal> {
        self.plan_has_groups(team)?;
        self.group(id)
            .filter(|group| group.team == team)
            .ok_or_else(|| Refusal::new("no_such_subteam"))
    }

    pub fn plan_has_groups(&self, team: &str) -> Result<(), Refusal> {
        match self.team(team) {
            Some(team) if !team.paid => Err(Refusal::new("plan_upgrade_required")),
            _ => Ok(()),
        }
    }
}

impl Group {
    /// One of `usergroups.list`'s `usergroups`.
    pub fn json(&self, with_users: bool, with_count: bool) -> Value {
        let mut shown = json!({
            "id": self.id, "team_id": self.team, "is_usergroup": true, "is_subteam": true, "name": self.handle,
            "description": "", "handle": self.handle, "is_external": false, "date_create": self.created,
            "date_update": self.updated, "date_delete": self.date_delete, "auto_type": null, "auto_provision": false,
            "enterprise_subteam_id": "", "created_by": "USLACKBOT", "updated_by": "USLACKBOT", "deleted_by": null,
            "prefs": { "channels": [], "groups": [] },
        });
        if with_users {
            shown["users"] = json!(self.users);
        }
        if with_count {
            shown["user_count"] = json!(self.users.len());
        }
        shown
    }
}
