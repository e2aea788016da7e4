//! The app's manifest, so that nobody has to click it together: exactly the scopes that are used, and why.
//!
//! <https://docs.slack.dev/reference/app-manifest>

use serde_json::{Value, json};
use url::Url;

/// Scopes of the bot's token, each with what it is for.
pub const SCOPES: [(&str, &str); 9] = [
    ("app_mentions:read", "hear @sluice in a thread"),
    (
        "channels:read",
        "know whether the bot is in a channel, and whether it is shared",
    ),
    ("chat:write", "post and edit its messages"),
    ("commands", "slash commands and shortcuts"),
    ("files:read", "know when a chart can be shown"),
    ("files:write", "upload charts"),
    ("groups:read", "as channels:read, for private channels"),
    ("usergroups:read", "user groups as approvers"),
    ("users:read", "refuse guests, bots and people who left"),
];

/// The shortcut under a message.
pub const SHORTCUT: &str = "ask-sluice";

/// What the manifest depends on.
#[derive(Debug, Clone)]
pub struct Wanted<'a> {
    /// Slash commands, each with its `/`.
    pub commands: &'a [String],
    /// Where the public listener is reached from outside; `None`: over sockets.
    pub public: Option<&'a Url>,
}

/// The manifest.
pub fn manifest(wanted: &Wanted<'_>) -> Value {
    let at = |path: &str| {
        wanted
            .public
            .map(|base| format!("{}{path}", base.as_str().trim_end_matches('/')))
    };
    let commands: Vec<Value> = wanted
        .commands
        .iter()
        .map(|command| {
            let mut row = json!({
                "command": command,
                "description": "Look at Flink, or ask for a change",
                "usage_hint": "help",
                "should_escape": false,
            });
            set(&mut row, "url", at("/slack/commands"));
            row
        })
        .collect();
    let mut interactivity = json!({ "is_enabled": true });
    set(&mut interactivity, "request_url", at("/slack/interactions"));
    let mut events = json!({ "bot_events": ["app_home_opened", "app_mention", "subteam_members_changed"] });
    set(&mut events, "request_url", at("/slack/events"));
    json!({
        "_metadata": { "major_version": 2, "minor_version": 1 },
        "display_information": {
            "name": "Sluice",
            "description": "Ask for a change of Apache Flink, let a peer approve it, see that it helped",
        },
        "features": {
            "app_home": { "home_tab_enabled": true, "messages_tab_enabled": false },
            "bot_user": { "display_name": "sluice", "always_online": true },
            "shortcuts": [{
                "name": "Ask Sluice about this",
                "type": "message",
                "callback_id": SHORTCUT,
                "description": "Asks for a look or a change, in this message's thread",
            }],
            "slash_commands": commands,
        },
        "oauth_config": { "scopes": { "bot": SCOPES.map(|(scope, _)| scope) } },
        "settings": {
            "event_subscriptions": events,
            "interactivity": interactivity,
            "org_deploy_enabled": false,
            "socket_mode_enabled": wanted.public.is_none(),
            "token_rotation_enabled": false,
        },
    })
}

fn set(object: &mut Value, name: &str, value: Option<String>) {
    if let Some(value) = value {
        object[name] = value.into();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(public: Option<&Url>) -> Value {
        let commands = ["/flink".to_owned(), "/flink-test".to_owned()];
        manifest(&Wanted {
            commands: &commands,
            public,
        })
    }

    #[test]
    fn slacks_own_schema_accepts_the_manifest() {
        let schema = include_str!("payloads/manifest.schema.2.0.0.json");
        let schema: Value = serde_json::from_str(schema).unwrap();
        let public = Url::parse("https://sluice.example.org/").unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        for manifest in [of(None), of(Some(&public))] {
            let wrong: Vec<String> = validator
                .iter_errors(&manifest)
                .map(|error| format!("{}: {error}", error.instance_path()))
                .collect();
            assert!(wrong.is_empty(), "{wrong:#?}");
        }
    }

    #[test]
    fn addresses_are_given_only_where_slack_shall_call_us() {
        assert!(!of(None).to_string().contains("url"));
        let public = Url::parse("https://sluice.example.org/bot/").unwrap();
        let manifest = of(Some(&public));
        assert_eq!(
            manifest["features"]["slash_commands"][1]["url"],
            "https://sluice.example.org/bot/slack/commands"
        );
        assert_eq!(manifest["settings"]["socket_mode_enabled"], false);
    }
}
