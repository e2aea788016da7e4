//! What Slack sends, field by field as the recorded payloads under `data/slack/payloads` have it.

use super::model::Model;
use super::model::callbacks::Origin;
use super::model::channels::Channel;
use super::model::messages::Message;
use super::model::people::User;
use super::model::views::View;
use serde_json::{Value, json};

/// The old verification token: still sent, never to be believed.
const TOKEN: &str = "zCdEfGhIjKlMnOpQrStUvWxY";

/// Where a press happened.
pub(super) enum Pressed<'a> {
    In(&'a Message),
    On(&'a View, Value),
}

impl Model {
    /// A slash command's form, as an object of texts.
    pub fn command_payload(&mut self, user: &User, channel: &str, command: &str, text: &str) -> Value {
        let trigger = self.issue_trigger(&user.id);
        let origin = Origin {
            channel,
            user: &user.id,
            original: None,
            thread_ts: None,
        };
        let response_url = self.issue_callback("commands", &user.team, &origin);
        let name = self
            .channel(channel)
            .map_or_else(String::new, |channel| match channel.shown().as_str() {
                "a direct message" => "directmessage".to_owned(),
                shown => shown.trim_start_matches('#').to_owned(),
            });
        let mut payload = json!({
            "token": TOKEN, "team_id": user.team, "team_domain": self.domain(&user.team), "channel_id": channel,
            "channel_name": name, "user_id": user.id, "user_name": user.name, "command": command, "text": text,
            "api_app_id": self.app.id, "is_enterprise_install": self.is_org_wide(&user.team).to_string(),
            "response_url": response_url, "trigger_id": trigger,
        });
        if let Some(enterprise) = self.team(&user.team).and_then(|team| team.enterprise.clone()) {
            payload["enterprise_id"] = json!(enterprise);
            payload["enterprise_name"] = json!("Grid");
        }
        payload
    }

    fn is_org_wide(&self, team: &str) -> bool {
        self.install_of(team).is_some_and(|install| install.org_wide)
    }

    /// Fields that every interaction has: who, in which team, for which app.
    fn interaction(&self, kind: &str, user: &User) -> Value {
        let enterprise = self.team(&user.team).and_then(|team| team.enterprise.clone());
        let org_wide = self.is_org_wide(&user.team);
        let team = if org_wide {
            Value::Null
        } else {
            self.team_json(&user.team)
        };
        json!({
            "type": kind,
            "user": { "id": user.id, "username": user.name, "name": user.name, "team_id": user.team },
            "api_app_id": self.app.id, "token": TOKEN, "team": team,
            "enterprise": enterprise.map(|id| json!({ "id": id, "name": "Grid" })),
            "is_enterprise_install": org_wide,
        })
    }

    fn team_json(&self, id: &str) -> Value {
        let mut team = json!({ "id": id, "domain": self.domain(id) });
        if let Some(enterprise) = self.team(id).and_then(|team| team.enterprise.as_ref()) {
            team["enterprise_id"] = json!(enterprise);
            team["enterprise_name"] = json!("Grid");
        }
        team
    }

    /// A press or a choice: `block_actions`. `action` has the element's own fields.
    pub fn action_payload(&mut self, user: &User, at: &Pressed<'_>, mut action: Value) -> Value {
        let trigger = self.issue_trigger(&user.id);
        action["action_ts"] = json!(self.ts());
        let mut payload = self.interaction("block_actions", user);
        payload["trigger_id"] = json!(trigger);
        payload["actions"] = json!([action]);
        match at {
            Pressed::In(message) => self.in_message(&mut payload, user, message),
            Pressed::On(view, state) => {
                payload["container"] = json!({ "type": "view", "view_id": view.id });
                payload["view"] = self.view_json(view, state);
            }
        }
        payload
    }

    fn in_message(&mut self, payload: &mut Value, user: &User, message: &Message) {
        let is_ephemeral = message.only_for.is_some();
        let origin = Origin {
            channel: &message.channel,
            user: &user.id,
            original: Some(&message.ts),
            thread_ts: message.thread_ts.as_deref(),
        };
        payload["response_url"] = json!(self.issue_callback("actions", &user.team, &origin));
        payload["container"] = json!({
            "type": "message", "message_ts": message.ts, "channel_id": message.channel, "is_ephemeral": is_ephemeral,
        });
        if let Some(thread) = &message.thread_ts {
            payload["container"]["thread_ts"] = json!(thread);
        }
        payload["channel"] = self.channel_ref(&message.channel);
        payload["state"] = json!({ "values": {} });
        if !is_ephemeral {
            payload["message"] = self.message_json(message, true);
        }
    }

    fn channel_ref(&self, id: &str) -> Value {
        let name = match self.channel(id) {
            Some(channel) if channel.is_direct() => "directmessage".to_owned(),
            Some(channel) => channel.name.clone(),
            None => String::new(),
        };
        json!({ "id": id, "name": name })
    }

    /// A form's submission, or its dismissal.
    pub fn view_payload(&mut self, user: &User, view: &View, state: &Value, closed: bool) -> Value {
        let mut payload = self.interaction(if closed { "view_closed" } else { "view_submission" }, user);
        payload["view"] = self.view_json(view, state);
        if closed {
            payload["is_cleared"] = json!(false);
        } else {
            payload["trigger_id"] = json!(self.issue_trigger(&user.id));
            payload["response_urls"] = json!([]);
        }
        payload
    }

    /// What an external select asks while somebody types.
    pub fn suggestion_payload(
        &mut self,
        user: &User,
        view: &View,
        element: &Value,
        block: &str,
        typed: &str,
    ) -> Value {
        let mut payload = self.interaction("block_suggestion", user);
        payload["action_id"] = element["action_id"].clone();
        payload["block_id"] = json!(block);
        payload["value"] = json!(typed);
        payload["container"] = json!({ "type": "view", "view_id": view.id });
        payload["view"] = self.view_json(view, &json!({}));
        payload
    }

    /// A shortcut on a message.
    pub fn message_shortcut_payload(&mut self, user: &User, message: &Message, callback_id: &str) -> Value {
        let mut payload = self.global_shortcut_payload(user, callback_id);
        payload["type"] = json!("message_action");
        payload["channel"] = self.channel_ref(&message.channel);
        payload["message_ts"] = json!(message.ts);
        payload["message"] = self.message_json(message, false);
        let origin = Origin {
            channel: &message.channel,
            user: &user.id,
            original: None,
            thread_ts: message.thread_ts.as_deref(),
        };
        payload["response_url"] = json!(self.issue_callback("app", &user.team, &origin));
        payload
    }

    /// A shortcut from anywhere.
    pub fn global_shortcut_payload(&mut self, user: &User, callback_id: &str) -> Value {
        let mut payload = self.interaction("shortcut", user);
        payload["action_ts"] = json!(self.ts());
        payload["callback_id"] = json!(callback_id);
        payload["trigger_id"] = json!(self.issue_trigger(&user.id));
        payload
    }

    /// `app_mention` for a message, or for its edit.
    pub fn mention_event(&mut self, message: &Message, author: &User) -> Value {
        let mut event = json!({
            "type": "app_mention", "user": author.id, "ts": message.ts, "text": message.text, "team": author.team,
            "channel": message.channel, "event_ts": message.ts, "blocks": rich_text(&message.text),
            "client_msg_id": format!("{:08x}-7ddf-4ede-b479-ad21fca66d63", self.number()),
        });
        if let Some(thread) = message.thread_ts.as_ref().filter(|thread| **thread != message.ts) {
            event["thread_ts"] = json!(thread);
            let parent = self
                .message(&message.channel, thread)
                .map(|parent| parent.author.clone());
            event["parent_user_id"] = json!(parent);
        }
        if let Some(edited) = message.edited {
            let ts = format!("{}.000000", edited / 1_000);
            event["edited"] = json!({ "user": author.id, "ts": ts });
            event["event_ts"] = json!(self.ts());
        }
        let home = self.teams[0].id.clone();
        if author.team != home {
            event["user_team"] = json!(author.team);
            event["source_team"] = json!(author.team);
        }
        event
    }

    /// The wrapping of an event.
    pub fn event_payload(&mut self, event: Value) -> Value {
        let home = self.teams[0].id.clone();
        let number = self.number();
        let (bot, org_wide) = self.install_of(&home).map_or((String::new(), false), |install| {
            (install.bot_user.clone(), install.org_wide)
        });
        let enterprise = self.team(&home).and_then(|team| team.enterprise.clone());
        let channel = event["channel"].as_str().and_then(|id| self.channel(id));
        let shared = channel.is_some_and(|channel| !channel.shared_with.is_empty());
        let mut payload = json!({
            "token": TOKEN, "team_id": home, "context_team_id": home, "context_enterprise_id": enterprise,
            "api_app_id": self.app.id, "event": event, "type": "event_callback", "event_id": format!("Ev{number:09}"),
            "event_time": self.now / 1_000,
            "authorizations": [{ "enterprise_id": enterprise, "team_id": home, "user_id": bot, "is_bot": true,
                "is_enterprise_install": org_wide }],
            "is_ext_shared_channel": shared, "event_context": format!("4-{}", self.secret(24)),
        });
        if enterprise.is_some() {
            payload["enterprise_id"] = json!(enterprise);
        }
        payload
    }
}

impl Channel {
    /// Whether somebody's client shows it.
    pub fn shows_to(&self, user: &str) -> bool {
        self.members.contains(user)
    }
}

/// What a client makes of typed text.
fn rich_text(text: &str) -> Value {
    json!([{ "type": "rich_text", "block_id": "d7eJ", "elements": [
        { "type": "rich_text_section", "elements": [{ "type": "text", "text": text }] },
    ] }])
}
