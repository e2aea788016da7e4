//! What the configuration names in Slack: tokens, scopes, channels, groups, people, the socket.

use std::sync::Arc;

use adapters::chat::slack::api::{self, Api, is_refusal};
use adapters::chat::slack::manifest::SCOPES;
use adapters::chat::slack::roster::in_good_standing;
use adapters::http::{Reach, why};
use approvals::ports::{Clock, Fault};
use commands::names::{Chat, Place};
use serde_json::{Value, json};

use super::places;
use crate::config::{Config, Mode, Slack, SlackInbound};
use crate::system::SystemClock;
use crate::wiring::slack_api;

/// Everything that does not work, each with how to mend it.
pub async fn online(config: &Config) -> Vec<String> {
    let Some(slack) = &config.slack else {
        return Vec::new();
    };
    let Some(bot) = api_of(config, slack, slack.bot_token.expose()) else {
        return vec!["slack.bot_token: holds characters that no token has; copy it again".to_owned()];
    };
    let mut wrong = match bot.who_we_are().await {
        Ok((us, scopes)) => about_us(slack, &us, &scopes),
        // Without a token that works, everything else would only say so once more.
        Err(fault) => {
            return vec![refused(
                "slack.bot_token",
                &fault,
                "reinstall the app and copy the bot's token",
            )];
        }
    };
    for place in places(config, Chat::Slack) {
        wrong.extend(channel(&bot, place).await);
    }
    wrong.extend(groups(&bot, config).await);
    wrong.extend(people(&bot, config, slack).await);
    if let SlackInbound::Socket(token) = &slack.inbound {
        wrong.extend(socket(config, slack, token.expose()).await);
    }
    wrong
}

fn api_of(config: &Config, slack: &Slack, token: Option<&str>) -> Option<Api> {
    let reach = match config.mode {
        Mode::Demo => Reach::Loopback,
        Mode::Production => Reach::Anywhere,
    };
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    slack_api(slack, token, reach, &clock).ok()
}

fn about_us(slack: &Slack, us: &Value, scopes: &[String]) -> Vec<String> {
    let mut wrong = Vec::new();
    let team = us["team_id"].as_str().unwrap_or_default();
    if !slack.teams.iter().any(|known| known == team) {
        wrong.push(format!(
            "slack.team_id: the bot's token is of {team}; write that, or copy the token of the workspace you mean"
        ));
    }
    let missing: Vec<&str> = SCOPES
        .iter()
        .map(|(scope, _)| *scope)
        .filter(|scope| !scopes.iter().any(|given| given == scope))
        .collect();
    // Where Slack does not say which scopes there are, what fails will say what it needs.
    if !scopes.is_empty() && !missing.is_empty() {
        wrong.push(format!(
            "slack.bot_token: lacks the scopes {}; paste the manifest of `sluice commands --format slack-manifest` into the app, \
             and reinstall it",
            missing.join(", ")
        ));
    }
    wrong
}

async fn channel(bot: &Api, place: &Place) -> Option<String> {
    let id = place.channel.as_str();
    let told = match bot.read(api::CHANNEL, id, &[("channel", id)]).await {
        Ok(told) => told,
        Err(fault) if is_refusal(&fault, api::NOT_IN_CHANNEL) => {
            return Some(format!(
                "{place}: is no channel that the bot sees; mend the id, or type /invite @sluice there"
            ));
        }
        Err(fault) => return Some(refused(&place.to_string(), &fault, "try again")),
    };
    let is = |name: &str| told["channel"][name] == Value::Bool(true);
    if is("is_archived") {
        Some(format!(
            "{place}: is archived; unarchive it, or name another channel"
        ))
    } else if !is("is_member") {
        Some(format!(
            "{place}: the bot is not in it; type /invite @sluice there"
        ))
    } else if is("is_ext_shared") {
        Some(format!(
            "{place}: is shared with another organisation, which reads every plan; name a channel of your own"
        ))
    } else {
        None
    }
}

async fn groups(bot: &Api, config: &Config) -> Vec<String> {
    let kept = config.people.groups.iter();
    let kept: Vec<_> = kept
        .filter_map(|(name, members)| Some((name, members.slack_usergroup.as_deref()?)))
        .collect();
    if kept.is_empty() {
        return Vec::new();
    }
    let told = match bot.read(api::GROUPS, "", &[("include_disabled", "true")]).await {
        Ok(told) => told,
        Err(fault) if is_refusal(&fault, api::NO_GROUPS) => {
            let why = "this workspace's plan has no user groups; list `people` instead of slack_usergroup";
            return kept
                .iter()
                .map(|(name, _)| format!("groups.{name}: {why}"))
                .collect();
        }
        Err(fault) => return vec![refused("groups", &fault, "try again")],
    };
    let known = told["usergroups"].as_array().cloned().unwrap_or_default();
    let wrong = kept.iter().filter_map(|(name, id)| {
        let why = match known.iter().find(|group| group["id"] == **id) {
            None => "is no user group of this workspace; copy its id from the group's menu",
            Some(group) if group["date_delete"].as_i64().unwrap_or_default() != 0 => {
                "is disabled; enable it in Slack"
            }
            Some(_) => return None,
        };
        Some(format!("groups.{name}.slack_usergroup: {id} {why}"))
    });
    wrong.collect()
}

async fn people(bot: &Api, config: &Config, slack: &Slack) -> Vec<String> {
    let mut wrong = Vec::new();
    for (person, profile) in &config.people.persons {
        let Some(id) = &profile.slack else { continue };
        let why = match bot.read(api::USER, "", &[("user", id)]).await {
            Ok(told) if in_good_standing(&told["user"], &slack.teams) => continue,
            Ok(_) => {
                "is a guest's, a bot's, another organisation's, or no longer active, and counts for nothing"
                    .to_owned()
            }
            Err(fault) if is_refusal(&fault, api::NO_SUCH_USER) => "is nobody here".to_owned(),
            Err(fault) => why(&fault),
        };
        wrong.push(format!(
            "people.{person}.slack: {id} {why}; copy the member id from the person's profile"
        ));
    }
    wrong
}

async fn socket(config: &Config, slack: &Slack, token: Option<&str>) -> Option<String> {
    let mend = "make an app-level token with the scope connections:write, and switch Socket Mode on";
    let Some(app) = api_of(config, slack, token) else {
        return Some(format!(
            "slack.app_token: holds characters that no token has; {mend}"
        ));
    };
    let fault = app.write(api::OPEN_CONNECTION, "", &json!({})).await.err()?;
    Some(refused("slack.app_token", &fault, mend))
}

fn refused(what: &str, fault: &Fault, mend: &str) -> String {
    let says = match fault {
        Fault::Rejected { said, .. } => said.clone(),
        other => why(other),
    };
    format!("{what}: Slack says \"{says}\"; {mend}")
}
