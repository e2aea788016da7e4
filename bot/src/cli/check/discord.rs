//! What the configuration names in Discord: the application, servers, channels, roles, people, commands, the way in.

use std::collections::BTreeMap;
use std::sync::Arc;

use adapters::chat::discord::api::{self, Api, Call, is_refusal};
use adapters::chat::discord::decode::roles as roles_of;
use adapters::chat::discord::permissions::{in_channel, invited, missing};
use adapters::chat::discord::register::difference;
use adapters::chat::discord::roster::membership;
use adapters::http::why;
use approvals::ports::{Clock, Fault};
use commands::names::{Chat, Place};
use serde_json::Value;

use super::places;
use crate::config::{Config, Discord, DiscordInbound};
use crate::system::SystemClock;
use crate::wiring::discord_api;

/// Sessions below which the gateway is about to refuse us.
const SESSIONS_LOW: u64 = 20;

/// What Discord says of one server.
struct Guild {
    roles: Value,
    /// The roles of the bot there.
    held: Vec<String>,
}

/// Everything that does not work, each with how to mend it.
pub async fn online(config: &Config) -> Vec<String> {
    let Some(discord) = &config.discord else {
        return Vec::new();
    };
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let Ok(bot) = discord_api(config, discord, &clock) else {
        return vec!["discord.bot_token: holds characters that no token has; copy it again".to_owned()];
    };
    let us = match bot.call(&Call::us()).await {
        Ok(us) => us,
        // Without a token that works, everything else would only say so once more.
        Err(fault) => {
            let mend = "reset the token under Bot in the developer portal, and copy it";
            return vec![refused("discord.bot_token", &fault, mend)];
        }
    };
    let mut wrong = about_us(discord, &us);
    let bot_user = us["bot"]["id"]
        .as_str()
        .unwrap_or(&discord.application_id)
        .to_owned();
    let mut guilds = BTreeMap::new();
    for id in &discord.guilds {
        match guild(&bot, id, &bot_user).await {
            Ok(guild) => {
                guilds.insert(id.clone(), guild);
            }
            Err(fault) => {
                wrong.push(refused(
                    &format!("discord.guilds: {id}"),
                    &fault,
                    &invite(discord),
                ));
                continue;
            }
        }
        wrong.extend(commands(&bot, discord, id).await);
    }
    for place in places(config, Chat::Discord) {
        wrong.extend(channel(&bot, place, &guilds, &bot_user).await);
    }
    wrong.extend(roles(config, &guilds));
    wrong.extend(people(&bot, config, discord, clock.as_ref()).await);
    if discord.inbound == DiscordInbound::Gateway {
        wrong.extend(gateway(&bot).await);
    }
    wrong
}

fn invite(discord: &Discord) -> String {
    format!(
        "invite it with https://discord.com/oauth2/authorize?client_id={}&scope=bot+applications.commands&permissions={}",
        discord.application_id,
        invited()
    )
}

fn about_us(discord: &Discord, us: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    let id = us["id"].as_str().unwrap_or_default();
    if id != discord.application_id {
        wrong.push(format!(
            "discord.application_id: the bot's token is of {id}; write that, or copy the token of the application you mean"
        ));
    }
    let endpoint = us["interactions_endpoint_url"]
        .as_str()
        .filter(|url| !url.is_empty());
    match (&discord.inbound, endpoint) {
        (DiscordInbound::Gateway, Some(url)) => wrong.push(format!(
            "discord.mode: Discord sends everything to {url}, nothing to the gateway; empty Interactions Endpoint URL in the \
             developer portal, or write mode: http"
        )),
        (DiscordInbound::Http(_), None) => wrong.push(
            "discord.mode: no address is called; write https://YOUR-HOST/discord/interactions as Interactions Endpoint URL in \
             the developer portal, while Sluice runs"
                .to_owned(),
        ),
        _ => {}
    }
    if let DiscordInbound::Http(key) = &discord.inbound
        && us["verify_key"]
            .as_str()
            .is_some_and(|known| !known.eq_ignore_ascii_case(key))
    {
        wrong.push(
            "discord.public_key: is another application's; copy it from General Information".to_owned(),
        );
    }
    wrong
}

async fn guild(bot: &Api, id: &str, bot_user: &str) -> Result<Guild, Fault> {
    bot.call(&Call::guild(id)).await?;
    let member = bot.call(&Call::member(id, bot_user)).await?;
    Ok(Guild {
        roles: bot.call(&Call::roles(id)).await?,
        held: roles_of(&member),
    })
}

