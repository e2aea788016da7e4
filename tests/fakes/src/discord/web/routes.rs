//! The routes this Discord has, under `/api/v10`.

mod applications;
mod channels;
mod guilds;
mod interactions;
mod messages;

use super::body::Body;
use super::or_null;
use crate::discord::model::bodies::Part;
use crate::discord::model::{Model, Refusal};
use axum::body::Body as HttpBody;
use axum::http::{StatusCode, header};
use axum::response::Response;
use serde_json::Value;
use std::collections::HashMap;

/// Where first answers to interactions go.
pub(super) const CALLBACK: &str = "/interactions/{interaction_id}/{interaction_token}/callback";

/// Who may call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Auth {
    /// Whoever has the bot's token.
    Bot,
    /// Whoever knows the token in the path.
    Token,
    /// Anybody.
    Nobody,
}

/// One route, its path as the description writes it.
pub(super) struct Route {
    pub method: &'static str,
    pub path: &'static str,
    pub auth: Auth,
    /// Arguments it knows in the query.
    pub query: &'static [&'static str],
    /// How many calls in how many seconds.
    pub limit: (u32, u64),
    pub call: Handler,
}

type Handler = fn(&mut Model, Request) -> Outcome;

/// What a handler says.
pub(super) type Outcome = Result<Done, Refusal>;

/// A request as handlers see it.
pub(super) struct Request {
    /// What stands in the braces of the path.
    pub ids: Vec<String>,
    pub query: HashMap<String, String>,
    pub json: Value,
    pub parts: Vec<Part>,
}

impl Request {
    pub fn new(ids: Vec<String>, query: HashMap<String, String>, body: Body) -> Self {
        Self {
            ids,
            query,
            json: or_null(body.json),
            parts: body.parts,
        }
    }

    pub fn says(&self, name: &str) -> bool {
        self.query.get(name).is_some_and(|value| value == "true")
    }
}

/// What was done.
pub(super) struct Done {
    pub status: u16,
    pub body: Option<Value>,
    /// Done all the same, and not as it should be.
    pub complaint: Option<String>,
}

impl Done {
    pub fn with(body: Value) -> Self {
        Self {
            status: 200,
            body: Some(body),
            complaint: None,
        }
    }

    pub fn created(body: Value) -> Self {
        Self {
            status: 201,
            ..Self::with(body)
        }
    }

    pub fn empty() -> Self {
        Self {
            status: 204,
            body: None,
            complaint: None,
        }
    }
}

macro_rules! routes {
    ($($method:literal $path:expr, $auth:ident, $query:expr, $limit:expr => $call:path;)*) => {
        &[$(Route { method: $method, path: $path, auth: Auth::$auth, query: &$query, limit: $limit, call: $call }),*]
    };
}

const ORIGINAL: &str = "/webhooks/{webhook_id}/{webhook_token}/messages/@original";
const FOLLOWED: &str = "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}";
const GUILD_COMMANDS: &str = "/applications/{application_id}/guilds/{guild_id}/commands";
const COMMANDS: &str = "/applications/{application_id}/commands";
const MESSAGE: &str = "/channels/{channel_id}/messages/{message_id}";

