//! Interactions: their payloads, and how long their tokens are good.
//! <https://docs.discord.com/developers/interactions/receiving-and-responding>

use super::Model;
use super::bodies::FILE_BYTES;
use super::channels::{Channel, Kind as ChannelKind};
use super::guilds::User;
use super::messages::Message;
use super::shown::merge;
use serde_json::{Value, json};

/// The app's time for its first answer.
pub(in crate::discord) const DEADLINE_MS: u64 = 3_000;
/// The life of a token after the first answer.
pub(in crate::discord) const TOKEN_MS: u64 = 15 * 60_000;

/// What an interaction is; the number is the wire's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Discord asks whether the endpoint is there.
    Ping = 1,
    /// A command was typed, or chosen at a message.
    Command = 2,
    /// A button was pressed or an option chosen.
    Component = 3,
    /// Somebody is typing an option.
    Autocomplete = 4,
    /// A form was submitted.
    Modal = 5,
}

/// What Discord remembers of an interaction.
#[derive(Clone, Debug)]
pub(in crate::discord) struct Interaction {
    pub id: String,
    pub token: String,
    pub kind: Kind,
    pub user: String,
    pub channel: String,
    pub created: u64,
    /// The type of the first answer.
    pub answered: Option<u64>,
    /// The message that `@original` means.
    pub original: Option<String>,
    /// The message of the component, or of the form that a component opened.
    pub source: Option<String>,
    /// The type of the option that is being typed.
    pub typing: Option<u64>,
    /// The app's answer came too late, or its delivery failed.
    pub dead: bool,
    /// Who installed the app, as the payload said.
    pub owners: Value,
}

/// Who acts where.
pub(in crate::discord) struct Scene<'a> {
    pub user: &'a User,
    pub channel: &'a Channel,
}

impl Model {
    /// A new interaction and its payload. `of` is the message of a component or of a component's form.
    pub fn interaction(
        &mut self,
        kind: Kind,
        user: &str,
        channel: &str,
        data: Value,
        of: Option<&Message>,
    ) -> Value {
        let (id, token) = (self.id(), self.secret(160));
        let user = self.user(user).cloned().expect("a person stays in the model");
        let channel = self
            .channel(channel)
            .cloned()
            .expect("a channel stays in the model");
        let scene = Scene {
            user: &user,
            channel: &channel,
        };
        let typing = typed_option(&data);
        let mut payload = json!({
            "id": id, "application_id": self.app.id, "type": kind as u8, "token": token, "version": 1, "data": data,
            "locale": user.locale, "entitlements": [], "entitlement_sku_ids": [],
            "attachment_size_limit": FILE_BYTES, "authorizing_integration_owners": self.owners(&scene),
        });
        merge(&mut payload, self.place(&scene));
        if let Some(message) = of {
            payload["message"] = self.shown_message(message);
        }
        let owners = payload["authorizing_integration_owners"].clone();
        self.interactions.push(Interaction {
            id,
            token,
            kind,
            user: user.id.clone(),
            channel: channel.id.clone(),
            created: self.now,
            answered: None,
            original: None,
            source: of.map(|message| message.id.clone()),
            typing,
            dead: false,
            owners,
        });
        payload
    }

    /// Remembers a payload that was made elsewhere, so that it can be answered.
    pub fn adopt(&mut self, kind: Kind, payload: &Value) {
        let text = |at: &str| {
            payload
                .pointer(at)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        let user = [text("/member/user/id"), text("/user/id")].concat();
        self.interactions.push(Interaction {
            id: text("/id"),
            token: text("/token"),
            kind,
            user,
            channel: text("/channel_id"),
            created: self.now,
            answered: None,
            original: None,
            source: payload
                .pointer("/message/id")
                .and_then(Value::as_str)
                .map(str::to_owned),
            typing: typed_option(&payload["data"]),
            dead: false,
            owners: payload["authorizing_integration_owners"].clone(),
        });
    }

    /// `"0"`: the guild that installed the app; `"1"`: the user who did.
    fn owners(&self, scene: &Scene) -> Value {
        let mut owners = json!({});
        let guild = scene.channel.guild.as_ref();
        if let Some(guild) = guild.filter(|guild| self.is_installed(guild)) {
            owners["0"] = json!(guild);
        }
        if guild.is_none() {
            owners["0"] = json!("0");
        }
        if scene.user.traits.installed {
            owners["1"] = json!(scene.user.id);
        }
        owners
    }

    /// Where it happens and who acts: a member of a guild, or a user in a direct conversation.
    fn place(&self, scene: &Scene) -> Value {
        let (user, channel) = (scene.user, scene.channel);
        let mut shown = self.shown_channel(channel);
        shown["permissions"] = json!(self.permissions(&user.id, channel).to_string());
        let mut place = json!({ "channel": shown, "channel_id": channel.id });
        let Some(guild) = channel.guild.as_deref().and_then(|id| self.guild(id)) else {
            let context = 1;
            let app = self.bot_permissions(channel).to_string();
            merge(
                &mut place,
                json!({ "user": user.shown_in_payload(), "context": context, "app_permissions": app }),
            );
            return place;
        };
        let bot = if self.is_installed(&guild.id) {
            &self.app.id
        } else {
            &user.id
        };
        let member = guild.member(&user.id);
        merge(
            &mut place,
            json!({
                "guild_id": guild.id, "guild_locale": guild.locale, "context": 0,
                "guild": { "id": guild.id, "locale": guild.locale, "features": [] },
                "app_permissions": self.permissions(bot, channel).to_string(),
                "member": member.map(|member| self.member_in_payload(member, user, channel)),
            }),
        );
        place
    }

    /// `interaction_metadata` of the message that answers it.
    pub fn interaction_metadata(&self, id: &str) -> Option<Value> {
        let interaction = self.interactions.iter().find(|known| known.id == id)?;
        let mut metadata = json!({ "id": interaction.id, "type": interaction.kind as u8,
            "authorizing_integration_owners": interaction.owners });
        if let Some(user) = self.user(&interaction.user) {
            metadata["user"] = user.shown();
        }
        match interaction.kind {
            Kind::Component => {
                metadata["interacted_message_id"] = json!(interaction.source);
            }
            Kind::Modal => {
                let plain = json!({ "id": interaction.id, "type": 2,
                    "authorizing_integration_owners": interaction.owners });
                metadata["triggering_interaction_metadata"] = plain;
            }
            _ => {}
        }
        Some(metadata)
    }

    /// An interaction by its token.
    pub fn by_token(&self, token: &str) -> Option<&Interaction> {
        self.interactions.iter().find(|known| known.token == token)
    }

    pub fn by_token_mut(&mut self, token: &str) -> Option<&mut Interaction> {
        self.interactions.iter_mut().find(|known| known.token == token)
    }

    /// Where the client of a person offers no commands: in an archived thread.
    pub fn offers_nothing(&self, channel: &Channel) -> bool {
        channel.thread.as_ref().is_some_and(|thread| thread.archived) && channel.kind != ChannelKind::Direct
    }
}

/// The type of the option with `focused`.
fn typed_option(data: &Value) -> Option<u64> {
    let options = data["options"].as_array()?;
    let own = options.iter().find(|option| option["focused"] == true);
    own.map_or_else(
        || options.iter().find_map(typed_option),
        |option| option["type"].as_u64(),
    )
}
