//! The methods, and what each may be called with: token, scopes.

mod auth;
mod chat;
mod conversations;
mod files;
mod people;
mod views;

use super::args::Arguments;
use crate::slack::contract::CONTRACT;
use crate::slack::model::{Model, Refusal};
use serde_json::{Map, Value, json};

/// The fields of an answer beside `ok`, or a documented error.
pub(super) type Outcome = Result<Map<String, Value>, Refusal>;

/// One method of the Web API.
pub(super) struct Method {
    pub name: &'static str,
    pub call: fn(&mut Model, Request<'_>) -> Outcome,
    pub token: Token,
}

/// What kind of token a method takes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    /// `xoxb-`
    Bot,
    /// `xapp-`
    App,
}

/// A call whose token was accepted.
pub(super) struct Request<'a> {
    pub arguments: &'a Arguments,
    pub granted: Granted,
    /// Breaches of rules that are seen only with the model.
    pub complaints: &'a mut Vec<String>,
}

/// Who calls.
pub(in crate::slack) struct Granted {
    pub team: String,
    pub bot_user: String,
    pub bot_id: String,
    pub scopes: Vec<String>,
    pub org_wide: bool,
}

pub(super) const METHODS: &[Method] = &[
    bot("auth.test", auth::test),
    Method {
        name: "apps.connections.open",
        call: auth::open_connection,
        token: Token::App,
    },
    bot("chat.postMessage", chat::post),
    bot("chat.update", chat::update),
    bot("chat.delete", chat::delete),
    bot("chat.postEphemeral", chat::post_ephemeral),
    bot("chat.getPermalink", chat::permalink),
    bot("conversations.info", conversations::info),
    bot("conversations.history", conversations::history),
    bot("conversations.replies", conversations::replies),
    bot("views.open", views::open),
    bot("views.update", views::update),
    bot("views.push", views::push),
    bot("views.publish", views::publish),
    bot("files.getUploadURLExternal", files::upload_address),
    bot("files.completeUploadExternal", files::complete),
    bot("files.info", files::info),
    bot("users.info", people::user),
    bot("usergroups.list", people::groups),
    bot("usergroups.users.list", people::members),
];

const fn bot(name: &'static str, call: fn(&mut Model, Request<'_>) -> Outcome) -> Method {
    Method {
        name,
        call,
        token: Token::Bot,
    }
}

pub(super) fn find(name: &str) -> Option<&'static Method> {
    METHODS.iter().find(|method| method.name == name)
}

impl Model {
    /// Whether the token may call this method, and for whom it speaks.
    pub(super) fn granted(&self, method: &Method, arguments: &Arguments) -> Result<Granted, Refusal> {
        let token = arguments
            .token
            .as_deref()
            .ok_or_else(|| Refusal::new("not_authed"))?;
        let granted = self.bearer(method, token)?;
        let needed: Vec<&String> = CONTRACT
            .method(method.name)
            .map(|known| known.scopes.iter().collect())
            .unwrap_or_default();
        // Which of several scopes about conversations is needed depends on the conversation.
        let by_kind = method.name.starts_with("conversations.");
        let missing = needed.iter().find(|scope| !granted.scopes.contains(scope));
        match missing {
            Some(scope) if !by_kind => Err(missing_scope(scope, &granted.scopes)),
            _ => Ok(granted),
        }
    }

    fn bearer(&self, method: &Method, token: &str) -> Result<Granted, Refusal> {
        if token == self.app.app_token && self.app.app_token_works {
            if method.token != Token::App {
                return Err(Refusal::new("not_allowed_token_type"));
            }
            return Ok(self.app_level());
        }
        let team = self.teams.iter().find(|team| {
            team.install
                .as_ref()
                .is_some_and(|install| install.token == token)
        });
        let (team, install) = team
            .and_then(|team| Some((team, team.install.as_ref()?)))
            .ok_or_else(|| Refusal::new("invalid_auth"))?;
        if let Some(error) = &install.refused_with {
            return Err(Refusal::new(error));
        }
        if method.token != Token::Bot {
            return Err(Refusal::new("not_allowed_token_type"));
        }
        Ok(Granted {
            team: team.id.clone(),
            bot_user: install.bot_user.clone(),
            bot_id: install.bot_id.clone(),
            scopes: install.scopes.clone(),
            org_wide: install.org_wide,
        })
    }

    fn app_level(&self) -> Granted {
        Granted {
            team: String::new(),
            bot_user: String::new(),
            bot_id: String::new(),
            scopes: self.app.app_token_scopes.clone(),
            org_wide: false,
        }
    }
}

/// `missing_scope` with what live Slack says beside it.
fn missing_scope(needed: &str, provided: &[String]) -> Refusal {
    let mut refusal = Refusal::new("missing_scope");
    refusal.more.insert("needed".to_owned(), json!(needed));
    refusal
        .more
        .insert("provided".to_owned(), json!(provided.join(",")));
    refusal
}

impl Request<'_> {
    fn has_scope(&self, scope: &str) -> Result<(), Refusal> {
        if self.granted.scopes.iter().any(|granted| granted == scope) {
            Ok(())
        } else {
            Err(missing_scope(scope, &self.granted.scopes))
        }
    }

    /// A text argument that must be there.
    fn needed(&self, name: &str) -> Result<String, Refusal> {
        self.arguments.text(name).ok_or_else(|| {
            Refusal::explained(
                "invalid_arguments",
                &[format!("[ERROR] missing required field: {name}")],
            )
        })
    }

    fn text(&self, name: &str) -> Option<String> {
        self.arguments.text(name).filter(|text| !text.is_empty())
    }

    fn complain(&mut self, what: impl Into<String>) {
        self.complaints.push(what.into());
    }
}

/// An answer with these fields.
fn ok(fields: Value) -> Outcome {
    let mut fields = fields.as_object().cloned().unwrap_or_default();
    fields.insert("ok".to_owned(), json!(true));
    Ok(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_method_of_the_fake_is_in_the_description_and_the_other_way_round() {
        for method in METHODS {
            assert!(CONTRACT.method(method.name).is_some(), "{}", method.name);
        }
        assert_eq!(METHODS.len(), CONTRACT.len());
    }
}