static ROUTES: &[Route] = routes![
    "POST" CALLBACK, Token, ["with_response"], (1, 1) => interactions::callback;
    "POST" "/webhooks/{webhook_id}/{webhook_token}", Token, ["wait", "with_components"], (5, 2) => interactions::follow_up;
    "GET" ORIGINAL, Token, [], (5, 1) => interactions::get_original;
    "PATCH" ORIGINAL, Token, ["with_components"], (5, 1) => interactions::edit_original;
    "DELETE" ORIGINAL, Token, [], (5, 1) => interactions::delete_original;
    "GET" FOLLOWED, Token, [], (5, 1) => interactions::get;
    "PATCH" FOLLOWED, Token, ["with_components"], (5, 1) => interactions::edit;
    "DELETE" FOLLOWED, Token, [], (5, 1) => interactions::delete;
    "GET" "/channels/{channel_id}", Bot, [], (5, 1) => channels::get;
    "PATCH" "/channels/{channel_id}", Bot, [], (5, 15) => channels::edit;
    "GET" "/channels/{channel_id}/messages", Bot, ["limit", "before", "after", "around"], (5, 1) => messages::list;
    "POST" "/channels/{channel_id}/messages", Bot, [], (5, 5) => messages::create;
    "GET" MESSAGE, Bot, [], (5, 1) => messages::get;
    "PATCH" MESSAGE, Bot, [], (5, 5) => messages::edit;
    "DELETE" MESSAGE, Bot, [], (5, 1) => messages::delete;
    "POST" "/channels/{channel_id}/messages/{message_id}/threads", Bot, [], (5, 15) => channels::start_thread;
    "GET" "/guilds/{guild_id}", Bot, ["with_counts"], (5, 1) => guilds::get;
    "GET" "/guilds/{guild_id}/channels", Bot, [], (5, 1) => guilds::channels;
    "GET" "/guilds/{guild_id}/roles", Bot, [], (5, 1) => guilds::roles;
    "GET" "/guilds/{guild_id}/members/{user_id}", Bot, [], (5, 1) => guilds::member;
    "GET" "/users/@me", Bot, [], (5, 1) => applications::me;
    "POST" "/users/@me/channels", Bot, [], (5, 1) => channels::direct;
    "GET" "/applications/@me", Bot, [], (5, 1) => applications::get;
    "PATCH" "/applications/@me", Bot, [], (5, 1) => applications::edit;
    "GET" COMMANDS, Bot, ["with_localizations"], (5, 20) => applications::global_commands;
    "PUT" COMMANDS, Bot, [], (5, 20) => applications::register_globally;
    "GET" GUILD_COMMANDS, Bot, ["with_localizations"], (5, 20) => applications::commands;
    "PUT" GUILD_COMMANDS, Bot, [], (5, 20) => applications::register;
    "GET" "/gateway", Nobody, [], (5, 1) => applications::gateway;
    "GET" "/gateway/bot", Bot, [], (5, 1) => applications::gateway_bot;
];

/// The route of a request, with what stands in its braces.
pub(super) fn find(method: &str, path: &str) -> Option<(&'static Route, Vec<String>)> {
    let path = path.strip_prefix("/api/v10")?;
    let fitting = ROUTES.iter().filter(|route| route.method == method);
    fitting
        .filter_map(|route| Some((route, ids(route.path, path)?)))
        .next()
}

fn ids(pattern: &str, path: &str) -> Option<Vec<String>> {
    let (mut wanted, mut given) = (pattern.split('/'), path.split('/'));
    let mut ids = Vec::new();
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return Some(ids),
            (Some(wanted), Some(given)) if wanted.starts_with('{') && !given.is_empty() => {
                ids.push(given.replace("%40", "@"));
            }
            (Some(wanted), Some(given)) if wanted == given.replace("%40", "@") => {}
            _ => return None,
        }
    }
}

/// The bytes of a file, at the address that a message names.
pub(super) fn attachment(model: &Model, path: &str) -> Response {
    let id = path.split('/').nth(3).unwrap_or_default();
    let mut response = Response::new(HttpBody::empty());
    match model.file(id) {
        Some(file) => {
            if let Ok(kind) = file.content_type.parse() {
                response.headers_mut().insert(header::CONTENT_TYPE, kind);
            }
            *response.body_mut() = HttpBody::from(file.bytes.clone());
        }
        None => *response.status_mut() = StatusCode::NOT_FOUND,
    }
    response
}

#[cfg(test)]
mod tests {
    use super::{ROUTES, find};
    use crate::discord::contract::CONTRACT;

    #[test]
    fn every_route_is_in_the_description() {
        for route in ROUTES {
            assert!(
                CONTRACT.knows(route.method, route.path),
                "{} {}",
                route.method,
                route.path
            );
        }
    }

    #[test]
    fn the_original_is_found_before_other_messages() {
        let (route, ids) = find("PATCH", "/api/v10/webhooks/1/secret/messages/@original").unwrap();
        assert!(route.path.ends_with("@original"));
        assert_eq!(ids, ["1", "secret"]);
        assert!(find("PATCH", "/api/v9/webhooks/1/secret/messages/@original").is_none());
    }
}
