//! Roles whose mention tells their holders. One that cannot be mentioned is shown and tells nobody, without an error.
//!
//! <https://discord.com/developers/docs/topics/permissions#role-object>

use std::collections::BTreeMap;
use std::sync::Mutex;

use commands::names::{At, Millis};
use serde_json::Value;

use crate::chat::discord::api::{Api, Call};

/// How long it is believed which roles can be mentioned.
const BELIEVED_FOR: Millis = Millis::minutes(5);

/// Roles that can be mentioned, by their servers.
#[derive(Debug)]
pub struct Callable {
    guilds: Vec<String>,
    known: Mutex<BTreeMap<String, (At, Vec<String>)>>,
}

impl Callable {
    /// Of these servers.
    pub fn of(guilds: Vec<String>) -> Self {
        Self {
            guilds,
            known: Mutex::default(),
        }
    }

    /// Those of these roles whose mention in this server tells somebody; in any, where it is not known which it is.
    pub async fn of_these(&self, api: &Api, roles: Vec<String>, guild: Option<&str>, now: At) -> Vec<String> {
        let mut told = Vec::new();
        for guild in self
            .guilds
            .iter()
            .filter(|known| guild.is_none_or(|guild| guild == *known))
        {
            if told.len() == roles.len() {
                break;
            }
            let callable = self.in_guild(api, guild, now).await;
            told.extend(roles.iter().filter(|role| callable.contains(role)).cloned());
        }
        told
    }

    async fn in_guild(&self, api: &Api, guild: &str, now: At) -> Vec<String> {
        let known = self.known.lock().ok().and_then(|known| known.get(guild).cloned());
        if let Some((_, roles)) = known.filter(|(at, _)| now.since(*at) <= BELIEVED_FOR) {
            return roles;
        }
        let roles = match api.call(&Call::roles(guild)).await {
            Ok(roles) => callable(&roles),
            Err(fault) => {
                tracing::warn!(
                    error = &fault as &dyn std::error::Error,
                    "Discord does not say which roles can be mentioned: none is"
                );
                return Vec::new();
            }
        };
        if let Ok(mut known) = self.known.lock() {
            known.insert(guild.to_owned(), (now, roles.clone()));
        }
        roles
    }
}

fn callable(roles: &Value) -> Vec<String> {
    let roles = roles.as_array().into_iter().flatten();
    roles
        .filter(|role| role["mentionable"] == Value::Bool(true))
        .filter_map(|role| role["id"].as_str().map(str::to_owned))
        .collect()
}