async fn commands(bot: &Api, discord: &Discord, guild: &str) -> Option<String> {
    let what = format!("discord.guilds: {guild}");
    match difference(bot, &discord.application_id, guild).await {
        Ok(difference) if difference.is_none() => None,
        Ok(difference) => Some(format!(
            "{what}: its commands are not these ({}); run `sluice commands --register`",
            difference.lines().join(", ")
        )),
        Err(fault) => Some(refused(&what, &fault, &invite(discord))),
    }
}

async fn channel(
    bot: &Api,
    place: &Place,
    guilds: &BTreeMap<String, Guild>,
    bot_user: &str,
) -> Option<String> {
    let told = match bot.call(&Call::channel(place.channel.as_str())).await {
        Ok(told) => told,
        Err(fault) if is_refusal(&fault, api::NO_SUCH_CHANNEL) => {
            return Some(format!("{place}: there is no such channel; copy its id again"));
        }
        Err(fault) => {
            return Some(refused(
                &place.to_string(),
                &fault,
                "let the role of the bot see the channel",
            ));
        }
    };
    let id = told["guild_id"].as_str().unwrap_or_default();
    let Some(guild) = guilds.get(id) else {
        return Some(format!(
            "{place}: is in no server of discord.guilds; add {id} there, or name another channel"
        ));
    };
    if !matches!(told["type"].as_u64(), Some(0 | 5)) {
        return Some(format!(
            "{place}: is no text channel, so no thread can be in it; name another one"
        ));
    }
    let missing = missing(in_channel(id, &guild.roles, &guild.held, bot_user, &told));
    (!missing.is_empty()).then(|| {
        format!(
            "{place}: the bot lacks {}; allow it there to the bot's role",
            missing.join(", ")
        )
    })
}

fn roles(config: &Config, guilds: &BTreeMap<String, Guild>) -> Vec<String> {
    let kept = config.people.groups.iter();
    let kept = kept.filter_map(|(name, members)| Some((name, members.discord_role.as_deref()?)));
    let wrong = kept.filter_map(|(name, id)| {
        let mut known = guilds
            .values()
            .flat_map(|guild| guild.roles.as_array().into_iter().flatten());
        let why = match known.find(|role| role["id"] == *id) {
            None => "is no role of these servers; copy its id from the server's settings",
            Some(role) if role["mentionable"] != Value::Bool(true) => {
                "cannot be mentioned, so its holders are not told of a vote; switch on \"Allow anyone to @mention this role\", or \
                 list `people` too"
            }
            Some(_) => return None,
        };
        Some(format!("groups.{name}.discord_role: {id} {why}"))
    });
    wrong.collect()
}

async fn people(bot: &Api, config: &Config, discord: &Discord, clock: &dyn Clock) -> Vec<String> {
    let mut wrong = Vec::new();
    for (person, profile) in &config.people.persons {
        let Some(id) = &profile.discord else { continue };
        let mut found = false;
        let mut unknown = None;
        for guild in &discord.guilds {
            match bot.call(&Call::member(guild, id)).await {
                Ok(member) => found |= membership(&member, clock.now()).is_some(),
                Err(fault) if is_refusal(&fault, api::NO_SUCH_MEMBER) => {}
                Err(fault) => unknown = Some(why(&fault)),
            }
        }
        if !found {
            let why = unknown.unwrap_or_else(|| {
                "is in none of these servers, is a bot's, or is timed out, and counts for nothing".to_owned()
            });
            wrong.push(format!(
                "people.{person}.discord: {id} {why}; copy the user id from the person's menu"
            ));
        }
    }
    wrong
}

async fn gateway(bot: &Api) -> Option<String> {
    match bot.call(&Call::gateway()).await {
        Ok(told) => {
            let left = told["session_start_limit"]["remaining"].as_u64()?;
            (left < SESSIONS_LOW).then(|| {
                format!(
                    "discord.mode: only {left} more sessions may be begun today; find who restarts the bot so often, or Discord \
                     takes the token away"
                )
            })
        }
        Err(fault) => Some(refused("discord.mode", &fault, "try again")),
    }
}

fn refused(what: &str, fault: &Fault, mend: &str) -> String {
    let says = match fault {
        Fault::Rejected { said, .. } => said.clone(),
        other => why(other),
    };
    format!("{what}: Discord says \"{says}\"; {mend}")
}
